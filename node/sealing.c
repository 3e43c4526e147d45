#include "node/sealing.h"

#include <stdlib.h>
#include <string.h>

#include "node/call.h"
#include "node/seal.h"

#define SEAL_SILENCE_MS 5000u

struct sealing {
	struct role *role;
	struct ledger *ledger;
	struct call_client *seal;
	sealing_on_note *callback;
	void *context;
	uint64_t covered; /* by the newest durable checkpoint */
	uint64_t sealed;  /* by the seal's last note, as far as known; the next one extends it */
	bool knows_seal;
	bool is_asking;
	struct checkpoint asked;
	struct buffer note;  /* waits to be stored */
	uint64_t note_size;  /* 0: none waits */
	bool is_put;         /* it stands in the batch */
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

static void keep(struct sealing *sealing, struct bytes note, uint64_t size)
{
	buffer_reset(&sealing->note);
	buffer_put(&sealing->note, note);
	if (buffer_error(&sealing->note) != OK)
		return; /* asked again */
	sealing->note_size = size;
	sealing->callback(sealing->context);
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
	if (err != OK) {
		sealing->knows_seal = false; /* it may have signed, and the answer was lost */
		if (err != ERR_UNAVAILABLE)
			complain(sealing, "checkpoint-not-signed", err, sealing->asked.size);
		return;
	}
	sealing->trouble = NULL;
	sealing->sealed = checkpoint.size;
	keep(sealing, note, checkpoint.size);
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
	struct seal_sign sign = {.older = sealing->sealed};
	enum err err = ledger_head(sealing->ledger, &sign.checkpoint.size, &sign.checkpoint.root);

	if (err != OK || sign.checkpoint.size <= sealing->sealed)
		return;
	(void)strncpy(sign.checkpoint.origin, ledger_origin(sealing->ledger),
		      CHECKPOINT_ORIGIN_BYTES - 1);
	if (sign.older > 0)
		err = ledger_prove_consistency(sealing->ledger, sign.older, sign.checkpoint.size,
					       &sign.proof);
	sealing->asked = sign.checkpoint;
	if (err == OK)
		err = ask_to_sign(sealing, &sign);
	sealing->is_asking = err == OK;
}

/* Is what the seal signed a beginning of what this ledger holds? */
static enum err compare(struct sealing *sealing, const struct checkpoint *checkpoint)
{
	struct tree_proof proof;
	struct hash root;
	uint64_t size;
	enum err err = ledger_head(sealing->ledger, &size, &root);

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

static void on_last(void *context, enum err err, struct bytes note)
{
	struct sealing *sealing = context;
	struct checkpoint checkpoint = {.size = 0};

	sealing->is_asking = false;
	if (err == OK && (err = checkpoint_parse(note, &checkpoint)) == OK)
		err = compare(sealing, &checkpoint);
	if (err == ERR_CONFLICT ||
	    err == ERR_CORRUPT) /* nothing is signed until an operator speaks */
		complain(sealing,
			 err == ERR_CONFLICT ? "ledger-older-than-seal"
					     : "ledger-differs-from-seal",
			 err, checkpoint.size);
	if (err != OK && err != ERR_MISSING)
		return;
	sealing->knows_seal = true;
	sealing->sealed = checkpoint.size;
	if (checkpoint.size > sealing->covered)
		keep(sealing, note, checkpoint.size);
	else
		sealing_step(sealing);
}

void sealing_step(struct sealing *sealing)
{
	if (sealing->is_asking || sealing->note_size != 0)
		return;
	if (sealing->knows_seal)
		sign_head(sealing);
	else
		sealing->is_asking = call_ask(sealing->seal, SEAL_LAST, (struct bytes){0}, on_last,
					      sealing) == OK;
}

void sealing_put(struct sealing *sealing, struct batch *batch)
{
	enum err err;

	if (sealing->note_size == 0)
		return;
	err = batch_put_checkpoint(batch, sealing->note_size, buffer_bytes(&sealing->note));
	sealing->is_put = err == OK;
	if (err == OK)
		return;
	complain(sealing, "checkpoint-not-stored", err, sealing->note_size);
	sealing->note_size = 0;
	sealing->knows_seal = false;
}

void sealing_committed(struct sealing *sealing)
{
	if (!sealing->is_put)
		return;
	sealing->covered = sealing->note_size;
	sealing->note_size = 0;
	sealing->is_put = false;
}

bool sealing_has_note(const struct sealing *sealing)
{
	return sealing->note_size != 0;
}

uint64_t sealing_covered(const struct sealing *sealing)
{
	return sealing->covered;
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
	sealing->callback = callback;
	sealing->context = context;
	buffer_init(&sealing->note, CHECKPOINT_MAX_BYTES);
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
	buffer_clear(&sealing->note);
	free(sealing);
}
