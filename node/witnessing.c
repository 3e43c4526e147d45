#include "node/witnessing.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "node/call.h"
#include "node/cosignature.h"
#include "node/message.h"
#include "node/seal.h"
#include "node/seal_witness.h"
#include "node/stream.h"
#include "node/witness_record.h"

#define SEAL_SILENCE_MS 5000u
#define ARENA_BYTES ((size_t)64 * 1024 * 1024)
#define CONTENT_BYTES ((size_t)128 * 1024)
#define ANSWER_BYTES ((size_t)64 * 1024)

enum step { FREE, ASKING, TO_PUT, PUT };

/* What one partner shows, on its way. */
struct job {
	struct witnessing *witnessing;
	const struct config_partner *partner;
	enum step step;
	struct call_ticket *ticket;
	struct buffer content; /* of its CHECKPOINT message */
	struct buffer line;    /* our cosignature; empty: none */
	struct buffer base; /* what the seal countersigned last, when that is more than we knew */
	enum witness_verdict verdict;
	unsigned unproven; /* in a row */
	enum err trouble, seal_trouble, card_trouble; /* of the last that was shown */
};

struct witnessing {
	struct role *role;
	struct ledger *ledger;
	struct call_client *seal;
	witnessing_on_word *callback;
	void *context;
	struct arena *arena; /* while something is judged */
	struct job *jobs;    /* one for each partner, in the order of the configuration */
};

static struct turn reading(const struct witnessing *witnessing)
{
	return (struct turn){.config = witnessing->role->config,
			     .ledger = witnessing->ledger,
			     .arena = witnessing->arena};
}

/* ---- Answering ---- */

static void finish(struct job *job, enum err err, struct bytes answer)
{
	struct call_ticket *ticket = job->ticket;

	job->ticket = NULL;
	job->step = FREE;
	buffer_reset(&job->content);
	buffer_reset(&job->line);
	buffer_reset(&job->base);
	call_answer(ticket, err, answer);
}

/* Say how it stands now. */
static void answer(struct job *job)
{
	struct turn turn = reading(job->witnessing);
	struct buffer to;
	enum err err;

	buffer_init(&to, ANSWER_BYTES);
	err = witness_call_tell(&turn, job->partner->country, &to);
	finish(job, err, err == OK ? buffer_bytes(&to) : (struct bytes){0});
	buffer_clear(&to);
	arena_clear(job->witnessing->arena);
}

static void have_put(struct job *job)
{
	job->step = TO_PUT;
	job->witnessing->callback(job->witnessing->context);
}

/* ---- The seal ---- */

/* Held against what the seal saw: an alarm, or the proof is to start from there. */
static enum err judge_by_base(struct job *job, struct bytes base)
{
	struct witness_shown shown;
	struct checkpoint before, now;
	enum witness_verdict verdict;

	if (checkpoint_parse(base, &before) != OK ||
	    witness_unpack_shown(buffer_bytes(&job->content), &shown) != OK ||
	    checkpoint_parse(shown.note, &now) != OK)
		return ERR_FORMAT;
	verdict = witness_judge(job->partner, &before, &now, &shown);
	/* Our ledger goes on from within that epoch already: an operator let it through, the seal was not told. */
	if (verdict == WITNESS_EPOCH && !witness_is_alarm(job->verdict))
		return OK;
	if (!witness_is_alarm(verdict) && verdict != WITNESS_WANTS_PROOF)
		return OK;
	job->verdict = verdict;
	buffer_put(&job->base, base);
	return buffer_error(&job->base);
}

static void on_base(void *context, enum err err, struct bytes base)
{
	struct job *job = context;

	if (err == OK)
		err = judge_by_base(job, base);
	if (err == OK)
		have_put(job);
	else
		finish(job, ERR_UNAVAILABLE, (struct bytes){0});
}

/* Our seal remembers more than our ledger, which may have been restored. */
static void ask_for_base(struct job *job)
{
	struct buffer body;
	enum err err;

	buffer_init(&body, LIMIT_RECORD_BYTES);
	pack_text(&body, job->partner->country);
	err = call_ask(job->witnessing->seal, SEAL_COSIGNED, buffer_bytes(&body), on_base, job);
	buffer_clear(&body);
	if (err != OK)
		finish(job, ERR_UNAVAILABLE, (struct bytes){0});
}

static void on_cosigned(void *context, enum err err, struct bytes line)
{
	struct job *job = context;

	if (err == ERR_CONFLICT || err == ERR_DENIED) {
		ask_for_base(job);
		return;
	}
	if (err == OK)
		buffer_put(&job->line, line);
	if (err_is_news(&job->seal_trouble, err) && err != ERR_MISSING && err != ERR_UNAVAILABLE)
		role_log(job->witnessing->role, "error", "not-countersigned", "partner=%s err=%s",
			 job->partner->country, err_name(err));
	have_put(job);
}

static void ask_seal(struct job *job, const struct witness_shown *shown)
{
	struct witness_shown bare = *shown;
	struct buffer body;
	enum err err;

	bare.card = (struct bytes){0};
	buffer_init(&body, CONTENT_BYTES);
	seal_pack_cosign(&body, job->partner->country, &bare);
	err = buffer_error(&body);
	job->step = ASKING;
	if (err == OK)
		err = call_ask(job->witnessing->seal, SEAL_COSIGN, buffer_bytes(&body), on_cosigned,
			       job);
	buffer_clear(&body);
	if (err != OK)
		have_put(job);
}

/* ---- Judging ---- */

static enum witness_verdict judge(struct job *job, const struct checkpoint *seen,
				  const struct checkpoint *now, const struct witness_shown *shown)
{
	enum witness_verdict verdict = witness_judge(job->partner, seen, now, shown);

	job->unproven = verdict == WITNESS_WANTS_PROOF ? job->unproven + 1 : 0;
	return job->unproven > WITNESS_PATIENCE ? WITNESS_FORK : verdict;
}

/* Is there anything to ask the seal for? */
static bool wants_cosignature(const struct job *job, const struct witness_state *state,
			      const struct checkpoint *now)
{
	if (job->verdict == WITNESS_RESTORED)
		return true;
	if (state->is_broken || (job->verdict != WITNESS_NEW && job->verdict != WITNESS_SAME))
		return false;
	return state->cosigned_size != now->size;
}

static enum err look(struct job *job, const struct turn *turn)
{
	struct witness_state state;
	struct witness_shown shown;
	struct checkpoint seen, now;
	enum err err;

	if ((err = witness_unpack_shown(buffer_bytes(&job->content), &shown)) != OK ||
	    (err = witness_verify(job->partner, shown.note, &now)) != OK ||
	    (err = witness_state_load(turn, job->partner->country, &state)) != OK ||
	    (err = witness_state_seen(&state, &seen)) != OK)
		return err;
	if (state.alarm != 0) {
		answer(job);
		return OK;
	}
	job->verdict = judge(job, &seen, &now, &shown);
	if (wants_cosignature(job, &state, &now))
		ask_seal(job, &shown);
	else if (job->verdict == WITNESS_NEW || witness_is_alarm(job->verdict) ||
		 shown.card.len > 0)
		have_put(job);
	else
		answer(job);
	return OK;
}

static struct job *job_of(struct witnessing *witnessing, struct bytes country)
{
	for (size_t i = 0; i < witnessing->role->config->partner_count; i++) {
		struct job *job = &witnessing->jobs[i];

		if (bytes_equal(country, bytes_of_text(job->partner->country)) && country.len == 2)
			return job;
	}
	return NULL;
}

void witnessing_ask(struct witnessing *witnessing, struct bytes body, struct call_ticket *ticket)
{
	struct turn turn = reading(witnessing);
	struct bytes country, content;
	struct unpack from;
	struct job *job;
	enum err err;

	unpack_init(&from, body);
	country = unpack_bytes(&from);
	content = unpack_bytes(&from);
	err = unpack_end(&from);
	job = err == OK ? job_of(witnessing, country) : NULL;
	if (job == NULL || job->step != FREE) {
		call_answer(ticket, job == NULL ? ERR_USAGE : ERR_UNAVAILABLE, (struct bytes){0});
		return;
	}
	job->ticket = ticket;
	buffer_put(&job->content, content);
	err = buffer_error(&job->content);
	if (err == OK)
		err = look(job, &turn);
	if (err_is_news(&job->trouble, err))
		role_log(witnessing->role, err == ERR_DENIED ? "error" : "warn",
			 "checkpoint-not-judged", "partner=%s err=%s", job->partner->country,
			 err_name(err));
	if (err != OK)
		finish(job, err, (struct bytes){0});
	arena_clear(witnessing->arena);
}

/* ---- Putting ---- */

static void take_card(const struct turn *turn, struct job *job, struct bytes card)
{
	const struct config_partner *partner = job->partner;
	size_t mark = batch_mark(turn->batch);
	enum err err;

	if (card.len == 0)
		return;
	err = witness_state_take_card(turn, partner->country, partner->name, partner->ledger_key,
				      card);
	if (err_is_news(&job->card_trouble, err))
		role_log(job->witnessing->role, "error", "card-not-taken", "partner=%s err=%s",
			 partner->country, err_name(err));
	if (err != OK)
		batch_rewind(turn->batch, mark);
}

static enum err record(const struct turn *turn, const struct job *job,
		       const struct witness_shown *shown, struct bytes seen, uint64_t *ret_number)
{
	const struct witness_record record = {.partner = job->partner->country,
					      .verdict = job->verdict,
					      .seen = seen,
					      .shown = shown->note,
					      .word = shown->word};
	uint64_t sizes[2] = {0};
	enum err err = witness_record_put(turn, &record, sizes, ret_number);

	if (err == OK)
		role_log(job->witnessing->role, job->verdict == WITNESS_RESTORED ? "warn" : "error",
			 job->verdict == WITNESS_RESTORED ? "partner-restored" : "partner-alarm",
			 "partner=%s what=%s seen=%" PRIu64 " shown=%" PRIu64,
			 job->partner->country, witness_verdict_word(job->verdict), sizes[0],
			 sizes[1]);
	return err;
}

static enum err put_seen(const struct turn *turn, const struct job *job, struct bytes note,
			 struct witness_state *state)
{
	struct checkpoint now;

	if (checkpoint_parse(note, &now) != OK)
		return ERR_FORMAT;
	state->seen = note;
	if (job->line.len > 0) {
		state->cosigned_size = now.size;
		state->cosigned_ms = turn->now_ms;
		state->line = buffer_bytes(&job->line);
	}
	return witness_state_save(turn, job->partner->country, state);
}

/* The stream from it goes on in that epoch where it stood. */
static enum err put_restored(const struct turn *turn, const struct job *job,
			     const struct witness_shown *shown, struct witness_state *state)
{
	struct checkpoint now;
	uint64_t number;
	enum err err = record(turn, job, shown, state->seen, &number);

	if (err != OK || (err = checkpoint_parse(shown->note, &now)) != OK ||
	    (err = stream_take_epoch(turn, job->partner->country, witness_epoch_of(&now))) != OK)
		return err;
	state->is_broken = false;
	state->cosigned_size = 0;
	state->line = (struct bytes){0};
	return put_seen(turn, job, shown->note, state);
}

static enum err put_verdict(const struct turn *turn, const struct job *job,
			    const struct witness_shown *shown, struct witness_state *state)
{
	enum err err;

	if (job->base.len > 0)
		state->seen = buffer_bytes(&job->base);
	if (witness_is_alarm(job->verdict)) {
		err = record(turn, job, shown, state->seen, &state->alarm);
		state->is_broken = true;
		return err != OK ? err : witness_state_save(turn, job->partner->country, state);
	}
	if (job->verdict == WITNESS_RESTORED)
		return put_restored(turn, job, shown, state);
	if (job->base.len > 0)
		return witness_state_save(turn, job->partner->country, state);
	if (job->verdict == WITNESS_NEW || (job->verdict == WITNESS_SAME && job->line.len > 0))
		return put_seen(turn, job, shown->note, state);
	return OK;
}

static enum err put(const struct turn *turn, struct job *job)
{
	struct witness_state state;
	struct witness_shown shown;
	enum err err;

	if ((err = witness_unpack_shown(buffer_bytes(&job->content), &shown)) != OK ||
	    (err = witness_state_load(turn, job->partner->country, &state)) != OK)
		return err;
	take_card(turn, job, shown.card);
	return put_verdict(turn, job, &shown, &state);
}

/* ---- Turns ---- */

void witnessing_put(struct witnessing *witnessing, const struct turn *turn)
{
	for (size_t i = 0; i < witnessing->role->config->partner_count; i++) {
		struct job *job = &witnessing->jobs[i];
		size_t mark = batch_mark(turn->batch);
		enum err err;

		if (job->step != TO_PUT)
			continue;
		err = put(turn, job);
		job->step = PUT;
		if (err == OK)
			continue;
		batch_rewind(turn->batch, mark);
		role_log(witnessing->role, "error", "not-witnessed", "partner=%s err=%s",
			 job->partner->country, err_name(err));
		finish(job, err, (struct bytes){0});
	}
}

void witnessing_committed(struct witnessing *witnessing, enum err err)
{
	for (size_t i = 0; i < witnessing->role->config->partner_count; i++) {
		struct job *job = &witnessing->jobs[i];

		if (job->step == PUT && err == OK)
			answer(job);
		else if (job->step == PUT)
			finish(job, ERR_UNAVAILABLE, (struct bytes){0});
	}
}

/* ---- Opening and closing ---- */

static enum err open_jobs(struct witnessing *witnessing)
{
	const struct config *config = witnessing->role->config;

	witnessing->jobs = calloc(config->partner_count + 1, sizeof(*witnessing->jobs));
	if (witnessing->jobs == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < config->partner_count; i++) {
		struct job *job = &witnessing->jobs[i];

		job->witnessing = witnessing;
		job->partner = &config->partners[i];
		buffer_init(&job->content, CONTENT_BYTES);
		buffer_init(&job->line, COSIGNATURE_MAX_BYTES);
		buffer_init(&job->base, CHECKPOINT_MAX_BYTES);
	}
	return OK;
}

enum err witnessing_open(struct role *role, struct ledger *ledger, witnessing_on_word *callback,
			 void *context, struct witnessing **ret_witnessing)
{
	const char *endpoint = role_endpoint(role->config, "seal", role->arena);
	struct witnessing *witnessing = calloc(1, sizeof(*witnessing));
	enum err err;

	if (endpoint == NULL || witnessing == NULL) {
		free(witnessing);
		return ERR_MEMORY;
	}
	witnessing->role = role;
	witnessing->ledger = ledger;
	witnessing->callback = callback;
	witnessing->context = context;
	witnessing->arena = arena_new(ARENA_BYTES);
	err = witnessing->arena == NULL ? ERR_MEMORY : open_jobs(witnessing);
	if (err == OK)
		err = call_client_open(role->loop, endpoint, SEAL_SILENCE_MS, &witnessing->seal);
	if (err == OK)
		*ret_witnessing = witnessing;
	else
		witnessing_close(witnessing);
	return err;
}

void witnessing_close(struct witnessing *witnessing)
{
	if (witnessing == NULL)
		return;
	call_client_close(witnessing->seal);
	for (size_t i = 0; witnessing->jobs != NULL && i < witnessing->role->config->partner_count;
	     i++) {
		buffer_clear(&witnessing->jobs[i].content);
		buffer_clear(&witnessing->jobs[i].line);
		buffer_clear(&witnessing->jobs[i].base);
	}
	free(witnessing->jobs);
	arena_free(witnessing->arena);
	free(witnessing);
}
