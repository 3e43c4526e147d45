#include "node/stamp_post.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "node/clerk_call.h"
#include "node/file.h"
#include "node/ledger_call.h"
#include "node/link_turn.h"
#include "node/work.h"
#include "sampan/clock.h"
#include "sampan/http_client.h"
#include "sampan/key.h"

#define SILENCE_MS 10000u
#define CA_BYTES ((size_t)4 * 1024 * 1024)
#define ARENA_BYTES ((size_t)1024 * 1024)
#define HOUR_MS UINT64_C(3600000)
#define REPLY "application/timestamp-reply"

const struct stamp_post_pace stamp_post_pace = {.tick_ms = 1000,
						.look_again_ms = 60000,
						.connect_ms = 10000,
						.total_ms = 30000,
						.first_pause_ms = 60000,
						.longest_pause_ms = 3600000};

struct stamp_post {
	struct role *role;
	struct pool *pool;
	const struct stamp_post_pace *pace;
	struct call_client *ledger, *clerk;
	struct http_client *client;
	struct arena *arena; /* of what is under way */
	struct work_stamp asked;
	uint64_t number; /* of the last record that the checkpoint asked for covers */
	uint64_t look_again_ms, pause_until_ms;
	unsigned tries;
	bool is_busy;
	bool is_trouble; /* told already */
};

/* ---- Ends ---- */

static void rest(struct stamp_post *post)
{
	post->is_busy = false;
	arena_clear(post->arena);
}

static void fail(struct stamp_post *post, const char *what, const char *why)
{
	uint64_t now_ms = clock_monotonic_ms();

	if (!post->is_trouble)
		role_log(post->role, "warn", "stamp-failed", "what=%s why=\"%s\"", what, why);
	post->is_trouble = true;
	post->pause_until_ms = now_ms + link_turn_delay_ms(post->pace->first_pause_ms,
							   post->pace->longest_pause_ms,
							   post->tries, now_ms * 2654435761u);
	post->tries++;
	rest(post);
}

static void on_stored(void *context, enum err err, struct bytes body)
{
	struct stamp_post *post = context;

	(void)body;
	if (err != OK) {
		fail(post, "ledger", err_name(err));
		return;
	}
	role_log(post->role, "info", "stamped", "records=%llu", (unsigned long long)post->number);
	post->is_trouble = false;
	post->tries = 0;
	rest(post);
}

/* ---- What the worker says of the reply ---- */

bool stamp_post_is_near(uint64_t time_ms, uint64_t now_ms)
{
	return time_ms <= now_ms + STAMP_SKEW_MS && time_ms + STAMP_SKEW_MS >= now_ms;
}

static void store(struct stamp_post *post, const struct work_stamped *answer)
{
	const struct stamped stamped = {.number = post->number,
					.time_ms = answer->time_ms,
					.authority = answer->authority,
					.token = answer->token};
	struct buffer body;
	enum err err;

	buffer_init(&body, ARENA_BYTES);
	stamped_pack(&body, &stamped, &post->asked.question.digest);
	err = buffer_error(&body);
	if (err == OK)
		err = call_ask(post->ledger, LEDGER_STAMP, buffer_bytes(&body), on_stored, post);
	buffer_clear(&body);
	if (err != OK)
		fail(post, "ledger", err_name(err));
}

static void on_judged(void *context, enum err err, struct bytes body)
{
	struct stamp_post *post = context;
	struct work_stamped answer;

	if (err == OK)
		err = work_unpack_stamped(body, post->arena, &answer);
	if (err != OK)
		fail(post, "worker", err_name(err));
	else if (answer.verdict != STAMP_GOOD)
		fail(post, "reply", stamp_verdict_name(answer.verdict));
	else if (!stamp_post_is_near(answer.time_ms, clock_now_ms()))
		fail(post, "reply", "its time is not ours: one of the clocks is wrong");
	else
		store(post, &answer);
}

/* ---- The authority ---- */

static bool is_reply(const struct http_client_answer *answer)
{
	struct bytes type = http_client_header(answer, "content-type");

	return answer->status == 200 && type.len >= sizeof(REPLY) - 1 &&
	       strncasecmp((const char *)type.at, REPLY, sizeof(REPLY) - 1) == 0;
}

static void on_answer(void *context, enum err err, const struct http_client_answer *answer,
		      const char *why)
{
	struct stamp_post *post = context;
	struct buffer body;

	if (err != OK || !is_reply(answer)) {
		fail(post, "authority",
		     err != OK ? why : "its answer is not 200 with a time stamp reply");
		return;
	}
	post->asked.reply = answer->body;
	buffer_init(&body, ARENA_BYTES);
	work_pack_stamp(&body, &post->asked);
	err = buffer_error(&body);
	if (err == OK)
		err = pool_submit(post->pool, WORK_STAMP, buffer_bytes(&body), on_judged, post);
	buffer_clear(&body);
	if (err != OK)
		fail(post, "worker", err_name(err));
}

static enum err send_question(struct stamp_post *post, struct bytes question)
{
	static const char *const headers[] = {"Content-Type: application/timestamp-query",
					      "Accept: " REPLY, "User-Agent: sampan", NULL};
	const struct config_stamps *stamps = &post->role->config->stamps;
	const struct http_client_request request = {
		.method = "POST",
		.url = stamps->url,
		.headers = headers,
		.body = question,
		.max_answer_bytes = STAMP_MAX_BYTES,
		.connect_ms = post->pace->connect_ms,
		.total_ms = post->pace->total_ms,
		.may = HTTP_MAY_PLAIN | (stamps->is_private ? (unsigned)HTTP_MAY_PRIVATE : 0)};

	return http_client_send(post->client, &request, on_answer, post);
}

static void ask_authority(struct stamp_post *post, const struct stamped_news *news)
{
	struct buffer question;
	enum err err;

	post->number = news->number;
	post->asked =
		(struct work_stamp){.question = {.digest = hash_of(news->note),
						 .policy = post->role->config->stamps.policy}};
	key_random(post->asked.question.nonce, STAMP_NONCE_BYTES);
	buffer_init(&question, STAMP_QUESTION_BYTES);
	err = stamp_question_put(&post->asked.question, &question);
	if (err == OK)
		err = send_question(post, buffer_bytes(&question));
	buffer_clear(&question);
	if (err != OK)
		fail(post, "authority", err_text(err));
}

/* ---- Whether one is due ---- */

bool stamp_post_is_due(const struct config_stamps *stamps, const struct stamped_news *news,
		       uint64_t now_ms)
{
	if (news->number <= news->last_number)
		return false;
	if (stamps->records > 0 && news->number - news->last_number >= stamps->records)
		return true;
	return news->last_number == 0 || now_ms < news->last_time_ms ||
	       now_ms - news->last_time_ms >= stamps->hours * HOUR_MS;
}

static void on_news(void *context, enum err err, struct bytes body)
{
	struct stamp_post *post = context;
	struct stamped_news news;

	if (err == OK)
		err = stamped_unpack_news(body, &news);
	if (err != OK && err != ERR_UNAVAILABLE)
		fail(post, "clerk", err_name(err));
	else if (err == OK && stamp_post_is_due(&post->role->config->stamps, &news, clock_now_ms()))
		ask_authority(post, &news);
	else
		rest(post); /* a clerk that is away is asked again */
}

static void on_tick(void *context)
{
	struct stamp_post *post = context;
	uint64_t now_ms = clock_monotonic_ms();

	if (post->is_busy || now_ms < post->look_again_ms || now_ms < post->pause_until_ms)
		return;
	post->look_again_ms = now_ms + post->pace->look_again_ms;
	post->is_busy =
		call_ask(post->clerk, CLERK_STAMPED, (struct bytes){0}, on_news, post) == OK;
}

/* ---- Opening and closing ---- */

static void on_readable(void *context, int fd)
{
	struct stamp_post *post = context;

	(void)fd;
	http_client_work(post->client);
}

/* Who https:// is verified by: read here, because no file can be opened once the sandbox is closed. */
static enum err open_client(struct stamp_post *post)
{
	static const char *const systems[] = {"/etc/ssl/certs/ca-certificates.crt",
					      "/etc/pki/tls/certs/ca-bundle.crt",
					      "/etc/ssl/cert.pem", NULL};
	const struct config_stamps *stamps = &post->role->config->stamps;
	struct arena *scratch = arena_new(2 * CA_BYTES);
	struct http_client_options options = {0};
	enum err err = scratch == NULL ? ERR_MEMORY : ERR_MISSING;

	if (err == ERR_MISSING && *stamps->ca != '\0')
		err = file_read(stamps->ca, CA_BYTES, scratch, &options.ca);
	else
		for (size_t i = 0; err == ERR_MISSING && systems[i] != NULL; i++)
			err = file_read(systems[i], CA_BYTES, scratch, &options.ca);
	if (err == ERR_MISSING && *stamps->ca == '\0' && strncmp(stamps->url, "http://", 7) == 0)
		err = OK;
	if (err == OK)
		err = http_client_open(&options, &post->client);
	if (err == OK)
		err = loop_watch(post->role->loop, http_client_fd(post->client), on_readable, post);
	arena_free(scratch);
	return err;
}

static enum err open_calls(struct stamp_post *post)
{
	struct role *role = post->role;
	const char *clerk = role_endpoint(role->config, "clerk", role->arena);
	const char *ledger = role_endpoint(role->config, "ledger", role->arena);
	enum err err = clerk == NULL || ledger == NULL ? ERR_MEMORY : OK;

	if (err == OK)
		err = call_client_open(role->loop, clerk, SILENCE_MS, &post->clerk);
	return err == OK ? call_client_open(role->loop, ledger, SILENCE_MS, &post->ledger) : err;
}

enum err stamp_post_open(struct role *role, struct pool *pool, const struct stamp_post_pace *pace,
			 struct stamp_post **ret_post)
{
	struct stamp_post *post;
	enum err err;

	*ret_post = NULL;
	if (*role->config->stamps.url == '\0')
		return OK;
	if ((post = calloc(1, sizeof(*post))) == NULL)
		return ERR_MEMORY;
	*post = (struct stamp_post){.role = role, .pool = pool, .pace = pace};
	post->arena = arena_new(ARENA_BYTES);
	if ((err = post->arena == NULL ? ERR_MEMORY : open_calls(post)) == OK &&
	    (err = open_client(post)) != OK) {
		role_log(role, "error", "stamp-authorities", "error=%s", err_name(err));
		stamp_post_close(post);
		return OK;
	}
	if (err == OK)
		err = loop_every(role->loop, pace->tick_ms, on_tick, post);
	if (err == OK)
		*ret_post = post;
	else
		stamp_post_close(post);
	return err;
}

void stamp_post_close(struct stamp_post *post)
{
	if (post == NULL)
		return;
	loop_forget(post->role->loop, post);
	call_client_close(post->clerk);
	call_client_close(post->ledger);
	http_client_close(post->client);
	arena_free(post->arena);
	free(post);
}
