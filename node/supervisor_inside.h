/*
 * supervisor_inside - what the parts of the supervisor share: supervisor.c (starting, hearing, draining)
 * and supervisor_reload.c. Nobody else includes it.
 */
#ifndef NODE_SUPERVISOR_INSIDE_H
#define NODE_SUPERVISOR_INSIDE_H

#include "node/child.h"
#include "node/doorway.h"
#include "node/supervisor.h"

#define SUPERVISOR_CHILDREN 80u

/*
 * To reload, the door lets go first while all behind it still answers, then the others end; only then
 * the new ones are started. Meanwhile connections wait at the listening socket, which stays open.
 */
enum supervisor_phase { PHASE_RUNNING, PHASE_RELOADING_DOOR, PHASE_RELOADING_REST, PHASE_DRAINING };

struct supervisor {
	struct config *config;
	struct arena *arena; /* emptied at each reload */
	struct role log;
	struct child children[SUPERVISOR_CHILDREN];
	size_t child_count;
	enum supervisor_phase phase;
	size_t drain_stage;
	uint64_t until_ms; /* of the phase, but the running one; then SIGKILL */
	bool wants_reload; /* once more, behind the one that goes on */
	bool is_announced;
	bool has_been_up;
	int code; /* with which it ends */
	struct doorway doorway;
	int signal_fd;
	int lock_fd;
};

/* ---- supervisor_reload.c ---- */

/* SIGHUP: take up the configuration when it is good, otherwise say why not. */
void supervisor_reload(struct supervisor *supervisor);

/* In a phase of reloading: as far as it goes now. */
void supervisor_reload_go_on(struct supervisor *supervisor);

#endif
