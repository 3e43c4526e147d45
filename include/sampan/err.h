/*
 * err - how the world fails.
 *
 * An error says that the world failed (disk, memory, partner, configuration); what is wrong with a
 * document is a finding (finding.h), never an error. 0 is OK. Any function may return ERR_MEMORY
 * where it allocates; headers do not repeat that. Outputs are untouched on failure unless a header
 * says otherwise.
 */
#ifndef SAMPAN_ERR_H
#define SAMPAN_ERR_H

#include <stdbool.h>

enum err {
	OK = 0,
	ERR_MEMORY,      /* out of memory, or an arena's bound was reached */
	ERR_LIMIT,       /* larger than a named limit (limit.h) */
	ERR_FORMAT,      /* bytes that do not follow their format */
	ERR_MISSING,     /* no such thing */
	ERR_EXISTS,      /* it is there already */
	ERR_CONFLICT,    /* the head moved: read again and retry */
	ERR_UNKNOWN,     /* the outcome is unknown: read again before retrying */
	ERR_FULL,        /* no space left: held until there is */
	ERR_UNAVAILABLE, /* the other side does not answer now: retry later */
	ERR_DENIED,      /* not allowed */
	ERR_IO,          /* a file, socket or system call failed */
	ERR_CORRUPT,     /* stored bytes do not have the hash they must have */
	ERR_VERSION,     /* written in a format that this program does not know */
	ERR_CONFIG,      /* configuration or schema data is wrong */
	ERR_USAGE,       /* the caller's arguments make no sense */
	ERR_ARCHIVED,    /* it is in an archive that is not here (archive.h) */
	ERR_LOST,        /* what signed it was lost in a restore: there will be none (receipt.h) */
	ERR_COUNT
};

/*
 * A short fixed English word for logs, such as "missing". Never NULL, also for values out of range.
 */
const char *err_name(enum err err);

/* One sentence that tells a person what happened, without full stop. Never NULL. */
const char *err_text(enum err err);

/*
 * The sysexits code the command line ends with (interface.md): 0, 64, 65, 66, 69, 70, 73, 75, 77 or
 * 78.
 */
int err_exit_code(enum err err);

/*
 * For logs: is it an error, and another than the last time? *last is what came last. What stays
 * wrong is told once, not at every try.
 */
bool err_is_news(enum err *last, enum err err);

#endif
