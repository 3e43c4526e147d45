#include "node/api_operator.h"

#include "node/clerk_call.h"
#include "node/metrics.h"
#include "sampan/clock.h"

#define PAGE_BYTES ((size_t)4 * 1024 * 1024)
#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* What is known when the ledger has answered, or has not. */
struct look {
	struct health_facts facts;
	struct health_ledger ledger;
	struct health health;
};

void api_healthz(struct api_call *call)
{
	api_answer_json(call, 200, json_pack("{s:b}", "alive", true), NULL);
}

/* The look, in the call's memory; NULL: no memory, and the call was answered. */
static struct look *look_new(struct api_call *call, enum err err, struct bytes body)
{
	const struct api_ends *ends = api_ends(call);
	struct look *look = arena_alloc(call->arena, sizeof(*look));

	if (look != NULL) {
		look->facts = (struct health_facts){.now_ms = clock_now_ms(),
						    .certificates = ends->certificates,
						    .certificate_count = ends->certificate_count};
		if (err == OK && health_unpack_ledger(body, &look->ledger) == OK)
			look->facts.ledger = &look->ledger;
		health_init(&look->health);
		if (health_judge(&look->health, &look->facts, call->arena) == OK)
			return look;
	}
	api_problem_of(call, ERR_MEMORY);
	return NULL;
}

/* A stranger learns whether the node is ready and which check says so, not how large its disk is. */
static void on_ready(struct api_call *call, enum err err, struct bytes body)
{
	struct look *look = look_new(call, err, body);
	json_t *json, *check;
	size_t i;

	if (look == NULL)
		return;
	json = health_json_new(&look->health);
	json_array_foreach(json_object_get(json, "checks"), i, check)
	{
		(void)json_object_del(check, "en");
		(void)json_object_del(check, "vi");
	}
	api_answer_json(call, look->health.worst == HEALTH_BAD ? 503 : 200, json, NULL);
}

void api_readyz(struct api_call *call)
{
	api_ask(call, api_ends(call)->ledger, LEDGER_HEALTH, (struct bytes){0}, on_ready);
}

/* ---- /metrics ---- */

static void answer_page(struct api_call *call, const json_t *counts)
{
	const struct look *look = call->state;
	const struct api_ends *ends = api_ends(call);
	struct http_counts http;
	struct metrics metrics = {.health = &look->health, .facts = &look->facts, .counts = counts};
	struct buffer page;

	if (ends->http != NULL && *ends->http != NULL) {
		http = http_counts(*ends->http);
		metrics.http = &http;
	}
	buffer_init(&page, PAGE_BYTES);
	if (metrics_format(&metrics, &page) == OK)
		api_answer(call, &(struct http_answer){.status = 200,
						       .type = METRICS_TYPE,
						       .body = buffer_bytes(&page)});
	else
		api_problem_of(call, ERR_MEMORY);
	buffer_clear(&page);
}

static void on_counts(struct api_call *call, enum err err, struct bytes body)
{
	json_t *counts = err == OK ? json_loadb((const char *)body.at, body.len, 0, NULL) : NULL;

	answer_page(call, counts);
	json_decref(counts);
}

static void on_health(struct api_call *call, enum err err, struct bytes body)
{
	call->state = look_new(call, err, body);
	if (call->state != NULL)
		api_ask(call, api_ends(call)->clerk, CLERK_COUNTS, (struct bytes){0}, on_counts);
}

void api_metrics(struct api_call *call)
{
	api_ask(call, api_ends(call)->ledger, LEDGER_HEALTH, (struct bytes){0}, on_health);
}
