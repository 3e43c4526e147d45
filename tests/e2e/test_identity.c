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

#include "node/ask.h"
#include "node/attempt.h"
#include "node/file.h"
#include "node/json_read.h"
#include "node/who_secret.h"
#include "sampan/clock.h"
#include "sampan/http_client.h"
#include "sampan/secret.h"
#include "tests/support/rig.h"

#define FILE_BYTES ((size_t)64 * 1024)
#define PASSWORD "a very long secret"
#define PAIRS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define HEADERS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define XML "Content-Type: application/xml"
#define JSON "Content-Type: application/json"

static struct rig rig;
static struct ask ask;
static struct http_client *client;
static char url[128];

static const char *text_of_file(const char *name)
{
	const char *path = arena_format(rig.arena, "%s/%s", rig.town.nodes[RIG_VN].directory, name);
	struct bytes bytes;

	assert_int_equal(file_read(path, FILE_BYTES, rig.arena, &bytes), OK);
	return arena_text(rig.arena, bytes);
}

static int open_town(void **state)
{
	struct http_client_options options;

	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	options = (struct http_client_options){.ca = bytes_of_text(text_of_file("keys/door.crt"))};
	assert_int_equal(http_client_open(&options, &client), OK);
	(void)snprintf(url, sizeof(url), "%s", text_of_file(TOWN_URL));
	url[strcspn(url, "\n")] = '\0';
	return ask_init(&ask, rig.town.nodes[RIG_VN].config_path);
}

static int close_town(void **state)
{
	(void)state;
	http_client_close(client);
	ask_clear(&ask);
	rig_close(&rig, true);
	return 0;
}

static struct http_client_answer call(const char *method, const char *path,
				      const char *const *headers, struct bytes body)
{
	const struct http_client_request request = {
		.method = method,
		.url = arena_format(rig.arena, "%s%s", url, path),
		.headers = headers,
		.body = body,
		.max_answer_bytes = 1024 * 1024,
		.connect_ms = 10000,
		.total_ms = 60000,
		.may = HTTP_MAY_PRIVATE,
	};
	struct http_client_answer answer;
	char why[HTTP_CLIENT_WHY_BYTES];

	if (http_client_ask(client, &request, rig.arena, &answer, why) != OK)
		fail_msg("%s %s: %s", method, path, why);
	return answer;
}

static unsigned status_of(const char *method, const char *path, const char *const *headers)
{
	return call(method, path, headers, (struct bytes){0}).status;
}

static const char *member(struct bytes body, const char *name)
{
	json_t *json = json_loadb((const char *)body.at, body.len, 0, NULL);
	const char *text = arena_text(rig.arena, bytes_of_text(json_read_text(json, name)));

	json_decref(json);
	return text;
}

static const char *change(const char *verb, const char *const *pairs)
{
	struct facts answer;

	assert_int_equal(ask_identity(&ask, verb, pairs, "test", &answer), OK);
	assert_string_equal(facts_get_or_empty(&answer, "refused"), "");
	return facts_get_or_empty(&answer, "number");
}

static void add_person(const char *name, const char *party)
{
	struct hash digest = who_secret_password(bytes_of_text(PASSWORD));
	char verifier[SECRET_VERIFIER_BYTES];

	assert_int_equal(secret_make_verifier(hash_bytes(&digest), verifier), OK);
	change("user-add",
	       PAIRS("name", name, "party", party, "roles", "trader", "verifier", verifier));
}

/* "Authorization: Bearer ..." of a new token. */
static const char *make_token(const char *party, const char **ret_number)
{
	char token[WHO_TEXT_BYTES], hex[HASH_HEX_BYTES];
	struct hash hash;

	who_secret_make(WHO_TOKEN_PREFIX, token, &hash);
	hash_format_hex(&hash, hex);
	*ret_number = change("token-make", PAIRS("name", "test", "party", party, "hash", hex));
	return arena_format(rig.arena, "Authorization: Bearer %s", token);
}

static struct http_client_answer sign_in(const char *name, const char *password)
{
	const char *body =
		arena_format(rig.arena, "{\"name\":\"%s\",\"password\":\"%s\"}", name, password);

	return call("POST", "/v1/session", HEADERS(JSON), bytes_of_text(body));
}

/* "Cookie: ..." and "Sampan-Csrf: ..." of a session. */
static void open_session(const char *name, const char **ret_cookie, const char **ret_csrf)
{
	struct http_client_answer answer = sign_in(name, PASSWORD);
	const char *cookie = arena_text(rig.arena, http_client_header(&answer, "Set-Cookie"));

	assert_int_equal(answer.status, 200);
	assert_non_null(strstr(cookie, "; Path=/; Secure; HttpOnly; SameSite=Strict"));
	*ret_cookie = arena_format(rig.arena, "Cookie: %.*s", (int)strcspn(cookie, ";"), cookie);
	*ret_csrf = arena_format(rig.arena, "Sampan-Csrf: %s", member(answer.body, "csrf"));
}

/* ---- People ---- */

static void a_session_changes_something_only_with_its_own_csrf_token(void **state)
{
	const struct bytes wanted = bytes_of_text("{\"name\":\"mine\",\"user\":\"lan\"}");
	const char *cookie, *csrf, *other_cookie, *other_csrf, *token;
	struct http_client_answer answer;

	(void)state;
	add_person("lan", "gom-bat-trang");
	open_session("lan", &cookie, &csrf);
	open_session("lan", &other_cookie, &other_csrf);
	assert_int_equal(status_of("GET", "/v1/session", HEADERS(cookie)), 200);
	assert_int_equal(call("POST", "/v1/tokens", HEADERS(cookie, JSON), wanted).status, 403);
	assert_int_equal(
		call("POST", "/v1/tokens", HEADERS(cookie, JSON, other_csrf), wanted).status, 403);
	answer = call("POST", "/v1/tokens", HEADERS(cookie, JSON, csrf), wanted);
	assert_int_equal(answer.status, 201);
	token = arena_format(rig.arena, "Authorization: Bearer %s", member(answer.body, "token"));
	answer = call("GET", "/v1/session", HEADERS(token), (struct bytes){0});
	assert_string_equal(member(answer.body, "user"), "lan");
	assert_int_equal(status_of("DELETE", "/v1/session", HEADERS(cookie)), 403);
	assert_int_equal(status_of("DELETE", "/v1/session", HEADERS(cookie, csrf)), 204);
	assert_int_equal(status_of("GET", "/v1/session", HEADERS(cookie)), 401);
	assert_int_equal(status_of("GET", "/v1/session", HEADERS(other_cookie)), 200);
}

static void a_cookie_that_came_along_is_never_the_new_session(void **state)
{
	const char *fixed = "Cookie: __Host-sampan=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	const struct bytes body = bytes_of_text("{\"name\":\"thu\",\"password\":\"" PASSWORD "\"}");
	struct http_client_answer answer;

	(void)state;
	add_person("thu", "gom-bat-trang");
	answer = call("POST", "/v1/session", HEADERS(JSON, fixed), body);
	assert_int_equal(answer.status, 200);
	assert_null(
		strstr(arena_text(rig.arena, http_client_header(&answer, "Set-Cookie")), "AAAAAA"));
	assert_int_equal(status_of("GET", "/v1/session", HEADERS(fixed)), 401);
}

static void whatever_is_wrong_is_answered_alike(void **state)
{
	struct http_client_answer wrong, unknown;
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
	assert_int_equal(sign_in("../minh", PASSWORD).status, 401);
}

static void a_new_password_ends_all_sessions(void **state)
{
	const struct bytes wrong =
		bytes_of_text("{\"old\":\"no\",\"new\":\"another long secret\"}");
	const struct bytes shorter = bytes_of_text("{\"old\":\"" PASSWORD "\",\"new\":\"short\"}");
	const struct bytes right =
		bytes_of_text("{\"old\":\"" PASSWORD "\",\"new\":\"another long secret\"}");
	const char *cookie, *csrf;

	(void)state;
	add_person("hoa", "gom-bat-trang");
	open_session("hoa", &cookie, &csrf);
#define NEW_PASSWORD(body) \
	call("PUT", "/v1/session/password", HEADERS(cookie, csrf, JSON), body).status
	assert_int_equal(NEW_PASSWORD(wrong), 403);
	assert_int_equal(NEW_PASSWORD(shorter), 400);
	assert_int_equal(NEW_PASSWORD(right), 204);
	assert_int_equal(status_of("GET", "/v1/session", HEADERS(cookie)), 401);
	assert_int_equal(sign_in("hoa", PASSWORD).status, 401);
	assert_int_equal(sign_in("hoa", "another long secret").status, 200);
}

/* ---- Tokens ---- */

static void a_token_ends_the_moment_it_is_revoked(void **state)
{
	const char *number, *token = make_token("gom-bat-trang", &number);

	(void)state;
	for (unsigned i = 0; i < 3; i++) /* kept by the gate now */
		assert_int_equal(status_of("GET", "/v1/session", HEADERS(token)), 200);
	change("revoke", PAIRS("number", number));
	assert_int_equal(status_of("GET", "/v1/session", HEADERS(token)), 401);
}

static void a_token_in_the_query_is_nothing(void **state)
{
	const char *number, *token = make_token("gom-bat-trang", &number);
	const char *path = arena_format(rig.arena, "/v1/session?access_token=%s",
					token + strlen("Authorization: Bearer "));
	unsigned status = status_of("GET", path, HEADERS("Accept: */*"));

	(void)state;
	assert_true(status == 400 || status == 401);
}

/* ---- Mandates ---- */

static unsigned lodge_over_https(const char *token, struct bytes document, const char *code)
{
	struct http_client_answer answer =
		call("POST", "/v1/messages", HEADERS(token, XML), document);

	if (code[0] != '\0')
		assert_non_null(memmem(answer.body.at, answer.body.len, code, strlen(code)));
	return answer.status;
}

static bool is_refused(void *context)
{
	return rig_has(&rig, RIG_VN, "dai-ly-hai-phong", "refused", context);
}

static bool is_taken(void *context)
{
	return rig_has(&rig, RIG_VN, "dai-ly-hai-phong", "taken", context);
}

static const char *number_of_mandate(const char *principal)
{
	json_t *list = NULL, *item;
	const char *number = "";
	size_t i;

	assert_int_equal(ask_identities(&ask, "mandates", &list), OK);
	json_array_foreach(json_object_get(list, "mandates"), i, item)
	{
		if (strcmp(json_read_text(item, "principal"), principal) == 0)
			number = arena_format(rig.arena, "%llu",
					      (unsigned long long)json_read_number(item, "number"));
	}
	json_decref(list);
	return number;
}

static void
an_agent_lodges_for_its_principal_by_folder_and_https_while_the_mandate_holds(void **state)
{
	struct bytes one =
		rig_sample(&rig, "vn/dai-ly-hai-phong/13-co-application-back-to-back.xml");
	struct bytes two = rig_sample(&rig, "vn/dai-ly-hai-phong/05-export-20-lines.xml");
	struct bytes three = rig_replace(&rig, two, "DLHP-2026-003317", "HD-2026-7777");
	struct bytes four = rig_sample(&rig, "vn/dai-ly-hai-phong/06-export-50-lines.xml");
	char first[] = "one.xml", fourth[] = "four.xml";
	const char *number, *token = make_token("dai-ly-hai-phong", &number);

	(void)state;
	rig_lodge(&rig, RIG_VN, "dai-ly-hai-phong", first, one);
	assert_true(rig_wait(is_taken, first, 60000));
	assert_int_equal(lodge_over_https(token, two, ""), 202);
	change("mandate-revoke", PAIRS("number", number_of_mandate("0100101308")));
	assert_int_equal(lodge_over_https(token, three, "no-mandate"), 422);
	rig_lodge(&rig, RIG_VN, "dai-ly-hai-phong", fourth, four);
	assert_true(rig_wait(is_refused, fourth, 60000));
}

/* ---- Across a restart ---- */

/* Wrong tries until there are none left; how many there were. */
static uint64_t use_up(const char *name)
{
	struct http_client_answer answer;
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
	town_stop(&rig.town.nodes[RIG_VN], SIGTERM);
	assert_int_equal(town_start(&rig.town.nodes[RIG_VN], rig.program), OK);
	earned = use_up("khoa");
	assert_true(earned <= (clock_monotonic_ms() - began_ms) / ATTEMPT_OF_ADDRESS_MS + 1);
	assert_int_equal(status_of("GET", "/v1/session", HEADERS(cookie)), 200);
	assert_int_equal(status_of("GET", "/v1/session", HEADERS(token)), 200);
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
