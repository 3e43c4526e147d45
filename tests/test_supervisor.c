/*
 * The supervisor with real roles: this program is also `sampan role`, because roles are exec'ed
 * from /proc/self/exe. What happens is read from the log and from $NOTIFY_SOCKET, so nothing waits
 * for a time.
 */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/command.h"
#include "node/file.h"
#include "node/setup.h"
#include "node/supervisor.h"
#include "sampan/net.h"
#include "tests/support/patience.h"

#define NODE_YAML "country: VN\nname: vn.sampan.example\nworkers: 1\n"

struct node {
	char directory[64];
	struct arena *arena;
	pid_t supervisor;
	int log_fd;
	int notify_fd;
	char line[4096];
	size_t line_len;
};

/* ---- The rule of restarting ---- */

static void the_first_restart_is_immediate_and_later_ones_wait_longer(void **state)
{
	const uint64_t expected[] = {0, 100, 200, 400, 800, 1600, 3200, 5000, 5000};
	uint64_t delay_ms = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		assert_int_equal(supervisor_restart_at(1000, 1005, &delay_ms), 1005 + expected[i]);
}

static void who_lived_for_long_is_restarted_at_once_again(void **state)
{
	uint64_t delay_ms = 0;

	(void)state;
	for (int i = 0; i < 5; i++)
		(void)supervisor_restart_at(0, 1, &delay_ms);
	assert_int_equal(supervisor_restart_at(0, SUPERVISOR_SOUND_MS, &delay_ms),
			 SUPERVISOR_SOUND_MS);
	assert_int_equal(supervisor_restart_at(0, 1, &delay_ms), 1 + SUPERVISOR_FIRST_DELAY_MS);
}

/* ---- A node ---- */

static const char *path_of(struct node *node, const char *name)
{
	return arena_format(node->arena, "%s/%s", node->directory, name);
}

static void write_config(struct node *node, const char *text)
{
	assert_int_equal(file_replace(path_of(node, "node.yaml"), bytes_of_text(text)), OK);
}

static int begin(void **state)
{
	struct node *node = calloc(1, sizeof(*node));
	const struct setup setup = {.directory = node->directory, .country = "VN"};
	const char *message = "";

	strcpy(node->directory, "/tmp/sampan-super-XXXXXX");
	assert_non_null(mkdtemp(node->directory));
	node->arena = arena_new(1024 * 1024);
	node->log_fd = node->notify_fd = -1;
	if (setup_make(&setup, node->arena, &message) != OK)
		fail_msg("%s", message);
	write_config(node, NODE_YAML);
	*state = node;
	return 0;
}

static int end(void **state)
{
	struct node *node = *state;
	char command[128];

	if (node->supervisor != 0) {
		(void)kill(node->supervisor, SIGKILL);
		(void)waitpid(node->supervisor, NULL, 0);
	}
	close(node->log_fd);
	close(node->notify_fd);
	(void)snprintf(command, sizeof(command), "rm -rf %s", node->directory);
	assert_int_equal(system(command), 0);
	arena_free(node->arena);
	free(node);
	return 0;
}

static void open_notify(struct node *node)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s/notify", node->directory);
	(void)unlink(address.sun_path);
	if (node->notify_fd >= 0)
		close(node->notify_fd);
	node->notify_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(node->notify_fd, (const struct sockaddr *)&address, sizeof(address)),
			 0);
	assert_int_equal(setenv("NOTIFY_SOCKET", address.sun_path, 1), 0);
}

static int run_supervisor(struct node *node)
{
	struct config *config;
	const char *message = "";

	if (config_load(path_of(node, "node.yaml"), node->arena, &config, &message) != OK)
		return EX_CONFIG;
	return supervisor_run(config);
}

static void start(struct node *node)
{
	int log[2];

	open_notify(node);
	assert_int_equal(pipe(log), 0);
	node->supervisor = fork();
	if (node->supervisor == 0) {
		dup2(log[1], STDERR_FILENO);
		close(log[0]);
		close(log[1]);
		_exit(run_supervisor(node));
	}
	close(log[1]);
	if (node->log_fd >= 0)
		close(node->log_fd);
	node->log_fd = log[0];
	node->line_len = 0;
}

static bool wait_for(int fd)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

	return poll(&poll_fd, 1, PATIENCE_MS) == 1;
}

static void expect_notice(struct node *node, const char *text)
{
	char notice[64] = {0};

	if (!wait_for(node->notify_fd))
		fail_msg("no notice came; expected %s", text);
	assert_true(recv(node->notify_fd, notice, sizeof(notice) - 1, 0) > 0);
	assert_string_equal(notice, text);
}

/*
 * The next line of the log, without its end; NULL when the log is over. Borrowed until the next
 * call.
 */
static const char *next_line(struct node *node)
{
	static char line[4096];

	for (;;) {
		char *newline = memchr(node->line, '\n', node->line_len);
		ssize_t got;

		if (newline != NULL) {
			size_t len = (size_t)(newline - node->line);

			memcpy(line, node->line, len);
			line[len] = '\0';
			node->line_len -= len + 1;
			memmove(node->line, newline + 1, node->line_len);
			return line;
		}
		if (!wait_for(node->log_fd))
			fail_msg("the log is silent");
		got = read(node->log_fd, node->line + node->line_len,
			   sizeof(node->line) - node->line_len);
		if (got <= 0)
			return NULL;
		node->line_len += (size_t)got;
	}
}

/* Read on until a line begins so; returns its pid= or 0. */
static long expect_line(struct node *node, const char *prefix)
{
	const char *line, *pid;

	while ((line = next_line(node)) != NULL) {
		if (strncmp(line, prefix, strlen(prefix)) != 0)
			continue;
		pid = strstr(line, "pid=");
		return pid == NULL ? 0 : strtol(pid + 4, NULL, 10);
	}
	fail_msg("the log ended before \"%s\"", prefix);
	return 0;
}

static int exit_code_of(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static const char *const roles[] = {"gate",   "courier", "worker index=0", "warden", "clerk",
				    "ledger", "seal"};

#define ROLE_COUNT (sizeof(roles) / sizeof(roles[0]))

/* The pids of all roles, in the order of `roles`, as each says that it is ready. */
static void expect_all_ready(struct node *node, long pids[ROLE_COUNT])
{
	size_t ready = 0;

	memset(pids, 0, ROLE_COUNT * sizeof(*pids));
	while (ready < ROLE_COUNT) {
		const char *line = next_line(node);

		if (line == NULL)
			fail_msg("the log ended before all roles were ready");
		for (size_t i = 0; i < ROLE_COUNT; i++) {
			const char *prefix =
				arena_format(node->arena, "info ready role=%s ", roles[i]);

			if (strncmp(line, prefix, strlen(prefix)) == 0) {
				ready += pids[i] == 0 ? 1 : 0;
				pids[i] = strtol(strstr(line, "pid=") + 4, NULL, 10);
			}
		}
	}
}

static void a_node_comes_up_and_drains_doors_first(void **state)
{
	struct node *node = *state;
	long pids[ROLE_COUNT];

	start(node);
	expect_all_ready(node, pids);
	expect_notice(node, "READY=1");
	assert_int_equal(kill(node->supervisor, SIGTERM), 0);
	expect_notice(node, "STOPPING=1");
	for (size_t i = 0; i < ROLE_COUNT; i++)
		(void)expect_line(node,
				  arena_format(node->arena, "info stopped role=%s", roles[i]));
	assert_int_equal(exit_code_of(node->supervisor), 0);
	node->supervisor = 0;
}

static void a_role_that_is_killed_is_started_anew(void **state)
{
	struct node *node = *state;
	long pids[ROLE_COUNT];

	start(node);
	expect_all_ready(node, pids);
	for (size_t i = 0; i < ROLE_COUNT; i++) {
		long again;

		assert_int_equal(kill((pid_t)pids[i], SIGKILL), 0);
		(void)expect_line(node, "warn role-ended");
		again = expect_line(node,
				    arena_format(node->arena, "info ready role=%s", roles[i]));
		assert_int_not_equal(again, pids[i]);
	}
}

static void the_roles_die_with_their_supervisor(void **state)
{
	struct node *node = *state;
	int fds[ROLE_COUNT];
	long pids[ROLE_COUNT];

	start(node);
	expect_all_ready(node, pids);
	for (size_t i = 0; i < ROLE_COUNT; i++) {
		fds[i] = (int)syscall(SYS_pidfd_open, (pid_t)pids[i], 0);
		assert_true(fds[i] >= 0);
	}
	assert_int_equal(kill(node->supervisor, SIGKILL), 0);
	assert_int_equal(exit_code_of(node->supervisor), -SIGKILL);
	for (size_t i = 0; i < ROLE_COUNT; i++) {
		assert_true(wait_for(fds[i]));
		close(fds[i]);
	}
	/* And what they held is free again: the node comes up at once. */
	start(node);
	expect_all_ready(node, pids);
	expect_notice(node, "READY=1");
}

static void a_second_supervisor_is_refused(void **state)
{
	struct node *node = *state;
	struct node other = *node;
	long pids[ROLE_COUNT];

	start(node);
	expect_all_ready(node, pids);
	other.log_fd = other.notify_fd = -1;
	start(&other);
	(void)expect_line(&other, "error already-running");
	assert_int_equal(exit_code_of(other.supervisor), EX_TEMPFAIL);
	close(other.log_fd);
	close(other.notify_fd);
}

static void a_reload_takes_a_valid_configuration_and_refuses_another(void **state)
{
	struct node *node = *state;
	long before[ROLE_COUNT], after[ROLE_COUNT];

	start(node);
	expect_all_ready(node, before);
	expect_notice(node, "READY=1");
	write_config(node, NODE_YAML "colour: red\n");
	assert_int_equal(kill(node->supervisor, SIGHUP), 0);
	(void)expect_line(node, "error reload-refused role=node why=");
	expect_notice(node, "RELOADING=1");
	expect_notice(node, "READY=1");
	for (size_t i = 0; i < ROLE_COUNT; i++)
		assert_int_equal(kill((pid_t)before[i], 0), 0);
	write_config(node, "country: TH\nname: th.sampan.example\n");
	assert_int_equal(kill(node->supervisor, SIGHUP), 0);
	(void)expect_line(node, "error reload-refused role=node why=\"a node never changes");
	write_config(node, "country: VN\nname: vn.sampan.example\nworkers: 2\n");
	assert_int_equal(kill(node->supervisor, SIGHUP), 0);
	(void)expect_line(node, "info reloading");
	expect_all_ready(node, after);
	for (size_t i = 0; i < ROLE_COUNT; i++)
		assert_int_not_equal(before[i], after[i]);
}

/* ---- The door over HTTPS ---- */

static int listen_somewhere(uint16_t *ret_port)
{
	int fd = -1;

	assert_int_equal(net_listen("127.0.0.1", 0, &fd, ret_port), OK);
	return fd;
}

static void write_door(struct node *node, const char *address, unsigned port)
{
	write_config(node,
		     arena_format(node->arena, NODE_YAML "https:\n  address: \"%s\"\n  port: %u\n",
				  address, port));
}

/* The line of the log that says why, and the exit code. */
static void expect_end(struct node *node, const char *why, int code)
{
	const char *line;

	while ((line = next_line(node)) != NULL && strstr(line, why) == NULL)
		continue;
	if (line == NULL)
		fail_msg("nothing says \"%s\"", why);
	assert_int_equal(exit_code_of(node->supervisor), code);
	node->supervisor = 0;
}

static void a_taken_port_ends_the_node_and_says_who_has_it_and_what_to_do(void **state)
{
	struct node *node = *state;
	uint16_t port = 0;
	int fd = listen_somewhere(&port);

	write_door(node, "127.0.0.1", port);
	start(node);
	expect_end(node,
		   arena_format(node->arena,
				"error https-failed role=node address=127.0.0.1 port=%u "
				"file=%s why=\"another program listens there\" "
				"held-by=\"test_supervisor (pid %ld)\" do=\"end it, or write",
				port, path_of(node, "node.yaml"), (long)getpid()),
		   EX_UNAVAILABLE);
	close(fd);
}

static void an_address_that_is_not_of_this_machine_ends_the_node(void **state)
{
	struct node *node = *state;

	write_door(node, "192.0.2.1", 8443);
	start(node);
	expect_end(node, "why=\"this machine has no such address\"", EX_CONFIG);
}

static void a_certificate_that_cannot_be_used_ends_a_node_that_was_never_up(void **state)
{
	struct node *node = *state;

	write_door(node, "127.0.0.1", 0);
	assert_int_equal(file_replace(path_of(node, "keys/door.crt"), bytes_of_text("no PEM")), OK);
	start(node);
	(void)expect_line(node, "error https-failed role=gate");
	expect_end(node, "error cannot-start role=node name=gate", EX_CONFIG);
}

/* What was up goes on trying, and the door is open again as soon as the file is good again. */
static void a_node_that_was_up_outlives_a_bad_certificate(void **state)
{
	struct node *node = *state;
	struct bytes certificate;
	long pids[ROLE_COUNT];

	write_door(node, "127.0.0.1", 0);
	start(node);
	expect_all_ready(node, pids);
	expect_notice(node, "READY=1");
	assert_int_equal(
		file_read(path_of(node, "keys/door.crt"), 65536, node->arena, &certificate), OK);
	assert_int_equal(file_replace(path_of(node, "keys/door.crt"), bytes_of_text("no PEM")), OK);
	assert_int_equal(kill((pid_t)pids[0], SIGKILL), 0);
	(void)expect_line(node, "error https-failed role=gate");
	(void)expect_line(node, "warn role-ended role=node name=gate");
	assert_int_equal(file_replace(path_of(node, "keys/door.crt"), certificate), OK);
	assert_int_equal(kill(node->supervisor, SIGHUP), 0);
	expect_all_ready(node, pids);
}

static void a_reload_to_a_bad_certificate_is_refused_and_the_door_stays(void **state)
{
	struct node *node = *state;
	long pids[ROLE_COUNT];

	write_door(node, "127.0.0.1", 0);
	start(node);
	expect_all_ready(node, pids);
	assert_int_equal(file_replace(path_of(node, "keys/door.crt"), bytes_of_text("no PEM")), OK);
	assert_int_equal(kill(node->supervisor, SIGHUP), 0);
	(void)expect_line(node, "error https-failed role=node certificate=");
	(void)expect_line(node, "error reload-refused");
	for (size_t i = 0; i < ROLE_COUNT; i++)
		assert_int_equal(kill((pid_t)pids[i], 0), 0);
}

static void a_reload_to_a_taken_port_is_refused_and_the_door_stays(void **state)
{
	struct node *node = *state;
	uint16_t port = 0;
	int fd = listen_somewhere(&port);
	long pids[ROLE_COUNT];

	write_door(node, "127.0.0.1", 0);
	start(node);
	expect_all_ready(node, pids);
	write_door(node, "127.0.0.1", port);
	assert_int_equal(kill(node->supervisor, SIGHUP), 0);
	(void)expect_line(node, "error https-failed role=node");
	(void)expect_line(node, "error reload-refused");
	for (size_t i = 0; i < ROLE_COUNT; i++)
		assert_int_equal(kill((pid_t)pids[i], 0), 0);
	close(fd);
}

static void a_node_without_its_seals_memory_runs_and_signs_nothing(void **state)
{
	struct node *node = *state;

	assert_int_equal(unlink(path_of(node, "seal/last")), 0);
	start(node);
	(void)expect_line(node, "error open-failed role=seal error=missing");
	assert_int_equal(kill(node->supervisor, SIGTERM), 0);
	assert_int_equal(exit_code_of(node->supervisor), 0);
	node->supervisor = 0;
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_restart_is_immediate_and_later_ones_wait_longer),
		cmocka_unit_test(who_lived_for_long_is_restarted_at_once_again),
		TEST(a_node_comes_up_and_drains_doors_first),
		TEST(a_role_that_is_killed_is_started_anew),
		TEST(the_roles_die_with_their_supervisor),
		TEST(a_second_supervisor_is_refused),
		TEST(a_reload_takes_a_valid_configuration_and_refuses_another),
		TEST(a_taken_port_ends_the_node_and_says_who_has_it_and_what_to_do),
		TEST(an_address_that_is_not_of_this_machine_ends_the_node),
		TEST(a_certificate_that_cannot_be_used_ends_a_node_that_was_never_up),
		TEST(a_node_that_was_up_outlives_a_bad_certificate),
		TEST(a_reload_to_a_bad_certificate_is_refused_and_the_door_stays),
		TEST(a_reload_to_a_taken_port_is_refused_and_the_door_stays),
		TEST(a_node_without_its_seals_memory_runs_and_signs_nothing),
	};

	if (argc > 1 && strcmp(argv[1], "role") == 0)
		return cmd_role(argc - 1, argv + 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
