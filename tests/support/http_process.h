/*
 * http_process - the HTTPS server of the gate in a process of its own, on its loop and by the real
 * clock, with the handlers of http_scene: for programs that connect by themselves, and for what
 * only a second process can measure.
 */
#ifndef TESTS_SUPPORT_HTTP_PROCESS_H
#define TESTS_SUPPORT_HTTP_PROCESS_H

#include <sys/types.h>

#include "tests/support/http_scene.h"

struct http_process {
	pid_t pid;
	uint16_t port;
	struct arena *arena;
	struct bytes certificate; /* PEM, the server's */
};

struct http_process http_process_begin(const struct http_limits *limits, struct bytes client_ca);
/* Ends by SIGTERM; false: it did not end with 0. */
bool http_process_end(struct http_process *process);

/* Its resident memory now. */
size_t http_process_memory(const struct http_process *process);

#endif
