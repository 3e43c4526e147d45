/*
 * A store that is full, at every door of a running node: nothing is acknowledged, everything that is there is
 * read, what waits goes on when there is room, and it is told as what it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>
#include <signal.h>

#include "node/town_identity.h"
#include "tests/support/door_client.h"
#include "tests/support/patience.h"

#define TRADER "gom-bat-trang"
#define EXPORT "vn/gom-bat-trang/01-export-1-line.xml"
#define REFERENCE "GBT-XK-2026-0141"
#define FULL_BYTES "16777216"
#define LARGE ((size_t)2 * 1024 * 1024)
#define TRIES 300u

static struct rig rig;
static bool is_good;
static unsigned lodged;
static const char *first; /* id of the message that everything is attached to */

static struct town_node *vn(void)
{
	return &rig.town.nodes[RIG_VN];
}

static void limit_store(const char *bytes)
{
	const char *line =
		arena_format(rig.arena, "sed -i 's/map_bytes: [0-9]*/map_bytes: %s/' '%s'", bytes,
			     vn()->config_path);

	assert_int_equal(system(line), 0);
}

static int set_up(void **state)
{
	(void)state;
	rig_open(&rig);
	limit_store(FULL_BYTES);
	rig_start(&rig);
	return town_identity_tokens(vn()) == OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	rig_close(&rig, is_good);
	return 0;
}

static struct bytes export_of(const char *reference)
{
	return rig_replace(&rig, rig_sample(&rig, EXPORT), REFERENCE, reference);
}

static struct door_answer post(const char *path, const char *type, struct bytes body)
{
	const struct door_request request = {.method = "POST",
					     .path = path,
					     .token = door_client_token(&rig, RIG_VN, TRADER),
					     .type = type,
					     .body = body};

	return door_client_ask(&rig, RIG_VN, &request);
}

static unsigned lodge(struct door_answer *ret_answer)
{
	*ret_answer = post("/v1/messages", "application/xml",
			   export_of(arena_format(rig.arena, "FULL-%u", lodged++)));
	return ret_answer->status;
}

/* Of bytes that nothing makes shorter; each time others. */
static unsigned attach(size_t len)
{
	static unsigned serial;
	char *at = arena_alloc(rig.arena, len);
	uint64_t chance = ++serial;

	assert_non_null(at);
	memcpy(at, "%PDF-1.7\n", 9);
	for (size_t i = 9; i < len; i++) {
		chance = chance * 6364136223846793005u + 1442695040888963407u;
		at[i] = (char)(chance >> 56);
	}
	return post(arena_format(rig.arena, "/v1/messages/%s/attachments?type=380", first),
		    "application/pdf", bytes_of(at, len))
		.status;
}

static void it_fills_until_nothing_more_is_acknowledged(void **state)
{
	struct door_answer answer;
	unsigned refused = 0, status;

	(void)state;
	assert_int_equal(lodge(&answer), 202);
	first = door_client_member(&rig, &answer, "id");
	for (size_t len = LARGE; len > 1024;) {
		status = attach(len);
		assert_true(status == 201 || status == 503);
		len = status == 503 ? len / 2 : len;
	}
	for (unsigned i = 0; i < TRIES && refused < 3; i++) {
		status = lodge(&answer);
		assert_true(status == 202 || status == 503);
		refused = status == 503 ? refused + 1 : 0;
	}
	assert_int_equal(refused, 3);
}

static int shell(const char *line)
{
	const char *whole = arena_format(
		rig.arena, "export SAMPAN_CONFIG='%s' HERE='%s'; sampan() { '%s' \"$@\"; }; %s",
		vn()->config_path, rig.directory, rig.program, line);

	return WEXITSTATUS(system(whole));
}

/* Who signs in is not told that they were too quick; a token that was not recorded is not printed. */
static void each_door_says_that_it_cannot_and_what_is_there_is_read(void **state)
{
	static const char sign_in[] = "{\"name\":\"nobody\",\"password\":\"x\"}";
	struct door_request request = {.path = arena_format(rig.arena, "/v1/messages/%s", first),
				       .token = door_client_token(&rig, RIG_VN, TRADER)};
	unsigned status;

	(void)state;
	assert_int_equal(door_client_ask(&rig, RIG_VN, &request).status, 200);
	status = post("/v1/session", "application/json", bytes_of_text(sign_in)).status;
	assert_true(status == 503 || status == 401);
	request = (struct door_request){.path = "/readyz"};
	assert_int_equal(door_client_ask(&rig, RIG_VN, &request).status, 503);
	assert_int_equal(shell("sampan doctor | grep -q 'limits.map_bytes used: raise it'"), 0);
	assert_int_equal(shell("sampan user token z --party " TRADER
			       " >\"$HERE/out\" 2>\"$HERE/err\" || "
			       "test ! -s \"$HERE/out\""),
			 0);
	rig_lodge(&rig, RIG_VN, TRADER, "waits.xml", export_of("FULL-WAITS"));
}

static bool is_taken(void *context)
{
	(void)context;
	return rig_has(&rig, RIG_VN, TRADER, "taken", "waits.xml");
}

static void with_room_what_waited_is_taken_and_nothing_is_lost(void **state)
{
	struct door_answer answer;

	(void)state;
	town_stop(vn(), SIGTERM);
	limit_store("134217728");
	assert_int_equal(town_start(vn(), rig.program), OK);
	assert_true(rig_wait(is_taken, NULL, PATIENCE_MS));
	assert_int_equal(lodge(&answer), 202);
	assert_true(rig_wait_for_rest(&rig, PATIENCE_MS));
	assert_int_equal(shell("sampan ledger verify"), 0);
	/* and less than it takes now is told before anything starts */
	town_stop(vn(), SIGTERM);
	limit_store("16777216");
	assert_int_equal(
		shell("sampan node check 2>\"$HERE/err\" || grep -q 'limits.map_bytes is 16777216' "
		      "\"$HERE/err\""),
		0);
	is_good = true;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_fills_until_nothing_more_is_acknowledged),
		cmocka_unit_test(each_door_says_that_it_cannot_and_what_is_there_is_read),
		cmocka_unit_test(with_room_what_waited_is_taken_and_nothing_is_lost),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
