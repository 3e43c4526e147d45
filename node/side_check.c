#include "node/side_check.h"

#include <stdlib.h>
#include <string.h>

#include "node/card.h"
#include "node/cosignature.h"
#include "node/key_walk.h"
#include "node/stamped.h"
#include "node/witness_state.h"
#include "sampan/stamp.h"

#define ARENA_BYTES ((size_t)4 << 20)
#define LEAF_TIME_AT 10u /* behind version and number: docs/ledger-format.md */
#define COUNTRY_AT_OF_COSIGNATURE 9u

struct side {
	struct turn turn; /* only what is durable is read */
	uint64_t since;
	uint64_t covered;                 /* by the stamps so far */
	const struct stamp_trust *stamps; /* NULL: whoever it is */
	struct ledger_verdict *verdict;
	struct side_counts counts;
};

static void fail(struct side *side, uint64_t number, const char *what)
{
	if (side->verdict->first_bad != 0)
		return;
	side->verdict->first_bad = number == 0 ? 1 : number;
	side->verdict->what = what;
}

static bool is_failure(enum err err)
{
	return err == ERR_MEMORY || err == ERR_IO || err == ERR_UNAVAILABLE;
}

static const char *country_at(struct side *side, const struct turn_key *key, size_t at)
{
	return arena_text(side->turn.arena, bytes_of(key->at + at, 2));
}

/* ---- cards ---- */

static bool is_card_record(const struct record *record, const struct card *card)
{
	const char *version = facts_get_or_empty(&record->attributes, "version");

	return (strcmp(record->event, "CardIssued") == 0 ||
		strcmp(record->event, "CardReceived") == 0) &&
	       strcmp(facts_get_or_empty(&record->attributes, "country"), card->country) == 0 &&
	       strtoull(version, NULL, 10) == card->version;
}

/* The first that is on record is believed by its own key: whose that is, the operator said. */
static enum err check_chain(struct side *side, const struct card *card, struct bytes note)
{
	struct card before, believed;
	struct bytes known;
	const char *trusted = card->ledger_key;
	enum err err = ERR_MISSING;

	if (card->version > 1)
		err = witness_state_card_from(&side->turn, card->country, card->version - 1,
					      &known);
	if (err == OK)
		err = card_parse(known, side->turn.arena, &before);
	if (err == OK && before.version == card->version - 1) {
		trusted = before.ledger_key;
		if (!card_is_next(known, note, side->turn.arena))
			return ERR_DENIED;
	}
	if (err != OK && err != ERR_MISSING)
		return err;
	return card_verify(note, trusted, side->turn.arena, &believed);
}

static enum err check_card(void *context, const struct turn_key *key, struct bytes value)
{
	struct side *side = context;
	uint64_t number = value.len == 8 ? bytes_get_u64(value.at) : 0;
	struct record record = {.event = ""};
	struct card card = {.version = 0};
	struct bytes note;
	enum err err = ERR_CORRUPT;

	if (number > 0 && key->len == 11)
		err = ledger_record(side->turn.ledger, number, side->turn.arena, &record, NULL);
	if (err == OK)
		err = ledger_payload(side->turn.ledger, number, 0, side->turn.arena, &note);
	if (err == ERR_ARCHIVED)
		return OK;
	if (err == OK)
		err = card_parse(note, side->turn.arena, &card);
	if (err == OK &&
	    (!is_card_record(&record, &card) || bytes_get_u64(key->at + 3) != card.version ||
	     memcmp(key->at + 1, card.country, 2) != 0))
		err = ERR_DENIED;
	if (err == OK)
		err = check_chain(side, &card, note);
	if (is_failure(err))
		return err;
	if (err != OK)
		fail(side, number, "a card is not signed by its keys and those before it");
	side->counts.cards++;
	return OK;
}

/* ---- cosignatures ---- */

/* The checkpoint that ends with this very record. */
static enum err load_note(struct side *side, uint64_t number, struct bytes *ret_note)
{
	struct turn_key key = turn_key(SPACE_CHECKPOINT);

	turn_key_add_number(&key, number);
	return turn_get(&side->turn, &key, ret_note);
}

/* By a witness key on any card of the partner: what was signed with an older one stays signed. */
static enum err is_by_a_card(struct side *side, const char *country, struct bytes note,
			     struct bytes line)
{
	uint64_t time_s, version = 0;

	for (;;) {
		struct cosigner cosigner;
		struct card card;
		struct bytes known;
		enum err err = witness_state_card_from(&side->turn, country, version, &known);

		if (err == ERR_MISSING)
			return ERR_DENIED;
		if (err == OK)
			err = card_parse(known, side->turn.arena, &card);
		if (err == OK)
			err = cosigner_parse(card.witness_key, &cosigner);
		if (err != OK)
			return err;
		if (cosignature_verify(note, line, &cosigner, &time_s) == OK)
			return OK;
		version = card.version + 1;
	}
}

static enum err check_cosignature(void *context, const struct turn_key *key, struct bytes line)
{
	struct side *side = context;
	uint64_t number = key->len == 11 ? bytes_get_u64(key->at + 1) : 0;
	const char *country = country_at(side, key, COUNTRY_AT_OF_COSIGNATURE);
	struct bytes note;
	enum err err = number == 0 ? ERR_CORRUPT : load_note(side, number, &note);

	if (country == NULL)
		return ERR_MEMORY;
	if (number > 0 && number < side->since)
		return OK;
	side->counts.cosignatures++;
	if (is_failure(err))
		return err;
	if (err == ERR_MISSING)
		fail(side, number, "a cosignature stands at no checkpoint");
	else if (err != OK)
		fail(side, number, "a cosignature names no checkpoint");
	else if (is_failure(err = is_by_a_card(side, country, note, line)))
		return err;
	else if (err != OK)
		fail(side, number,
		     "a cosignature is not of this checkpoint by a key on the "
		     "partner's cards");
	return OK;
}

/* ---- stamps ---- */

static enum err judge_stamp(struct side *side, const struct stamped *stamped, struct bytes note)
{
	struct hash digest = hash_of(note);
	enum stamp_verdict verdict;
	struct stamp stamp;
	enum err err = stamp_token_hold(stamped->token, &digest, &verdict, &stamp);

	if (err == OK && (verdict != STAMP_GOOD || stamp.time_ms != stamped->time_ms ||
			  strcmp(stamp.authority, stamped->authority) != 0))
		fail(side, stamped->number,
		     "a time stamp is not of this checkpoint, or was changed");
	if (err != OK || side->verdict->first_bad != 0 || side->stamps == NULL)
		return err;
	err = stamp_token_check(side->stamps, stamped->token, &digest, &verdict, &stamp);
	if (err == OK && verdict != STAMP_GOOD)
		fail(side, stamped->number,
		     "a time stamp is of an authority that nobody here vouches for");
	return err;
}

/* Of the leaves of records: their form was verified before. */
struct timing {
	struct side *side;
	uint64_t until_ms;
};

static bool look_at_time(void *context, struct bytes key, struct bytes leaf)
{
	struct timing *timing = context;
	struct side_counts *counts = &timing->side->counts;

	if (key.len != 9 || leaf.len < LEAF_TIME_AT + 8 ||
	    bytes_get_u64(leaf.at + LEAF_TIME_AT) <= timing->until_ms)
		return true;
	if (counts->late++ == 0)
		counts->first_late = bytes_get_u64(key.at + 1);
	return true;
}

/* Stamps come in order of number: of each the records that none before it covers. */
static enum err hold_against_time(struct side *side, const struct stamped *stamped)
{
	struct timing timing = {side, stamped->time_ms + STAMP_SKEW_MS};
	struct turn_key from = turn_key(SPACE_RECORD), until = from;

	turn_key_add_number(&from,
			    side->covered + 1 > side->since ? side->covered + 1 : side->since);
	turn_key_add_number(&until, stamped->number + 1);
	side->covered = stamped->number;
	return ledger_scan(side->turn.ledger, turn_key_bytes(&from), turn_key_bytes(&until), false,
			   look_at_time, &timing);
}

static enum err check_stamp(void *context, const struct turn_key *key, struct bytes value)
{
	struct side *side = context;
	uint64_t number = key->len == 9 ? bytes_get_u64(key->at + 1) : 0;
	struct stamped stamped = {.number = 0};
	struct bytes note;
	enum err err;

	(void)value;
	if (number > 0 && number < side->since)
		return OK;
	side->counts.stamps++;
	err = stamped_covering(side->turn.ledger, number, side->turn.arena, &stamped);
	if (err == OK)
		err = stamped.number == number ? load_note(side, number, &note) : ERR_CORRUPT;
	if (is_failure(err))
		return err;
	if (err != OK) {
		fail(side, number, "a time stamp stands at no checkpoint, or cannot be read");
		return OK;
	}
	if ((err = judge_stamp(side, &stamped, note)) != OK)
		return is_failure(err) ? err : OK;
	return side->verdict->first_bad == 0 ? hold_against_time(side, &stamped) : OK;
}

/* ---- what was seen of partners ---- */

/* ERR_DENIED: it has cards, and no key on them signed it. */
static enum err is_signed_by_a_card(struct side *side, const char *country, struct bytes note)
{
	uint64_t version = 0;

	for (;;) {
		char origin[CHECKPOINT_ORIGIN_BYTES];
		uint8_t public_key[KEY_PUBLIC_BYTES];
		struct checkpoint checkpoint;
		struct card card;
		struct bytes known;
		enum err err = witness_state_card_from(&side->turn, country, version, &known);

		if (err == OK)
			err = card_parse(known, side->turn.arena, &card);
		if (is_failure(err))
			return err;
		if (err != OK) /* its cards are told of apart */
			return version == 0 ? OK : ERR_DENIED;
		if (checkpoint_parse_key(card.ledger_key, origin, public_key) == OK &&
		    checkpoint_verify(note, public_key, &checkpoint) == OK)
			return OK;
		version = card.version + 1;
	}
}

static enum err check_seen(void *context, const struct turn_key *key, struct bytes value)
{
	struct side *side = context;
	const char *country = country_at(side, key, 1);
	struct witness_state state;
	enum err err;

	(void)value;
	if (country == NULL)
		return ERR_MEMORY;
	err = witness_state_load(&side->turn, country, &state);
	if (is_failure(err))
		return err;
	if (err != OK)
		fail(side, 1, "what was seen of a partner's ledger cannot be read");
	else if (state.seen.len > 0 &&
		 (err = is_signed_by_a_card(side, country, state.seen)) == ERR_DENIED)
		fail(side, 1,
		     "what was seen of a partner's ledger is not signed by a key on its "
		     "cards");
	return is_failure(err) ? err : OK;
}

/* ---- all ---- */

static const struct {
	enum space space;
	key_walk_visit *check;
} spaces[] = {
	{SPACE_CARD, check_card},
	{SPACE_COSIGNATURE, check_cosignature},
	{SPACE_STAMP, check_stamp},
	{SPACE_WITNESS, check_seen},
};

enum err side_check(struct ledger *ledger, uint64_t since, const struct stamp_trust *stamps,
		    struct ledger_verdict *verdict, struct side_counts *ret_counts)
{
	struct side side = {
		.turn.ledger = ledger, .since = since, .stamps = stamps, .verdict = verdict};
	struct key_walk walk = {.turn = &side.turn, .verdict = verdict, .context = &side};
	enum err err = OK;

	side.turn.arena = arena_new(ARENA_BYTES);
	if (side.turn.arena == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; err == OK && i < sizeof(spaces) / sizeof(*spaces); i++)
		err = key_walk(&walk, spaces[i].space, spaces[i].check);
	arena_free(side.turn.arena);
	if (err == OK)
		*ret_counts = side.counts;
	return err;
}

/* ---- the seal ---- */

enum err side_check_sealed(struct ledger *ledger, const struct checkpoint *signed_last,
			   struct ledger_verdict *verdict)
{
	struct side side = {.verdict = verdict};
	uint64_t base = ledger_base(ledger, ledger_epoch(ledger)), size = 0;
	struct tree_proof proof;
	struct hash root;
	enum err err = ledger_head(ledger, &size, &root);

	if (err != OK)
		return err;
	if (size - base < signed_last->size) {
		fail(&side, size + 1,
		     "its seal signed more records than are here: this is an older "
		     "copy of the ledger");
		return OK;
	}
	if (signed_last->size == 0)
		return OK;
	err = ledger_prove_consistency_in(ledger, ledger_epoch(ledger), signed_last->size,
					  size - base, &proof);
	if (err == OK && !tree_verify_consistency(signed_last->size, &signed_last->root,
						  size - base, &root, &proof))
		fail(&side, base + signed_last->size,
		     "its seal signed another root at this size: the ledger was rewritten");
	return err;
}
