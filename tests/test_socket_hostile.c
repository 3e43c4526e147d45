#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/pair.h"

/* ---- Whom it hears ---- */

static void the_file_of_a_server_is_its_users_alone_and_goes_with_it(void **state)
{
	struct socket_options options;
	const char *path;
	struct stat status;
	struct socket *second;
	struct pair pair;

	(void)state;
	pair_open(&pair);
	path = pair.endpoint + strlen("ipc://");
	assert_int_equal(lstat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	/* one that came later keeps its file when the earlier one ends */
	options = pair_options(SOCKET_SERVER, pair.endpoint);
	second = pair_open_socket(pair.context, &options);
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
	fd = pair_connect(pair, "nobody");
	pair_send_frame(fd, "let me in");
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
	pair_open(&pair);
	/* as if the file's mode did not hold */
	assert_int_equal(chmod(pair.endpoint + strlen("ipc://"), 0777), 0);
	if ((child = fork()) == 0)
		speak_as_nobody(&pair);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_false(pair_receive(&pair, pair.server, PAIR_REFUSAL_MS, &message));
	socket_context_free(pair.context);
}

static void one_process_gets_so_many_connections_and_no_more(void **state)
{
	int fds[SOCKET_CONNECTIONS_OF_ONE], more;
	struct socket_message message;
	struct pair pair;

	(void)state;
	pair_open(&pair); /* one of them is the client's */
	for (size_t i = 0; i + 1 < SOCKET_CONNECTIONS_OF_ONE; i++) {
		fds[i] = pair_connect(&pair, "");
		pair_send_frame(fds[i], "hello");
		assert_true(pair_receive(&pair, pair.server, PATIENCE_MS, &message));
		assert_int_equal(message.count, 2);
	}
	more = pair_connect(&pair, "");
	pair_expect_cut_off(&pair, more);
	pair_send(pair.client, "still there");
	assert_true(pair_receive(&pair, pair.server, PATIENCE_MS, &message));
	pair_assert_part(&message, 0, "alice");
	for (size_t i = 0; i + 1 < SOCKET_CONNECTIONS_OF_ONE; i++)
		close(fds[i]);
	while (pair_receive(&pair, pair.server, PAIR_REFUSAL_MS, &message))
		assert_int_equal(message.count, 1); /* their ends */
	more = pair_connect(&pair, "bob");
	pair_send_frame(more, "now there is place");
	assert_true(pair_receive(&pair, pair.server, PATIENCE_MS, &message));
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
	pair_open(&pair);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int fd = pair_connect_as(&pair, names[i]);

		pair_expect_cut_off(&pair, fd);
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
	pair_open(&pair);
	for (size_t i = 0; i < sizeof(bad_heads) / sizeof(bad_heads[0]); i++) {
		uint8_t head[4 * (1 + SOCKET_PARTS)];
		int fd = pair_connect(&pair, "evil");

		for (size_t j = 0; j < 1 + SOCKET_PARTS; j++)
			bytes_put_u32(head + 4 * j, bad_heads[i].head[j]);
		print_message("%s\n", bad_heads[i].name);
		pair_send_frame(fd, "before");
		assert_int_equal(write(fd, head, sizeof(head)), sizeof(head));
		assert_true(pair_receive(&pair, pair.server, PATIENCE_MS, &message));
		pair_assert_part(&message, 1, "before");
		pair_expect_cut_off(&pair, fd);
		pair_send(pair.client, "next");
		assert_true(pair_receive(&pair, pair.server, PATIENCE_MS, &message));
		pair_assert_part(&message, 1, "next");
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
	pair_open(&pair);
	assert_int_equal(socket_send(pair.client, &part, 1), ERR_LIMIT);
	part.len--;
	assert_int_equal(socket_send(pair.client, &part, 1), OK);
	assert_true(pair_receive(&pair, pair.server, PATIENCE_MS, &message));
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
	pair_open(&pair);
	fd = pair_connect(&pair, "bob");
	len = pair_make_frame(frame, bytes_of_text("byte by byte"));
	for (size_t i = 0; i < len; i++) {
		assert_int_equal(socket_wait(pair.context, 0), OK);
		assert_int_equal(socket_receive(pair.server, &message), ERR_MISSING);
		assert_int_equal(write(fd, frame + i, 1), 1);
	}
	assert_true(pair_receive(&pair, pair.server, PATIENCE_MS, &message));
	pair_assert_part(&message, 1, "byte by byte");
	assert_int_equal(write(fd, frame, len - 1), len - 1);
	close(fd);
	pair_expect_end(&pair, "bob");
	assert_false(pair_receive(&pair, pair.server, PAIR_REFUSAL_MS, &message));
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

static bool holds(const uint8_t *at, size_t room, const char *word)
{
	return memmem(at, room, word, strlen(word)) != NULL;
}

static void what_was_read_is_overwritten(void **state)
{
	const struct bytes words[] = {bytes_of_text("password"), bytes_of_text("question"),
				      bytes_of_text("half of a third")};
	struct socket_out all = {0};
	struct socket_in in = {0};
	struct socket_message message;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(socket_out_put(&all, &words[i], 1), OK);
	assert_true(socket_in_room(&in));
	in.end = all.end - 4;
	memcpy(in.at, all.at, in.end);
	assert_int_equal(socket_in_next(&in, 100, 0, &message), OK);
	assert_true(bytes_equal(message.parts[0], words[0]));
	assert_int_equal(socket_in_next(&in, 100, 0, &message), OK);
	assert_true(bytes_equal(message.parts[0], words[1]));
	assert_false(holds(in.at, in.room, "password"));
	assert_int_equal(socket_in_next(&in, 100, 0, &message), ERR_MISSING);
	assert_false(holds(in.at, in.room, "question"));
	assert_true(socket_in_room(&in));
	assert_true(holds(in.at, in.end, "half of a"));
	assert_false(holds(in.at + in.end, in.room - in.end, "of a"));
	socket_in_reset(&in);
	assert_false(holds(in.at, in.room, "half"));
	socket_in_clear(&in);
	socket_out_clear(&all);
}

static void what_was_sent_is_overwritten(void **state)
{
	const struct bytes first = bytes_of_text("password"), second = bytes_of_text("question");
	struct socket_out out = {0};
	size_t frame;

	(void)state;
	assert_int_equal(socket_out_put(&out, &first, 1), OK);
	frame = out.end;
	assert_int_equal(socket_out_put(&out, &second, 1), OK);
	socket_out_note(&out, frame + 2);
	socket_out_rewind(&out);
	assert_true(holds(out.at + out.begin, out.end - out.begin, "question"));
	socket_out_note(&out, out.end - out.sent);
	assert_false(holds(out.at, out.room, "password"));
	assert_false(holds(out.at, out.room, "question"));
	socket_out_clear(&out);
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
	pair_open(&pair);
	fd = pair_connect(&pair, "slow");
	pair_send_frame(fd, "I am here");
	assert_true(pair_receive(&pair, pair.server, PATIENCE_MS, &message));
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
	pair_send(pair.client, "and I?");
	assert_true(pair_receive(&pair, pair.server, PATIENCE_MS, &message));
	assert_int_equal(socket_send(pair.server, parts, 2), OK);
	assert_true(pair_receive(&pair, pair.client, PATIENCE_MS, &message));
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
	pair_open(&pair);
	fd = pair_connect(&pair, "much");
	for (int i = 0; i < 100; i++)
		pair_send_frame(fd, "and another thing");
	pair_send(pair.client, "one word");
	do
		assert_true(pair_receive(&pair, pair.server, PATIENCE_MS, &message));
	while (!bytes_equal(message.parts[0], bytes_of_text("alice")) && before++ < 10);
	assert_true(before < 3);
	close(fd);
	socket_context_free(pair.context);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_file_of_a_server_is_its_users_alone_and_goes_with_it),
		cmocka_unit_test(another_user_is_not_heard),
		cmocka_unit_test(one_process_gets_so_many_connections_and_no_more),
		cmocka_unit_test(names_that_are_none_are_cut_off),
		cmocka_unit_test(who_sends_what_is_no_message_is_cut_off_and_others_are_heard),
		cmocka_unit_test(a_message_larger_than_agreed_is_not_sent),
		cmocka_unit_test(half_a_message_is_none_and_its_other_half_makes_it_whole),
		cmocka_unit_test(what_a_head_announces_takes_no_memory_before_it_comes),
		cmocka_unit_test(what_was_read_is_overwritten),
		cmocka_unit_test(what_was_sent_is_overwritten),
		cmocka_unit_test(a_slow_reader_is_owed_a_bounded_backlog_and_loses_nothing_of_it),
		cmocka_unit_test(who_speaks_much_does_not_keep_others_from_being_heard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
