#include "node/chores.h"

#include "node/by_hand.h"
#include "node/by_state.h"
#include "node/delivery.h"
#include "node/desk.h"
#include "node/expiry.h"
#include "node/named.h"
#include "node/trust_folder.h"

#define TURN_REGISTRATIONS 256u

static enum err register_each(const struct turn *turn, const uint64_t *numbers, size_t count,
			      uint64_t *ret_failed)
{
	enum err failed = OK;

	for (size_t i = 0; i < count; i++) {
		size_t mark = batch_mark(turn->batch);
		enum err err = desk_register(turn, numbers[i]);

		if (err == OK)
			continue;
		batch_rewind(turn->batch, mark);
		failed = err;
		*ret_failed = numbers[i];
	}
	return failed;
}

/*
 * The durable part of the queue, from where the last turn got to: what fails or waits stays in it, and is not before
 * all else for ever. Then what this turn put there.
 */
static enum err find_waiting(struct chores *chores, const struct turn *turn, uint64_t *ret_numbers,
			     size_t *ret_count)
{
	struct turn_key queue = delivery_queue(STAGE_REGISTER, ""), from = queue;
	struct turn_key until = turn_key_after(&queue);
	size_t count = 0;
	enum err err;

	turn_key_add_number(&from, chores->desk_after + 1);
	err = turn_scan(turn, &from, &until, ret_numbers, TURN_REGISTRATIONS, &count);
	chores->has_registrations = err == OK && count == TURN_REGISTRATIONS;
	chores->desk_after = chores->has_registrations ? ret_numbers[count - 1] : 0;
	if (err == OK)
		*ret_count = count + batch_numbers(turn->batch, turn_key_bytes(&queue),
						   ret_numbers + count, TURN_REGISTRATIONS);
	return err;
}

/* A turn that saw a part of the queue says nothing of the rest: only one that saw all of it ends a trouble. */
static void register_waiting(struct chores *chores, const struct turn *turn)
{
	uint64_t numbers[2 * TURN_REGISTRATIONS], number = 0;
	bool is_part = chores->desk_after != 0;
	size_t count = 0;
	enum err err = find_waiting(chores, turn, numbers, &count);

	if (err == OK)
		err = register_each(turn, numbers, count, &number);
	if (err == OK && (is_part || chores->has_registrations))
		return;
	if (err_is_news(&chores->desk_trouble, err))
		role_log(chores->role, "error", "not-registered", "message=%llu err=%s",
			 (unsigned long long)number, err_name(err));
}

/* The configuration may be another than the last run's. */
static void renew_waiting(struct chores *chores, const struct turn *turn)
{
	size_t mark = batch_mark(turn->batch);
	enum err err = chores->renewal.is_done ? OK : renewal_step(&chores->renewal, turn);

	if (err != OK) {
		batch_rewind(turn->batch, mark);
		chores->renewal = (struct renewal){0};
	}
	if (err_is_news(&chores->renewal_trouble, err))
		role_log(chores->role, "error", "not-renewed", "err=%s", err_name(err));
	if (chores->renewal.unread != 0)
		role_log(chores->role, "error", "not-renewed", "delivery=%llu err=%s",
			 (unsigned long long)chores->renewal.unread, err_name(ERR_CORRUPT));
	chores->renewal.unread = 0;
}

static void make_sieves(struct chores *chores, const struct turn *turn)
{
	size_t mark = batch_mark(turn->batch);
	enum err err = OK;

	chores->has_sieves = false;
	if (chores->memory.sieve != NULL)
		err = block_sieve_step(chores->memory.sieve, turn, &chores->has_sieves);
	if (err != OK)
		batch_rewind(turn->batch, mark);
	if (err_is_news(&chores->sieve_trouble, err))
		role_log(chores->role, "error", "no-sieve", "err=%s", err_name(err));
}

static void end_certificates(struct chores *chores, const struct turn *turn)
{
	size_t mark = batch_mark(turn->batch);
	uint64_t unread = 0;
	enum err err = expiry_step(turn, &unread, &chores->has_expired);

	if (err != OK) {
		batch_rewind(turn->batch, mark);
		chores->has_expired = false;
	} else if (unread != 0) {
		role_log(chores->role, "error", "not-expired", "message=%llu err=%s",
			 (unsigned long long)unread, err_name(ERR_CORRUPT));
	}
	if (err_is_news(&chores->expiry_trouble, err))
		role_log(chores->role, "error", "not-expired", "err=%s", err_name(err));
}

static void complete_index(struct chores *chores, const struct turn *turn)
{
	size_t mark = batch_mark(turn->batch);
	bool has_more = false;
	enum err err = chores->is_whole ? OK : by_state_step(turn, &has_more);

	chores->is_whole = err == OK && !has_more;
	if (err != OK)
		batch_rewind(turn->batch, mark);
	if (err_is_news(&chores->index_trouble, err))
		role_log(chores->role, "error", "no-index", "err=%s", err_name(err));
}

static void complete_numbers(struct chores *chores, const struct turn *turn)
{
	size_t mark = batch_mark(turn->batch);
	bool has_more = false;
	enum err err = chores->has_numbers ? OK : by_hand_step(turn, &has_more);

	chores->has_numbers = err == OK && !has_more;
	if (err != OK)
		batch_rewind(turn->batch, mark);
	if (err_is_news(&chores->number_trouble, err))
		role_log(chores->role, "error", "no-numbers", "err=%s", err_name(err));
}

static void begin_names(struct chores *chores, const struct turn *turn)
{
	size_t mark = batch_mark(turn->batch);
	enum err err = chores->is_named ? OK : named_begin(turn);

	chores->is_named = err == OK;
	if (err != OK)
		batch_rewind(turn->batch, mark);
	if (err_is_news(&chores->name_trouble, err))
		role_log(chores->role, "error", "no-names", "err=%s", err_name(err));
}

/* Kept as long as the role lives: a commit may fail, and then it is all looked for again. */
static void record_grounds(struct chores *chores, const struct turn *turn)
{
	size_t mark = batch_mark(turn->batch);
	enum err err;

	if (!chores->has_grounds)
		return;
	err = grounds_put(&chores->grounds, turn, &chores->has_grounds);
	if (err != OK)
		batch_rewind(turn->batch, mark);
	if (err_is_news(&chores->ground_trouble, err))
		role_log(chores->role, "error", "trust-not-recorded", "err=%s", err_name(err));
}

void chores_open(struct chores *chores, const struct role *role)
{
	const char *folder = arena_format(role->arena, "%s/" TRUST_FOLDER, role->config->directory);
	enum err err = folder == NULL ? ERR_MEMORY : grounds_open(folder, &chores->grounds);

	chores->role = role;
	chores->has_grounds = chores->grounds.count > 0;
	if (err_is_news(&chores->ground_trouble, err))
		role_log(role, "error", "trust-not-recorded", "err=%s", err_name(err));
}

struct find_memory *chores_memory(struct chores *chores)
{
	if (chores->memory.sieve == NULL)
		chores->memory.sieve = block_sieve_new();
	return &chores->memory;
}

void chores_clear(struct chores *chores)
{
	block_sieve_free(chores->memory.sieve);
	chores->memory.sieve = NULL;
	grounds_close(&chores->grounds);
}

void chores_do(struct chores *chores, const struct turn *turn)
{
	record_grounds(chores, turn);
	register_waiting(chores, turn);
	renew_waiting(chores, turn);
	end_certificates(chores, turn);
	make_sieves(chores, turn);
	complete_index(chores, turn);
	begin_names(chores, turn);
	complete_numbers(chores, turn);
}

void chores_failed(struct chores *chores)
{
	chores->renewal = (struct renewal){0};
	chores->desk_after = 0;
	chores->is_whole = chores->is_named = chores->has_numbers = false;
	block_sieve_failed(chores->memory.sieve);
	chores->grounds.next = 0;
	chores->has_grounds = chores->grounds.count > 0;
}

bool chores_has_more(const struct chores *chores)
{
	return chores->has_registrations || chores->has_expired || chores->has_sieves ||
	       (chores->has_grounds && chores->ground_trouble == OK) ||
	       (!chores->is_whole && chores->index_trouble == OK) ||
	       (!chores->has_numbers && chores->number_trouble == OK) ||
	       (!chores->renewal.is_done && chores->renewal_trouble == OK);
}

bool chores_is_done(const struct chores *chores)
{
	return chores->renewal.is_done;
}
