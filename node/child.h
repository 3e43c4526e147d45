/*
 * child - one process of a role, as the supervisor keeps it: started by exec from this program's own
 * file, heard through a pipe. Only supervisor.c uses it.
 */
#ifndef NODE_CHILD_H
#define NODE_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sampan/err.h"

struct child {
	const char *name; /* of its role; static */
	size_t stage;
	unsigned index;
	pid_t pid;    /* 0: not running */
	int ready_fd; /* -1: it is not heard any more */
	bool is_ready;
	bool is_retired; /* not started again: it has let go, or the configuration wants fewer */
	uint64_t started_ms;
	uint64_t start_at_ms; /* when it is not running */
	uint64_t delay_ms;
};

/* What a child is given besides its name. */
struct child_start {
	const char *config_path;
	int door_fd; /* the listening socket of the door over HTTPS; -1: none */
};

/* A child that is not running. name: static. */
struct child child_new(const char *name, size_t stage, unsigned index);

/*
 * Start its process, which dies with this one. OK: pid and ready_fd are set. ERR_UNAVAILABLE: errno
 * says why, and nothing runs.
 */
enum err child_run(struct child *child, const struct child_start *start);

enum child_word {
	CHILD_READY,  /* it has opened what it needs */
	CHILD_LET_GO, /* it ends, and holds nothing any more that the next of its kind needs */
	CHILD_SILENT  /* it says no more */
};

/* Something came through its pipe. */
enum child_word child_hear(struct child *child);

/* Its process has ended: nothing of it is held any more. */
void child_ended(struct child *child);

#endif
