/*
 * sandbox - what a process gives up before it meets untrusted bytes (adapters/sandbox_linux.c:
 * Landlock and seccomp).
 *
 * Nothing can be taken back. sandbox_limit_paths() must come before the process has threads: it
 * binds the calling thread and those it begins later; a second call can only narrow.
 * sandbox_limit_calls() binds all threads at once. Where the kernel lacks one of them the answer is
 * ERR_UNAVAILABLE, nothing was done, and the node says so and runs.
 */
#ifndef SAMPAN_SANDBOX_H
#define SAMPAN_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "sampan/err.h"

/*
 * Only files below these paths can be opened, made or removed from now on; nothing can be executed.
 * NULL ends a list; what is not there is passed over. Of what is below `list` folders can be opened
 * (to list or sync them), files not.
 */
struct sandbox_paths {
	const char *const *list;
	const char *const *read;
	const char *const *write;
	/*
	 * Nothing is bound or connected over TCP any more, by whatever socket; what listens goes on
	 * to accept. Passed over where the kernel is older than 6.7: there seccomp keeps new
	 * internet sockets away, but one that was accepted could be turned round.
	 */
	bool no_tcp;
};

enum err sandbox_limit_paths(const struct sandbox_paths *paths);

struct sandbox_calls {
	bool may_open;   /* files at all (sandbox_limit_paths() says which) */
	bool may_tcp;    /* internet sockets; local sockets are always allowed */
	bool may_thread; /* further threads */
};

/*
 * Refused from now on, with EPERM, in all threads: to begin programs or processes, to trace or
 * signal others, or to limit or slow them, to mount, to change users, modules, clocks or
 * namespaces, io_uring, raw and other socket families; without may_open also every call that opens,
 * makes, renames or removes a file, to be a server, and memory that can be executed.
 */
enum err sandbox_limit_calls(const struct sandbox_calls *calls);

/*
 * The address space can grow to max_bytes. Without effect under AddressSanitizer, which needs
 * terabytes of it.
 */
enum err sandbox_limit_memory(size_t max_bytes);

#endif
