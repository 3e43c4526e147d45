/*
 * finding - what is wrong with a document, said so that its author can mend it.
 *
 * A finding names a code, the place (path with indexes, line), the value met and a sentence in
 * Vietnamese and in English. Findings are data: they go into the answer. The code's sentences come
 * from the catalogue schemas/catalogue/findings.xml, so that wording changes need no rebuild; here
 * they arrive ready made.
 */
#ifndef SAMPAN_FINDING_H
#define SAMPAN_FINDING_H

#include "sampan/arena.h"
#include "sampan/buffer.h"

enum severity {
	SEVERITY_NOTE,    /* worth knowing, changes nothing */
	SEVERITY_WARNING, /* accepted, an officer may ask */
	SEVERITY_ERROR    /* the document is refused */
};

struct finding {
	enum severity severity;
	const char *code;  /* stable, lower case with dashes, such as "not-well-formed" */
	const char *path;  /* "/Envelope[1]/Body[1]"; "" when the whole document is meant */
	unsigned line;     /* from 1; 0 when there is none */
	const char *value; /* what was met, shortened; "" when there is none */
	const char *vi;
	const char *en;
};

/* A list in an arena. Plain value: init, put, read. */
struct findings {
	struct arena *arena;
	struct finding *items;
	size_t count;
	size_t room;
	size_t errors; /* how many have SEVERITY_ERROR, also of those beyond the limit */
	size_t beyond; /* how many were not kept because of LIMIT_FINDINGS */
};

/* Begin empty. The arena is borrowed for the life of the list. */
void findings_init(struct findings *findings, struct arena *arena);

/*
 * Add one; all texts are copied, values cut at 200 bytes at a character's border. Beyond
 * LIMIT_FINDINGS only counted.
 */
enum err findings_put(struct findings *findings, const struct finding *finding);

bool findings_has_errors(const struct findings *findings);

/* The word of interface.md: "note", "warning", "error". */
const char *severity_name(enum severity severity);

/* Binary form for the calls between roles (pack.h). The reader copies into the findings' arena. */
void findings_pack(struct buffer *to, const struct findings *findings);
enum err findings_unpack(struct bytes from, struct findings *findings);

#endif
