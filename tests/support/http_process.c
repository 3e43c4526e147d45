#include "tests/support/http_process.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sampan/certificate.h"
#include "sampan/process.h"

#define ARENA_BYTES ((size_t)1 << 20)

/* In the child: never returns into the test. */
static _Noreturn void serve(const struct http_options *options, int tell)
{
	struct http_scene scene = {0};
	const char *message = "";
	struct loop *loop = NULL;
	uint16_t port;

	process_harden();
	if (loop_new(&loop) != OK ||
	    http_open(loop, options, &http_scene_handlers, &scene, &scene.http, &message) != OK) {
		fprintf(stderr, "%s\n", message);
		_exit(1);
	}
	port = http_port(scene.http);
	if (write(tell, &port, sizeof(port)) != (ssize_t)sizeof(port) || close(tell) != 0 ||
	    loop_run(loop) != OK)
		_exit(2);
	http_close(scene.http);
	loop_free(loop);
	_exit(0);
}

struct http_process http_process_begin(const struct http_limits *limits, struct bytes client_ca)
{
	struct http_process process = {.arena = arena_new(ARENA_BYTES)};
	struct http_options options = {.address = "127.0.0.1", .client_ca = client_ca};
	int ends[2];

	assert_int_equal(certificate_new_server("vn.sampan.example", "VN", process.arena,
						&options.key, &options.certificate),
			 OK);
	if (limits != NULL)
		options.limits = *limits;
	process.certificate = options.certificate;
	assert_int_equal(pipe(ends), 0);
	process.pid = fork();
	assert_true(process.pid >= 0);
	if (process.pid == 0) {
		close(ends[0]);
		serve(&options, ends[1]);
	}
	close(ends[1]);
	if (read(ends[0], &process.port, sizeof(process.port)) != (ssize_t)sizeof(process.port))
		fail_msg("the server did not begin");
	close(ends[0]);
	return process;
}

bool http_process_end(struct http_process *process)
{
	int status = -1;

	(void)kill(process->pid, SIGTERM);
	(void)waitpid(process->pid, &status, 0);
	arena_free(process->arena);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

size_t http_process_memory(const struct http_process *process)
{
	char path[64], line[256];
	size_t kilobytes = 0;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%ld/status", (long)process->pid);
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "VmRSS: %zu", &kilobytes) == 1)
			break;
	fclose(file);
	assert_true(kilobytes > 0);
	return kilobytes * 1024;
}
