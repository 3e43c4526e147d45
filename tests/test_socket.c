#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/socket_unix.h"
#include "sampan/clock.h"

#define PATIENCE_MS 10000u /* how long a test waits for what must come */
#define REFUSAL_MS 400u    /* how long a test watches that nothing comes */

struct pair {
	struct socket_context *context;
	struct socket *server, *client;
	const char *endpoint;
};

static const char *fresh_ipc(void)
{
	static unsigned number;
	static char endpoint[100];

	(void)snprintf(endpoint, sizeof(endpoint), "ipc:///tmp/sampan-test-socket-%d-%u",
		       (int)getpid(), number++);
	return endpoint;
}

static struct socket_options options_of(enum socket_kind kind, const char *endpoint)
{
	return (struct socket_options){.kind = kind,
				       .endpoint = endpoint,
				       .max_message_bytes = 10000,
				       .queue_bytes = 10000,
				       .queue_messages = 10};
}

static struct socket *open_socket(struct socket_context *context,
				  const struct socket_options *options)
{
	struct socket *socket = NULL;

	assert_int_equal(socket_open(context, options, &socket), OK);
	return socket;
}

static void open_ipc_of(struct pair *pair, size_t max_bytes)
{
	struct socket_options options = options_of(SOCKET_SERVER, fresh_ipc());

	options.max_message_bytes = options.queue_bytes = max_bytes;
	pair->endpoint = options.endpoint;
	assert_int_equal(socket_context_new(&pair->context), OK);
	pair->server = open_socket(pair->context, &options);
	options.kind = SOCKET_CLIENT;
	options.identity = "alice";
	pair->client = open_socket(pair->context, &options);
}

static void open_ipc(struct pair *pair)
{
	open_ipc_of(pair, 10000);
}

static bool receive_within(struct pair *pair, struct socket *socket, uint64_t limit_ms,
			   struct socket_message *message)
{
	uint64_t until_ms = clock_monotonic_ms() + limit_ms;
	enum err err;

	while ((err = socket_receive(socket, message)) != OK && clock_monotonic_ms() < until_ms) {
		assert_int_equal(err, ERR_MISSING);
		assert_int_equal(socket_wait(pair->context, 20), OK);
	}
	return err == OK;
}

static void send_text(struct socket *socket, const char *text)
{
	struct bytes part = bytes_of_text(text);

	assert_int_equal(socket_send(socket, &part, 1), OK);
}

static void assert_part(const struct socket_message *message, size_t i, const char *text)
{
	assert_true(i < message->count);
	assert_true(bytes_equal(message->parts[i], bytes_of_text(text)));
}

/* ---- A client that is played by the test ---- */

static size_t make_frame(uint8_t *frame, struct bytes part)
{
	size_t len = socket_out_head(&part, 1, frame);

	memcpy(frame + SOCKET_HEAD_BYTES, part.at, part.len);
	return len;
}

static void write_frame(int fd, struct bytes part)
{
	uint8_t frame[1000];
	size_t len = make_frame(frame, part);

	assert_int_equal(send(fd, frame, len, MSG_NOSIGNAL), len);
}

static void send_frame(int fd, const char *text)
{
	write_frame(fd, bytes_of_text(text));
}

static int connect_raw_as(const struct pair *pair, struct bytes name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s",
		       pair->endpoint + strlen("ipc://"));
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	write_frame(fd, name);
	return fd;
}

static int connect_raw(const struct pair *pair, const char *name)
{
	return connect_raw_as(pair, bytes_of_text(name));
}

static void expect_end(struct pair *pair, const char *name)
{
	struct socket_message message;

	assert_true(receive_within(pair, pair->server, PATIENCE_MS, &message));
	assert_int_equal(message.count, 1);
	assert_part(&message, 0, name);
}

/* Closes it. */
static void expect_cut_off(struct pair *pair, int fd)
{
	uint64_t until_ms = clock_monotonic_ms() + PATIENCE_MS;
	struct socket_message message;
	ssize_t len;
	char byte;

	do {
		assert_int_equal(socket_wait(pair->context, 10), OK);
		assert_int_equal(socket_receive(pair->server, &message), ERR_MISSING);
		assert_true(clock_monotonic_ms() < until_ms);
		len = recv(fd, &byte, 1, MSG_DONTWAIT);
	} while (len < 0 && errno == EAGAIN);
	assert_true(len == 0 || errno == ECONNRESET);
	close(fd);
}

static void a_message_arrives_whole_and_can_be_answered(void **state)
{
	struct bytes parts[] = {bytes_of_text("one"), bytes_of_text(""), bytes_of_text("three")};
	struct socket_message message;
	struct pair pair;

	(void)state;
	open_ipc(&pair);
	assert_int_equal(socket_send(pair.client, parts, 3), OK);
	assert_true(receive_within(&pair, pair.server, PATIENCE_MS, &message));
	assert_int_equal(message.count, 4);
	assert_part(&message, 0, "alice");
	assert_part(&message, 1, "one");
	assert_part(&message, 2, "");
	assert_part(&message, 3, "three");
	parts[0] = bytes_of_text("alice");
	assert_int_equal(socket_send(pair.server, parts, 3), OK);
	assert_true(receive_within(&pair, pair.client, PATIENCE_MS, &message));
	assert_int_equal(message.count, 2);
	assert_part(&message, 1, "three");
	assert_int_equal(socket_receive(pair.client, &message), ERR_MISSING);
	socket_context_free(pair.context);
}

static void a_client_queues_while_the_server_is_away_and_a_full_queue_says_so(void **state)
{
	struct socket_options options = options_of(SOCKET_CLIENT, fresh_ipc());
	struct bytes part = bytes_of_text("early");
	struct socket_message message;
	struct pair pair;
	unsigned sent = 0;

	(void)state;
	assert_int_equal(socket_context_new(&pair.context), OK);
	pair.client = open_socket(pair.context, &options);
	while (socket_send(pair.client, &part, 1) == OK)
		sent++;
	assert_int_equal(sent, 10);
	assert_int_equal(socket_send(pair.client, &part, 1), ERR_UNAVAILABLE);
	options.kind = SOCKET_SERVER;
	pair.server = open_socket(pair.context, &options);
	while (sent-- > 0)
		assert_true(receive_within(&pair, pair.server, PATIENCE_MS, &message));
	socket_context_free(pair.context);
}

static void sending_to_a_peer_that_is_not_there_is_unavailable(void **state)
{
	struct bytes parts[] = {bytes_of_text("nobody"), bytes_of_text("hello")};
	struct pair pair;

	(void)state;
	open_ipc(&pair);
	assert_int_equal(socket_send(pair.server, parts, 2), ERR_UNAVAILABLE);
	socket_context_free(pair.context);
}

static void a_restarted_client_takes_over_its_name(void **state)
{
	struct bytes parts[] = {bytes_of_text("bob"), bytes_of_text("welcome back")};
	struct socket_options options;
	struct socket_message message;
	struct socket *second;
	struct pair pair;
	int first;

	(void)state;
	open_ipc(&pair);
	first = connect_raw(&pair, "bob");
	send_frame(first, "first");
	assert_true(receive_within(&pair, pair.server, PATIENCE_MS, &message));
	options = options_of(SOCKET_CLIENT, pair.endpoint);
	options.identity = "bob";
	second = open_socket(pair.context, &options);
	send_text(second, "second");
	assert_true(receive_within(&pair, pair.server, PATIENCE_MS, &message));
	assert_part(&message, 1, "second");
	assert_int_equal(socket_send(pair.server, parts, 2), OK);
	assert_true(receive_within(&pair, second, PATIENCE_MS, &message));
	assert_part(&message, 0, "welcome back");
	expect_cut_off(&pair, first);
	socket_context_free(pair.context);
}

static void a_client_comes_back_to_a_server_that_was_started_anew(void **state)
{
	struct socket_message message;
	struct pair pair;

	(void)state;
	open_ipc(&pair);
	send_text(pair.client, "to the first");
	assert_true(receive_within(&pair, pair.server, PATIENCE_MS, &message));
	for (int i = 0; i < 3; i++) {
		struct socket_options options = options_of(SOCKET_SERVER, pair.endpoint);

		socket_close(pair.server);
		assert_int_equal(socket_wait(pair.context, 0), OK);
		assert_int_equal(socket_receive(pair.client, &message), ERR_MISSING);
		send_text(pair.client, "to the next");
		pair.server = open_socket(pair.context, &options);
		assert_true(receive_within(&pair, pair.server, PATIENCE_MS, &message));
		assert_part(&message, 0, "alice");
		assert_part(&message, 1, "to the next");
	}
	socket_context_free(pair.context);
}

static void what_was_said_before_the_end_is_heard(void **state)
{
	struct socket_message message;
	struct pair pair;
	int fd;

	(void)state;
	open_ipc(&pair);
	fd = connect_raw(&pair, "bob");
	send_frame(fd, "one");
	send_frame(fd, "two");
	close(fd);
	assert_true(receive_within(&pair, pair.server, PATIENCE_MS, &message));
	assert_part(&message, 1, "one");
	assert_true(receive_within(&pair, pair.server, PATIENCE_MS, &message));
	assert_part(&message, 1, "two");
	expect_end(&pair, "bob");
	assert_false(receive_within(&pair, pair.server, REFUSAL_MS, &message));
	socket_context_free(pair.context);
}

/* One that lives as long as it is not told to end: a socket that another process had. */
static pid_t start_peer(const struct pair *pair, bool does_read)
{
	pid_t child = fork();
	uint8_t byte;
	int fd;

	if (child != 0)
		return child;
	fd = connect_raw(pair, "mortal");
	send_frame(fd, "here");
	for (size_t left = SOCKET_HEAD_BYTES + strlen("your task"); does_read && left > 0;)
		left -= recv(fd, &byte, 1, 0) == 1;
	if (does_read)
		send_frame(fd, "read");
	for (;;)
		pause();
}

static void an_end_is_told_of_who_had_read_all_and_of_nobody_else(void **state)
{
	struct bytes parts[] = {bytes_of_text("mortal"), bytes_of_text("your task")};
	struct socket_message message;
	struct pair pair;

	(void)state;
	open_ipc(&pair);
	for (int does_read = 0; does_read < 2; does_read++) {
		pid_t child = start_peer(&pair, does_read);

		assert_true(receive_within(&pair, pair.server, PATIENCE_MS, &message));
		assert_part(&message, 1, "here");
		assert_int_equal(socket_send(pair.server, parts, 2), OK);
		socket_flush(pair.context);
		if (does_read) {
			assert_true(receive_within(&pair, pair.server, PATIENCE_MS, &message));
			assert_part(&message, 1, "read");
		}
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, NULL, 0), child);
		if (does_read)
			expect_end(&pair, "mortal");
		assert_false(receive_within(&pair, pair.server, REFUSAL_MS, &message));
		assert_int_equal(socket_send(pair.server, parts, 2), ERR_UNAVAILABLE);
	}
	socket_context_free(pair.context);
}

/* Whoever takes a name over is heard after the end of who had it. */
static void an_end_is_told_before_the_next_one_of_that_name_is_heard(void **state)
{
	struct socket_message message;
	struct pair pair;
	int first, second;

	(void)state;
	open_ipc(&pair);
	first = connect_raw(&pair, "bob");
	send_frame(first, "first");
	assert_true(receive_within(&pair, pair.server, PATIENCE_MS, &message));
	for (int i = 0; i < 5; i++) {
		send_frame(first, "last word");
		close(first);
		second = connect_raw(&pair, "bob");
		send_frame(second, "second");
		assert_true(receive_within(&pair, pair.server, PATIENCE_MS, &message));
		assert_part(&message, 1, "last word");
		expect_end(&pair, "bob");
		assert_true(receive_within(&pair, pair.server, PATIENCE_MS, &message));
		assert_part(&message, 1, "second");
		first = second;
	}
	close(first);
	socket_context_free(pair.context);
}

static void a_large_message_arrives_whole_both_ways(void **state)
{
	static uint8_t large[5 * 1024 * 1024];
	struct bytes parts[] = {bytes_of_text("alice"), bytes_of(large, sizeof(large))};
	struct socket_message message;
	struct pair pair;

	(void)state;
	for (size_t i = 0; i < sizeof(large); i++)
		large[i] = (uint8_t)(i * i >> 7);
	open_ipc_of(&pair, 2 * sizeof(large));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(socket_send(pair.client, parts + 1, 1), OK);
		send_text(pair.client, "small");
		assert_true(receive_within(&pair, pair.server, PATIENCE_MS, &message));
		assert_true(bytes_equal(message.parts[1], parts[1]));
		assert_true(receive_within(&pair, pair.server, PATIENCE_MS, &message));
		assert_part(&message, 1, "small");
		assert_int_equal(socket_send(pair.server, parts, 2), OK);
		assert_true(receive_within(&pair, pair.client, PATIENCE_MS, &message));
		assert_true(bytes_equal(message.parts[0], parts[1]));
	}
	socket_context_free(pair.context);
}

static void wait_watches_descriptors_too(void **state)
{
	struct socket *watched;
	struct pair pair;
	int ends[2];

	(void)state;
	open_ipc(&pair);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(socket_watch(pair.context, ends[0], &watched), OK);
	assert_int_equal(socket_wait(pair.context, 0), OK);
	assert_false(socket_is_ready(watched));
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_int_equal(socket_wait(pair.context, (int)PATIENCE_MS), OK);
	assert_true(socket_is_ready(watched));
	socket_close(watched);
	assert_int_equal(socket_wait(pair.context, 0), OK);
	close(ends[0]);
	close(ends[1]);
	assert_int_equal(socket_watch(pair.context, -1, &watched), ERR_IO);
	socket_context_free(pair.context);
}

/* ---- Whom it hears ---- */

static void the_file_of_a_server_is_its_users_alone_and_goes_with_it(void **state)
{
	struct socket_options options;
	const char *path;
	struct stat status;
	struct socket *second;
	struct pair pair;

	(void)state;
	open_ipc(&pair);
	path = pair.endpoint + strlen("ipc://");
	assert_int_equal(lstat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	/* one that came later keeps its file when the earlier one ends */
	options = options_of(SOCKET_SERVER, pair.endpoint);
	second = open_socket(pair.context, &options);
	socket_close(pair.server);
	assert_int_equal(lstat(path, &status), 0);
	socket_close(second);
	assert_int_equal(lstat(path, &status), -1);
	socket_context_free(pair.context);
}

static void speak_as_nobody(const struct pair *pair)
{
	int fd;

	if (setuid(65534) != 0)
		_exit(1);
	fd = connect_raw(pair, "nobody");
	send_frame(fd, "let me in");
	_exit(0);
}

static void another_user_is_not_heard(void **state)
{
	struct socket_message message;
	struct pair pair;
	pid_t child;
	int status;

	(void)state;
	if (getuid() != 0)
		skip();
	open_ipc(&pair);
	/* as if the file's mode did not hold */
	assert_int_equal(chmod(pair.endpoint + strlen("ipc://"), 0777), 0);
	if ((child = fork()) == 0)
		speak_as_nobody(&pair);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_false(receive_within(&pair, pair.server, REFUSAL_MS, &message));
	socket_context_free(pair.context);
}

static void one_process_gets_so_many_connections_and_no_more(void **state)
{
	int fds[SOCKET_CONNECTIONS_OF_ONE], more;
	struct socket_message message;
	struct pair pair;

	(void)state;
	open_ipc(&pair); /* one of them is the client's */
	for (size_t i = 0; i + 1 < SOCKET_CONNECTIONS_OF_ONE; i++) {
		fds[i] = connect_raw(&pair, "");
		send_frame(fds[i], "hello");
		assert_true(receive_within(&pair, pair.server, PATIENCE_MS, &message));
		assert_int_equal(message.count, 2);
	}
	more = connect_raw(&pair, "");
	expect_cut_off(&pair, more);
	send_text(pair.client, "still there");
	assert_true(receive_within(&pair, pair.server, PATIENCE_MS, &message));
	assert_part(&message, 0, "alice");
	for (size_t i = 0; i + 1 < SOCKET_CONNECTIONS_OF_ONE; i++)
		close(fds[i]);
	while (receive_within(&pair, pair.server, REFUSAL_MS, &message))
		assert_int_equal(message.count, 1); /* their ends */
	more = connect_raw(&pair, "bob");
	send_frame(more, "now there is place");
	assert_true(receive_within(&pair, pair.server, PATIENCE_MS, &message));
	close(more);
	socket_context_free(pair.context);
}

static void names_that_are_none_are_cut_off(void **state)
{
	static char long_name[LIMIT_NAME_BYTES + 2];
	const struct bytes names[] = {bytes_of("\0server's", 9), bytes_of("a\0", 2),
				      bytes_of(long_name, sizeof(long_name) - 1)};
	struct pair pair;

	(void)state;
	memset(long_name, 'a', sizeof(long_name) - 1);
	open_ipc(&pair);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int fd = connect_raw_as(&pair, names[i]);

		expect_cut_off(&pair, fd);
	}
	socket_context_free(pair.context);
}

/* ---- What is no message ---- */

static const struct {
	const char *name;
	uint32_t head[1 + SOCKET_PARTS]; /* count, lengths */
} bad_heads[] = {
	{"no part", {0}},
	{"no part, but a length", {0, 5}},
	{"more parts than there can be", {SOCKET_PARTS + 1, 1, 1, 1, 1, 1, 1, 1, 1}},
	{"as many parts as there is place for without the name", {SOCKET_PARTS, 1, 1, 1, 1, 1, 1}},
	{"a number of parts that overflows", {UINT32_MAX}},
	{"a length behind the last part", {1, 5, 5}},
	{"one byte too many", {1, 10001}},
	{"together too many", {2, 5001, 5000}},
	{"lengths that overflow 32 bits", {2, UINT32_MAX, 2}},
	{"all there is",
	 {7, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX}},
};

static void who_sends_what_is_no_message_is_cut_off_and_others_are_heard(void **state)
{
	struct socket_message message;
	struct pair pair;

	(void)state;
	open_ipc(&pair);
	for (size_t i = 0; i < sizeof(bad_heads) / sizeof(bad_heads[0]); i++) {
		uint8_t head[4 * (1 + SOCKET_PARTS)];
		int fd = connect_raw(&pair, "evil");

		for (size_t j = 0; j < 1 + SOCKET_PARTS; j++)
			bytes_put_u32(head + 4 * j, bad_heads[i].head[j]);
		print_message("%s\n", bad_heads[i].name);
		send_frame(fd, "before");
		assert_int_equal(write(fd, head, sizeof(head)), sizeof(head));
		assert_true(receive_within(&pair, pair.server, PATIENCE_MS, &message));
		assert_part(&message, 1, "before");
		expect_cut_off(&pair, fd);
		send_text(pair.client, "next");
		assert_true(receive_within(&pair, pair.server, PATIENCE_MS, &message));
		assert_part(&message, 1, "next");
	}
	socket_context_free(pair.context);
}

static void a_message_larger_than_agreed_is_not_sent(void **state)
{
	static uint8_t large[10001];
	struct bytes part = bytes_of(large, sizeof(large));
	struct socket_message message;
	struct pair pair;

	(void)state;
	open_ipc(&pair);
	assert_int_equal(socket_send(pair.client, &part, 1), ERR_LIMIT);
	part.len--;
	assert_int_equal(socket_send(pair.client, &part, 1), OK);
	assert_true(receive_within(&pair, pair.server, PATIENCE_MS, &message));
	assert_int_equal(message.parts[1].len, 10000);
	socket_context_free(pair.context);
}

static void half_a_message_is_none_and_its_other_half_makes_it_whole(void **state)
{
	uint8_t frame[200];
	struct socket_message message;
	struct pair pair;
	size_t len;
	int fd;

	(void)state;
	open_ipc(&pair);
	fd = connect_raw(&pair, "bob");
	len = make_frame(frame, bytes_of_text("byte by byte"));
	for (size_t i = 0; i < len; i++) {
		assert_int_equal(socket_wait(pair.context, 0), OK);
		assert_int_equal(socket_receive(pair.server, &message), ERR_MISSING);
		assert_int_equal(write(fd, frame + i, 1), 1);
	}
	assert_true(receive_within(&pair, pair.server, PATIENCE_MS, &message));
	assert_part(&message, 1, "byte by byte");
	assert_int_equal(write(fd, frame, len - 1), len - 1);
	close(fd);
	expect_end(&pair, "bob");
	assert_false(receive_within(&pair, pair.server, REFUSAL_MS, &message));
	socket_context_free(pair.context);
}

static void what_a_head_announces_takes_no_memory_before_it_comes(void **state)
{
	uint8_t head[SOCKET_HEAD_BYTES] = {0};
	struct socket_in in = {0};
	struct socket_message message;

	(void)state;
	bytes_put_u32(head, 1);
	bytes_put_u32(head + 4, 100u * 1024 * 1024);
	assert_true(socket_in_room(&in));
	memcpy(in.at, head, sizeof(head));
	in.end = sizeof(head);
	for (size_t come = in.end; come < 10u * 1024 * 1024; come = in.end) {
		assert_int_equal(socket_in_next(&in, UINT32_MAX, 0, &message), ERR_MISSING);
		assert_true(socket_in_room(&in));
		assert_true(in.room <= 64u * 1024 || in.room <= 4 * come);
		assert_true(in.room > in.end);
		memset(in.at + in.end, 'x', in.room - in.end);
		in.end = in.room;
	}
	socket_in_clear(&in);
}

/* ---- Who reads slowly, who speaks much ---- */

static void a_slow_reader_is_owed_a_bounded_backlog_and_loses_nothing_of_it(void **state)
{
	static uint8_t filling[9000];
	struct bytes parts[] = {bytes_of_text("slow"), bytes_of(filling, sizeof(filling))};
	struct socket_message message;
	uint32_t sent = 0, heard = 0;
	struct pair pair;
	int fd;

	(void)state;
	open_ipc(&pair);
	fd = connect_raw(&pair, "slow");
	send_frame(fd, "I am here");
	assert_true(receive_within(&pair, pair.server, PATIENCE_MS, &message));
	for (;; sent++) {
		bytes_put_u32(filling, sent);
		if (socket_send(pair.server, parts, 2) != OK)
			break;
		assert_true(sent < 10000);
		socket_flush(pair.context);
	}
	assert_int_equal(socket_send(pair.server, parts, 2), ERR_UNAVAILABLE);
	/* meanwhile others are served */
	parts[0] = bytes_of_text("alice");
	send_text(pair.client, "and I?");
	assert_true(receive_within(&pair, pair.server, PATIENCE_MS, &message));
	assert_int_equal(socket_send(pair.server, parts, 2), OK);
	assert_true(receive_within(&pair, pair.client, PATIENCE_MS, &message));
	for (; heard < sent; heard++) {
		uint8_t frame[SOCKET_HEAD_BYTES + sizeof(filling)];

		for (size_t len = 0; len < sizeof(frame);) {
			ssize_t more = recv(fd, frame + len, sizeof(frame) - len, MSG_DONTWAIT);

			len += more > 0 ? (size_t)more : 0;
			assert_int_equal(socket_wait(pair.context, more > 0 ? 0 : 10), OK);
		}
		assert_int_equal(bytes_get_u32(frame + SOCKET_HEAD_BYTES), heard);
	}
	close(fd);
	socket_context_free(pair.context);
}

static void who_speaks_much_does_not_keep_others_from_being_heard(void **state)
{
	struct socket_message message;
	struct pair pair;
	unsigned before = 0;
	int fd;

	(void)state;
	open_ipc(&pair);
	fd = connect_raw(&pair, "much");
	for (int i = 0; i < 100; i++)
		send_frame(fd, "and another thing");
	send_text(pair.client, "one word");
	do
		assert_true(receive_within(&pair, pair.server, PATIENCE_MS, &message));
	while (!bytes_equal(message.parts[0], bytes_of_text("alice")) && before++ < 10);
	assert_true(before < 3);
	close(fd);
	socket_context_free(pair.context);
}

static void options_that_make_no_sense_are_refused(void **state)
{
	struct socket_options options = options_of(SOCKET_SERVER, "nonsense");
	struct socket_context *context;
	struct socket *socket;

	(void)state;
	assert_int_equal(socket_context_new(&context), OK);
	assert_int_equal(socket_open(context, &options, &socket), ERR_USAGE);
	options.endpoint =
		"ipc:///a/path/that/is/longer/than/the/system/takes/for/a/local/socket/which/is/one/hundred/and/seven/characters/long";
	assert_int_equal(socket_open(context, &options, &socket), ERR_USAGE);
	options.endpoint = "ipc:///nowhere/at/all";
	assert_int_equal(socket_open(context, &options, &socket), ERR_IO);
	options.queue_messages = 0;
	assert_int_equal(socket_open(context, &options, &socket), ERR_USAGE);
	socket_context_free(context);
	socket_context_free(NULL);
	socket_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_arrives_whole_and_can_be_answered),
		cmocka_unit_test(a_client_queues_while_the_server_is_away_and_a_full_queue_says_so),
		cmocka_unit_test(sending_to_a_peer_that_is_not_there_is_unavailable),
		cmocka_unit_test(a_restarted_client_takes_over_its_name),
		cmocka_unit_test(a_client_comes_back_to_a_server_that_was_started_anew),
		cmocka_unit_test(what_was_said_before_the_end_is_heard),
		cmocka_unit_test(an_end_is_told_of_who_had_read_all_and_of_nobody_else),
		cmocka_unit_test(an_end_is_told_before_the_next_one_of_that_name_is_heard),
		cmocka_unit_test(a_large_message_arrives_whole_both_ways),
		cmocka_unit_test(wait_watches_descriptors_too),
		cmocka_unit_test(the_file_of_a_server_is_its_users_alone_and_goes_with_it),
		cmocka_unit_test(another_user_is_not_heard),
		cmocka_unit_test(one_process_gets_so_many_connections_and_no_more),
		cmocka_unit_test(names_that_are_none_are_cut_off),
		cmocka_unit_test(who_sends_what_is_no_message_is_cut_off_and_others_are_heard),
		cmocka_unit_test(a_message_larger_than_agreed_is_not_sent),
		cmocka_unit_test(half_a_message_is_none_and_its_other_half_makes_it_whole),
		cmocka_unit_test(what_a_head_announces_takes_no_memory_before_it_comes),
		cmocka_unit_test(a_slow_reader_is_owed_a_bounded_backlog_and_loses_nothing_of_it),
		cmocka_unit_test(who_speaks_much_does_not_keep_others_from_being_heard),
		cmocka_unit_test(options_that_make_no_sense_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
