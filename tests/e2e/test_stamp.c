/*
 * A real node whose checkpoints are stamped by `openssl ts -reply` behind a real HTTPS server: what
 * a hostile or broken authority answers is refused, asked again and holds up nothing; a good stamp
 * is kept, shown by `sampan ledger stat`, carried by evidence, and verified offline.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <cmocka.h>
#include <jansson.h>

#include "node/file.h"
#include "node/http.h"
#include "node/json_read.h"
#include "node/setup.h"
#include "node/town_identity.h"
#include "sampan/certificate.h"
#include "tests/support/door_client.h"
#include "tests/support/patience.h"
#include "tests/support/tsa.h"

#define TRADER "gom-bat-trang"
#define EXPORT "vn/gom-bat-trang/01-export-1-line.xml"
#define REFERENCE "GBT-XK-2026-0141"
#define TESTS 5u

static struct rig rig;
static unsigned passed;
static const char *exported; /* id */

/* ---- The authority ---- */

enum way { GOOD, BROKEN, HTML, EMPTY, ENDLESS, REPLAYED, STRANGER, WAYS };

static struct {
	struct http *http;
	struct tsa tsa, other;
	enum way way;
	struct bytes first; /* a reply that was good for an earlier question */
	size_t asked, wrong;
} authority;

static void on_head(void *context, struct http_call *call)
{
	(void)context;
	http_take_body(call, 65536);
}

static struct bytes reply_to(struct bytes question)
{
	static uint8_t endless[200000];

	switch (authority.way) {
	case EMPTY:
		return (struct bytes){0};
	case ENDLESS:
		return bytes_of(endless, sizeof(endless));
	case REPLAYED:
		return authority.first;
	case STRANGER:
		return tsa_reply(&authority.other, question, rig.arena);
	case GOOD:
	case BROKEN:
	case HTML:
	case WAYS:
		break;
	}
	return tsa_reply(&authority.tsa, question, rig.arena);
}

static void on_body(void *context, struct http_call *call, struct bytes body)
{
	const char *type = http_header(call, "content-type");
	struct bytes reply = reply_to(body);

	(void)context;
	authority.asked++;
	authority.wrong += type == NULL || strcmp(type, "application/timestamp-query") != 0 ||
			   strcmp(http_path(call), "/tsa") != 0;
	if (authority.first.len == 0)
		authority.first = reply;
	http_answer(call, &(struct http_answer){.status = authority.way == BROKEN ? 500 : 200,
						.type = authority.way == HTML
								? "text/html"
								: "application/timestamp-reply",
						.body = reply});
}

static const struct http_handlers handlers = {.on_head = on_head, .on_body = on_body};

/* ---- The node ---- */

static const char *below(const char *name)
{
	return arena_format(rig.arena, "%s/%s", rig.town.nodes[RIG_VN].directory, name);
}

static void add_stamps_to_config(void)
{
	struct bytes config;
	const char *text;

	assert_int_equal(file_read(below("node.yaml"), 1 << 20, rig.arena, &config), OK);
	text = arena_format(rig.arena,
			    "%.*s\nstamps:\n  url: https://localhost:%u/tsa\n"
			    "  trust: keys/tsa.pem\n  ca: keys/tsa-door.pem\n"
			    "  policy: " TSA_POLICY "\n  records: 1\n  private: true\n",
			    (int)config.len, (const char *)config.at, http_port(authority.http));
	assert_int_equal(file_replace(below("node.yaml"), bytes_of_text(text)), OK);
}

static int set_up(void **state)
{
	struct http_options options = {.address = "127.0.0.1"};
	const char *message = "";

	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	rig_open(&rig);
	authority.tsa = tsa_make(arena_format(rig.arena, "%s/tsa", rig.directory),
				 &(struct tsa_wish){0}, rig.arena);
	authority.other = tsa_make(arena_format(rig.arena, "%s/other", rig.directory),
				   &(struct tsa_wish){0}, rig.arena);
	assert_int_equal(certificate_new_server("tsa.example", "VN", rig.arena, &options.key,
						&options.certificate),
			 OK);
	if (http_open(NULL, &options, &handlers, NULL, &authority.http, &message) != OK)
		fail_msg("%s", message);
	assert_int_equal(file_make(below("keys/tsa-door.pem"), 0600, options.certificate), OK);
	assert_int_equal(file_make(below("keys/tsa.pem"), 0600, authority.tsa.authority), OK);
	rig_start(&rig);
	return town_identity_tokens(&rig.town.nodes[RIG_VN]) == OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	rig_close(&rig, passed == TESTS);
	http_close(authority.http);
	return 0;
}

static bool is_at_rest(void *context)
{
	(void)context;
	http_turn(authority.http, 5);
	return rig_wait_for_rest(&rig, 10);
}

static void lodge(const char *reference)
{
	const struct door_request request = {
		.method = "POST",
		.path = "/v1/messages",
		.token = door_client_token(&rig, RIG_VN, TRADER),
		.type = "application/xml",
		.body = rig_replace(&rig, rig_sample(&rig, EXPORT), REFERENCE, reference)};
	struct door_answer answer = door_client_ask(&rig, RIG_VN, &request);

	assert_int_equal(answer.status, 202);
	exported = door_client_member(&rig, &answer, "id");
	assert_true(rig_wait(is_at_rest, NULL, PATIENCE_MS));
}

/* "stamp" of `sampan ledger stat --json`; the caller owns it. */
static json_t *stamp_in_stat(void)
{
	const char *const arguments[] = {
		"ledger", "stat", "--json", "--dir", rig.town.nodes[RIG_VN].directory, NULL};
	struct bytes output;
	json_t *stat, *stamp;

	assert_int_equal(rig_run(&rig, arguments, &output), 0);
	stat = json_loadb((const char *)output.at, output.len, 0, NULL);
	stamp = json_incref(json_object_get(stat, "stamp"));
	assert_non_null(stamp);
	json_decref(stat);
	return stamp;
}

static bool is_asked_again(void *context)
{
	const size_t *before = context;

	http_turn(authority.http, 5);
	return authority.asked > *before;
}

static size_t count_in_log(const char *text)
{
	struct bytes log;
	size_t count = 0;
	const char *at;

	assert_int_equal(file_read(below("node.log"), 1 << 24, rig.arena, &log), OK);
	for (at = arena_text(rig.arena, log); (at = strstr(at, text)) != NULL; at++)
		count++;
	return count;
}

struct told {
	const char *text;
	size_t before;
};

static bool is_told(void *context)
{
	const struct told *told = context;

	http_turn(authority.http, 5);
	return count_in_log(told->text) > told->before;
}

/* A reload forgets the pause behind a failure. */
static void reload_and_wait(const char *text)
{
	struct told told = {text, count_in_log(text)};
	size_t before = authority.asked;

	assert_int_equal(kill((pid_t)rig.town.nodes[RIG_VN].supervisor, SIGHUP), 0);
	assert_true(rig_wait(is_asked_again, &before, PATIENCE_MS));
	if (!rig_wait(is_told, &told, PATIENCE_MS))
		fail_msg("not told: %s", text);
}

/* ---- Tests ---- */

static void without_an_authority_nothing_is_stamped(void **state)
{
	json_t *stamp;

	(void)state;
	lodge("STAMP-0");
	stamp = stamp_in_stat();
	assert_true(json_is_null(stamp));
	json_decref(stamp);
	passed++;
}

static void a_bad_answer_is_refused_told_once_and_holds_up_nothing(void **state)
{
	static const struct {
		enum way way;
		const char *told;
	} ways[] = {
		{BROKEN, "what=authority why=\"its answer is not 200 with a time stamp reply\""},
		{HTML, "what=authority why=\"its answer is not 200 with a time stamp reply\""},
		{EMPTY, "what=reply why=\"unreadable\""},
		{ENDLESS, "what=authority why=\"the answer is too long\""},
		{REPLAYED, "what=reply why=\"of-something-else\""},
		{STRANGER, "what=reply why=\"stranger\""},
	};
	json_t *stamp;

	(void)state;
	add_stamps_to_config();
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		size_t failures = count_in_log("stamp-failed");

		authority.way = ways[i].way;
		reload_and_wait(ways[i].told);
		assert_int_equal(count_in_log("stamp-failed"), failures + 1);
		lodge(arena_format(rig.arena, "STAMP-BAD-%zu", i));
	}
	stamp = stamp_in_stat();
	assert_true(json_is_null(stamp));
	json_decref(stamp);
	passed++;
}

/* What nobody waited for is signed a moment later. */
static bool is_signed_for(void *context)
{
	const char *const arguments[] = {"evidence", "--config", rig.town.nodes[RIG_VN].config_path,
					 exported, NULL};
	struct bytes output;

	(void)context;
	http_turn(authority.http, 5);
	return rig_run(&rig, arguments, &output) == 0;
}

static void a_good_stamp_is_kept_and_shown(void **state)
{
	json_t *stamp;

	(void)state;
	assert_true(rig_wait(is_signed_for, NULL, PATIENCE_MS));
	authority.way = GOOD;
	reload_and_wait(" stamped ");
	stamp = stamp_in_stat();
	assert_true(json_integer_value(json_object_get(stamp, "records")) > 0);
	assert_non_null(strstr(json_read_text(stamp, "authority"), "CN="));
	assert_int_equal(strlen(json_read_text(stamp, "time")), 24);
	json_decref(stamp);
	assert_int_equal(authority.wrong, 0);
	passed++;
}

static void trust_card_of_partner(const char *folder)
{
	struct bytes card;

	assert_int_equal(file_read(arena_format(rig.arena, "%s/seal/card-1.note",
						rig.town.nodes[RIG_TH].directory),
				   65536, rig.arena, &card),
			 OK);
	assert_int_equal(file_replace(arena_format(rig.arena, "%s/th.note", folder), card), OK);
}

/* `sampan verify` of the exported message's evidence; the caller owns what it says. */
static json_t *verify(const char *folder)
{
	const char *config = rig.town.nodes[RIG_VN].config_path;
	const char *path = arena_format(rig.arena, "%s/evidence", rig.directory);
	const char *const make[] = {"evidence", "--config", config, exported, NULL};
	const char *const check[] = {"verify", "--json", "--trust", folder, path, NULL};
	struct bytes output;

	assert_int_equal(rig_run(&rig, make, &output), 0);
	assert_int_equal(file_replace(path, output), OK);
	assert_int_equal(rig_run(&rig, check, &output), 0);
	return json_loadb((const char *)output.at, output.len, JSON_DISABLE_EOF_CHECK, NULL);
}

/* The partner countersigns within seconds; by its card it is believed. */
static bool is_witnessed(void *context)
{
	json_t *verdict = verify(context);
	json_t *witness = json_array_get(json_object_get(verdict, "witnesses"), 0);
	bool is_there = witness != NULL;

	if (is_there)
		assert_true(json_is_true(json_object_get(witness, "believed")));
	json_decref(verdict);
	http_turn(authority.http, 5);
	return is_there;
}

static void evidence_carries_it_and_it_is_verified_offline(void **state)
{
	const char *folder = arena_format(rig.arena, "%s/trust", rig.directory);
	const char *stamps = arena_format(rig.arena, "%s/stamps", folder);
	struct bytes key;
	json_t *verdict, *stamp;

	(void)state;
	assert_int_equal(mkdir(folder, 0700), 0);
	assert_int_equal(file_read(below(SETUP_LEDGER_PUBLIC), 65536, rig.arena, &key), OK);
	assert_int_equal(file_replace(arena_format(rig.arena, "%s/vn.pub", folder), key), OK);
	/* who vouches for documents vouches for no time */
	assert_int_equal(file_replace(arena_format(rig.arena, "%s/tsa.pem", folder),
				      authority.tsa.authority),
			 OK);
	verdict = verify(folder);
	stamp = json_array_get(json_object_get(verdict, "stamps"), 0);
	assert_non_null(stamp);
	assert_true(json_is_false(json_object_get(stamp, "believed")));
	json_decref(verdict);

	assert_int_equal(mkdir(stamps, 0700), 0);
	assert_int_equal(file_replace(arena_format(rig.arena, "%s/tsa.pem", stamps),
				      authority.tsa.authority),
			 OK);
	verdict = verify(folder);
	stamp = json_array_get(json_object_get(verdict, "stamps"), 0);
	assert_true(json_is_true(json_object_get(stamp, "believed")));
	assert_non_null(strstr(json_read_text(stamp, "authority"), "CN="));
	json_decref(verdict);
	trust_card_of_partner(folder);
	assert_true(rig_wait(is_witnessed, (void *)(uintptr_t)folder, PATIENCE_MS));
	passed++;
}

/* By the authorities of node.yaml, by those that are named, and by nobody's word. */
static void the_ledgers_stamps_are_verified_by_who_is_believed(void **state)
{
	const char *wrong = arena_format(rig.arena, "%s/wrong.pem", rig.directory);
	const char *config = rig.town.nodes[RIG_VN].config_path;
	const struct {
		const char *option, *value, *says;
		int code;
	} cases[] = {
		{NULL, NULL, "of authorities that are believed", 0},
		{"--stamps", below("keys/tsa.pem"), "of authorities that are believed", 0},
		{"--stamps", wrong, "an authority that nobody here vouches for", 65},
		{"--stamps", below("keys/no-such-file"), "", 66},
	};

	(void)state;
	assert_int_equal(file_replace(wrong, authority.other.authority), OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *const arguments[] = {"ledger", "verify",        "--config",
						 config,   cases[i].option, cases[i].value,
						 NULL};
		struct bytes output;

		assert_int_equal(rig_run(&rig, arguments, &output), cases[i].code);
		assert_non_null(strstr(arena_text(rig.arena, output), cases[i].says));
	}
	passed++;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_an_authority_nothing_is_stamped),
		cmocka_unit_test(a_bad_answer_is_refused_told_once_and_holds_up_nothing),
		cmocka_unit_test(a_good_stamp_is_kept_and_shown),
		cmocka_unit_test(evidence_carries_it_and_it_is_verified_offline),
		cmocka_unit_test(the_ledgers_stamps_are_verified_by_who_is_believed),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
