/*
 * stamp_post - the courier has checkpoints stamped by a time stamping authority (RFC 3161), as
 * node.yaml says (`stamps`): how often, by whom.
 *
 * It asks the clerk what could be stamped, the authority for a stamp with a nonce of its own, and a
 * worker whether the reply is good; then the ledger stores it (stamped.h). One thing at a time. A
 * stamp whose time is not within a few minutes of this machine's is refused like any other bad one.
 * What fails is tried again with growing pauses, told once, and holds up nothing else: stamps
 * are proof beside the ledger's own. Without the section nothing is done.
 */
#ifndef NODE_STAMP_POST_H
#define NODE_STAMP_POST_H

#include "node/pool.h"
#include "node/role.h"
#include "node/stamped.h"

struct stamp_post;

struct stamp_post_pace {
	uint32_t tick_ms;
	uint32_t look_again_ms; /* whether something is due */
	uint32_t connect_ms, total_ms;
	uint32_t first_pause_ms, longest_pause_ms; /* after a failure, doubling */
};

/* That of docs/configuration.md. */
extern const struct stamp_post_pace stamp_post_pace;

/* Is a stamp due? By hours and records of the configuration. */
bool stamp_post_is_due(const struct config_stamps *stamps, const struct stamped_news *news,
		       uint64_t now_ms);

/* Is the time of a stamp believed? Not before what it stamps was there, nor of a time to come. */
bool stamp_post_is_near(uint64_t time_ms, uint64_t now_ms);

/*
 * Read authorities, before the sandbox closes. Role, pace and pool are borrowed. OK with NULL:
 * nobody stamps here, or a file cannot be used, which is logged.
 */
enum err stamp_post_open(struct role *role, struct pool *pool, const struct stamp_post_pace *pace,
			 struct stamp_post **ret_post);
void stamp_post_close(struct stamp_post *post); /* before the pool; NULL is accepted */

#endif
