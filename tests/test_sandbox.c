#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sampan/engine_ahead.h"
#include "sampan/sandbox.h"
#include "sampan/socket.h"

/*
 * What is tried in the child returns 0 when it was as expected, else a small number that says which
 * step was not. The child ends by _exit, because a sanitizer's check at exit needs what the sandbox
 * forbids.
 */
typedef int attempt(const char *below);

#define SKIPPED 77

static char folder[] = "/tmp/sampan-sandbox-XXXXXX";

static int run(attempt *try_it)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0)
		_exit(try_it(folder));
	assert_int_equal(waitpid(child, &status, 0), child);
	if (!WIFEXITED(status))
		fail_msg("the child was killed by signal %d", WTERMSIG(status));
	return WEXITSTATUS(status);
}

static void expect_all_right(attempt *try_it)
{
	int result = run(try_it);

	if (result == SKIPPED) {
		print_message("the kernel lacks it\n");
		skip();
	}
	if (result != 0)
		fail_msg("step %d was not as expected", result);
}

static int close_calls(bool may_open, bool may_tcp)
{
	const struct sandbox_calls calls = {
		.may_open = may_open, .may_tcp = may_tcp, .may_thread = may_tcp};
	enum err err = sandbox_limit_calls(&calls);

	return err == OK ? 0 : err == ERR_UNAVAILABLE ? SKIPPED : 99;
}

static bool is_refused(int result)
{
	return result < 0 && (errno == EPERM || errno == EACCES);
}

static int worker_files(const char *below)
{
	char path[128];
	int code = close_calls(false, false);

	(void)snprintf(path, sizeof(path), "%s/new", below);
	if (code != 0)
		return code;
	if (!is_refused(open("/etc/passwd", O_RDONLY)))
		return 1;
	if (!is_refused(open(path, O_WRONLY | O_CREAT, 0600)))
		return 2;
	if (!is_refused(mkdir(path, 0700)))
		return 3;
	if (!is_refused(unlink("/etc/passwd")))
		return 4;
	if (!is_refused(rename("/etc/passwd", path)))
		return 5;
	return 0;
}

static void a_worker_opens_and_makes_no_file(void **state)
{
	(void)state;
	expect_all_right(worker_files);
}

static int worker_programs(const char *below)
{
	char *const arguments[] = {NULL};
	int code = close_calls(false, false);

	(void)below;
	if (code != 0)
		return code;
	if (!is_refused(execve("/bin/true", arguments, arguments)))
		return 1;
	if (!is_refused(fork()))
		return 2;
	if (!is_refused(kill(getppid(), 0)))
		return 3;
	if (mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
	    MAP_FAILED)
		return 4;
	return 0;
}

static void a_worker_begins_no_program_and_signals_nobody(void **state)
{
	(void)state;
	expect_all_right(worker_programs);
}

static void *do_nothing(void *context)
{
	return context;
}

static int threads(bool may_tcp)
{
	pthread_t thread;
	int code = close_calls(true, may_tcp);

	if (code != 0)
		return code;
	if ((pthread_create(&thread, NULL, do_nothing, NULL) == 0) != may_tcp)
		return 1;
	return may_tcp && pthread_join(thread, NULL) != 0 ? 2 : 0;
}

static int threads_of_a_gate(const char *below)
{
	(void)below;
	return threads(false);
}

static int threads_of_a_courier(const char *below)
{
	(void)below;
	return threads(true);
}

static void only_a_courier_begins_threads(void **state)
{
	(void)state;
	expect_all_right(threads_of_a_gate);
	expect_all_right(threads_of_a_courier);
}

/* What the thread that commits may do, asked while it does. */
static struct {
	const struct engine_table *table;
	char path[128];
	bool may_read, may_connect, may_fork;
} committing;

static enum err probe(struct engine *engine, const struct engine_batch *batch, uint64_t *ret_head)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	committing.may_read = !is_refused(open(committing.path, O_RDONLY));
	committing.may_connect = !is_refused(socket(AF_INET, SOCK_STREAM, 0));
	committing.may_fork = !is_refused(child);
	return committing.table->commit(engine, batch, ret_head);
}

static enum err open_engine(struct engine **ret_engine)
{
	static struct engine_table probing;
	struct engine *inner;
	enum err err = engine_sim_open(&inner);

	if (err != OK)
		return err;
	committing.table = inner->table;
	probing = *inner->table;
	probing.commit = probe;
	inner->table = &probing;
	return engine_ahead_open(inner, ret_engine);
}

static int commit_within(const char *below, bool is_early)
{
	const char *const none[] = {NULL}, *readable[] = {below, NULL};
	const struct sandbox_paths wide = {.list = none, .read = readable, .write = none};
	const struct sandbox_paths narrow = {.list = none, .read = none, .write = none};
	const struct engine_batch batch = {.expected_head = 0};
	struct engine *engine;
	enum err err = sandbox_limit_paths(&wide);
	int code;

	(void)snprintf(committing.path, sizeof(committing.path), "%s/other", below);
	if (err != OK)
		return err == ERR_UNAVAILABLE ? SKIPPED : 1;
	if (open_engine(&engine) != OK || (is_early && engine_start(engine) != OK))
		return 2;
	if (sandbox_limit_paths(&narrow) != OK || engine_start(engine) != OK)
		return 3;
	if ((code = close_calls(true, false)) != 0)
		return code;
	if (engine_begin(engine, &batch, NULL, NULL) != OK || engine_end(engine, NULL) != OK)
		return 4;
	if (committing.may_connect || committing.may_fork)
		return 5;
	return committing.may_read == is_early ? 0 : 6;
}

static int commit_behind_the_first_layer(const char *below)
{
	return commit_within(below, true);
}

static int commit_behind_both(const char *below)
{
	return commit_within(below, false);
}

/* Begun before, it keeps the paths of the start: so roles begin it in between (node/role.c:live). */
static void the_thread_that_commits_is_bound_as_the_one_that_began_it(void **state)
{
	(void)state;
	expect_all_right(commit_behind_the_first_layer);
	expect_all_right(commit_behind_both);
}

static int worker_siblings(const char *below)
{
	struct rlimit limit = {0, 0};
	cpu_set_t set;
	int owner = getppid(), fds[2];
	int code = close_calls(false, false);

	(void)below;
	CPU_ZERO(&set);
	CPU_SET(0, &set);
	if (code != 0)
		return code;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0)
		return 1;
	if (!is_refused(prlimit(getppid(), RLIMIT_CPU, &limit, NULL)))
		return 2;
	if (!is_refused(fcntl(fds[0], F_SETOWN, getppid())) ||
	    !is_refused(ioctl(fds[0], FIOSETOWN, &owner)))
		return 3;
	if (!is_refused(setpriority(PRIO_PROCESS, (id_t)getppid(), 19)))
		return 4;
	if (!is_refused(sched_setaffinity(getppid(), sizeof(set), &set)))
		return 5;
	return prlimit(0, RLIMIT_CPU, NULL, &limit) == 0 ? 0 : 6;
}

static void a_worker_can_not_limit_slow_or_signal_its_siblings(void **state)
{
	(void)state;
	expect_all_right(worker_siblings);
}

/* Else it could take the place of the ledger while that is started anew. */
static int worker_servers(const char *below)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int code = close_calls(false, false), fd;

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s/ledger.ipc", below);
	if (code != 0)
		return code;
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0 || !is_refused(bind(fd, (struct sockaddr *)&address, sizeof(address))))
		return 1;
	return is_refused(listen(fd, 1)) ? 0 : 2;
}

static void a_worker_is_nobodys_server(void **state)
{
	(void)state;
	expect_all_right(worker_servers);
}

static int worker_sockets(const char *below)
{
	int code = close_calls(false, false);

	(void)below;
	if (code != 0)
		return code;
	if (!is_refused(socket(AF_INET, SOCK_STREAM, 0)))
		return 1;
	if (!is_refused(socket(AF_INET6, SOCK_DGRAM, 0)))
		return 2;
	if (!is_refused(socket(AF_NETLINK, SOCK_RAW, 0)))
		return 3;
	if (!is_refused(socket(AF_VSOCK, SOCK_STREAM, 0)))
		return 4;
	return socket(AF_UNIX, SOCK_STREAM, 0) >= 0 ? 0 : 5;
}

static void a_worker_has_local_sockets_only(void **state)
{
	(void)state;
	expect_all_right(worker_sockets);
}

static int tcp_sockets(const char *below)
{
	int code = close_calls(true, true);

	(void)below;
	if (code != 0)
		return code;
	if (socket(AF_INET, SOCK_STREAM, 0) < 0 || socket(AF_INET6, SOCK_STREAM, 0) < 0)
		return 1;
	if (!is_refused(socket(AF_PACKET, SOCK_RAW, 0)))
		return 2;
	if (open("/etc/passwd", O_RDONLY) < 0)
		return 3;
	return 0;
}

static void a_courier_has_internet_sockets_too(void **state)
{
	(void)state;
	expect_all_right(tcp_sockets);
}

static int abort_in_child(const char *below)
{
	(void)below;
	if (close_calls(false, false) != 0)
		return SKIPPED;
	raise(SIGKILL);
	return 1;
}

static void a_worker_can_still_kill_itself(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	if (child == 0)
		_exit(abort_in_child(folder));
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED)
		skip();
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static int listen_here(struct sockaddr_in *ret_address)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t len = sizeof(*ret_address);

	*ret_address = (struct sockaddr_in){.sin_family = AF_INET,
					    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	if (fd < 0 || bind(fd, (struct sockaddr *)ret_address, len) != 0 || listen(fd, 4) != 0 ||
	    getsockname(fd, (struct sockaddr *)ret_address, &len) != 0)
		return -1;
	return fd;
}

static bool can_turn_round(int fd, const struct sockaddr_in *to)
{
	const struct sockaddr nowhere = {.sa_family = AF_UNSPEC};

	(void)connect(fd, &nowhere, sizeof(nowhere));
	return connect(fd, (const struct sockaddr *)to, sizeof(*to)) == 0;
}

/* As the gate does it: one client came before the sandbox closed, the other could come later. */
static int gate_door(const char *below)
{
	const char *nothing[] = {NULL}, *run[] = {below, NULL};
	const struct sandbox_paths limits = {
		.list = nothing, .read = nothing, .write = run, .no_tcp = true};
	struct sockaddr_in address;
	int listener = listen_here(&address), client = socket(AF_INET, SOCK_STREAM, 0);
	int taken, code;

	if (listener < 0 || connect(client, (struct sockaddr *)&address, sizeof(address)) != 0)
		return 98;
	if (sandbox_limit_paths(&limits) != OK)
		return SKIPPED;
	if ((code = close_calls(true, false)) != 0)
		return code;
	if ((taken = accept(listener, NULL, NULL)) < 0 || write(client, "x", 1) != 1)
		return 1;
	if (!is_refused(socket(AF_INET, SOCK_STREAM, 0)) ||
	    !is_refused(socket(AF_INET6, SOCK_STREAM, 0)) ||
	    !is_refused(socket(AF_INET, SOCK_DGRAM, 0)))
		return 2;
	if (socket(AF_UNIX, SOCK_STREAM, 0) < 0)
		return 3;
	if (can_turn_round(taken, &address)) /* kernels before 6.7 have no rule for it */
		return syscall(SYS_landlock_create_ruleset, NULL, 0,
			       LANDLOCK_CREATE_RULESET_VERSION) < 4
			       ? 0
			       : 4;
	return 0;
}

static void a_gate_accepts_at_its_door_and_goes_nowhere(void **state)
{
	(void)state;
	expect_all_right(gate_door);
}

static int paths(const char *below)
{
	char readable[128], writable[128], path[160], other[160];
	const char *list[] = {below, NULL}, *read[] = {readable, NULL}, *write[] = {writable, NULL};
	const struct sandbox_paths limits = {.list = list, .read = read, .write = write};
	enum err err;

	(void)snprintf(readable, sizeof(readable), "%s/readable", below);
	(void)snprintf(writable, sizeof(writable), "%s/writable", below);
	err = sandbox_limit_paths(&limits);
	if (err != OK)
		return err == ERR_UNAVAILABLE ? SKIPPED : 99;
	if (!is_refused(open("/etc/passwd", O_RDONLY)))
		return 1;
	(void)snprintf(path, sizeof(path), "%s/file", readable);
	if (open(path, O_RDONLY) < 0)
		return 2;
	if (!is_refused(open(path, O_WRONLY)))
		return 3;
	(void)snprintf(path, sizeof(path), "%s/file", writable);
	if (open(path, O_WRONLY | O_CREAT, 0600) < 0)
		return 4;
	(void)snprintf(other, sizeof(other), "%s/file.new", writable);
	if (rename(path, other) != 0 || unlink(other) != 0)
		return 5;
	if (!is_refused(mkdir("/tmp/sampan-sandbox-must-not-be", 0700)))
		return 6;
	(void)snprintf(path, sizeof(path), "%s/other", below);
	if (open(below, O_RDONLY | O_DIRECTORY) < 0 || !is_refused(open(path, O_RDONLY)))
		return 7;
	return is_refused(open("/tmp", O_RDONLY | O_DIRECTORY)) ? 0 : 8;
}

static void only_the_paths_named_can_be_read_and_written(void **state)
{
	(void)state;
	expect_all_right(paths);
}

/*
 * As a worker lives: a socket that is there before the sandbox, a server that goes and comes back
 * after it.
 */
static int reconnect(const char *below)
{
	char endpoint[128];
	struct socket_options options = {.kind = SOCKET_CLIENT,
					 .endpoint = endpoint,
					 .max_message_bytes = 1024,
					 .queue_bytes = 1024,
					 .queue_messages = 10};
	const struct bytes hello = {(const uint8_t *)"hello", 5};
	struct socket_context *context;
	struct socket_message message;
	struct socket *client;
	int code;

	(void)snprintf(endpoint, sizeof(endpoint), "ipc://%s/server.ipc", below);
	if (socket_context_new(&context) != OK || socket_open(context, &options, &client) != OK)
		return 1;
	if ((code = close_calls(false, false)) != 0)
		return code;
	if (socket_send(client, &hello, 1) != OK)
		return 2;
	for (int i = 0; i < 100; i++) {
		if (socket_wait(context, 100) != OK)
			return 3;
		if (socket_receive(client, &message) == OK)
			return message.count == 1 && message.parts[0].len == 5 ? 0 : 4;
	}
	return 5;
}

static void serve_one(const char *endpoint)
{
	const struct socket_options options = {.kind = SOCKET_SERVER,
					       .endpoint = endpoint,
					       .max_message_bytes = 1024,
					       .queue_bytes = 1024,
					       .queue_messages = 10};
	struct socket_context *context;
	struct socket_message message;
	struct socket *server;

	assert_int_equal(socket_context_new(&context), OK);
	assert_int_equal(socket_open(context, &options, &server), OK);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(socket_wait(context, 100), OK);
		if (socket_receive(server, &message) == OK) {
			assert_int_equal(socket_send(server, message.parts, message.count), OK);
			socket_flush(context);
			break;
		}
	}
	/*
	 * Closing gives up what is queued: wait until the child, which ends on the answer, is gone.
	 */
	int status = 0;

	assert_true(wait4(-1, &status, 0, NULL) > 0);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) != 0)
		fail_msg("step %d was not as expected", WEXITSTATUS(status));
	socket_close(server);
	socket_context_free(context);
}

static void a_worker_reaches_a_server_that_comes_up_after_the_sandbox_closed(void **state)
{
	char endpoint[128];
	pid_t child = fork();

	(void)state;
	(void)snprintf(endpoint, sizeof(endpoint), "ipc://%s/server.ipc", folder);
	if (child == 0)
		_exit(reconnect(folder));
	serve_one(endpoint);
}

static int make_folders(void **state)
{
	char command[256];

	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(
		command, sizeof(command),
		"mkdir %s/readable %s/writable && echo x > %s/readable/file && echo x > %s/other",
		folder, folder, folder, folder);
	return system(command);
}

static int remove_folders(void **state)
{
	char command[128];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_worker_opens_and_makes_no_file),
		cmocka_unit_test(a_worker_begins_no_program_and_signals_nobody),
		cmocka_unit_test(only_a_courier_begins_threads),
		cmocka_unit_test(the_thread_that_commits_is_bound_as_the_one_that_began_it),
		cmocka_unit_test(a_worker_can_not_limit_slow_or_signal_its_siblings),
		cmocka_unit_test(a_worker_is_nobodys_server),
		cmocka_unit_test(a_worker_has_local_sockets_only),
		cmocka_unit_test(a_courier_has_internet_sockets_too),
		cmocka_unit_test(a_worker_can_still_kill_itself),
		cmocka_unit_test(a_gate_accepts_at_its_door_and_goes_nowhere),
		cmocka_unit_test(only_the_paths_named_can_be_read_and_written),
		cmocka_unit_test(a_worker_reaches_a_server_that_comes_up_after_the_sandbox_closed),
	};

	return cmocka_run_group_tests(tests, make_folders, remove_folders);
}
