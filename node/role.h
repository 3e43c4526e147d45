/*
 * role - what the small processes of a node have in common: how one is started and what it is
 * given.
 *
 * `sampan role NAME --config FILE [--index N]` is exec'ed by the supervisor. role_run() loads the
 * configuration, lets the role open what it needs (files, keys, endpoints), closes the sandbox
 * around it, then runs its loop until SIGTERM. All endpoints are ipc sockets below DIRECTORY/run:
 * role_endpoint().
 */
#ifndef NODE_ROLE_H
#define NODE_ROLE_H

#include "node/loop.h"
#include "sampan/config.h"

#define ROLE_KEPT_BYTES (16 * 1024 * 1024) /* freed memory that a role keeps for what comes next */

struct role {
	const char *name; /* "gate" */
	unsigned index;   /* which worker; 0 for the others */
	const struct config *config;
	struct loop *loop;
	struct arena *arena; /* lives as long as the process */
	void *state;         /* the role's own, set by open() */
	int door_fd;  /* the listening socket of the door over HTTPS; -1: none was handed down */
	int ready_fd; /* to the supervisor; -1: none */
	bool has_let_go;
};

struct role_table {
	const char *name;
	/*
	 * Open everything that needs files, keys or new listening sockets. An error ends the
	 * process (the supervisor starts it again).
	 */
	enum err (*open)(struct role *role);
	/*
	 * Begin the threads that it needs, none of which met anything from outside: between both layers of
	 * the sandbox, so that they have both, as the role itself. NULL: none.
	 */
	enum err (*begin_threads)(struct role *role);
	/* Drain and release. */
	void (*close)(struct role *role);
	unsigned may; /* enum role_may bits: what the sandbox leaves open after open() */
};

enum role_may {
	ROLE_MAY_READ_FILES = 1,  /* below DIRECTORY/parties only */
	ROLE_MAY_WRITE_FILES = 2, /* below DIRECTORY/parties only */
	ROLE_MAY_LEDGER = 4,      /* DIRECTORY/ledger */
	ROLE_MAY_SEAL = 8,        /* DIRECTORY/seal */
	ROLE_MAY_TCP = 16,        /* internet sockets */
	ROLE_MAY_SERVE = 32,      /* the door over HTTPS: opened before, accepts afterwards */
	ROLE_MAY_ANSWER = 64      /* no more than an endpoint of its own in run/ */
};

extern const struct role_table role_gate, role_courier, role_worker, role_ledger, role_clerk,
	role_seal, role_warden;

/*
 * Be the role until SIGTERM: config, harden, open, sandbox, tell the supervisor through ready_fd
 * (-1: nobody waits), loop, close.
 * parent: the supervisor's pid, with which this process dies (0: none). Returns the process's exit
 * code.
 */
struct role_start {
	const char *config_path;
	unsigned index;
	int ready_fd;
	int door_fd; /* -1: none */
	long parent;
};
int role_run(const struct role_table *table, const struct role_start *start);

/* What a role writes to its ready_fd. */
#define ROLE_SAYS_READY 'r'
#define ROLE_SAYS_LET_GO 'd'

/*
 * Tell the supervisor that the next process of this role may be started, beside this one which goes on
 * with what is under way. services: the names of endpoints in run/ that the next one takes, up to
 * NULL; nobody finds them here any more.
 */
void role_let_go(struct role *role, const char *const *services);

/* The role of a name ("gate"); NULL when there is none. */
const struct role_table *role_find(const char *name);

/*
 * The ipc endpoint of a service of this node ("ledger", "clerk", "seal", "gate-pool",
 * "courier-pool", "admin"), in the arena.
 */
const char *role_endpoint(const struct config *config, const char *service, struct arena *arena);

/*
 * One log line to stderr: `level event key=value ...`. Never payload, never keys. level: "info",
 * "warn", "error".
 */
void role_log(const struct role *role, const char *level, const char *event, const char *format,
	      ...) __attribute__((format(printf, 4, 5)));

#endif
