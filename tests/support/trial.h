/*
 * trial - the properties that hold of every document that a map is given, by machinery of its own:
 *
 * - a valid document becomes one that is valid for libxml2, or is held with a finding of
 *   docs/findings.md that says which value the other side cannot hold or who supplied none;
 * - the report accounts for every value (totality.h), what it calls a change is one (changes.h), and
 *   nothing that must be carried is lost;
 * - the same document gives the same bytes and the same report again, in canonical form;
 * - where the map has an inverse, what came back is the same up to what both reports declare
 *   (roundtrip.h).
 *
 * Facts from outside are made up to fit what the map supplies them to.
 */
#ifndef TESTS_SUPPORT_TRIAL_H
#define TESTS_SUPPORT_TRIAL_H

#include <libxml/xmlschemas.h>

#include "messages/map.h"
#include "messages/translate.h"
#include "tests/support/wishes.h"

#define TRIAL_FAULT_BYTES 2048
#define TRIAL_CARRIES 128
#define TRIAL_SHARED 64

/* One map with all that its documents are made from and held against. */
struct trial {
	const struct schema_set *set;
	const struct map *map;
	const struct map *inverse; /* or NULL */
	struct wishes wishes; /* what documents should hold; wishes.from.root is their grammar */
	struct wishes back;   /* of the inverse map */
	xmlSchema *from_xsd;
	xmlSchema *to_xsd;
	const char *carries[TRIAL_CARRIES];
	size_t carry_count;
	const char *cuts[TRIAL_CARRIES]; /* paths that may be cut */
	size_t cut_count;
	const char *shared[TRIAL_SHARED];
	size_t shared_count;
	struct arena *kept;  /* as long as the trial */
	struct arena *arena; /* of the document being tried */
	/* Must all that went forth without loss be back at its old place? For real documents. */
	bool is_strict;
	/* Called with the report (JSON text) and the output of every translation that holds, forth
	 * and back, or NULL. */
	void (*on_report)(void *context, const struct map *map, struct bytes json,
			  struct bytes output);
	void *context;
	/* Of the last document: */
	bool is_translated;
	bool is_returned;
	char held[64]; /* code of the first finding, where it was not translated */
	char fault[TRIAL_FAULT_BYTES];
};

/* Dies when the set's files are not as they should be. */
void trial_open(struct trial *trial, const char *folder, const struct schema_set *set,
		const struct map *map);
void trial_close(struct trial *trial);

/*
 * Try one document of the map's source kind; choices decide the facts from outside. false: a
 * property does not hold, and fault says which.
 */
bool trial_holds(struct trial *trial, struct bytes document, struct choices *choices);

#endif
