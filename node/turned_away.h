/*
 * turned_away - the record of what was refused, and what lists say of it (intake.h).
 */
#ifndef NODE_TURNED_AWAY_H
#define NODE_TURNED_AWAY_H

#include "node/intake.h"

/*
 * Record SubmissionRejection with the findings: hash, kind, reference and code, never the payload; and keep it for
 * lists (message.h).
 */
enum err turned_away_record(const struct turn *turn, const struct intake *intake,
			    const char *sha256, const char *code, uint64_t *ret_number);

#endif
