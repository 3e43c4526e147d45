#include "node/remote.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "node/file.h"
#include "node/json_read.h"
#include "node/plain.h"
#include "sampan/hash.h"
#include "sampan/http_client.h"
#include "sampan/key.h"
#include "sampan/limit.h"

#define MAX_PEM_BYTES ((size_t)1024 * 1024)
#define MAX_TOKEN_BYTES 512u
#define MAX_URL_BYTES 2048u
#define MAX_ANSWER_BYTES ((size_t)64 * 1024 * 1024)
#define CONNECT_MS 10000u
#define TOTAL_MS 120000u
#define ATTEMPTS 5u
#define LONGEST_PAUSE_SECONDS 30u
#define MAX_HEADERS 6u
#define MAX_REASON_BYTES 512u

struct remote {
	const char *command;
	char *url; /* without a "/" at its end; of malloc */
	struct arena *arena;
	struct http_client *client;
	bool has_certificate;
	const char *reason; /* borrowed */
	char authorization[sizeof("Authorization: Bearer ") + MAX_TOKEN_BYTES];
};

bool remote_is_url(const char *url)
{
	return url != NULL && (strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0);
}

/* ---- Opening ---- */

static int complain(const struct remote *remote, int code, const char *what, const char *why)
{
	fprintf(stderr, "sampan %s: ", remote->command);
	plain_print(stderr, what);
	fputs(": ", stderr);
	plain_print(stderr, why);
	fputc('\n', stderr);
	return code;
}

static int read_file(const struct remote *remote, const char *path, size_t max_bytes,
		     struct bytes *ret_bytes)
{
	enum err err;

	if (path == NULL || path[0] == '\0')
		return 0;
	err = file_read(path, max_bytes, remote->arena, ret_bytes);
	if (err == OK)
		return 0;
	return complain(remote, err == ERR_MISSING ? EX_NOINPUT : err_exit_code(err), path,
			err == ERR_MISSING ? "there is no such file" : err_text(err));
}

static bool is_token(struct bytes token)
{
	for (size_t i = 0; i < token.len; i++)
		if (token.at[i] <= ' ' || token.at[i] > '~')
			return false;
	return token.len > 0;
}

static int read_token(struct remote *remote, const char *path)
{
	struct bytes file = {0}, token;
	int code;

	bool is_by_environment = path == NULL;

	if (is_by_environment)
		path = getenv("SAMPAN_TOKEN");
	if (path == NULL || path[0] == '\0')
		return 0;
	if ((code = read_file(remote, path, MAX_TOKEN_BYTES, &file)) != 0) {
		if (is_by_environment)
			fprintf(stderr,
				"sampan %s: $SAMPAN_TOKEN names that file, which is to hold "
				"a token; --token FILE says otherwise\n",
				remote->command);
		return code;
	}
	token = bytes_trimmed(file);
	if (!is_token(token))
		code = complain(remote, EX_DATAERR, path, "no token stands in this file");
	else
		(void)snprintf(remote->authorization, sizeof(remote->authorization),
			       "Authorization: Bearer %.*s", (int)token.len,
			       (const char *)token.at);
	/* the arena's copy; it is ours to wipe */
	bytes_wipe(file);
	return code;
}

static int open_client(struct remote *remote, const struct remote_options *options)
{
	const char *ca = options->ca == NULL ? getenv("SAMPAN_CA") : options->ca;
	struct http_client_options client = {0};
	enum err err;
	int code;

	if ((code = read_file(remote, ca, MAX_PEM_BYTES, &client.ca)) != 0 ||
	    (code = read_file(remote, options->certificate, MAX_PEM_BYTES, &client.certificate)) !=
		    0 ||
	    (code = read_file(remote, options->key, MAX_PEM_BYTES, &client.key)) != 0)
		return code;
	remote->has_certificate = client.certificate.len > 0;
	err = http_client_open(&client, &remote->client);
	bytes_wipe(client.key);
	return err == OK ? 0 : complain(remote, err_exit_code(err), remote->url, err_text(err));
}

/* What stands in one line of a head. */
static bool is_reason(const char *reason)
{
	for (const char *at = reason; at != NULL && *at != '\0'; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			return false;
	return reason == NULL || strlen(reason) <= MAX_REASON_BYTES;
}

int remote_open(const char *command, const struct remote_options *options, struct arena *arena,
		struct remote **ret_remote)
{
	struct remote *remote = calloc(1, sizeof(*remote));
	size_t len = strlen(options->url);
	int code;

	if (remote == NULL)
		return err_exit_code(ERR_MEMORY);
	remote->command = command;
	remote->arena = arena;
	remote->reason = options->reason;
	while (len > 0 && options->url[len - 1] == '/')
		len--;
	remote->url = len > MAX_URL_BYTES ? NULL : strndup(options->url, len);
	if (remote->url == NULL)
		code = err_exit_code(ERR_LIMIT);
	else if (strncmp(options->url, "https://", 8) != 0)
		code = complain(remote, EX_USAGE, remote->url,
				"tokens and documents go over https:// only");
	else if (!is_reason(options->reason))
		code = complain(remote, EX_USAGE, "--reason", "one line of at most 512 bytes");
	else if ((code = read_token(remote, options->token)) == 0)
		code = open_client(remote, options);
	if (code == 0)
		*ret_remote = remote;
	else
		remote_close(remote);
	return code;
}

void remote_close(struct remote *remote)
{
	if (remote == NULL)
		return;
	http_client_close(remote->client);
	explicit_bzero(remote->authorization, sizeof(remote->authorization));
	free(remote->url);
	free(remote);
}

const char *remote_escape(const char *value, struct arena *arena)
{
	static const char hex[] = "0123456789ABCDEF";
	char *text = arena_text_room(arena, strlen(value) * 3 + 1), *to = text;

	if (text == NULL)
		return NULL;
	for (; *value != '\0'; value++) {
		unsigned char byte = (unsigned char)*value;

		if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
		    (byte >= '0' && byte <= '9') || strchr("-._~", byte) != NULL) {
			*to++ = (char)byte;
			continue;
		}
		*to++ = '%';
		*to++ = hex[byte >> 4];
		*to++ = hex[byte & 15];
	}
	*to = '\0';
	return text;
}

/* ---- Asking ---- */

struct ask {
	const char *method;
	const char *path;
	const char *type;        /* of the body; NULL: there is none */
	const char *idempotency; /* the key; NULL: asked again all the same, it changes nothing */
	const char *principal;
	struct bytes body;
	bool may_be_missing; /* 404 is an answer too */
};

/* An operator must bring a file back: asking again does not help (docs/http.md). */
static bool is_archived(const struct http_client_answer *answer)
{
	json_t *problem;
	bool is_it;

	if (answer->status != 503)
		return false;
	problem = json_loadb((const char *)answer->body.at, answer->body.len, 0, NULL);
	is_it = strcmp(json_read_text(problem, "type"), "urn:sampan:problem:archived") == 0;
	json_decref(problem);
	return is_it;
}

static bool may_pass(const struct http_client_answer *answer)
{
	unsigned status = answer->status;

	return status == 429 || status == 502 || status == 504 ||
	       (status == 503 && !is_archived(answer));
}

static unsigned pause_seconds(const struct http_client_answer *answer, unsigned attempt)
{
	struct bytes text = http_client_header(answer, "retry-after");
	unsigned seconds = 1u << attempt;

	if (text.len > 0 && text.len < 6)
		seconds = (unsigned)strtoul((const char *)text.at, NULL, 10);
	return seconds < LONGEST_PAUSE_SECONDS ? seconds : LONGEST_PAUSE_SECONDS;
}

static void pause_for(unsigned seconds)
{
	const struct timespec pause = {.tv_sec = (time_t)seconds};

	(void)nanosleep(&pause, NULL);
}

static void add_header(const char **headers, size_t *count, const char *header)
{
	if (header != NULL && header[0] != '\0')
		headers[(*count)++] = header;
}

static const char *header_of(struct remote *remote, const char *name, const char *value)
{
	return value == NULL ? NULL : arena_format(remote->arena, "%s: %s", name, value);
}

/* Again where that may help: the node is busy, or did not answer. */
static enum err ask_again(struct remote *remote, const struct ask *ask,
			  struct http_client_answer *ret_answer, char why[HTTP_CLIENT_WHY_BYTES])
{
	const char *headers[MAX_HEADERS + 1] = {NULL};
	struct http_client_request request = {
		.method = ask->method,
		.url = arena_format(remote->arena, "%s%s", remote->url, ask->path),
		.headers = headers,
		.body = ask->body,
		.max_answer_bytes = MAX_ANSWER_BYTES,
		.connect_ms = CONNECT_MS,
		.total_ms = TOTAL_MS,
		.may = HTTP_MAY_PRIVATE};
	size_t count = 0;
	enum err err = ERR_MEMORY;

	add_header(headers, &count, remote->authorization);
	add_header(headers, &count, header_of(remote, "Content-Type", ask->type));
	add_header(headers, &count, header_of(remote, "Idempotency-Key", ask->idempotency));
	add_header(headers, &count, header_of(remote, "Sampan-Principal", ask->principal));
	add_header(headers, &count, header_of(remote, "Sampan-Reason", remote->reason));
	for (unsigned attempt = 0; request.url != NULL && attempt < ATTEMPTS; attempt++) {
		err = http_client_ask(remote->client, &request, remote->arena, ret_answer, why);
		if (attempt + 1 == ATTEMPTS ||
		    (err != ERR_UNAVAILABLE && !(err == OK && may_pass(ret_answer))))
			break;
		pause_for(err == OK ? pause_seconds(ret_answer, attempt) : 1u << attempt);
	}
	return err;
}

static int code_of(const struct http_client_answer *answer)
{
	static const struct {
		unsigned status;
		int code;
	} codes[] = {{400, EX_DATAERR},     {401, EX_NOPERM},   {403, EX_NOPERM},
		     {404, EX_NOINPUT},     {409, EX_TEMPFAIL}, {413, EX_DATAERR},
		     {415, EX_DATAERR},     {422, EX_DATAERR},  {429, EX_TEMPFAIL},
		     {502, EX_UNAVAILABLE}, {503, EX_TEMPFAIL}, {504, EX_UNAVAILABLE}};

	if (answer->status >= 200 && answer->status < 300)
		return 0;
	if (is_archived(answer))
		return err_exit_code(ERR_ARCHIVED);
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].status == answer->status)
			return codes[i].code;
	return EX_PROTOCOL;
}

/* A problem of RFC 9457; findings are the caller's to print. */
static void say_problem(const struct remote *remote, unsigned status, const json_t *problem)
{
	const char *detail = json_read_text(problem, "detail");
	const char *title = json_read_text(problem, "title");

	if (status == 401 && remote->authorization[0] == '\0' && !remote->has_certificate) {
		(void)complain(
			remote, 0, remote->url,
			"it does not know who asks: --token FILE, or SAMPAN_TOKEN, names the "
			"file that holds your token; --cert and --key a certificate");
		return;
	}
	fprintf(stderr, "sampan %s: %s: %u ", remote->command, remote->url, status);
	plain_print(stderr, detail[0] != '\0' ? detail : title);
	fputc('\n', stderr);
}

static int ask_bytes_of(struct remote *remote, const struct ask *ask,
			struct http_client_answer *ret_answer)
{
	char why[HTTP_CLIENT_WHY_BYTES] = "";
	enum err err = ask_again(remote, ask, ret_answer, why);

	if (err == OK)
		return 0;
	if (err == ERR_DENIED)
		(void)complain(
			remote, 0, remote->url,
			"its certificate is not trusted: give the file it is signed with by --ca");
	return complain(remote, err == ERR_DENIED ? EX_NOPERM : err_exit_code(err), remote->url,
			why[0] == '\0' ? err_text(err) : why);
}

static int ask_json(struct remote *remote, const struct ask *ask, json_t **ret_answer)
{
	struct http_client_answer answer;
	json_t *json;
	int code = ask_bytes_of(remote, ask, &answer);

	if (code != 0)
		return code;
	if (ask->may_be_missing && answer.status == 404)
		return 0;
	code = code_of(&answer);
	json = json_loadb((const char *)answer.body.at, answer.body.len, 0, NULL);
	if (code == 0 && json == NULL)
		return complain(remote, EX_PROTOCOL, remote->url, "the answer is no JSON");
	if (code != 0)
		say_problem(remote, answer.status, json);
	if (code == 0 || (code == EX_DATAERR && json_object_get(json, "findings") != NULL))
		*ret_answer = json;
	else
		json_decref(json);
	return code;
}

int remote_lodge(struct remote *remote, struct bytes document, const char *principal,
		 json_t **ret_answer)
{
	struct hash once;
	char key[HASH_HEX_BYTES];
	const struct ask ask = {.method = "POST",
				.path = "/v1/messages",
				.type = "application/xml",
				.idempotency = key,
				.principal = principal,
				.body = document};

	key_random(once.at, sizeof(once.at));
	hash_format_hex(&once, key);
	return ask_json(remote, &ask, ret_answer);
}

int remote_get(struct remote *remote, const char *path, json_t **ret_answer)
{
	const struct ask ask = {.method = "GET", .path = path};

	return ask_json(remote, &ask, ret_answer);
}

int remote_look(struct remote *remote, const char *path, json_t **ret_answer)
{
	const struct ask ask = {.method = "GET", .path = path, .may_be_missing = true};

	*ret_answer = NULL;
	return ask_json(remote, &ask, ret_answer);
}

int remote_download(struct remote *remote, const char *path, struct bytes *ret_bytes)
{
	const struct ask ask = {.method = "GET", .path = path};
	struct http_client_answer answer = {.status = 0};
	json_t *problem;
	int code = ask_bytes_of(remote, &ask, &answer);

	if (code != 0)
		return code;
	if ((code = code_of(&answer)) == 0) {
		*ret_bytes = answer.body;
		return 0;
	}
	problem = json_loadb((const char *)answer.body.at, answer.body.len, 0, NULL);
	say_problem(remote, answer.status, problem);
	json_decref(problem);
	return code;
}

/* ---- Finding ---- */

bool remote_is_id(const char *text)
{
	return strlen(text) > 5 && text[2] == '-' &&
	       strspn(text + 3, "0123456789-") == strlen(text + 3);
}

/* The newest that this query finds, however many pages are looked at. The exit code. */
static int find_by(struct remote *remote, const char *query, const char *what, const char **ret_id)
{
	const char *after = "";
	int code = 0;

	while (code == 0 && *ret_id == NULL && after != NULL) {
		json_t *list = NULL;
		const json_t *first;

		code = remote_get(remote,
				  arena_format(remote->arena, "/v1/messages?limit=1&%s=%s%s%s",
					       query, what, *after == '\0' ? "" : "&after=", after),
				  &list);
		first = json_array_get(json_object_get(list, "messages"), 0);
		if (first != NULL)
			*ret_id = arena_text(remote->arena,
					     bytes_of_text(json_read_text(first, "id")));
		after = json_read_text(list, "next");
		after = *after == '\0' ? NULL : arena_text(remote->arena, bytes_of_text(after));
		json_decref(list);
	}
	return code;
}

int remote_find(struct remote *remote, const char *what, const char **ret_id)
{
	static const char *const queries[] = {"reference", "number", "certificate",
					      "state=refused&reference"};
	const char *escaped = remote_escape(what, remote->arena), *id = NULL;
	int code = escaped == NULL ? err_exit_code(ERR_MEMORY) : 0;

	for (size_t i = 0; code == 0 && id == NULL && i < sizeof(queries) / sizeof(queries[0]); i++)
		code = find_by(remote, queries[i], escaped, &id);
	if (code == 0 && id == NULL)
		code = complain(remote, EX_NOINPUT, what, "you know nothing of it there");
	if (code == 0)
		*ret_id = id;
	return code;
}
