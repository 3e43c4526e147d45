#include "node/errand.h"

#include <stdlib.h>
#include <string.h>

#include "node/in_turn.h"
#include "node/inbox.h"
#include "node/ledger_call.h"
#include "node/objection.h"
#include "node/work.h"
#include "sampan/clock.h"
#include "sampan/key.h"

#define TICK_MS 500u
#define UNDER_WAY 64u
#define WAITING 512u /* of what is done, for its turn */
#define UNDER_WAY_BYTES ((size_t)64 * 1024 * 1024)
#define ANEW_FIRST_MS 250u
#define ANEW_MAX_MS 2000u
#define ERRAND_ARENA_BYTES ((size_t)192 * 1024 * 1024)

static const enum delivery_stage stages[] = {STAGE_CHECK, STAGE_TRANSLATE, STAGE_HAND_OVER,
					     STAGE_LODGE};

#define STAGES (sizeof(stages) / sizeof(stages[0]))

struct queue { /* of one stage */
	struct errands *errands;
	enum delivery_stage stage;
	size_t under_way;
	size_t bytes; /* of their documents */
};

struct errands {
	struct role *role;
	struct pool *pool;
	struct call_client *ledger;
	uint64_t incarnation;
	bool wants_anew;  /* something was lost or put off: let everything be handed out again */
	uint64_t anew_ms; /* but not before */
	uint64_t delay_ms;
	bool is_asking;
	bool ask_again;
	bool has_more; /* the ledger has more than we could take */
	struct queue queues[STAGES];
	struct errand *first;
	struct in_turn line; /* what arrived: it is acted on in the order in which it was said */
};

struct errand {
	struct errand *next;
	struct queue *queue;
	struct arena *arena;
	struct ledger_work work;
	struct in_turn_item turn;
	struct bytes checked; /* what is to be told of it when it is its turn */
	bool has_crashed;     /* the ledger is being told so */
};

static void ask(struct errands *errands);
static void do_it(struct errand *errand);
static void tell_checked(struct errands *errands);
static void tell_crashed(struct errand *errand);

static void errand_free(struct errand *errand)
{
	struct errand **place = &errand->queue->errands->first;

	while (*place != errand)
		place = &(*place)->next;
	*place = errand->next;
	in_turn_leave(&errand->queue->errands->line, &errand->turn);
	errand->queue->under_way--;
	errand->queue->bytes -= errand->work.document.len;
	arena_free(errand->arena);
	free(errand);
}

/* The first time at once, as a ledger that was restarted needs it; what goes on failing comes ever later. */
static void want_anew(struct errands *errands)
{
	uint64_t now_ms = clock_monotonic_ms();

	if (errands->wants_anew)
		return;
	if (now_ms - errands->anew_ms > 2 * ANEW_MAX_MS)
		errands->delay_ms = 0;
	errands->wants_anew = true;
	errands->anew_ms = now_ms + errands->delay_ms;
	errands->delay_ms = errands->delay_ms == 0 ? ANEW_FIRST_MS : 2 * errands->delay_ms;
	if (errands->delay_ms > ANEW_MAX_MS)
		errands->delay_ms = ANEW_MAX_MS;
}

/* Tried later with everything else: only for what passes by itself. What its sender said behind it comes again, too. */
static void put_off(struct errand *errand)
{
	struct errands *errands = errand->queue->errands;

	want_anew(errands);
	in_turn_again(&errands->line, &errand->turn);
	errand_free(errand);
	tell_checked(errands);
}

/* ---- What came of it ---- */

/* Errors that the same outcome will meet again, however often it is told. */
static bool is_for_ever(enum err err)
{
	return err == ERR_LIMIT || err == ERR_FORMAT || err == ERR_MEMORY || err == ERR_CORRUPT ||
	       err == ERR_USAGE || err == ERR_CONFIG;
}

static void on_not_told(struct errand *errand, enum err err)
{
	if (is_for_ever(err) && !errand->has_crashed) {
		tell_crashed(errand);
		return;
	}
	role_log(errand->queue->errands->role, "warn", "outcome-not-taken", "number=%llu err=%s",
		 (unsigned long long)errand->work.number, err_name(err));
	put_off(errand);
}

/* What the ledger answers to a crash: this courier does it again. */
static bool is_again(struct bytes body)
{
	return body.len == 1 && body.at[0] == 1;
}

static void on_told(void *context, enum err err, struct bytes body)
{
	struct errand *errand = context;
	struct errands *errands = errand->queue->errands;

	if (err != OK) {
		on_not_told(errand, err);
	} else if (errand->has_crashed && is_again(body)) {
		errand->has_crashed = false;
		do_it(errand);
	} else {
		errand_free(errand);
		tell_checked(errands);
	}
	if (errands->has_more)
		ask(errands);
}

static void tell(struct errand *errand, enum ledger_operation operation, struct buffer *body)
{
	enum err err = buffer_error(body);

	if (err == OK)
		err = call_ask(errand->queue->errands->ledger, (uint16_t)operation,
			       buffer_bytes(body), on_told, errand);
	buffer_clear(body);
	if (err != OK)
		on_not_told(errand, err);
}

/* It could not be done: it is tried again in its place, until the ledger sets it aside. */
static void tell_crashed(struct errand *errand)
{
	struct buffer body;

	errand->has_crashed = true;
	buffer_init(&body, LIMIT_RECORD_BYTES);
	pack_u8(&body, (uint8_t)errand->queue->stage);
	pack_u64(&body, errand->work.number);
	role_log(errand->queue->errands->role, "error", "worker-died-of-it", "number=%llu",
		 (unsigned long long)errand->work.number);
	tell(errand, LEDGER_CRASHED, &body);
}

static void tell_held(struct errand *errand, const struct findings *findings)
{
	struct buffer body;

	buffer_init(&body, LIMIT_CALL_BYTES);
	ledger_pack_held(&body, errand->work.number, findings);
	tell(errand, LEDGER_HELD, &body);
}

/* Something of ours is wrong (no map, no such folder): hold it for the operator. */
static void tell_objection(struct errand *errand, enum objection objection, const char *value)
{
	struct findings findings;

	findings_init(&findings, errand->arena);
	(void)objection_put(&findings, objection, value);
	tell_held(errand, &findings);
}

/* What arrived and is checked, each partner's in the order in which it was said. */
static void tell_checked(struct errands *errands)
{
	struct in_turn_item *item;

	while ((item = in_turn_take(&errands->line)) != NULL) {
		struct errand *errand = item->context;
		struct buffer body;

		buffer_init(&body, LIMIT_CALL_BYTES);
		buffer_put(&body, errand->checked);
		if (item->comes_again)
			put_off(errand);
		else
			tell(errand, LEDGER_CHECKED, &body);
		buffer_clear(&body);
	}
}

/* ---- Doing it ---- */

/* Of what arrived, and of what an office's key signed. */
static bool is_check(const struct errand *errand)
{
	return errand->queue->stage == STAGE_CHECK || errand->queue->stage == STAGE_LODGE;
}

static void on_checked(struct errand *errand, struct bytes answer)
{
	struct errands *errands = errand->queue->errands;
	struct work_checked checked;
	struct buffer body;

	if (errand->work.is_damaged ? work_checked_damaged(errand->arena, &checked) != OK
				    : work_unpack_checked(answer, errand->arena, &checked) != OK) {
		tell_crashed(errand);
		return;
	}
	buffer_init(&body, LIMIT_CALL_BYTES);
	ledger_pack_checked(&body, errand->work.number, &checked.facts, &checked.findings);
	if (errand->queue->stage == STAGE_LODGE) {
		tell(errand, LEDGER_LODGED, &body);
	} else if (buffer_give(&body, errand->arena, &errand->checked) != OK) {
		tell_crashed(errand);
	} else {
		errand->turn.is_done = true;
		tell_checked(errands);
		if (errands->has_more)
			ask(errands);
	}
	buffer_clear(&body);
}

static void on_translated(struct errand *errand, struct bytes answer)
{
	struct work_translated translated;
	struct buffer body;

	if (work_unpack_translated(answer, errand->arena, &translated) != OK) {
		tell_crashed(errand);
	} else if (findings_has_errors(&translated.findings)) {
		tell_held(errand, &translated.findings);
	} else {
		buffer_init(&body, LIMIT_CALL_BYTES);
		ledger_pack_translated(
			&body, errand->work.number,
			&(struct outcome_translation){.as = errand->work.as,
						      .output = translated.output,
						      .report = translated.report,
						      .schema_set = translated.schema_set});
		tell(errand, LEDGER_TRANSLATED, &body);
	}
}

static void on_worked(void *context, enum err err, struct bytes answer)
{
	struct errand *errand = context;

	if (err == ERR_UNAVAILABLE)
		put_off(errand);
	else if (err == ERR_MISSING && errand->queue->stage != STAGE_CHECK)
		tell_objection(errand, OBJECTION_NO_MAP, errand->work.as);
	else if ((err == ERR_MEMORY || err == ERR_LIMIT) && errand->queue->stage != STAGE_CHECK)
		tell_objection(errand, OBJECTION_TOO_COSTLY, "");
	else if (err != OK)
		tell_crashed(errand);
	else if (is_check(errand))
		on_checked(errand, answer);
	else
		on_translated(errand, answer);
}

static void put_to_worker(struct errand *errand)
{
	const struct ledger_work *work = &errand->work;
	bool is_lodged = errand->queue->stage == STAGE_LODGE; /* by a party of ours */
	struct buffer body;
	enum err err;

	buffer_init(&body, LIMIT_CALL_BYTES);
	if (is_check(errand))
		work_pack_check(&body, &(struct work_check){.sender = is_lodged ? "" : work->to,
							    .document = work->document});
	else
		work_pack_translate(&body, &(struct work_translate){.to = work->as,
								    .document = work->document,
								    .outside = work->outside});
	err = buffer_error(&body);
	if (err == OK)
		err = pool_submit(errand->queue->errands->pool,
				  is_check(errand) ? WORK_CHECK : WORK_TRANSLATE,
				  buffer_bytes(&body), on_worked, errand);
	buffer_clear(&body);
	if (err != OK)
		put_off(errand);
}

static void hand_over(struct errand *errand)
{
	const char *party = strncmp(errand->work.to, "party:", 6) == 0 ? errand->work.to + 6 : "";
	enum err err = inbox_write(errand->queue->errands->role->config, party, &errand->work);
	struct buffer body;

	if (err != OK)
		role_log(errand->queue->errands->role, "warn", "not-handed-over", "party=%s err=%s",
			 party, err_name(err));
	if (err == ERR_FULL || err == ERR_MEMORY) {
		put_off(errand);
	} else if (err != OK) { /* one party's broken inbox must not keep the others waiting */
		tell_objection(errand, OBJECTION_NO_INBOX, party);
	} else {
		buffer_init(&body, LIMIT_RECORD_BYTES);
		pack_u64(&body, errand->work.number);
		tell(errand, LEDGER_HANDED_OVER, &body);
	}
}

/* The first time, or again: then it may be in the line yet, or told. */
static void do_it(struct errand *errand)
{
	if (errand->queue->stage == STAGE_CHECK)
		in_turn_put(&errand->queue->errands->line, &errand->turn);
	if (errand->work.is_damaged)
		on_checked(errand, (struct bytes){0});
	else if (errand->queue->stage == STAGE_HAND_OVER)
		hand_over(errand);
	else
		put_to_worker(errand);
}

/* ---- Getting work ---- */

static struct errand *errand_new(struct queue *queue)
{
	struct errand *errand = calloc(1, sizeof(*errand));

	if (errand == NULL || (errand->arena = arena_new(ERRAND_ARENA_BYTES)) == NULL) {
		free(errand);
		return NULL;
	}
	errand->queue = queue;
	errand->next = queue->errands->first;
	queue->errands->first = errand;
	queue->under_way++;
	return errand;
}

static struct queue *queue_of(struct errands *errands, uint8_t stage)
{
	for (size_t i = 0; i < STAGES; i++)
		if (errands->queues[i].stage == (enum delivery_stage)stage)
			return &errands->queues[i];
	return NULL;
}

/* Read one item and begin it; false when the list is broken or memory is short. */
static bool begin(struct errands *errands, struct unpack *from)
{
	struct queue *queue = queue_of(errands, from->left == 0 ? 0 : *from->at);
	struct errand *errand = queue == NULL ? NULL : errand_new(queue);

	if (errand == NULL)
		return false;
	ledger_unpack_work(from, errand->arena, &errand->work);
	queue->bytes += errand->work.document.len;
	errand->work.document.at = arena_copy(errand->arena, errand->work.document);
	if (from->failed || errand->work.document.at == NULL) {
		errand_free(errand);
		return false;
	}
	if (queue->stage == STAGE_CHECK)
		errand->turn = (struct in_turn_item){
			.owner = errand->work.to, .number = errand->work.number, .context = errand};
	do_it(errand);
	return true;
}

static void on_work(void *context, enum err err, struct bytes body)
{
	struct errands *errands = context;
	struct unpack from;
	uint32_t count = 0;

	errands->is_asking = false;
	unpack_init(&from, body);
	if (err == OK) {
		errands->has_more = unpack_bool(&from) || errands->has_more;
		count = unpack_count(&from, 25);
	} else {
		want_anew(errands); /* it may have been handed out, and lost on the way */
	}
	for (uint32_t i = 0; i < count; i++)
		if (!begin(errands, &from)) {
			want_anew(errands);
			break;
		}
	if (errands->ask_again || (errands->has_more && count > 0))
		ask(errands);
}

/* What waits for one that its sender said before is in nobody else's way. */
static size_t room_of(const struct queue *queue)
{
	const struct in_turn *line = &queue->errands->line;
	size_t waiting = queue->stage == STAGE_CHECK ? in_turn_waiting(line) : 0;
	size_t busy = queue->under_way - waiting;

	return busy < UNDER_WAY && waiting < WAITING && queue->bytes < UNDER_WAY_BYTES
		       ? UNDER_WAY - busy
		       : 0;
}

/* One question for all that there is room for. */
static void ask(struct errands *errands)
{
	struct ledger_want want = {.incarnation = errands->incarnation};
	struct buffer body;

	errands->ask_again = errands->is_asking;
	if (errands->is_asking || errands->wants_anew)
		return;
	for (size_t i = 0; i < STAGES; i++) {
		size_t room = room_of(&errands->queues[i]);

		if (room == 0)
			continue;
		want.of[want.count].stage = errands->queues[i].stage;
		want.of[want.count++].max_count = (uint32_t)room;
	}
	errands->has_more = want.count < STAGES;
	if (want.count == 0)
		return;
	buffer_init(&body, LIMIT_RECORD_BYTES);
	ledger_pack_want(&body, &want);
	errands->is_asking =
		call_ask(errands->ledger, LEDGER_WORK, buffer_bytes(&body), on_work, errands) == OK;
	buffer_clear(&body);
}

/* What may have been lost is handed out again under a new incarnation, when nothing of the old one is under way. */
void errands_wake(struct errands *errands)
{
	if (errands->wants_anew && errands->first == NULL &&
	    clock_monotonic_ms() >= errands->anew_ms) {
		errands->wants_anew = false;
		key_random(&errands->incarnation, sizeof(errands->incarnation));
	}
	ask(errands);
}

static void on_tick(void *context)
{
	errands_wake(context);
}

enum err errands_open(struct role *role, struct pool *pool, struct call_client *ledger,
		      struct errands **ret_errands)
{
	struct errands *errands = calloc(1, sizeof(*errands));
	enum err err;

	if (errands == NULL)
		return ERR_MEMORY;
	*errands = (struct errands){.role = role, .pool = pool, .ledger = ledger};
	key_random(&errands->incarnation, sizeof(errands->incarnation));
	for (size_t i = 0; i < STAGES; i++) {
		errands->queues[i].errands = errands;
		errands->queues[i].stage = stages[i];
	}
	err = loop_every(role->loop, TICK_MS, on_tick, errands);
	if (err == OK)
		*ret_errands = errands;
	else
		free(errands);
	return err;
}

void errands_close(struct errands *errands)
{
	if (errands == NULL)
		return;
	while (errands->first != NULL)
		/* it leaves the list first, which the analyzer does not follow */
		errand_free(errands->first); /* NOLINT(clang-analyzer-unix.Malloc) */
	free(errands);
}
