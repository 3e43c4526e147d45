/*
 * Live events over HTTPS of a running node, with real curl: whatever is committed at once, reloaded,
 * broken off or read late, a follower gets each event once and in order; and there are only so many
 * streams, of one caller and of all.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/events.h"
#include "node/file.h"
#include "node/town_identity.h"
#include "tests/support/door_client.h"
#include "tests/support/patience.h"

#define TRADER "gom-bat-trang"
#define EXPORT "vn/gom-bat-trang/01-export-1-line.xml"
#define REFERENCE "GBT-XK-2026-0141"
#define ROOM 2048u
#define AT_ONCE 6u
#define ROUNDS 6u
#define STREAM_BYTES ((size_t)4 * 1024 * 1024)
#define CALLERS (EVENTS_STREAMS / EVENTS_OWN)
#define TESTS 5u

static struct rig rig;
static bool is_good;
static unsigned passed, files;

static int set_up(void **state)
{
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	return town_identity_tokens(&rig.town.nodes[RIG_VN]) == OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	is_good = passed == TESTS;
	rig_close(&rig, is_good);
	return 0;
}

/* ---- Streams ---- */

struct live {
	pid_t pid;
	const char *path; /* what came on it */
};

/* `count` streams with one token, by one curl; all that comes goes into one file. */
static struct live follow(const char *token, uint64_t after, unsigned count)
{
	const struct town_node *node = &rig.town.nodes[RIG_VN];
	struct live stream = {
		.path = arena_format(rig.arena, "%s/stream-%u", rig.directory, ++files)};
	const char *url =
		arena_format(rig.arena, "https://127.0.0.1:%u/v1/events", node->config->https.port);
	const char *urls = url;
	const char *command;

	for (unsigned i = 1; i < count; i++)
		urls = arena_format(rig.arena, "%s %s", urls, url);
	command = arena_format(
		rig.arena,
		"exec curl -sSN %s --cacert %s/keys/door.crt -H 'Authorization: Bearer %s' "
		"-H 'Last-Event-ID: %llu' %s >%s 2>&1",
		count == 1 ? "" : "-Z --parallel-max 16 --parallel-immediate", node->directory,
		token, (unsigned long long)after, urls, stream.path);
	assert_non_null(command);
	stream.pid = fork();
	if (stream.pid == 0) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	return stream;
}

static void leave(const struct live *stream)
{
	(void)kill(stream->pid, SIGKILL);
	(void)waitpid(stream->pid, NULL, 0);
}

static const char *text_of(const struct live *stream)
{
	struct bytes bytes;

	if (file_read(stream->path, STREAM_BYTES, rig.arena, &bytes) != OK)
		return "";
	return arena_text(rig.arena, bytes);
}

static size_t occurrences(const char *text, const char *what)
{
	size_t count = 0;

	for (const char *at = text; (at = strstr(at, what)) != NULL; at += strlen(what))
		count++;
	return count;
}

/* What was told, each with its number. An event that is cut off in the middle was not told. */
struct told {
	uint64_t sequences[ROOM];
	size_t count;
};

static void take(struct told *to, const char *text)
{
	const char *at = text, *end;

	while ((at = strstr(at, "\nid: ")) != NULL && (end = strstr(at, "\n\n")) != NULL) {
		uint64_t id = strtoull(at + 5, NULL, 10);

		if (strncmp(strchr(at + 1, '\n'), "\ndata: ", 7) == 0) {
			assert_true(to->count < ROOM);
			to->sequences[to->count++] = id;
		}
		at = end;
	}
}

static uint64_t last_of(const struct told *told)
{
	return told->count == 0 ? 0 : told->sequences[told->count - 1];
}

/* ---- What happens ---- */

static struct door_request lodging(const char *reference)
{
	return (struct door_request){
		.method = "POST",
		.path = "/v1/messages",
		.token = door_client_token(&rig, RIG_VN, TRADER),
		.type = "application/xml",
		.body = rig_replace(&rig, rig_sample(&rig, EXPORT), REFERENCE, reference)};
}

static void lodge_at_once(const char *name, unsigned round, struct door_job jobs[AT_ONCE])
{
	for (unsigned i = 0; i < AT_ONCE; i++) {
		struct door_request request =
			lodging(arena_format(rig.arena, "%s-%u-%u", name, round, i));

		jobs[i] = door_client_begin(&rig, RIG_VN, &request);
	}
}

static void assert_lodged(const struct door_job jobs[AT_ONCE])
{
	for (unsigned i = 0; i < AT_ONCE; i++)
		assert_int_equal(door_client_end(&rig, jobs[i]).status, 202);
}

struct awaited {
	struct live stream;
	const char *what;
	size_t count;
};

static bool has_told(void *context)
{
	const struct awaited *awaited = context;

	return occurrences(text_of(&awaited->stream), awaited->what) >= awaited->count;
}

static void await(const struct live *stream, const char *what, size_t count)
{
	struct awaited awaited = {*stream, what, count};

	if (!rig_wait(has_told, &awaited, PATIENCE_MS))
		fail_msg("%zu of %zu \"%s\" came:\n%.2000s", occurrences(text_of(stream), what),
			 count, what, text_of(stream));
}

/* Of each delivery the partner's receipt is the last that is told. */
#define RECEIPT "\"actor\":\"partner:TH\""

static void assert_same(const struct told *a, const struct told *b)
{
	assert_int_equal(a->count, b->count);
	for (size_t i = 0; i < a->count; i++) {
		assert_int_equal(a->sequences[i], b->sequences[i]);
		assert_true(i == 0 || a->sequences[i] > a->sequences[i - 1]);
	}
}

/* ---- Once, in order ---- */

static void what_is_committed_at_once_is_told_once_and_in_order_over_broken_streams(void **state)
{
	static struct told told, whole;
	const char *token = door_client_token(&rig, RIG_VN, TRADER);
	struct live stream;

	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct door_job jobs[AT_ONCE];

		stream = follow(token, last_of(&told), 1);
		lodge_at_once("LIVE", round, jobs);
		if (round == ROUNDS / 2)
			(void)kill((pid_t)rig.town.nodes[RIG_VN].supervisor, SIGHUP);
		assert_lodged(jobs);
		leave(&stream); /* in the middle of whatever comes */
		take(&told, text_of(&stream));
	}
	assert_true(rig_wait_for_rest(&rig, PATIENCE_MS));
	stream = follow(token, 0, 1);
	await(&stream, RECEIPT, (size_t)ROUNDS * AT_ONCE);
	leave(&stream);
	take(&whole, text_of(&stream));
	stream = follow(token, last_of(&told), 1);
	if (last_of(&told) != last_of(&whole))
		await(&stream,
		      arena_format(rig.arena, "\nid: %llu\n", (unsigned long long)last_of(&whole)),
		      1);
	leave(&stream);
	take(&told, text_of(&stream));
	assert_same(&told, &whole);
	passed++;
}

/* ---- Late ---- */

/* It is stopped while much happens: nobody else waits for it, and it misses nothing. */
static void who_reads_late_hinders_nobody_and_misses_nothing(void **state)
{
	static struct told late, prompt;
	const char *token = door_client_token(&rig, RIG_VN, TRADER);
	struct live slow = follow(token, 0, 1), quick = follow(token, 0, 1);
	struct door_job jobs[AT_ONCE];
	size_t before = (size_t)ROUNDS * AT_ONCE, after = before + AT_ONCE;

	(void)state;
	await(&slow, RECEIPT, before);
	(void)kill(slow.pid, SIGSTOP);
	lodge_at_once("LATE", 0, jobs);
	assert_lodged(jobs);
	await(&quick, RECEIPT, after);
	assert_int_equal(occurrences(text_of(&slow), RECEIPT), before);
	(void)kill(slow.pid, SIGCONT);
	await(&slow, RECEIPT, after);
	leave(&slow);
	leave(&quick);
	take(&late, text_of(&slow));
	take(&prompt, text_of(&quick));
	assert_same(&late, &prompt);
	passed++;
}

/* ---- No more than so many ---- */

static const char *answer_of(const char *token)
{
	const struct door_request request = {
		.path = "/v1/events", .token = token, .max_seconds = 1};
	struct door_answer answer = door_client_ask(&rig, RIG_VN, &request);

	return arena_format(rig.arena, "%u", answer.status);
}

struct entering {
	const char *token, *wanted;
};

static bool is_answered(void *context)
{
	const struct entering *entering = context;

	return strcmp(answer_of(entering->token), entering->wanted) == 0;
}

static void assert_answered(const char *token, const char *wanted)
{
	struct entering entering = {token, wanted};

	assert_true(rig_wait(is_answered, &entering, PATIENCE_MS));
}

static void one_caller_has_so_many_streams_and_another_when_one_ends(void **state)
{
	const char *token = door_client_token(&rig, RIG_VN, TRADER);
	struct live streams = follow(token, UINT32_MAX, EVENTS_OWN - 1);
	struct live last = follow(token, UINT32_MAX, 1);

	(void)state;
	await(&streams, "retry: ", EVENTS_OWN - 1);
	await(&last, "retry: ", 1);
	assert_string_equal(answer_of(token), "429");
	/* others are not concerned */
	assert_string_equal(answer_of(door_client_token(&rig, RIG_VN, "nong-san-viet")), "200");
	leave(&last);
	assert_answered(token, "200");
	leave(&streams);
	passed++;
}

static void all_together_have_so_many_streams_and_the_door_goes_on(void **state)
{
	struct live streams[CALLERS];
	const char *tokens[CALLERS];
	const struct door_request list = {.path = "/v1/messages?limit=1",
					  .token = door_client_token(&rig, RIG_VN, TRADER)};
	const char *one_more = door_client_token(&rig, RIG_VN, TRADER);

	(void)state;
	for (size_t i = 0; i < CALLERS; i++) {
		const char *name = arena_format(rig.arena, "stream-%zu", i);

		tokens[i] = door_client_new_token(&rig, RIG_VN, name,
						  (const char *const[]){"--party", TRADER, NULL});
		streams[i] = follow(tokens[i], UINT32_MAX, EVENTS_OWN);
		await(&streams[i], "retry: ", EVENTS_OWN);
	}
	assert_string_equal(answer_of(one_more), "503");
	assert_int_equal(door_client_ask(&rig, RIG_VN, &list).status, 200);
	leave(&streams[0]);
	assert_answered(one_more, "200");
	for (size_t i = 1; i < CALLERS; i++)
		leave(&streams[i]);
	passed++;
}

/* Else its connection would hear of nothing any more, and its caller soon have no streams left. */
static void who_asks_for_the_head_alone_holds_no_stream(void **state)
{
	const struct town_node *node = &rig.town.nodes[RIG_VN];
	const char *url =
		arena_format(rig.arena, "https://127.0.0.1:%u/v1/events", node->config->https.port);

	(void)state;
	assert_int_equal(system(arena_format(rig.arena,
					     "curl -sSfI -m 60 --cacert %s/keys/door.crt "
					     "-H 'Authorization: Bearer %s' %s %s >/dev/null",
					     node->directory,
					     door_client_token(&rig, RIG_VN, TRADER), url, url)),
			 0);
	passed++;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			what_is_committed_at_once_is_told_once_and_in_order_over_broken_streams),
		cmocka_unit_test(who_reads_late_hinders_nobody_and_misses_nothing),
		cmocka_unit_test(who_asks_for_the_head_alone_holds_no_stream),
		cmocka_unit_test(one_caller_has_so_many_streams_and_another_when_one_ends),
		cmocka_unit_test(all_together_have_so_many_streams_and_the_door_goes_on),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
