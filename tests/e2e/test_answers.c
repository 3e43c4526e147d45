/*
 * What people are told by a running node: where a refusal is found, by which number a document, what
 * is wrong with a token or a mandate and what to do; and that a stream ends with its token.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sysexits.h>
#include <time.h>

#include <cmocka.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/file.h"
#include "node/town_identity.h"
#include "node/town_signer.h"
#include "node/who_secret.h"
#include "tests/support/door_client.h"
#include "tests/support/patience.h"

#define TRADER "gom-bat-trang"
#define AGENT "dai-ly-hai-phong"
#define EXPORT "vn/gom-bat-trang/01-export-1-line.xml"
#define REFERENCE "GBT-XK-2026-0141"
#define CERTIFICATE "vn/bct-hanoi/21-co-third-party.xml"
#define PASSWORD "mot mat khau dai"
#define NEW_PASSWORD "mot mat khau moi dai hon"
#define TOKEN_FILE "token-of-test"

static struct rig rig;
static bool is_good;
static unsigned passed;

#define TESTS 9u

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

static const char *config(void)
{
	return rig.town.nodes[RIG_VN].config_path;
}

static const char *in_town(const char *name)
{
	return arena_format(rig.arena, "%s/%s", rig.town.nodes[RIG_VN].directory, name);
}

static struct door_answer ask(const char *path, const char *token)
{
	const struct door_request request = {.path = path, .token = token};

	return door_client_ask(&rig, RIG_VN, &request);
}

static struct door_answer lodge(const char *party, struct bytes document)
{
	const struct door_request request = {.method = "POST",
					     .path = "/v1/messages",
					     .token = door_client_token(&rig, RIG_VN, party),
					     .type = "application/xml",
					     .body = document};

	return door_client_ask(&rig, RIG_VN, &request);
}

static struct bytes export_of(const char *reference)
{
	return rig_replace(&rig, rig_sample(&rig, EXPORT), REFERENCE, reference);
}

static bool says(const struct door_answer *answer, const char *member, const char *words)
{
	return strstr(door_client_member(&rig, answer, member), words) != NULL;
}

/* ---- Refusals, and finding things ---- */

/* What `sampan status --node` says of it, as JSON; its exit code. */
static int status_there(const char *party, const char *what, const char **ret_output)
{
	struct bytes url, output;
	const char *arguments[] = {"status",
				   "--node",
				   NULL,
				   "--ca",
				   in_town("keys/door.crt"),
				   "--token",
				   in_town(arena_format(rig.arena, "parties/%s/token", party)),
				   "--json",
				   what,
				   NULL};
	int code;

	assert_int_equal(file_read(in_town(TOWN_URL), 256, rig.arena, &url), OK);
	arguments[2] = arena_text(rig.arena, bytes_trimmed(url));
	code = rig_run(&rig, arguments, &output);
	*ret_output = (const char *)output.at;
	return code;
}

static void assert_found(const char *party, const char *what, const char *id)
{
	const char *output, *member = arena_format(rig.arena, "\"id\": \"%s\"", id);

	if (status_there(party, what, &output) != 0 || strstr(output, member) == NULL)
		fail_msg("%s is not found by %s: %.200s", id, what, output);
}

static void what_was_refused_is_found_by_who_lodged_it(void **state)
{
	/* of another trader, who gave no mandate */
	struct door_answer answer = lodge("nong-san-viet", export_of("REFUSED-1")), list;
	const char *id = door_client_member(&rig, &answer, "id"), *output;
	const char *own = door_client_token(&rig, RIG_VN, "nong-san-viet");
	const char *named = door_client_token(&rig, RIG_VN, TRADER);

	(void)state;
	assert_int_equal(answer.status, 422);
	assert_string_equal(door_client_header(&rig, &answer, "location"),
			    arena_format(rig.arena, "/v1/messages/%s", id));
	answer = ask(arena_format(rig.arena, "/v1/messages/%s", id), own);
	assert_int_equal(answer.status, 200);
	assert_true(says(&answer, "state", "refused"));
	assert_non_null(strstr((const char *)answer.body.at, "sender-mismatch"));
	list = ask("/v1/messages?state=refused&reference=REFUSED-1", own);
	assert_non_null(strstr((const char *)list.body.at, id));
	assert_found("nong-san-viet", id, id);
	assert_found("nong-san-viet", "REFUSED-1", id);
	/* and by nobody else */
	assert_int_equal(ask(arena_format(rig.arena, "/v1/messages/%s", id), named).status, 404);
	list = ask("/v1/messages?state=refused", named);
	assert_null(strstr((const char *)list.body.at, id));
	assert_int_equal(status_there(TRADER, "REFUSED-1", &output), EX_NOINPUT);
	passed++;
}

static struct registering {
	const char *id, *number;
} registering;

static bool is_registered(void *context)
{
	struct registering *at = context;
	struct door_answer answer = ask(arena_format(rig.arena, "/v1/messages/%s", at->id),
					door_client_token(&rig, RIG_VN, TRADER));

	at->number = door_client_member(&rig, &answer, "number");
	return at->number[0] != '\0';
}

static void a_document_is_found_by_id_reference_and_number(void **state)
{
	/* the third looks like an id and is a reference */
	static const char *const references[] = {"FOUND-1", "VN-1-999999"};
	struct door_answer answer;
	struct bytes certificate;
	const char *output;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		answer = lodge(TRADER, export_of(references[i]));
		assert_int_equal(answer.status, 202);
		registering.id = door_client_member(&rig, &answer, "id");
		assert_true(rig_wait(is_registered, &registering, PATIENCE_MS));
		assert_found(TRADER, registering.id, registering.id);
		assert_found(TRADER, references[i], registering.id);
		assert_found(TRADER, registering.number, registering.id);
	}
	assert_int_equal(town_signer_sign(&rig.town.nodes[RIG_VN], "bct-hanoi",
					  rig_sample(&rig, CERTIFICATE), rig.arena, &certificate),
			 OK);
	answer = lodge("bct-hanoi", certificate);
	assert_int_equal(answer.status, 202);
	answer = ask(
		arena_format(rig.arena, "/v1/messages/%s", door_client_member(&rig, &answer, "id")),
		door_client_token(&rig, RIG_VN, "bct-hanoi"));
	{
		json_t *json = json_loadb((const char *)answer.body.at, answer.body.len, 0, NULL);
		const char *number = json_string_value(
			json_object_get(json_object_get(json, "about"), "certificate"));

		assert_non_null(number);
		assert_found("bct-hanoi", number, door_client_member(&rig, &answer, "id"));
		json_decref(json);
	}
	assert_int_equal(status_there(TRADER, "NO-SUCH-THING", &output), EX_NOINPUT);
	assert_int_equal(status_there(TRADER, "VN-1-888888", &output), EX_NOINPUT);
	passed++;
}

/* ---- Credentials ---- */

static const char *new_token(const char *name, const char *until)
{
	return door_client_new_token(
		&rig, RIG_VN, name,
		(const char *const[]){"--party", TRADER, "--until", until, NULL});
}

/* The newest token of this name. */
static void revoke_token(const char *name)
{
	const char *const list[] = {"user", "tokens", "--json", "--config", config(), NULL};
	const char *revoke[] = {"user", "revoke", NULL, "--config", config(), NULL};
	struct bytes output;
	json_t *json, *item;
	size_t i;

	assert_int_equal(rig_run(&rig, list, &output), 0);
	json = json_loadb((const char *)output.at, output.len, 0, NULL);
	json_array_foreach(json_object_get(json, "credentials"), i, item)
	{
		if (revoke[2] == NULL &&
		    strcmp(json_string_value(json_object_get(item, "name")), name) == 0)
			revoke[2] = arena_format(
				rig.arena, "%lld",
				(long long)json_integer_value(json_object_get(item, "number")));
	}
	json_decref(json);
	assert_non_null(revoke[2]);
	assert_int_equal(rig_run(&rig, revoke, &output), 0);
}

static bool is_over(void *context)
{
	return ask("/v1/session", context).status == 401;
}

static void who_is_not_let_in_is_told_why_and_what_to_do(void **state)
{
	char soon[32], *ending, *taken, *unknown;
	time_t then = time(NULL) + 2;
	struct door_answer answer, other;

	(void)state;
	(void)strftime(soon, sizeof(soon), "%Y-%m-%dT%H:%M:%SZ", gmtime(&then));
	ending = arena_text(rig.arena, bytes_of_text(new_token("ending", soon)));
	taken = arena_text(rig.arena, bytes_of_text(new_token("taken", "2027-06-30")));
	assert_int_equal(ask("/v1/session", taken).status, 200);
	revoke_token("taken");
	unknown = arena_text(rig.arena, bytes_of_text(taken));
	unknown[strlen(unknown) - 1] = unknown[strlen(unknown) - 1] == 'A' ? 'B' : 'A';

	answer = ask("/v1/session", NULL);
	assert_int_equal(answer.status, 401);
	assert_true(says(&answer, "detail", "Nothing was shown"));
	assert_true(says(&answer, "detail", "sampan user token"));
	assert_true(says(&answer, "detailVi", "Chưa xuất trình gì"));
	answer = ask("/v1/session", taken);
	assert_int_equal(answer.status, 401);
	assert_true(says(&answer, "detail", "It was revoked"));
	assert_true(says(&answer, "detailVi", "Đã bị thu hồi"));
	/* who has not the whole of it gets the answer of one that never was */
	answer = ask("/v1/session", unknown);
	other = ask("/v1/session", "no-token-at-all");
	assert_int_equal(answer.status, 401);
	assert_true(says(&answer, "detail", "not known here"));
	assert_true(bytes_equal(answer.body, other.body));
	assert_true(rig_wait(is_over, ending, PATIENCE_MS));
	answer = ask("/v1/session", ending);
	assert_true(says(&answer, "detail", "Its time is over"));
	assert_true(says(&answer, "detailVi", "Đã hết hạn"));
	passed++;
}

static void a_limited_token_says_that_it_is_the_limit(void **state)
{
	const char *kinds = door_client_new_token(
		&rig, RIG_VN, "kinds",
		(const char *const[]){"--party", TRADER, "--kinds", "vn.import vn.cancel", NULL});
	const char *actions = door_client_new_token(
		&rig, RIG_VN, "actions",
		(const char *const[]){"--party", TRADER, "--actions", "read list", NULL});
	struct door_request request = {.method = "POST",
				       .path = "/v1/messages",
				       .token = kinds,
				       .type = "application/xml",
				       .body = export_of("LIMITED-1")};
	struct door_answer answer = door_client_ask(&rig, RIG_VN, &request);

	(void)state;
	assert_int_equal(answer.status, 422);
	assert_non_null(strstr((const char *)answer.body.at, "token-limited"));
	assert_non_null(strstr((const char *)answer.body.at, "vn.import vn.cancel"));
	assert_null(strstr((const char *)answer.body.at, "not-allowed"));
	request.token = actions;
	answer = door_client_ask(&rig, RIG_VN, &request);
	assert_int_equal(answer.status, 403);
	assert_true(says(&answer, "detail", "limited to: read list; the call needs lodge"));
	/* and where the role is in the way, that is said */
	answer = ask("/v1/queue", door_client_token(&rig, RIG_VN, TRADER));
	assert_int_equal(answer.status, 403);
	assert_true(says(&answer, "detail", "None of your roles (trader)"));
	passed++;
}

static bool has_begun(void *context)
{
	const struct door_job *job = context;
	struct bytes head;

	return file_read(arena_format(rig.arena, "%s/curl-%u.head", rig.directory, job->number),
			 65536, rig.arena, &head) == OK &&
	       memmem(head.at, head.len, "event-stream", 12) != NULL;
}

static int ended_with;

/* Looked at only: door_client_end() waits for it. */
static bool has_ended(void *context)
{
	const struct door_job *job = context;
	siginfo_t info = {0};

	assert_int_equal(waitid(P_PID, (id_t)job->pid, &info, WEXITED | WNOHANG | WNOWAIT), 0);
	ended_with = info.si_status;
	return info.si_pid == (pid_t)job->pid;
}

/* Before its next beat, which would ask who it is; and the streams of others go on. */
static void a_stream_ends_with_the_record_that_revokes_its_token(void **state)
{
	static const char *const names[] = {"stream", "other"};
	struct door_job jobs[2];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct door_request request = {
			.path = "/v1/events",
			.token = arena_text(rig.arena,
					    bytes_of_text(new_token(names[i], "2027-06-30"))),
			.headers = {"Last-Event-ID: 0"},
			.max_seconds = 14};

		jobs[i] = door_client_begin(&rig, RIG_VN, &request);
		assert_true(rig_wait(has_begun, &jobs[i], PATIENCE_MS));
	}
	revoke_token("stream");
	assert_true(rig_wait(has_ended, &jobs[0], PATIENCE_MS));
	assert_int_equal(ended_with, 0); /* by the node */
	assert_true(rig_wait(has_ended, &jobs[1], PATIENCE_MS));
	assert_int_equal(ended_with, 28); /* by curl's own limit */
	(void)door_client_end(&rig, jobs[0]);
	(void)door_client_end(&rig, jobs[1]);
	passed++;
}

/* ---- Secrets ---- */

static long pid_of(const char *role)
{
	long pids[RIG_PIDS];

	assert_int_equal(rig_pids(&rig, RIG_VN, role, pids), 1);
	return pids[0];
}

/* Does this process's memory hold these bytes anywhere? -1: it may not be looked into. */
static int holds(long pid, struct bytes secret)
{
	FILE *maps = fopen(arena_format(rig.arena, "/proc/%ld/maps", pid), "re");
	int memory = open(arena_format(rig.arena, "/proc/%ld/mem", pid), O_RDONLY | O_CLOEXEC);
	int found = maps == NULL || memory < 0 ? -1 : 0;
	unsigned long from, until;
	char line[512], access[8];

	while (found == 0 && fgets(line, sizeof(line), maps) != NULL) {
		uint8_t *copy;
		ssize_t got;

		if (sscanf(line, "%lx-%lx %7s", &from, &until, access) != 3 ||
		    strncmp(access, "rw", 2) != 0 || until - from > (256ul << 20))
			continue;
		copy = malloc(until - from);
		assert_non_null(copy);
		got = pread(memory, copy, until - from, (off_t)from);
		found = got > 0 && memmem(copy, (size_t)got, secret.at, secret.len) != NULL;
		free(copy);
	}
	if (maps != NULL)
		(void)fclose(maps);
	if (memory >= 0)
		(void)close(memory);
	return found;
}

/* What of the passwords leaves the process that reads them, and in whose memory it may be. */
struct digests {
	struct hash old, new;
	long gate, warden;
};

static bool is_asked(void *context)
{
	const struct digests *of = context;

	return holds(of->gate, hash_bytes(&of->new)) != 0;
}

static bool is_gone(void *context)
{
	const struct digests *of = context;

	return holds(of->gate, hash_bytes(&of->old)) <= 0 &&
	       holds(of->gate, hash_bytes(&of->new)) <= 0 &&
	       holds(of->warden, hash_bytes(&of->old)) <= 0 &&
	       holds(of->warden, hash_bytes(&of->new)) <= 0;
}

/* The headers of a session of a new person. */
static void sign_in(const char *person, struct door_request *to)
{
	const char *add = arena_format(rig.arena,
				       "echo '" PASSWORD "' | %s user add %s"
				       " --roles trader --party " TRADER " --config %s >%s",
				       rig.program, person, config(), in_town("said"));
	const struct door_request request = {
		.method = "POST",
		.path = "/v1/session",
		.type = "application/json",
		.body = bytes_of_text(arena_format(
			rig.arena, "{\"name\":\"%s\",\"password\":\"" PASSWORD "\"}", person))};
	struct door_answer answer;
	const char *cookie;

	assert_int_equal(system(add), 0);
	answer = door_client_ask(&rig, RIG_VN, &request);
	cookie = door_client_header(&rig, &answer, "set-cookie");
	assert_non_null(cookie);
	to->headers[0] = arena_format(rig.arena, "Cookie: %.*s", (int)strcspn(cookie, ";"), cookie);
	to->headers[1] = arena_format(rig.arena, "Sampan-Csrf: %s",
				      door_client_member(&rig, &answer, "csrf"));
}

/* Whoever changes a password: the second one leaves while the old one is still looked at. */
static void a_password_is_not_left_in_memory_when_it_was_changed(void **state)
{
	struct door_request request = {
		.method = "PUT",
		.path = "/v1/session/password",
		.type = "application/json",
		.body = bytes_of_text("{\"old\":\"" PASSWORD "\",\"new\":\"" NEW_PASSWORD "\"}")};
	struct digests digests = {.old = who_secret_password(bytes_of_text(PASSWORD)),
				  .new = who_secret_password(bytes_of_text(NEW_PASSWORD)),
				  .gate = pid_of("gate"),
				  .warden = pid_of("warden")};
	struct door_job job;

	(void)state;
	if (holds(digests.gate, hash_bytes(&digests.new)) < 0) {
		print_message("  skipped: the memory of another process may not be read here\n");
		passed++;
		return;
	}
	sign_in("lan", &request);
	assert_true(rig_wait(is_gone, &digests, PATIENCE_MS));
	assert_int_equal(door_client_ask(&rig, RIG_VN, &request).status, 204);
	assert_true(rig_wait(is_gone, &digests, PATIENCE_MS));

	sign_in("mai", &request);
	request.max_seconds = 5;
	assert_int_equal(kill((pid_t)digests.warden, SIGSTOP), 0);
	job = door_client_begin(&rig, RIG_VN, &request);
	assert_true(rig_wait(is_asked, &digests, PATIENCE_MS));
	(void)door_client_end(&rig, job);
	assert_int_equal(kill((pid_t)digests.warden, SIGCONT), 0);
	assert_true(rig_wait(is_gone, &digests, PATIENCE_MS));
	passed++;
}

/* ---- Mandates ---- */

static void a_mandate_that_makes_no_sense_is_refused_in_words(void **state)
{
	static const struct {
		const char *principal, *agent, *kinds, *from, *until, *en, *vi;
	} cases[] = {
		{"0100101308", AGENT, "vn.exports", "", "",
		 "kinds are such as an agent can lodge here", "loại chứng từ phải là"},
		{"0100101308", AGENT, "", "", "2020-01-01", "the last day is over already",
		 "ngày kết thúc đã qua"},
		{"0100101308", AGENT, "", "2099-02-01", "2099-01-01",
		 "the last day lies before the first", "ở trước ngày bắt đầu"},
		{"0100101308", AGENT, "", "", "2099-02-30", "dates are days of the calendar",
		 "ngày có thật"},
		{"9999999999", AGENT, "", "", "", "no party that trades and no trader of node.yaml",
		 "không có bên nào là doanh nghiệp"},
		{"0100101308", "khong-co", "", "", "", "there is no party of this id",
		 "không có bên nào mang mã này"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool is_own_agent = strcmp(cases[i].agent, AGENT) == 0;
		struct door_request request = {
			.method = "POST",
			.path = "/v1/mandates",
			/* the agent proposes; the principal gives it to somebody else */
			.token = door_client_token(&rig, RIG_VN, is_own_agent ? AGENT : TRADER),
			.type = "application/json",
			.body = bytes_of_text(arena_format(
				rig.arena,
				"{\"principal\":\"%s\",\"agent\":\"%s\",\"kinds\":\"%s\","
				"\"from\":\"%s\",\"until\":\"%s\"}",
				cases[i].principal, cases[i].agent, cases[i].kinds, cases[i].from,
				cases[i].until))};
		struct door_answer answer = door_client_ask(&rig, RIG_VN, &request);
		const char *command = arena_format(
			rig.arena,
			"%s mandate give --principal %s --agent %s --kinds '%s' --from '%s' --until "
			"'%s' --config %s 2>%s",
			rig.program, cases[i].principal, cases[i].agent, cases[i].kinds,
			cases[i].from, cases[i].until, config(), in_town("said"));
		struct bytes said;

		if (answer.status != 400 || !says(&answer, "detail", cases[i].en) ||
		    !says(&answer, "detailVi", cases[i].vi))
			fail_msg("%zu: %u %s", i, answer.status, (const char *)answer.body.at);
		assert_int_not_equal(system(command), 0);
		assert_int_equal(file_read(in_town("said"), 4096, rig.arena, &said), OK);
		assert_non_null(strstr(arena_text(rig.arena, said), cases[i].en));
		assert_non_null(strstr(arena_text(rig.arena, said), cases[i].vi));
	}
	passed++;
}

static void a_command_says_what_came_of_it_and_what_to_do(void **state)
{
	const struct town_node *node = &rig.town.nodes[RIG_VN];
	const struct {
		const char *command, *says;
	} cases[] = {
		{arena_format(rig.arena,
			      "echo '" PASSWORD "' | %s user add tam --roles trader --party " TRADER
			      " --config %s",
			      rig.program, config()),
		 "tam: account added"},
		{arena_format(rig.arena, "SAMPAN_CONFIG=/nowhere.yaml %s status X", rig.program),
		 "--config FILE or SAMPAN_CONFIG"},
		{arena_format(rig.arena,
			      "SAMPAN_TOKEN= %s status X --node https://127.0.0.1:%u --ca %s",
			      rig.program, node->config->https.port, in_town("keys/door.crt")),
		 "--token FILE, or SAMPAN_TOKEN"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes said;

		assert_true(system(arena_format(rig.arena, "{ %s ; } >%s 2>&1", cases[i].command,
						in_town("printed"))) >= 0);
		assert_int_equal(file_read(in_town("printed"), 4096, rig.arena, &said), OK);
		if (strstr(arena_text(rig.arena, said), cases[i].says) == NULL)
			fail_msg("%s: %s", cases[i].command, arena_text(rig.arena, said));
	}
	passed++;
}

static void a_value_that_nothing_can_have_is_named_with_those_there_are(void **state)
{
	static const struct {
		const char *query, *name, *says;
	} cases[] = {
		{"state=unknown", "state: ", "registered"},
		{"state=refused%20checked", "state: ", "refused"},
		{"schema=vn.exports", "schema: ", "vn.export/1"},
		{"schema=vn.export/77", "schema: ", "asw.acdd/1"},
		{"schema=vn", "schema: ", "asw.acdd/1"},
		{"country=Vietnam", "country: ", "VN"},
		{"conversation=57", "conversation: ", "VN-1-57"},
		{"limit=many", "limit: ", "200"},
		{"after=x", "after: ", "next"},
		{"date=2026-13-45", "date: ", "taxCode"},
	};
	static const char *const good_ones[] = {"state=refused",
						"state=registered",
						"schema=vn.export",
						"schema=vn.export/1",
						"country=TH",
						"conversation=TH-7-1",
						"state="};
	struct door_request request = {.token = door_client_token(&rig, RIG_VN, TRADER)};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct door_answer answer;
		const char *detail;

		request.path = arena_format(rig.arena, "/v1/messages?%s", cases[i].query);
		answer = door_client_ask(&rig, RIG_VN, &request);
		assert_int_equal(answer.status, 400);
		detail = door_client_member(&rig, &answer, "detail");
		if (strncmp(detail, cases[i].name, strlen(cases[i].name)) != 0 ||
		    strstr(detail, cases[i].says) == NULL)
			fail_msg("%s: %s", cases[i].query, detail);
	}
	for (size_t i = 0; i < sizeof(good_ones) / sizeof(good_ones[0]); i++) {
		request.path = arena_format(rig.arena, "/v1/messages?%s", good_ones[i]);
		assert_int_equal(door_client_ask(&rig, RIG_VN, &request).status, 200);
	}
	passed++;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_refused_is_found_by_who_lodged_it),
		cmocka_unit_test(a_document_is_found_by_id_reference_and_number),
		cmocka_unit_test(who_is_not_let_in_is_told_why_and_what_to_do),
		cmocka_unit_test(a_limited_token_says_that_it_is_the_limit),
		cmocka_unit_test(a_stream_ends_with_the_record_that_revokes_its_token),
		cmocka_unit_test(a_password_is_not_left_in_memory_when_it_was_changed),
		cmocka_unit_test(a_mandate_that_makes_no_sense_is_refused_in_words),
		cmocka_unit_test(a_command_says_what_came_of_it_and_what_to_do),
		cmocka_unit_test(a_value_that_nothing_can_have_is_named_with_those_there_are),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
