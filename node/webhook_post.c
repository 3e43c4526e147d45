#include "node/webhook_post.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "node/clerk_call.h"
#include "node/clerk_list.h"
#include "node/file.h"
#include "node/ledger_call.h"
#include "node/link_turn.h"
#include "sampan/clock.h"
#include "sampan/http_client.h"

#define SILENCE_MS 10000u
#define AT_ONCE 20u
#define FAR 10000u /* records that were none of the party's before that is kept */
#define ANSWER_BYTES ((size_t)16 * 1024)
#define MIN_SECRET_BYTES 16u
#define MAX_SECRET_BYTES 512u
#define CA_BYTES ((size_t)4 * 1024 * 1024)
#define PAGE_BYTES ((size_t)16 * 1024 * 1024)
#define QUESTION_BYTES ((size_t)64 * 1024)
#define HEADER_BYTES 160u

const struct webhook_post_pace webhook_post_pace = {.tick_ms = 1000,
						    .look_again_ms = 2000,
						    .connect_ms = 5000,
						    .total_ms = 15000,
						    .first_pause_ms = 1000,
						    .longest_pause_ms = 300000};

struct post {
	struct webhook_posts *posts;
	const struct config_webhook *config;
	struct caller caller;
	struct http_client *client;
	struct bytes secret;
	uint64_t generation;
	uint64_t kept; /* position in the ledger */
	uint64_t sent; /* the receiver has everything up to here */
	struct arena *page;
	struct clerk_list_events_answer events;
	uint32_t next; /* of events */
	unsigned tries;
	uint64_t pause_until_ms, opened_ms;
	bool is_busy, is_open, is_due, is_trouble;
	bool is_unkept; /* its place was not kept when it was to be */
	bool is_off;    /* its files cannot be used */
};

struct webhook_posts {
	struct role *role;
	const struct webhook_post_pace *pace;
	struct call_client *ledger, *clerk;
	struct arena *arena; /* of secrets; wiped */
	struct post *items;
	size_t count;
};

static void step(struct post *post);
static void send_next(struct post *post);

/* ---- Its place ---- */

static void rest(struct post *post)
{
	post->is_busy = false;
	arena_clear(post->page);
	post->events = (struct clerk_list_events_answer){0};
	post->next = 0;
}

/* The world between the roles fails: the tick tries again. */
static void give_up_for_now(struct post *post)
{
	post->is_due = true;
	rest(post);
}

static void log_trouble(struct post *post, unsigned status, const char *why)
{
	if (!post->is_trouble)
		role_log(post->posts->role, "warn", "webhook-failed",
			 "webhook=%s party=%s status=%u why=\"%s\"", post->config->id,
			 post->config->party, status, why);
	post->is_trouble = true;
}

/* Of our own side; who is away comes back. */
static void log_failure(struct post *post, enum err err)
{
	if (err != ERR_UNAVAILABLE)
		log_trouble(post, 0, err_text(err));
}

static void wait_longer(struct post *post)
{
	uint64_t random = clock_monotonic_ms() * 2654435761u;

	post->pause_until_ms =
		clock_monotonic_ms() + link_turn_delay_ms(post->posts->pace->first_pause_ms,
							  post->posts->pace->longest_pause_ms,
							  post->tries, random);
	post->tries++;
	post->is_due = true;
}

/* What the receiver has is not sent again, unless an operator moved its place meanwhile. */
static void on_kept(void *context, enum err err, struct bytes body)
{
	struct post *post = context;

	(void)body;
	post->is_unkept = err != OK;
	if (err == OK) {
		post->kept = post->sent;
	} else if (err == ERR_CONFLICT || err == ERR_MISSING) {
		post->is_open = false;
	} else {
		log_failure(post, err);
		wait_longer(post);
	}
	rest(post);
	step(post);
}

static void keep(struct post *post)
{
	struct buffer body;

	if (post->sent == post->kept) {
		rest(post);
		return;
	}
	buffer_init(&body, QUESTION_BYTES);
	pack_text(&body, post->config->id);
	pack_u64(&body, post->generation);
	pack_u64(&body, post->sent);
	if (buffer_error(&body) != OK || call_ask(post->posts->ledger, LEDGER_WEBHOOK_DONE,
						  buffer_bytes(&body), on_kept, post) != OK)
		give_up_for_now(post);
	buffer_clear(&body);
}

/* ---- Sending ---- */

static void pause_post(struct post *post)
{
	wait_longer(post);
	keep(post);
}

static void on_posted(void *context, enum err err, const struct http_client_answer *answer,
		      const char *why)
{
	struct post *post = context;

	if (err != OK || answer->status < 200 || answer->status > 299) {
		log_trouble(post, err == OK ? answer->status : 0, why);
		pause_post(post);
		return;
	}
	if (post->is_trouble)
		role_log(post->posts->role, "info", "webhook-again", "webhook=%s",
			 post->config->id);
	post->is_trouble = false;
	post->tries = 0;
	post->sent = post->events.events[post->next++].sequence;
	send_next(post);
}

static void format_signature(const struct post *post, const char *time, struct bytes body,
			     char ret_header[HEADER_BYTES])
{
	const struct bytes parts[] = {bytes_of_text(time), bytes_of(".", 1), body};
	struct hash mac = hash_hmac(post->secret, parts, sizeof(parts) / sizeof(parts[0]));
	char hex[HASH_HEX_BYTES];

	hash_format_hex(&mac, hex);
	(void)snprintf(ret_header, HEADER_BYTES, "Sampan-Signature: v1=%s", hex);
}

static unsigned may_of(const struct config_webhook *config)
{
	return (config->is_private ? (unsigned)HTTP_MAY_PRIVATE : 0) |
	       (config->is_plain_loopback ? (unsigned)HTTP_MAY_PLAIN_LOOPBACK : 0);
}

static void send_one(struct post *post, const struct clerk_list_event *event)
{
	char id[HEADER_BYTES], sequence[HEADER_BYTES], time[32], stamp[HEADER_BYTES],
		signature[HEADER_BYTES];
	const char *const headers[] = {"Content-Type: application/json",
				       "User-Agent: sampan",
				       id,
				       sequence,
				       stamp,
				       signature,
				       NULL};
	const struct http_client_request request = {.method = "POST",
						    .url = post->config->url,
						    .headers = headers,
						    .body = event->json,
						    .max_answer_bytes = ANSWER_BYTES,
						    .connect_ms = post->posts->pace->connect_ms,
						    .total_ms = post->posts->pace->total_ms,
						    .may = may_of(post->config)};
	enum err err;

	(void)snprintf(time, sizeof(time), "%" PRIu64, clock_now_ms() / 1000);
	(void)snprintf(id, sizeof(id), "Sampan-Webhook: %s", post->config->id);
	(void)snprintf(sequence, sizeof(sequence), "Sampan-Sequence: %" PRIu64, event->sequence);
	(void)snprintf(stamp, sizeof(stamp), "Sampan-Timestamp: %s", time);
	format_signature(post, time, event->json, signature);
	err = http_client_send(post->client, &request, on_posted, post);
	if (err == OK)
		return;
	log_trouble(post, 0, err_text(err));
	pause_post(post);
}

static void send_next(struct post *post)
{
	if (post->next < post->events.count) {
		send_one(post, &post->events.events[post->next]);
		return;
	}
	post->sent = post->events.until;
	post->is_due |= post->events.until < post->events.size;
	keep(post);
}

/* ---- What there is to send ---- */

/* Nothing for the party: its place need not be kept at every step. */
static void pass_over(struct post *post)
{
	bool has_more = post->events.until < post->events.size;

	post->sent = post->events.until;
	if (post->is_unkept || post->sent - post->kept > FAR) {
		post->is_due |= has_more;
		keep(post);
		return;
	}
	post->is_due |= has_more;
	rest(post);
	if (has_more)
		step(post);
}

static void on_events(void *context, enum err err, struct bytes body)
{
	struct post *post = context;
	const uint8_t *copy = err == OK ? arena_copy(post->page, body) : NULL;

	if (err == OK && copy == NULL)
		err = ERR_MEMORY;
	if (err == OK)
		err = clerk_list_unpack_events(bytes_of(copy, body.len), post->page, &post->events);
	if (err != OK) {
		log_failure(post, err);
		give_up_for_now(post);
	} else if (post->events.count == 0) {
		pass_over(post);
	} else {
		send_next(post);
	}
}

static void ask_events(struct post *post)
{
	const struct clerk_list_events_question question = {.after = post->sent,
							    .max_count = AT_ONCE,
							    .in_vietnamese =
								    post->config->language == 1};
	struct buffer body;

	buffer_init(&body, QUESTION_BYTES);
	clerk_list_pack_events(&body, &post->caller, &question);
	post->is_due = false;
	if (buffer_error(&body) != OK ||
	    call_ask(post->posts->clerk, CLERK_EVENTS, buffer_bytes(&body), on_events, post) != OK)
		give_up_for_now(post);
	buffer_clear(&body);
}

static void on_opened(void *context, enum err err, struct bytes body)
{
	struct post *post = context;
	uint64_t generation, position;
	struct unpack from;

	unpack_init(&from, body);
	generation = unpack_u64(&from);
	position = unpack_u64(&from);
	if (err != OK || unpack_end(&from) != OK) {
		give_up_for_now(post);
		return;
	}
	if (!post->is_open || generation != post->generation) {
		post->kept = post->sent = position;
		post->is_due = true;
	}
	post->generation = generation;
	post->is_open = true;
	post->opened_ms = clock_monotonic_ms();
	if (post->is_due)
		ask_events(post);
	else
		rest(post);
}

static void open_again(struct post *post)
{
	struct buffer body;

	buffer_init(&body, QUESTION_BYTES);
	pack_text(&body, post->config->id);
	if (buffer_error(&body) != OK || call_ask(post->posts->ledger, LEDGER_WEBHOOK_OPEN,
						  buffer_bytes(&body), on_opened, post) != OK)
		give_up_for_now(post);
	buffer_clear(&body);
}

static void step(struct post *post)
{
	uint64_t now_ms = clock_monotonic_ms();

	if (post->is_off || post->is_busy || now_ms < post->pause_until_ms)
		return;
	if (!post->is_open || now_ms - post->opened_ms >= post->posts->pace->look_again_ms) {
		post->is_busy = true;
		open_again(post);
	} else if (post->is_due) {
		post->is_busy = true;
		ask_events(post);
	}
}

static void on_tick(void *context)
{
	struct webhook_posts *posts = context;

	for (size_t i = 0; i < posts->count; i++)
		step(&posts->items[i]);
}

void webhook_post_wake(struct webhook_posts *posts)
{
	for (size_t i = 0; i < posts->count; i++) {
		posts->items[i].is_due = true;
		step(&posts->items[i]);
	}
}

/* ---- Opening and closing ---- */

static void on_readable(void *context, int fd)
{
	struct post *post = context;

	(void)fd;
	http_client_work(post->client);
}

static enum err load_secret(struct webhook_posts *posts, struct post *post)
{
	const char *path = arena_format(posts->arena, "%s/%s", posts->role->config->directory,
					post->config->secret);
	struct stat status;
	enum err err = path == NULL ? ERR_MEMORY : OK;

	if (err == OK && (stat(path, &status) != 0 || (status.st_mode & (S_IRWXG | S_IRWXO)) != 0))
		err = ERR_CONFIG;
	if (err == OK)
		err = file_read(path, MAX_SECRET_BYTES, posts->arena, &post->secret);
	post->secret = bytes_trimmed(post->secret);
	if (err == OK && post->secret.len < MIN_SECRET_BYTES)
		err = ERR_CONFIG;
	if (err != OK)
		role_log(posts->role, "error", "webhook-secret",
			 "webhook=%s why=\"the secret is a file of 16 to 512 bytes, mode 0600\"",
			 post->config->id);
	return err;
}

/* Whom to trust: read here, because no file can be opened once the sandbox is closed. */
static enum err load_authorities(const struct webhook_posts *posts, const struct post *post,
				 struct arena *scratch, struct bytes *ret_pem)
{
	static const char *const systems[] = {"/etc/ssl/certs/ca-certificates.crt",
					      "/etc/pki/tls/certs/ca-bundle.crt",
					      "/etc/ssl/cert.pem", NULL};
	const char *own =
		arena_format(scratch, "%s/%s", posts->role->config->directory, post->config->ca);
	enum err err = ERR_MISSING;

	if (post->config->ca[0] != '\0') {
		err = own == NULL ? ERR_MEMORY : file_read(own, CA_BYTES, scratch, ret_pem);
		return err;
	}
	for (size_t i = 0; err != OK && systems[i] != NULL; i++)
		err = file_read(systems[i], CA_BYTES, scratch, ret_pem);
	return err;
}

static enum err open_client(struct webhook_posts *posts, struct post *post)
{
	struct arena *scratch = arena_new(2 * CA_BYTES);
	struct http_client_options options = {0};
	enum err err =
		scratch == NULL ? ERR_MEMORY : load_authorities(posts, post, scratch, &options.ca);

	if (err != OK)
		role_log(posts->role, "error", "webhook-authorities", "webhook=%s error=%s",
			 post->config->id, err_name(err));
	if (err == OK)
		err = http_client_open(&options, &post->client);
	if (err == OK)
		err = loop_watch(posts->role->loop, http_client_fd(post->client), on_readable,
				 post);
	arena_free(scratch);
	return err;
}

static enum err open_one(struct webhook_posts *posts, const struct config_webhook *config,
			 struct post *post)
{
	enum err err;

	post->posts = posts;
	post->config = config;
	post->is_due = true;
	post->page = arena_new(PAGE_BYTES);
	if (post->page == NULL)
		return ERR_MEMORY;
	if ((err = caller_of_folder(posts->role->config, config->party, &post->caller)) != OK ||
	    (err = load_secret(posts, post)) != OK)
		return err;
	return open_client(posts, post);
}

enum err webhook_post_open(struct role *role, const struct webhook_post_pace *pace,
			   struct webhook_posts **ret_posts)
{
	struct webhook_posts *posts = calloc(1, sizeof(*posts));
	const char *clerk = role_endpoint(role->config, "clerk", role->arena);
	const char *ledger = role_endpoint(role->config, "ledger", role->arena);
	size_t count = role->config->webhook_count;
	enum err err = ERR_MEMORY;

	if (posts == NULL)
		return ERR_MEMORY;
	*posts = (struct webhook_posts){.role = role, .pace = pace};
	posts->arena = arena_new((count + 1) * 4 * MAX_SECRET_BYTES + 65536);
	posts->items = calloc(count + 1, sizeof(*posts->items));
	if (clerk != NULL && ledger != NULL && posts->arena != NULL && posts->items != NULL)
		err = call_client_open(role->loop, clerk, SILENCE_MS, &posts->clerk);
	if (err == OK) /* our own: what is asked must not be answered after we are closed */
		err = call_client_open(role->loop, ledger, SILENCE_MS, &posts->ledger);
	for (size_t i = 0; err == OK && i < count; i++) {
		posts->count = i + 1;
		posts->items[i].is_off =
			open_one(posts, &role->config->webhooks[i], &posts->items[i]) != OK;
	}
	if (err == OK && count > 0)
		err = loop_every(role->loop, pace->tick_ms, on_tick, posts);
	if (err == OK)
		*ret_posts = posts;
	else
		webhook_post_close(posts);
	return err;
}

void webhook_post_close(struct webhook_posts *posts)
{
	if (posts == NULL)
		return;
	loop_forget(posts->role->loop, posts);
	call_client_close(posts->clerk);
	call_client_close(posts->ledger);
	for (size_t i = 0; i < posts->count; i++) {
		struct post *post = &posts->items[i];

		loop_forget(posts->role->loop, post);
		http_client_close(post->client);
		arena_free(post->page);
		bytes_wipe(post->secret);
	}
	free(posts->items);
	arena_free(posts->arena);
	free(posts);
}
