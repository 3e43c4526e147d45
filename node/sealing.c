#include "node/sealing.h"

#include <stdlib.h>
#include <string.h>

#include "node/call.h"
#include "node/seal.h"
#include "node/seal_memory.h"

#define SEAL_SILENCE_MS 5000u

/* Signed, and not stored yet. */
struct waiting_note {
	uint64_t size;
	uint8_t at[CHECKPOINT_MAX_BYTES];
	size_t len;
};

struct sealing {
	struct role *role;
	struct ledger *ledger;
	struct call_client *seal;
	sealing_on_note *callback;
	void *context;
	uint64_t base;    /* records before the epoch; sizes count from there */
	uint64_t covered; /* by the newest durable checkpoint */
	uint64_t sealed;  /* by the seal's last note, as far as known; the next one extends it */
	bool knows_seal;
	bool is_asking;
	bool is_another; /* what the seal signed is no beginning of this ledger */
	struct checkpoint asked;
	struct waiting_note notes[SEAL_NOTES]; /* from the oldest to the newest */
	size_t count;
	size_t put_count;    /* of them stand in the batch */
	const char *trouble; /* what was logged last; NULL: all is well */
};

/* What stays wrong is asked again ten times a second, and told once. */
static void complain(struct sealing *sealing, const char *event, enum err err, uint64_t size)
{
	if (sealing->trouble == NULL || strcmp(sealing->trouble, event) != 0)
		role_log(sealing->role, "error", event, "err=%s size=%llu", err_name(err),
			 (unsigned long long)size);
	sealing->trouble = event;
}

/* At the end: sizes only grow. */
static enum err keep(struct sealing *sealing, struct bytes note, uint64_t size)
{
	struct waiting_note *waiting = &sealing->notes[sealing->count];

	if (sealing->count == SEAL_NOTES || note.len > sizeof(waiting->at))
		return ERR_LIMIT;
	waiting->size = size;
	waiting->len = note.len;
	memcpy(waiting->at, note.at, note.len);
	sealing->count++;
	return OK;
}

static void forget_notes(struct sealing *sealing)
{
	sealing->count = sealing->put_count = 0;
	sealing->knows_seal = false;
}

static bool is_as_asked(const struct sealing *sealing, const struct checkpoint *checkpoint)
{
	return strcmp(checkpoint->origin, sealing->asked.origin) == 0 &&
	       checkpoint->size == sealing->asked.size &&
	       hash_equal(&checkpoint->root, &sealing->asked.root);
}

static void on_signed(void *context, enum err err, struct bytes note)
{
	struct sealing *sealing = context;
	struct checkpoint checkpoint;

	sealing->is_asking = false;
	if (err == OK)
		err = checkpoint_parse(note, &checkpoint);
	if (err == OK && !is_as_asked(sealing, &checkpoint))
		err = ERR_CORRUPT;
	if (err == OK)
		err = keep(sealing, note, checkpoint.size);
	if (err != OK) {
		sealing->knows_seal = false; /* it may have signed, and the answer was lost */
		if (err != ERR_UNAVAILABLE)
			complain(sealing, "checkpoint-not-signed", err, sealing->asked.size);
		return;
	}
	sealing->trouble = NULL;
	sealing->sealed = checkpoint.size;
	sealing->callback(sealing->context);
}

static enum err ask_to_sign(struct sealing *sealing, const struct seal_sign *sign)
{
	struct buffer body;
	enum err err;

	buffer_init(&body, LIMIT_RECORD_BYTES);
	seal_pack_sign(&body, sign);
	err = buffer_error(&body);
	if (err == OK)
		err = call_ask(sealing->seal, SEAL_SIGN, buffer_bytes(&body), on_signed, sealing);
	buffer_clear(&body);
	return err;
}

static void sign_head(struct sealing *sealing)
{
	struct seal_sign sign = {.older = sealing->sealed, .stored = sealing->covered};
	enum err err = ledger_tree(sealing->ledger, &sign.checkpoint.size, &sign.checkpoint.root);

	if (err == OK && sign.checkpoint.size <= sealing->sealed)
		return;
	(void)strncpy(sign.checkpoint.origin, ledger_origin(sealing->ledger),
		      CHECKPOINT_ORIGIN_BYTES - 1);
	if (err == OK && sign.older > 0)
		err = ledger_prove_consistency(sealing->ledger, sign.older, sign.checkpoint.size,
					       &sign.proof);
	sealing->asked = sign.checkpoint;
	if (err == OK)
		err = ask_to_sign(sealing, &sign);
	sealing->is_asking = err == OK;
	if (err != OK && err != ERR_UNAVAILABLE)
		complain(sealing, "checkpoint-not-asked", err, sealing->sealed);
}

/* Is what the seal signed a beginning of what this ledger holds? */
static enum err compare(struct sealing *sealing, const struct checkpoint *checkpoint)
{
	struct tree_proof proof;
	struct hash root;
	uint64_t size;
	enum err err = ledger_tree(sealing->ledger, &size, &root);

	if (err != OK)
		return err;
	if (checkpoint->size > size)
		return ERR_CONFLICT;
	err = ledger_prove_consistency(sealing->ledger, checkpoint->size, size, &proof);
	if (err == OK &&
	    !tree_verify_consistency(checkpoint->size, &checkpoint->root, size, &root, &proof))
		err = ERR_CORRUPT;
	return err;
}

/* One of the notes that the seal remembers: what is not stored yet waits to be. */
static enum err take_last(struct sealing *sealing, struct bytes note)
{
	struct checkpoint checkpoint = {0};
	enum err err = checkpoint_parse(note, &checkpoint);

	sealing->asked = checkpoint;
	if (err != OK || (err = compare(sealing, &checkpoint)) != OK)
		return err;
	sealing->sealed = checkpoint.size;
	return checkpoint.size > sealing->covered ? keep(sealing, note, checkpoint.size) : OK;
}

static enum err take_all(struct sealing *sealing, struct bytes answer)
{
	struct unpack from;
	enum err err = OK;
	uint32_t count;

	unpack_init(&from, answer);
	count = unpack_count(&from, 4);
	for (uint32_t i = 0; err == OK && i < count; i++)
		err = take_last(sealing, unpack_bytes(&from));
	if (err == OK)
		err = unpack_end(&from);
	return err == OK && sealing->sealed < sealing->covered ? ERR_EXISTS : err;
}

/* Nothing is signed until an operator speaks. */
static void complain_of_last(struct sealing *sealing, enum err err)
{
	if (err == ERR_CONFLICT)
		complain(sealing, "ledger-older-than-seal", err, sealing->asked.size);
	else if (err == ERR_CORRUPT)
		complain(sealing, "ledger-differs-from-seal", err, sealing->asked.size);
	else if (err == ERR_EXISTS)
		complain(sealing, "seal-older-than-ledger", err, sealing->covered);
	else if (err != OK && err != ERR_UNAVAILABLE)
		complain(sealing, "seal-unknown", err, sealing->covered);
}

static void on_last(void *context, enum err err, struct bytes answer)
{
	struct sealing *sealing = context;

	sealing->is_asking = false;
	sealing->count = sealing->put_count = 0; /* they come again */
	sealing->sealed = 0;
	if (err == OK)
		err = take_all(sealing, answer);
	else if (err == ERR_MISSING)
		err = sealing->covered > 0 ? ERR_EXISTS : OK;
	complain_of_last(sealing, err);
	if (err == OK || err == ERR_CONFLICT || err == ERR_CORRUPT)
		sealing->is_another = err != OK;
	if (err != OK) {
		forget_notes(sealing);
		return;
	}
	sealing->knows_seal = true;
	sealing->callback(sealing->context);
}

static enum err ask_for_last(struct sealing *sealing)
{
	uint8_t stored[8];

	bytes_put_u64(stored, sealing->covered);
	return call_ask(sealing->seal, SEAL_LAST, bytes_of(stored, sizeof(stored)), on_last,
			sealing);
}

void sealing_step(struct sealing *sealing, bool is_wanted)
{
	if (sealing->is_asking)
		return;
	if (!sealing->knows_seal)
		sealing->is_asking = ask_for_last(sealing) == OK;
	else if (is_wanted && sealing->count < SEAL_NOTES)
		sign_head(sealing);
}

void sealing_put(struct sealing *sealing, struct batch *batch)
{
	sealing->put_count = 0;
	for (size_t i = 0; i < sealing->count; i++) {
		const struct waiting_note *note = &sealing->notes[i];
		enum err err =
			batch_put_checkpoint(batch, note->size, bytes_of(note->at, note->len));

		if (err != OK) {
			complain(sealing, "checkpoint-not-stored", err, note->size);
			forget_notes(sealing);
			return;
		}
		sealing->put_count++;
	}
}

void sealing_committed(struct sealing *sealing)
{
	if (sealing->put_count == 0)
		return;
	sealing->covered = sealing->notes[sealing->put_count - 1].size;
	sealing->count -= sealing->put_count;
	memmove(sealing->notes, sealing->notes + sealing->put_count,
		sealing->count * sizeof(sealing->notes[0]));
	sealing->put_count = 0;
}

bool sealing_has_note(const struct sealing *sealing)
{
	return sealing->count > 0;
}

bool sealing_is_another(const struct sealing *sealing)
{
	return sealing->is_another;
}

bool sealing_is_asking(const struct sealing *sealing)
{
	return sealing->is_asking;
}

uint64_t sealing_asked(const struct sealing *sealing)
{
	return sealing->is_asking && sealing->knows_seal ? sealing->asked.size : 0;
}

uint64_t sealing_base(const struct sealing *sealing)
{
	return sealing->base;
}

bool sealing_first_covering(const struct sealing *sealing, uint64_t number, struct bytes *ret_note,
			    uint64_t *ret_size)
{
	uint64_t base = sealing->base;

	for (size_t i = 0; number > base + sealing->covered && i < sealing->count; i++)
		if (base + sealing->notes[i].size >= number) {
			*ret_note = bytes_of(sealing->notes[i].at, sealing->notes[i].len);
			*ret_size = sealing->notes[i].size;
			return true;
		}
	return false;
}

enum err sealing_newest(const struct sealing *sealing, struct arena *arena, struct bytes *ret_note)
{
	const struct waiting_note *newest;
	const uint8_t *copy;

	if (sealing->count == 0)
		return ledger_checkpoint_last(sealing->ledger, arena, ret_note);
	newest = &sealing->notes[sealing->count - 1];
	if ((copy = arena_copy(arena, bytes_of(newest->at, newest->len))) == NULL)
		return ERR_MEMORY;
	*ret_note = bytes_of(copy, newest->len);
	return OK;
}

uint64_t sealing_signed(const struct sealing *sealing)
{
	return sealing->base +
	       (sealing->count == 0 ? sealing->covered : sealing->notes[sealing->count - 1].size);
}

uint64_t sealing_covered(const struct sealing *sealing)
{
	return sealing->base + sealing->covered;
}

static enum err read_covered(struct sealing *sealing, struct arena *arena)
{
	struct checkpoint checkpoint;
	struct bytes note;
	enum err err = ledger_checkpoint_last(sealing->ledger, arena, &note);

	if (err == OK && (err = checkpoint_parse(note, &checkpoint)) == OK)
		sealing->covered = checkpoint.size;
	return err == ERR_MISSING ? OK : err;
}

enum err sealing_open(struct role *role, struct ledger *ledger, sealing_on_note *callback,
		      void *context, struct sealing **ret_sealing)
{
	const char *endpoint = role_endpoint(role->config, "seal", role->arena);
	struct sealing *sealing = calloc(1, sizeof(*sealing));
	enum err err = endpoint == NULL || sealing == NULL ? ERR_MEMORY : OK;

	if (err != OK)
		goto failed;
	sealing->role = role;
	sealing->ledger = ledger;
	sealing->base = ledger_base(ledger, ledger_epoch(ledger));
	sealing->callback = callback;
	sealing->context = context;
	if ((err = read_covered(sealing, role->arena)) != OK ||
	    (err = call_client_open(role->loop, endpoint, SEAL_SILENCE_MS, &sealing->seal)) != OK)
		goto failed;
	*ret_sealing = sealing;
	return OK;
failed:
	free(sealing);
	return err;
}

void sealing_close(struct sealing *sealing)
{
	if (sealing == NULL)
		return;
	call_client_close(sealing->seal);
	free(sealing);
}
