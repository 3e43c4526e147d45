/*
 * evidence_parts - an evidence file taken apart, changed, and put together as its maker would: with
 * the right headers and checksums. In the arena of the scene (evidence_scene.h).
 */
#ifndef TESTS_SUPPORT_EVIDENCE_PARTS_H
#define TESTS_SUPPORT_EVIDENCE_PARTS_H

#include "node/zip.h"

struct evidence_parts {
	struct zip_item items[64];
	size_t count;
};

struct evidence_parts evidence_parts_of(struct bytes file);
struct bytes evidence_parts_join(struct evidence_parts *parts);

/* It must be there, as the old text in it. */
struct zip_item *evidence_parts_find(struct evidence_parts *parts, const char *name);
void evidence_parts_replace(struct zip_item *item, const char *old, const char *new);

#endif
