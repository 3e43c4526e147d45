#include "node/api_exchange.h"

#include <inttypes.h>
#include <string.h>

#include "messages/word.h"
#include "node/api_json.h"
#include "node/clerk_call.h"
#include "node/health_count.h"
#include "node/identity.h"
#include "node/json_read.h"
#include "node/json_time.h"
#include "node/page_form.h"
#include "node/queue_change.h"
#include "sampan/clock.h"

#define EXCHANGE_ROWS 200u
#define QUESTION_BYTES ((size_t)64 * 1024)
#define CREDENTIAL_PAGES 16u /* of IDENTITY_LIST */
#define CERTIFICATES 512u
#define KEY_SHOWN 16 /* digits of a certificate's hash */
#define NAME_BYTES 256u

/* A certificate whose end is known, of others than the node. */
struct ending {
	const char *of, *name, *until;
};

/* What was answered, in the call's arena; empty: nothing was. */
struct exchange {
	struct health_ledger ledger;
	bool has_ledger;
	struct bytes counts, partners, queue;
	struct ending endings[CERTIFICATES];
	size_t ending_count;
	unsigned pages; /* of credentials that were asked for */
};

static void set(json_t *to, const char *name, json_t *value)
{
	(void)json_object_set_new(to, name, value);
}

/* ---- The answer ---- */

static json_t *parsed(struct bytes text)
{
	return text.len == 0 ? NULL : json_loadb((const char *)text.at, text.len, 0, NULL);
}

static void put_room(const struct exchange *exchange, json_t *to)
{
	const struct health_ledger *ledger = &exchange->ledger;

	set(to, "room",
	    !exchange->has_ledger
		    ? json_null()
		    : json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "records",
				(json_int_t)ledger->size, "signed", (json_int_t)ledger->signed_size,
				"storeBytes", (json_int_t)ledger->store_bytes, "mapBytes",
				(json_int_t)ledger->max_bytes, "diskFreeBytes",
				(json_int_t)ledger->disk_free_bytes, "diskBytes",
				(json_int_t)ledger->disk_bytes));
}

static void put_certificates(struct api_call *call, json_t *to)
{
	const struct exchange *exchange = call->state;
	const struct api_ends *ends = api_ends(call);
	json_t *list = json_array();

	for (size_t i = 0; i < ends->certificate_all; i++)
		(void)json_array_append_new(
			list, json_pack("{s:s, s:s, s:o}", "of", "node", "name",
					ends->certificates[i].name, "until",
					json_time_new(ends->certificates[i].until_ms)));
	for (size_t i = 0; i < exchange->ending_count; i++)
		(void)json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "of",
							    exchange->endings[i].of, "name",
							    exchange->endings[i].name, "until",
							    exchange->endings[i].until));
	set(to, "certificates", list);
}

/* As the clerk counted, with the moment as everywhere else. */
static json_t *queues_new(const json_t *counts)
{
	json_t *list = json_array();
	const json_t *queue;
	size_t i;

	json_array_foreach(json_object_get(counts, "queues"), i, queue)
	{
		(void)json_array_append_new(
			list,
			json_pack("{s:s, s:s, s:I, s:o}", "stage", json_read_text(queue, "stage"),
				  "partner", json_read_text(queue, "partner"), "count",
				  (json_int_t)json_read_number(queue, "count"), "since",
				  json_time_new(json_read_number(queue, "sinceMs"))));
	}
	return list;
}

static void put_list(json_t *to, const char *name, struct bytes answer)
{
	json_t *json = parsed(answer);
	json_t *list = json_object_get(json, name);

	set(to, name, list == NULL ? json_array() : json_incref(list));
	json_decref(json);
}

static json_t *judged_new(struct api_call *call, const json_t *counts)
{
	const struct exchange *exchange = call->state;
	const struct api_ends *ends = api_ends(call);
	const struct health_facts facts = {.now_ms = clock_now_ms(),
					   .ledger =
						   exchange->has_ledger ? &exchange->ledger : NULL,
					   .certificates = ends->certificates,
					   .certificate_count = ends->certificate_all};
	struct health *health = arena_alloc(call->arena, sizeof(*health));

	if (health == NULL)
		return NULL;
	health_init(health);
	if (health_judge(health, &facts, call->arena) != OK ||
	    health_count_judge(health, facts.now_ms, counts, call->arena) != OK)
		return NULL;
	return health_json_new(health);
}

static void answer(struct api_call *call)
{
	const struct exchange *exchange = call->state;
	json_t *counts = parsed(exchange->counts);
	json_t *json = judged_new(call, counts);

	if (json != NULL) {
		put_room(exchange, json);
		put_certificates(call, json);
		put_list(json, "partners", exchange->partners);
		set(json, "queues", queues_new(counts));
		set(json, "waiting", json_integer((json_int_t)json_read_number(counts, "waiting")));
		set(json, "held", json_integer((json_int_t)json_read_number(counts, "held")));
		put_list(json, "deliveries", exchange->queue);
	}
	api_answer_json(call, 200, json, NULL);
	json_decref(counts);
}

/* ---- Asking for all of it, one after the other ---- */

static void keep(struct api_call *call, enum err err, struct bytes body, struct bytes *to)
{
	uint8_t *copy = err == OK && body.len > 0 ? arena_copy(call->arena, body) : NULL;

	if (copy != NULL)
		*to = bytes_of(copy, body.len);
}

static void add_ending(struct api_call *call, const char *of, const char *name, const char *until)
{
	struct exchange *exchange = call->state;
	struct ending *ending = &exchange->endings[exchange->ending_count];

	if (until[0] == '\0' || exchange->ending_count == CERTIFICATES)
		return;
	ending->of = of;
	ending->name = arena_text(call->arena, bytes_of_text(name));
	ending->until = arena_text(call->arena, bytes_of_text(until));
	exchange->ending_count += ending->name != NULL && ending->until != NULL;
}

/* What the cards of partners say; a day stands for its end in the universal time. */
static void add_partners(struct api_call *call)
{
	const struct config *config = api_ends(call)->role->config;

	for (size_t i = 0; i < config->partner_count; i++)
		for (size_t j = 0; j < config->partners[i].sign_count; j++) {
			const struct config_signer *signer = &config->partners[i].signs[j];

			if (signer->until[0] != '\0')
				add_ending(call, "partner",
					   arena_format(call->arena, "%s %.*s",
							config->partners[i].country, KEY_SHOWN,
							signer->certificate),
					   arena_format(call->arena, "%sT23:59:59.999Z",
							signer->until));
		}
}

static void on_credentials(struct api_call *call, enum err err, struct bytes body);

static void ask_credentials(struct api_call *call, uint64_t before)
{
	struct exchange *exchange = call->state;
	struct buffer body;

	exchange->pages++;
	buffer_init(&body, QUESTION_BYTES);
	caller_pack(&body, &call->caller);
	pack_text(&body, "credentials");
	pack_u64(&body, before);
	api_ask(call, api_ends(call)->clerk, CLERK_IDENTITIES, buffer_bytes(&body), on_credentials);
	buffer_clear(&body);
}

static void on_credentials(struct api_call *call, enum err err, struct bytes body)
{
	const struct exchange *exchange = call->state;
	json_t *json = err == OK ? parsed(body) : NULL;
	uint64_t next = json_read_number(json, "next");
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(json, "credentials"), i, item)
	{
		if (strcmp(json_read_text(item, "is"), "certificate") == 0)
			add_ending(call, "client", json_read_text(item, "name"),
				   json_read_text(item, "until"));
	}
	json_decref(json);
	if (call->http == NULL)
		return;
	if (next > 0 && exchange->pages < CREDENTIAL_PAGES)
		ask_credentials(call, next);
	else
		answer(call);
}

static void on_queue(struct api_call *call, enum err err, struct bytes body)
{
	struct exchange *exchange = call->state;

	keep(call, err, body, &exchange->queue);
	if (call->http == NULL)
		return;
	add_partners(call);
	ask_credentials(call, 0);
}

static void on_partners(struct api_call *call, enum err err, struct bytes body)
{
	struct exchange *exchange = call->state;
	uint8_t limit[4];

	keep(call, err, body, &exchange->partners);
	bytes_put_u32(limit, EXCHANGE_ROWS);
	if (call->http != NULL)
		api_ask(call, api_ends(call)->clerk, CLERK_QUEUE, bytes_of(limit, sizeof(limit)),
			on_queue);
}

static void on_counts(struct api_call *call, enum err err, struct bytes body)
{
	struct exchange *exchange = call->state;

	keep(call, err, body, &exchange->counts);
	if (call->http != NULL)
		api_ask(call, api_ends(call)->clerk, CLERK_PARTNERS, (struct bytes){0},
			on_partners);
}

static void on_health(struct api_call *call, enum err err, struct bytes body)
{
	struct exchange *exchange = call->state;

	exchange->has_ledger = err == OK && health_unpack_ledger(body, &exchange->ledger) == OK;
	if (call->http != NULL)
		api_ask(call, api_ends(call)->clerk, CLERK_COUNTS, (struct bytes){0}, on_counts);
}

void api_exchange(struct api_call *call)
{
	struct exchange *exchange = arena_alloc(call->arena, sizeof(*exchange));

	if (exchange == NULL) {
		api_problem_of(call, ERR_MEMORY);
		return;
	}
	*exchange = (struct exchange){.has_ledger = false};
	call->state = exchange;
	api_ask(call, api_ends(call)->ledger, LEDGER_HEALTH, (struct bytes){0}, on_health);
}

/* ---- A word of the operator ---- */

static void on_changed(struct api_call *call, enum err err, struct bytes body)
{
	static const struct problem_words moved = {
		.detail = "No delivery of this number waits where this can be said of it: it may "
			  "have been sent, retried or dropped meanwhile.",
		.detail_vi = "Không có lượt gửi mang số này ở trạng thái cho phép thao tác: có thể "
			     "đã được gửi, thử lại hoặc hủy."};

	(void)body;
	if (call->http == NULL)
		return;
	if (err == ERR_MISSING)
		api_problem_words(call, PROBLEM_STATE, &moved);
	else if (err != OK)
		api_problem_of(call, err);
	else
		api_answer(call, &(struct http_answer){.status = 204});
}

static void refuse_reason(struct api_call *call)
{
	static const struct problem_words words = {
		.detail =
			"action is retry, drop, hold or release; drop and hold need a reason of at "
			"most 512 bytes, which is recorded.",
		.detail_vi = "Thao tác là thử lại, hủy, giữ lại hoặc cho gửi tiếp; khi hủy và giữ "
			     "lại phải nêu lý do (không quá 512 byte), lý do được ghi lại."};

	api_problem_words(call, PROBLEM_BAD_REQUEST, &words);
}

static void change(struct api_call *call, const char *verb, const char *reason)
{
	struct queue_change change = {.caller = call->caller,
				      .verb = verb,
				      .delivery = identity_parse_number(call->parameters[0])};
	struct buffer body;

	if (!word_is_in(queue_change_verbs, verb) || strlen(reason) > QUEUE_CHANGE_REASON_BYTES ||
	    (reason[0] == '\0' && queue_change_wants_reason(verb))) {
		refuse_reason(call);
		return;
	}
	change.caller.reason = reason;
	buffer_init(&body, QUESTION_BYTES);
	queue_change_pack(&body, &change);
	api_ask(call, api_ends(call)->ledger, LEDGER_QUEUE, buffer_bytes(&body), on_changed);
	buffer_clear(&body);
}

void api_exchange_change(struct api_call *call)
{
	struct facts facts;

	if (api_json_facts(call, "action reason", &facts))
		change(call, facts_get_or_empty(&facts, "action"),
		       facts_get_or_empty(&facts, "reason"));
}

/* What cannot be undone, or stops others, is confirmed on the page. */
void api_exchange_do(struct api_call *call)
{
	const char *verb = call->parameters[1];
	bool is_sure = strcmp(page_form_value(call->form, "sure"), "yes") == 0;

	if (queue_change_wants_reason(verb) && !is_sure)
		api_problem_words(
			call, PROBLEM_BAD_REQUEST,
			&(struct problem_words){
				.detail = "Tick the box to confirm.",
				.detail_vi = "Hãy đánh dấu vào ô xác nhận."});
	else
		change(call, verb, page_form_value(call->form, "reason"));
}
