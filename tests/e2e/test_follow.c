/*
 * A broker's program, with real curl: it lodges a declaration over HTTPS, follows it by live events
 * until the partner has it on disk, loses the connection on the way, and gets everything back byte
 * for byte. Another trader sees nothing of it.
 */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>
#include <signal.h>

#include "node/checkpoint.h"
#include "node/file.h"
#include "node/json_read.h"
#include "node/receipt.h"
#include "tests/support/rig.h"

#define SAMPLE "vn/gom-bat-trang/01-export-1-line.xml"
#define REFERENCE "GBT-XK-2026-0141"
#define LINE_BYTES 65536u
#define EVENTS 64u

static struct rig rig;
static bool is_good;
static const char *own, *others, *id;

/* The token that `sampan user token` prints. */
static const char *token_of(const char *party)
{
	const char *const line[] = {"user",
				    "token",
				    "test",
				    "--party",
				    party,
				    "--config",
				    rig.town.nodes[RIG_VN].config_path,
				    NULL};
	struct bytes output;
	char *text;

	assert_int_equal(rig_run(&rig, line, &output), 0);
	text = arena_text(rig.arena, output);
	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* A curl command line against the node in Viet Nam; what is shown stands in the shell's quotes. */
static const char *curl(const char *token, const char *options, const char *path)
{
	const struct town_node *node = &rig.town.nodes[RIG_VN];

	return arena_format(rig.arena,
			    "curl -sS --max-time 60 --cacert %s/keys/door.crt "
			    "-H 'Authorization: Bearer %s' %s 'https://127.0.0.1:%u%s'",
			    node->directory, token, options, node->config->https.port, path);
}

static struct bytes output_of(const char *command)
{
	FILE *from = popen(command, "r");
	struct buffer all;
	uint8_t piece[4096];
	struct bytes output;
	size_t got;

	assert_non_null(from);
	buffer_init(&all, LIMIT_PAYLOAD_BYTES);
	while ((got = fread(piece, 1, sizeof(piece), from)) > 0)
		buffer_put(&all, bytes_of(piece, got));
	assert_int_equal(pclose(from), 0);
	assert_int_equal(buffer_give(&all, rig.arena, &output), OK);
	return output;
}

static struct bytes get(const char *token, const char *path)
{
	return output_of(curl(token, "", path));
}

static unsigned status_of(const char *token, const char *options, const char *path)
{
	const char *with = arena_format(rig.arena, "-o /dev/null -w '%%{http_code}' %s", options);
	struct bytes text = output_of(curl(token, with, path));

	return (unsigned)strtoul(arena_text(rig.arena, text), NULL, 10);
}

static json_t *json_of(struct bytes text)
{
	json_t *json = json_loadb((const char *)text.at, text.len, 0, NULL);

	if (json == NULL)
		fail_msg("no JSON: %.*s", (int)text.len, (const char *)text.at);
	return json;
}

static int set_up(void **state)
{
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	own = token_of("gom-bat-trang");
	others = token_of("nong-san-viet");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	rig_close(&rig, is_good);
	return 0;
}

/* ---- Following ---- */

struct followed {
	uint64_t sequences[EVENTS];
	char events[EVENTS][64];
	size_t count;
	uint64_t last; /* id */
};

static void lodge(void)
{
	const char *path = arena_format(rig.arena, "%s/lodge.xml", rig.directory);
	json_t *answer;

	assert_int_equal(file_make(path, 0600, rig_sample(&rig, SAMPLE)), OK);
	answer = json_of(output_of(
		curl(own,
		     arena_format(rig.arena, "-H 'Content-Type: application/xml' --data-binary @%s",
				  path),
		     "/v1/messages")));
	id = arena_text(rig.arena, bytes_of_text(json_read_text(answer, "id")));
	assert_string_not_equal(id, "");
	json_decref(answer);
}

static void take(struct followed *to, const char *data)
{
	json_t *event = json_loads(data, 0, NULL);

	assert_non_null(event);
	assert_string_equal(json_read_text(event, "message"), id);
	assert_true(to->count < EVENTS);
	to->sequences[to->count] = json_read_number(event, "sequence");
	(void)snprintf(to->events[to->count++], sizeof(to->events[0]), "%s",
		       json_read_text(event, "event"));
	json_decref(event);
}

/* A curl that is ended whenever the test likes: pclose() would wait for the next heartbeat. */
static FILE *begin_stream(const char *command, pid_t *ret_pid)
{
	const char *line = arena_format(rig.arena, "exec %s", command);
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	*ret_pid = fork();
	assert_true(*ret_pid >= 0);
	if (*ret_pid == 0) {
		(void)dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		execl("/bin/sh", "sh", "-c", line, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	return fdopen(ends[0], "r");
}

static void end_stream(FILE *stream, pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	(void)fclose(stream);
}

/* Read events until there is one of this name, or so many; then the connection is dropped. */
static void follow(struct followed *to, const char *name, size_t max_count)
{
	const char *options = arena_format(rig.arena, "-N -H 'Last-Event-ID: %llu'",
					   (unsigned long long)to->last);
	pid_t pid;
	FILE *stream = begin_stream(curl(own, options, "/v1/events"), &pid);
	char *line = arena_room(rig.arena, LINE_BYTES);
	size_t first = to->count;
	bool is_over = false;

	assert_non_null(stream);
	while (!is_over && fgets(line, (int)LINE_BYTES, stream) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "id: ", 4) == 0)
			to->last = strtoull(line + 4, NULL, 10);
		if (strncmp(line, "data: ", 6) != 0)
			continue;
		take(to, line + 6);
		assert_int_equal(to->sequences[to->count - 1], to->last);
		is_over = to->count - first == max_count ||
			  strcmp(to->events[to->count - 1], name) == 0;
	}
	assert_true(is_over);
	end_stream(stream, pid);
}

static void a_document_is_followed_to_the_partners_receipt_over_broken_connections(void **state)
{
	struct followed followed = {.count = 0};

	(void)state;
	lodge();
	follow(&followed, "RelayAcceptance", 1);
	follow(&followed, "RelayAcceptance", 2);
	if (strcmp(followed.events[followed.count - 1], "RelayAcceptance") != 0)
		follow(&followed, "RelayAcceptance", EVENTS);
	assert_string_equal(followed.events[0], "SubmissionAcceptance");
	for (size_t i = 1; i < followed.count; i++)
		assert_true(followed.sequences[i] > followed.sequences[i - 1]);
	/* nothing was missed: the timeline says the same */
	json_t *message = json_of(get(own, arena_format(rig.arena, "/v1/messages/%s", id)));
	json_t *timeline = json_object_get(message, "timeline"), *record;
	size_t i;

	json_array_foreach(timeline, i, record)
	{
		if (i < followed.count)
			assert_int_equal(json_read_number(record, "sequence"),
					 followed.sequences[i]);
	}
	assert_true(json_array_size(timeline) >= followed.count);
	assert_int_equal(json_array_size(json_object_get(message, "deliveries")), 1);
	json_decref(message);
	is_good = true;
}

/* ---- Getting it back ---- */

static struct bytes part(const char *name)
{
	return get(own, arena_format(rig.arena, "/v1/messages/%s/%s", id, name));
}

static void the_original_comes_back_byte_for_byte(void **state)
{
	struct bytes document = rig_sample(&rig, SAMPLE);
	struct hash hash = hash_of(document);
	char hex[HASH_HEX_BYTES];

	(void)state;
	assert_true(bytes_equal(part("document"), document));
	hash_format_hex(&hash, hex);
	assert_int_equal(status_of(own, arena_format(rig.arena, "-H 'If-None-Match: \"%s\"'", hex),
				   arena_format(rig.arena, "/v1/messages/%s/document", id)),
			 304);
}

static void the_translation_and_its_report_come_too(void **state)
{
	struct bytes translation = part("translation");
	json_t *report = json_of(part("report")), *hashes;
	struct hash hash = hash_of(translation);
	char hex[HASH_HEX_BYTES];

	(void)state;
	hash_format_hex(&hash, hex);
	hashes = json_object_get(report, "outputHashes");
	assert_string_equal(json_string_value(json_array_get(hashes, 0)), hex);
	json_decref(report);
}

static void the_receipt_is_verified_with_the_public_key_alone(void **state)
{
	const char *path =
		arena_format(rig.arena, "%s/keys/ledger.pub", rig.town.nodes[RIG_VN].directory);
	char origin[CHECKPOINT_ORIGIN_BYTES], *line;
	uint8_t key[KEY_PUBLIC_BYTES];
	struct record record;
	struct bytes text;

	(void)state;
	assert_int_equal(file_read(path, 1024, rig.arena, &text), OK);
	line = arena_text(rig.arena, text);
	line[strcspn(line, "\n")] = '\0';
	assert_int_equal(checkpoint_parse_key(line, origin, key), OK);
	assert_int_equal(receipt_verify(part("receipt"), key, rig.arena, &record), OK);
	assert_string_equal(record.event, "SubmissionAcceptance");
}

static size_t count_found(const char *token, const char *query)
{
	json_t *page = json_of(get(token, arena_format(rig.arena, "/v1/messages?%s", query)));
	size_t count = json_array_size(json_object_get(page, "messages"));

	json_decref(page);
	return count;
}

static void it_is_found_by_what_it_says_and_by_nobody_else(void **state)
{
	static const char *const queries[] = {"reference=" REFERENCE, "taxCode=0100101308",
					      "schema=vn.export", "party=gom-bat-trang&limit=1",
					      "base=32600000001"};

	(void)state;
	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		assert_int_equal(count_found(own, queries[i]), 1);
		assert_int_equal(count_found(others, queries[i]), 0);
	}
	assert_int_equal(count_found(own, "reference=no-such"), 0);
	assert_int_equal(status_of(own, "", "/v1/messages?after=forged"), 400);
	assert_int_equal(status_of(own, "", "/v1/messages?limit=201"), 400);
}

static void to_another_trader_it_is_not_there(void **state)
{
	static const char *const parts[] = {"", "/document", "/translation", "/report", "/receipt"};

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		assert_int_equal(
			status_of(others, "",
				  arena_format(rig.arena, "/v1/messages/%s%s", id, parts[i])),
			404);
		assert_int_equal(
			status_of(own, "",
				  arena_format(rig.arena, "/v1/messages/VN-1-9999%s", parts[i])),
			404);
	}
	assert_int_equal(status_of(own, "", "/v1/queue"), 403);
	assert_int_equal(status_of(own, "", "/v1/schemas"), 200);
	assert_int_equal(status_of("wrong", "", "/v1/messages"), 401);
}

/* ---- Who is still asked about while nobody new is ---- */

/* Wrong tokens from the very address of the stream, until a heartbeat comes on it. */
static bool is_heartbeat_met(FILE *stream, const char *wrong)
{
	struct pollfd pollfd = {.fd = fileno(stream), .events = POLLIN};
	char line[LINE_BYTES];

	setvbuf(stream, NULL, _IONBF, 0);
	for (;;) {
		while (poll(&pollfd, 1, 0) == 0)
			(void)status_of(wrong, "", "/v1/session");
		if (fgets(line, sizeof(line), stream) == NULL)
			return false;
		if (strcmp(line, ":\n") == 0)
			return true;
	}
}

/* Until it is one too many: tries come back with time, so a slow machine has some more. */
static unsigned status_of_many(const char *wrong)
{
	unsigned status = 401;

	for (unsigned i = 0; status == 401 && i < 1000; i++)
		status = status_of(wrong, "", "/v1/session");
	return status;
}

/* Each heartbeat asks who it still is; wrong ones from there neither end that nor answer it. */
static void a_stream_outlives_wrong_tokens_from_its_own_address(void **state)
{
	const char *wrong = "sampan_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	char line[LINE_BYTES];
	pid_t pid;
	FILE *stream = begin_stream(curl(own, "-N", "/v1/events"), &pid);

	(void)state;
	is_good = false;
	assert_non_null(stream);
	assert_non_null(fgets(line, sizeof(line), stream)); /* it was admitted */
	assert_true(is_heartbeat_met(stream, wrong));
	assert_int_equal(status_of_many(wrong), 429);
	assert_int_equal(status_of("", "", "/healthz"), 200);
	assert_true(is_heartbeat_met(stream, wrong));
	end_stream(stream, pid);
	is_good = true;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_document_is_followed_to_the_partners_receipt_over_broken_connections),
		cmocka_unit_test(the_original_comes_back_byte_for_byte),
		cmocka_unit_test(the_translation_and_its_report_come_too),
		cmocka_unit_test(the_receipt_is_verified_with_the_public_key_alone),
		cmocka_unit_test(it_is_found_by_what_it_says_and_by_nobody_else),
		cmocka_unit_test(to_another_trader_it_is_not_there),
		cmocka_unit_test(a_stream_outlives_wrong_tokens_from_its_own_address),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
