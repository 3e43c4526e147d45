/*
 * Who comes in over HTTPS at a running node: people, tokens, an agent with a mandate; and that a
 * restart forgets neither them nor what was tried.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "node/attempt.h"
#include "node/json_read.h"
#include "node/who_secret.h"
#include "sampan/clock.h"
#include "tests/support/desk_scene.h"

#define PAIRS(...) ((const char *const[]){__VA_ARGS__, NULL})

static struct desk_scene scene;
static struct rig *const rig = &scene.rig;

static int open_town(void **state)
{
	(void)state;
	desk_scene_open(&scene);
	return 0;
}

static int close_town(void **state)
{
	(void)state;
	desk_scene_close(&scene);
	return 0;
}

static desk_answer call(const char *method, const char *path, const char *const *headers,
			struct bytes body)
{
	return desk_scene_send(&scene, method, path, headers, body);
}

static unsigned status_of(const char *method, const char *path, const char *const *headers)
{
	return call(method, path, headers, (struct bytes){0}).status;
}

static void add_person(const char *name, const char *party)
{
	desk_scene_person(&scene, name, party, "trader", "");
}

/* "Authorization: Bearer ..." of a new token. */
static const char *make_token(const char *party, const char **ret_number)
{
	char token[WHO_TEXT_BYTES], hex[HASH_HEX_BYTES];
	struct hash hash;

	who_secret_make(WHO_TOKEN_PREFIX, token, &hash);
	hash_format_hex(&hash, hex);
	*ret_number = desk_scene_change(&scene, "token-make",
					PAIRS("name", "test", "party", party, "hash", hex));
	return arena_format(rig->arena, "Authorization: Bearer %s", token);
}

static desk_answer sign_in(const char *name, const char *password)
{
	const char *body =
		arena_format(rig->arena, "{\"name\":\"%s\",\"password\":\"%s\"}", name, password);

	return call("POST", "/v1/session", DESK(DESK_JSON), bytes_of_text(body));
}

/* "Cookie: ..." and "Sampan-Csrf: ..." of a session. */
static void open_session(const char *name, const char **ret_cookie, const char **ret_csrf)
{
	desk_answer answer = sign_in(name, DESK_PASSWORD);
	const char *cookie = desk_scene_header(&scene, &answer, "Set-Cookie");

	assert_int_equal(answer.status, 200);
	assert_non_null(strstr(cookie, "; Path=/; Secure; HttpOnly; SameSite=Strict"));
	*ret_cookie = arena_format(rig->arena, "Cookie: %.*s", (int)strcspn(cookie, ";"), cookie);
	*ret_csrf = arena_format(rig->arena, "Sampan-Csrf: %s",
				 desk_scene_member(&scene, &answer, "csrf"));
}

/* ---- People ---- */

static void a_session_changes_something_only_with_its_own_csrf_token(void **state)
{
	const struct bytes wanted = bytes_of_text("{\"name\":\"mine\",\"user\":\"lan\"}");
	const char *cookie, *csrf, *other_cookie, *other_csrf, *token;
	desk_answer answer;

	(void)state;
	add_person("lan", "gom-bat-trang");
	open_session("lan", &cookie, &csrf);
	open_session("lan", &other_cookie, &other_csrf);
	assert_int_equal(status_of("GET", "/v1/session", DESK(cookie)), 200);
	assert_int_equal(call("POST", "/v1/tokens", DESK(cookie, DESK_JSON), wanted).status, 403);
	assert_int_equal(
		call("POST", "/v1/tokens", DESK(cookie, DESK_JSON, other_csrf), wanted).status,
		403);
	answer = call("POST", "/v1/tokens", DESK(cookie, DESK_JSON, csrf), wanted);
	assert_int_equal(answer.status, 201);
	token = arena_format(rig->arena, "Authorization: Bearer %s",
			     desk_scene_member(&scene, &answer, "token"));
	answer = call("GET", "/v1/session", DESK(token), (struct bytes){0});
	assert_string_equal(desk_scene_member(&scene, &answer, "user"), "lan");
	assert_int_equal(status_of("DELETE", "/v1/session", DESK(cookie)), 403);
	assert_int_equal(status_of("DELETE", "/v1/session", DESK(cookie, csrf)), 204);
	assert_int_equal(status_of("GET", "/v1/session", DESK(cookie)), 401);
	assert_int_equal(status_of("GET", "/v1/session", DESK(other_cookie)), 200);
}

static void a_cookie_that_came_along_is_never_the_new_session(void **state)
{
	const char *fixed = "Cookie: __Host-sampan=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	const struct bytes body =
		bytes_of_text("{\"name\":\"thu\",\"password\":\"" DESK_PASSWORD "\"}");
	desk_answer answer;

	(void)state;
	add_person("thu", "gom-bat-trang");
	answer = call("POST", "/v1/session", DESK(DESK_JSON, fixed), body);
	assert_int_equal(answer.status, 200);
	assert_null(strstr(desk_scene_header(&scene, &answer, "Set-Cookie"), "AAAAAA"));
	assert_int_equal(status_of("GET", "/v1/session", DESK(fixed)), 401);
}

static void whatever_is_wrong_is_answered_alike(void **state)
{
	desk_answer wrong, unknown;
	char longest[2000];

	(void)state;
	add_person("minh", "gom-bat-trang");
	wrong = sign_in("minh", "another password");
	unknown = sign_in("nobody", "another password");
	assert_int_equal(wrong.status, 401);
	assert_int_equal(unknown.status, 401);
	assert_true(bytes_equal(wrong.body, unknown.body));
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(sign_in("minh", longest).status, 400);
	assert_int_equal(sign_in("../minh", DESK_PASSWORD).status, 401);
}

static void a_new_password_ends_all_sessions(void **state)
{
	const struct bytes wrong =
		bytes_of_text("{\"old\":\"no\",\"new\":\"another long secret\"}");
	const struct bytes shorter =
		bytes_of_text("{\"old\":\"" DESK_PASSWORD "\",\"new\":\"short\"}");
	const struct bytes right =
		bytes_of_text("{\"old\":\"" DESK_PASSWORD "\",\"new\":\"another long secret\"}");
	const char *cookie, *csrf;

	(void)state;
	add_person("hoa", "gom-bat-trang");
	open_session("hoa", &cookie, &csrf);
#define NEW_DESK_PASSWORD(body) \
	call("PUT", "/v1/session/password", DESK(cookie, csrf, DESK_JSON), body).status
	assert_int_equal(NEW_DESK_PASSWORD(wrong), 403);
	assert_int_equal(NEW_DESK_PASSWORD(shorter), 400);
	assert_int_equal(NEW_DESK_PASSWORD(right), 204);
	assert_int_equal(status_of("GET", "/v1/session", DESK(cookie)), 401);
	assert_int_equal(sign_in("hoa", DESK_PASSWORD).status, 401);
	assert_int_equal(sign_in("hoa", "another long secret").status, 200);
}

/* ---- Tokens ---- */

static void a_token_ends_the_moment_it_is_revoked(void **state)
{
	const char *number, *token = make_token("gom-bat-trang", &number);

	(void)state;
	for (unsigned i = 0; i < 3; i++) /* kept by the gate now */
		assert_int_equal(status_of("GET", "/v1/session", DESK(token)), 200);
	(void)desk_scene_change(&scene, "revoke", PAIRS("number", number));
	assert_int_equal(status_of("GET", "/v1/session", DESK(token)), 401);
}

static void a_token_in_the_query_is_nothing(void **state)
{
	const char *number, *token = make_token("gom-bat-trang", &number);
	const char *path = arena_format(rig->arena, "/v1/session?access_token=%s",
					token + strlen("Authorization: Bearer "));
	unsigned status = status_of("GET", path, DESK("Accept: */*"));

	(void)state;
	assert_true(status == 400 || status == 401);
}

/* ---- Mandates ---- */

static unsigned lodge_over_https(const char *token, struct bytes document, const char *code)
{
	desk_answer answer = call("POST", "/v1/messages", DESK(token, DESK_XML), document);

	if (code[0] != '\0')
		assert_non_null(memmem(answer.body.at, answer.body.len, code, strlen(code)));
	return answer.status;
}

static bool is_refused(void *context)
{
	return rig_has(rig, RIG_VN, "dai-ly-hai-phong", "refused", context);
}

static bool is_taken(void *context)
{
	return rig_has(rig, RIG_VN, "dai-ly-hai-phong", "taken", context);
}

static const char *number_of_mandate(const char *principal)
{
	json_t *list = NULL, *item;
	const char *number = "";
	size_t i;

	assert_int_equal(ask_identities(&scene.ask, "mandates", &list), OK);
	json_array_foreach(json_object_get(list, "mandates"), i, item)
	{
		if (strcmp(json_read_text(item, "principal"), principal) == 0)
			number = arena_format(rig->arena, "%llu",
					      (unsigned long long)json_read_number(item, "number"));
	}
	json_decref(list);
	return number;
}

static void
an_agent_lodges_for_its_principal_by_folder_and_https_while_the_mandate_holds(void **state)
{
	struct bytes one =
		rig_sample(rig, "vn/dai-ly-hai-phong/13-co-application-back-to-back.xml");
	struct bytes two = rig_sample(rig, "vn/dai-ly-hai-phong/05-export-20-lines.xml");
	struct bytes three = rig_replace(rig, two, "DLHP-2026-003317", "HD-2026-7777");
	struct bytes four = rig_sample(rig, "vn/dai-ly-hai-phong/06-export-50-lines.xml");
	char first[] = "one.xml", fourth[] = "four.xml";
	const char *number, *token = make_token("dai-ly-hai-phong", &number);

	(void)state;
	rig_lodge(rig, RIG_VN, "dai-ly-hai-phong", first, one);
	assert_true(rig_wait(is_taken, first, 60000));
	assert_int_equal(lodge_over_https(token, two, ""), 202);
	(void)desk_scene_change(&scene, "mandate-revoke",
				PAIRS("number", number_of_mandate("0100101308")));
	assert_int_equal(lodge_over_https(token, three, "no-mandate"), 422);
	rig_lodge(rig, RIG_VN, "dai-ly-hai-phong", fourth, four);
	assert_true(rig_wait(is_refused, fourth, 60000));
}

/* ---- Across a restart ---- */

/* Wrong tries until there are none left; how many there were. */
static uint64_t use_up(const char *name)
{
	desk_answer answer;
	uint64_t tries = 0;

	while ((answer = sign_in(name, "another password")).status == 401)
		tries++;
	assert_int_equal(answer.status, 429);
	assert_true(http_client_header(&answer, "Retry-After").len > 0);
	return tries;
}

/*
 * Tries come back with time, those of an address faster than those of an account: no more than the
 * time since then gives back, however slow the machine is.
 */
static void a_restart_forgets_neither_people_nor_what_was_tried(void **state)
{
	const char *cookie, *csrf, *number, *token = make_token("gom-bat-trang", &number);
	uint64_t began_ms, earned;

	(void)state;
	add_person("tam", "gom-bat-trang");
	add_person("khoa", "gom-bat-trang");
	open_session("tam", &cookie, &csrf);
	began_ms = clock_monotonic_ms();
	assert_true(use_up("khoa") > 0);
	town_stop(&rig->town.nodes[RIG_VN], SIGTERM);
	assert_int_equal(town_start(&rig->town.nodes[RIG_VN], rig->program), OK);
	earned = use_up("khoa");
	assert_true(earned <= (clock_monotonic_ms() - began_ms) / ATTEMPT_OF_ADDRESS_MS + 1);
	assert_int_equal(status_of("GET", "/v1/session", DESK(cookie)), 200);
	assert_int_equal(status_of("GET", "/v1/session", DESK(token)), 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_changes_something_only_with_its_own_csrf_token),
		cmocka_unit_test(a_cookie_that_came_along_is_never_the_new_session),
		cmocka_unit_test(whatever_is_wrong_is_answered_alike),
		cmocka_unit_test(a_new_password_ends_all_sessions),
		cmocka_unit_test(a_token_ends_the_moment_it_is_revoked),
		cmocka_unit_test(a_token_in_the_query_is_nothing),
		cmocka_unit_test(
			an_agent_lodges_for_its_principal_by_folder_and_https_while_the_mandate_holds),
		cmocka_unit_test(a_restart_forgets_neither_people_nor_what_was_tried),
	};

	return cmocka_run_group_tests(tests, open_town, close_town);
}
