#include "node/index_flaw.h"

#include <inttypes.h>
#include <string.h>

#include "messages/word.h"
#include "node/balance.h"
#include "node/desk.h"
#include "node/expiry.h"
#include "node/find.h"
#include "node/index_life.h"
#include "node/intake_keys.h"
#include "node/named.h"
#include "node/pair.h"
#include "node/use.h"

static bool has_message(struct index_look *look, uint64_t number, struct message *ret_message)
{
	return index_look_ok(look, message_load(look->turn, number, ret_message));
}

static uint64_t number_of(const struct turn_key *key)
{
	return key->len > 8 ? bytes_get_u64(key->at + key->len - 8) : 0;
}

const char *index_flaw_expiry(struct index_look *look, const struct turn_key *key,
			      struct bytes value)
{
	struct message certificate;

	(void)value;
	if (key->len == 1)
		return NULL; /* the mark of expiry_walk() */
	return has_message(look, number_of(key), &certificate) &&
			       expiry_is_true(turn_key_bytes(key), &certificate)
		       ? NULL
		       : "a last day is of no certificate that has it";
}

#define ASIDE_BYTES ((size_t)4 << 20)

/* What a balance names, one after the other in memory of its own: it may name very many. */
static bool has_aside(struct index_look *look, struct arena *aside, uint64_t number,
		      struct message *ret_message)
{
	struct turn other = *look->turn;

	arena_clear(aside);
	other.arena = aside;
	return index_look_ok(look, message_load(&other, number, ret_message));
}

/* The declaration says of which certificates it used something. */
static bool is_known_there(struct index_look *look, struct arena *aside, const char *certificate,
			   const struct balance_use *use)
{
	struct message declaration;

	return use->declared_in == 0 ||
	       (has_aside(look, aside, use->declared_in, &declaration) &&
		word_is_in(facts_get_or_empty(&declaration.facts, USE_CERTIFICATES), certificate));
}

static const char *of_uses(struct index_look *look, struct arena *aside, uint64_t certificate,
			   const struct balance *balance)
{
	const char *number = arena_format(look->turn->arena, "%" PRIu64, certificate);

	for (size_t i = 0; number != NULL && i < balance->count; i++) {
		const struct balance_use *use = &balance->uses[i];
		struct message ignored;

		if ((i == 0 || use->notice != use[-1].notice) &&
		    !has_aside(look, aside, use->notice, &ignored))
			return "a balance counts what no message says";
		if (!is_known_there(look, aside, number, use))
			return "a balance counts a use that its declaration does not know";
	}
	return NULL;
}

const char *index_flaw_balance(struct index_look *look, const struct turn_key *key,
			       struct bytes value)
{
	uint64_t number = number_of(key);
	struct balance balance;
	struct message certificate;
	struct arena *aside;
	const char *flaw = NULL;

	(void)value;
	if (!has_message(look, number, &certificate))
		return "a balance is of no message";
	if (!index_look_ok(look, balance_load(look->turn, number, &balance)))
		return "a balance cannot be read";
	aside = arena_new(ASIDE_BYTES);
	if (index_look_ok(look, aside == NULL ? ERR_MEMORY : OK))
		flaw = of_uses(look, aside, number, &balance);
	arena_free(aside);
	return flaw;
}

const char *index_flaw_pair(struct index_look *look, const struct turn_key *key, struct bytes value)
{
	struct message declaration;

	(void)value;
	return has_message(look, number_of(key), &declaration) &&
			       pair_is_true(look->turn, turn_key_bytes(key), &declaration)
		       ? NULL
		       : "a pair is of no declaration that names its certificate";
}

/* ---- Messages ---- */

/* What is parked or only noted claims nothing. */
static bool misses_pair(struct index_look *look, const struct message *message)
{
	bool is_whole = true;

	return !word_is_in("parked noted", message->state) &&
	       index_look_ok(look, pair_check(look->turn, message, &is_whole)) && !is_whole;
}

static bool misses_name(struct index_look *look, const struct message *message)
{
	bool is_found = true;

	return index_look_ok(look, named_check(look->turn, message, &is_found)) && !is_found;
}

static bool is_arrival_known(struct index_look *look, const struct message *message)
{
	const char *key =
		find_text(look->turn, "arrival", message->sender + 8, message->origin, NULL);
	struct find_entry ignored;
	enum err err = key == NULL ? ERR_MEMORY : find_get(look->turn, key, &ignored);

	return index_look_ok(look, err) || err != ERR_MISSING;
}

/* Where the document names no office, only the configuration of then could say which one gave the number. */
static bool is_number_known(struct index_look *look, const struct message *message)
{
	const char *office = facts_get_or_empty(&message->facts, "office"), *key;
	struct find_entry entry;
	enum err err;

	if (office[0] == '\0' || message->registered[0] == '\0')
		return true;
	key = desk_key(look->turn, office, message->registered);
	err = key == NULL ? ERR_MEMORY : find_get(look->turn, key, &entry);
	return index_look_ok(look, err) ? entry.message >= message->number : err != ERR_MISSING;
}

/* What comes again is the same, and no other may have its number. */
static bool is_recognised(struct index_look *look, const struct message *message)
{
	bool is_known = true;

	if (strncmp(message->sender, "partner:", 8) == 0)
		return is_arrival_known(look, message);
	return is_number_known(look, message) &&
	       (!index_look_ok(look, intake_keys_check(look->turn, message, &is_known)) ||
		is_known);
}

static bool misses_balance(struct index_look *look, const struct message *message)
{
	struct balance balance;

	return word_is_in("partly-used used-up", message->state) &&
	       index_look_ok(look, balance_load(look->turn, message->number, &balance)) &&
	       balance.count == 0;
}

const char *index_flaw_message(struct index_look *look, const struct turn_key *key,
			       struct bytes value)
{
	struct message message;

	(void)value;
	if (!has_message(look, number_of(key), &message))
		return NULL; /* told elsewhere */
	if (misses_pair(look, &message))
		return "a declaration is not found by the certificate that it names";
	if (misses_name(look, &message))
		return "a message is not found by what it names";
	if (index_life_misses_record(look, &message))
		return "a message is in a state that no record says";
	if (!is_recognised(look, &message))
		return "a message would not be recognised if it came again";
	return misses_balance(look, &message) ? "a certificate is used and has no balance" : NULL;
}
