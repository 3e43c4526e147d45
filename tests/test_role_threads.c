/*
 * role: what a role begins its threads with, between both layers of its sandbox (node/role.c:live).
 */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/role.h"
#include "node/setup.h"

/* What a role that stands in for the ledger's finds at its stations; exit codes say which was not so. */
#define SKIPPED 77

static bool may_read_schemas(const struct role *role)
{
	int fd = open(role->config->schemas, O_RDONLY | O_DIRECTORY);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static enum err open_probe(struct role *role)
{
	int fd = open("/etc/passwd", O_RDONLY);

	if (fd >= 0)
		_exit(SKIPPED); /* a kernel without Landlock */
	if (!may_read_schemas(role))
		_exit(1);
	return OK;
}

static void *return_at_once(void *context)
{
	return context;
}

static void end_probe(void *context)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, return_at_once, NULL) == 0)
		_exit(2); /* both layers are closed now */
	loop_stop(context);
}

static enum err begin_threads_of_probe(struct role *role)
{
	pthread_t thread;

	if (may_read_schemas(role))
		_exit(3);
	if (pthread_create(&thread, NULL, return_at_once, NULL) != 0 ||
	    pthread_join(thread, NULL) != 0)
		_exit(4);
	return loop_idle(role->loop, end_probe, role->loop);
}

static void close_probe(struct role *role)
{
	(void)role;
}

static const struct role_table probe = {.name = "probe",
					.open = open_probe,
					.begin_threads = begin_threads_of_probe,
					.close = close_probe,
					.may = ROLE_MAY_LEDGER};

static void a_role_begins_its_threads_between_both_layers(void **state)
{
	struct arena *arena = arena_new((size_t)16 * 1024 * 1024);
	char directory[] = "/tmp/sampan-threads-XXXXXX";
	struct setup setup = {.directory = directory, .country = "VN"};
	struct role_start start = {.ready_fd = -1, .door_fd = -1};
	const char *message = "";
	int status;
	pid_t child;

	(void)state;
	assert_non_null(mkdtemp(directory));
	assert_int_equal(setup_make(&setup, arena, &message), OK);
	start.config_path = arena_format(arena, "%s/node.yaml", directory);
	child = fork();
	if (child == 0)
		_exit(role_run(&probe, &start));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(system(arena_format(arena, "rm -rf %s", directory)), 0);
	arena_free(arena);
	if (WEXITSTATUS(status) == SKIPPED) {
		print_message("the kernel lacks Landlock\n");
		skip();
	}
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_role_begins_its_threads_between_both_layers),
	};

	return cmocka_run_group_tests_name("role_threads", tests, NULL, NULL);
}
