#include "tests/support/desk_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "node/file.h"
#include "node/page_table.h"
#include "node/who_secret.h"
#include "sampan/secret.h"

#define FILE_BYTES ((size_t)64 * 1024)
#define BODY_BYTES ((size_t)4 * 1024 * 1024)
#define PAIRS(...) ((const char *const[]){__VA_ARGS__, NULL})

static const char *text_of_file(struct desk_scene *scene, const char *name)
{
	const char *path = arena_format(scene->rig.arena, "%s/%s",
					scene->rig.town.nodes[RIG_VN].directory, name);
	struct bytes bytes;

	assert_int_equal(file_read(path, FILE_BYTES, scene->rig.arena, &bytes), OK);
	return arena_text(scene->rig.arena, bytes);
}

struct http_client *desk_scene_client(struct desk_scene *scene)
{
	const struct http_client_options options = {
		.ca = bytes_of_text(text_of_file(scene, "keys/door.crt"))};
	struct http_client *made;

	assert_int_equal(http_client_open(&options, &made), OK);
	return made;
}

void desk_scene_open(struct desk_scene *scene)
{
	rig_open(&scene->rig);
	rig_start(&scene->rig);
	scene->client = desk_scene_client(scene);
	(void)snprintf(scene->url, sizeof(scene->url), "%s", text_of_file(scene, TOWN_URL));
	scene->url[strcspn(scene->url, "\n")] = '\0';
	assert_int_equal(ask_init(&scene->ask, scene->rig.town.nodes[RIG_VN].config_path), OK);
}

void desk_scene_close(struct desk_scene *scene)
{
	http_client_close(scene->client);
	ask_clear(&scene->ask);
	rig_close(&scene->rig, true);
}

/* ---- Calls ---- */

desk_answer desk_scene_send_once(struct desk_scene *scene, const char *method, const char *path,
				 const char *const *headers, struct bytes body)
{
	const struct http_client_request request = {
		.method = method,
		.url = arena_format(scene->rig.arena, "%s%s", scene->url, path),
		.headers = headers,
		.body = body,
		.max_answer_bytes = BODY_BYTES,
		.connect_ms = 10000,
		.total_ms = 60000,
		.may = HTTP_MAY_PRIVATE,
	};
	desk_answer answer;
	char why[HTTP_CLIENT_WHY_BYTES];

	if (http_client_ask(scene->client, &request, scene->rig.arena, &answer, why) != OK)
		fail_msg("%s %s: %s", method, path, why);
	return answer;
}

desk_answer desk_scene_send(struct desk_scene *scene, const char *method, const char *path,
			    const char *const *headers, struct bytes body)
{
	desk_answer answer = desk_scene_send_once(scene, method, path, headers, body);
	const char *where =
		answer.status == 303 ? desk_scene_header(scene, &answer, "Location") : "";

	return strncmp(where, PAGE_TABLE_REFUSED, strlen(PAGE_TABLE_REFUSED)) == 0
		       ? desk_scene_send_once(scene, "GET", where, headers, (struct bytes){0})
		       : answer;
}

desk_answer desk_scene_call(struct desk_scene *scene, const char *method, const char *path,
			    const char *const *headers, const char *body)
{
	return desk_scene_send(scene, method, path, headers, bytes_of_text(body));
}

desk_answer desk_scene_get(struct desk_scene *scene, const char *path, const char *who)
{
	return desk_scene_call(scene, "GET", path, DESK(who), "");
}

const char *desk_scene_header(struct desk_scene *scene, const desk_answer *answer, const char *name)
{
	return arena_text(scene->rig.arena, http_client_header(answer, name));
}

const char *desk_scene_body(struct desk_scene *scene, const desk_answer *answer)
{
	return arena_text(scene->rig.arena, answer->body);
}

bool desk_scene_says(struct desk_scene *scene, const desk_answer *answer, const char *text)
{
	return strstr(desk_scene_body(scene, answer), text) != NULL;
}

const char *desk_scene_member(struct desk_scene *scene, const desk_answer *answer, const char *name)
{
	json_t *json = json_loadb((const char *)answer->body.at, answer->body.len, 0, NULL);
	const char *text = json_string_value(json_object_get(json, name));
	const char *copy = arena_text(scene->rig.arena, bytes_of_text(text == NULL ? "" : text));

	json_decref(json);
	return copy;
}

const char *desk_scene_hidden(struct desk_scene *scene, const desk_answer *page, const char *name)
{
	const char *at = strstr(desk_scene_body(scene, page),
				arena_format(scene->rig.arena, "name=\"%s\" value=\"", name));

	assert_non_null(at);
	at = strstr(at, "value=\"") + strlen("value=\"");
	return arena_text(scene->rig.arena, bytes_of(at, strcspn(at, "\"")));
}

/* ---- People ---- */

const char *desk_scene_change(struct desk_scene *scene, const char *verb, const char *const *pairs)
{
	struct facts answer;

	assert_int_equal(ask_identity(&scene->ask, verb, pairs, "test", &answer), OK);
	assert_string_equal(facts_get_or_empty(&answer, "refused"), "");
	return facts_get_or_empty(&answer, "number");
}

const char *desk_scene_verifier(struct desk_scene *scene)
{
	struct hash digest = who_secret_password(bytes_of_text(DESK_PASSWORD));
	char verifier[SECRET_VERIFIER_BYTES];

	assert_int_equal(secret_make_verifier(hash_bytes(&digest), verifier), OK);
	return arena_format(scene->rig.arena, "%s", verifier);
}

void desk_scene_person(struct desk_scene *scene, const char *name, const char *party,
		       const char *roles, const char *offices)
{
	(void)desk_scene_change(scene, "user-add",
				PAIRS("name", name, "party", party, "roles", roles, "offices",
				      offices, "verifier", desk_scene_verifier(scene)));
}

static const char *token_of(struct desk_scene *scene, const char *whose, const char *name,
			    const char *label, const char *actions)
{
	char token[WHO_TEXT_BYTES], hex[HASH_HEX_BYTES];
	struct hash hash;

	who_secret_make(WHO_TOKEN_PREFIX, token, &hash);
	hash_format_hex(&hash, hex);
	(void)desk_scene_change(scene, "token-make",
				PAIRS("name", label, whose, name, "actions", actions, "hash", hex));
	return arena_format(scene->rig.arena, "Authorization: Bearer %s", token);
}

const char *desk_scene_token(struct desk_scene *scene, const char *whose, const char *name,
			     const char *label)
{
	return token_of(scene, whose, name, label, "");
}

const char *desk_scene_narrow_token(struct desk_scene *scene, const char *user, const char *label,
				    const char *actions)
{
	return token_of(scene, "user", user, label, actions);
}

const char *desk_scene_session(struct desk_scene *scene, const char *name)
{
	desk_answer answer = desk_scene_call(
		scene, "POST", "/sign-in", DESK(DESK_HTML, DESK_FORM),
		arena_format(scene->rig.arena, "name=%s&password=a+very+long+secret&back=/", name));
	const char *cookie = desk_scene_header(scene, &answer, "Set-Cookie");

	assert_int_equal(answer.status, 303);
	return arena_format(scene->rig.arena, "Cookie: %.*s", (int)strcspn(cookie, ";"), cookie);
}

/* ---- Messages ---- */

static const char *path_of(struct desk_scene *scene, const char *id, const char *rest)
{
	return arena_format(scene->rig.arena, "/v1/messages/%s%s", id, rest);
}

desk_answer desk_scene_read(struct desk_scene *scene, const char *who, const char *id)
{
	desk_answer answer = desk_scene_get(scene, path_of(scene, id, ""), who);

	assert_int_equal(answer.status, 200);
	return answer;
}

const char *desk_scene_state(struct desk_scene *scene, const char *who, const char *id)
{
	desk_answer answer = desk_scene_read(scene, who, id);

	return desk_scene_member(scene, &answer, "state");
}

const char *desk_scene_etag(struct desk_scene *scene, const char *who, const char *id)
{
	desk_answer answer = desk_scene_read(scene, who, id);

	return desk_scene_header(scene, &answer, "ETag");
}

const char *desk_scene_document(struct desk_scene *scene, const char *who, const char *id)
{
	desk_answer answer = desk_scene_get(scene, path_of(scene, id, "/document"), who);

	assert_int_equal(answer.status, 200);
	return desk_scene_body(scene, &answer);
}

const char *desk_scene_lodge(struct desk_scene *scene, const char *who, struct bytes document)
{
	desk_answer answer = desk_scene_call(scene, "POST", "/v1/messages", DESK(who, DESK_XML),
					     arena_text(scene->rig.arena, document));

	if (answer.status != 202)
		fail_msg("%s", desk_scene_body(scene, &answer));
	return desk_scene_member(scene, &answer, "id");
}

struct waiting {
	struct desk_scene *scene;
	const char *who, *id, *text;
};

static bool says_so(void *context)
{
	const struct waiting *waiting = context;
	desk_answer answer = desk_scene_get(waiting->scene,
					    path_of(waiting->scene, waiting->id, ""), waiting->who);

	return desk_scene_says(waiting->scene, &answer, waiting->text);
}

void desk_scene_wait(struct desk_scene *scene, const char *who, const char *id, const char *text)
{
	struct waiting waiting = {scene, who, id, text};

	if (!rig_wait(says_so, &waiting, PATIENCE_MS))
		fail_msg("%s does not say %s", id, text);
}

desk_answer desk_scene_decide(struct desk_scene *scene, const char *who, const char *id,
			      const char *etag, const char *body)
{
	const char *match =
		arena_format(scene->rig.arena, "If-Match: %s", etag == NULL ? "" : etag);

	return desk_scene_call(scene, "POST", path_of(scene, id, "/decision"),
			       etag == NULL ? DESK(who, DESK_JSON) : DESK(who, DESK_JSON, match),
			       body);
}
