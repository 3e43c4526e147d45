/*
 * hub_scene - one translation by hub_translate(), of one or several documents, and its report as
 * lines of text.
 */
#ifndef TESTS_SUPPORT_HUB_SCENE_H
#define TESTS_SUPPORT_HUB_SCENE_H

#include "messages/hub.h"

#define HUB_SCENE_SOURCES 120

struct hub_scene {
	const struct schema_set *set;
	struct arena *arena;
	struct facts facts;
	struct findings findings; /* of all sources */
	struct bytes bytes[HUB_SCENE_SOURCES];
	struct document *documents[HUB_SCENE_SOURCES];
	size_t count;
	const struct schema *kind; /* of the first source */
	struct hub_result result;
	char *rows; /* "field SOURCE TARGET VALUE\n", with "N:" before paths where there are several */
};

struct schema_set *hub_scene_load(const char *folder);

/* As hub_scene_load, of a copy of schemas/ that a shell command, with $to the copy, has changed. */
struct schema_set *hub_scene_load_changed(const char *command);

/* Begin with the facts that the demo knows; release with hub_scene_end(). */
void hub_scene_begin(struct hub_scene *scene, const struct schema_set *set);
void hub_scene_end(struct hub_scene *scene);

/* Add a source, which must be readable (its kind, NULL when unknown, and validity are the test's matter). */
void hub_scene_read(struct hub_scene *scene, const char *file);
void hub_scene_read_bytes(struct hub_scene *scene, struct bytes bytes);
void hub_scene_read_changed(struct hub_scene *scene, const char *file, const char *old,
			    const char *new);

/* Translate; fails the test when it must succeed and does not. */
void hub_scene_try(struct hub_scene *scene, const char *to);
void hub_scene_translate(struct hub_scene *scene, const char *to);

/* Every value of sources and results is accounted for. */
void hub_scene_expect_total(const struct hub_scene *scene);

/* Fail, with all findings. */
void hub_scene_fail(const struct hub_scene *scene, const char *what);

/* The line of the first source in which the text stands first. */
unsigned hub_scene_line_of(const struct hub_scene *scene, const char *text);

#endif
