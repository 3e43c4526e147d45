#include "node/index_flaw.h"

#include <inttypes.h>
#include <string.h>

#include "messages/word.h"
#include "node/balance.h"
#include "node/desk.h"
#include "node/expiry.h"
#include "node/find.h"
#include "node/glance.h"
#include "node/index_life.h"
#include "node/intake_keys.h"
#include "node/named.h"
#include "node/pair.h"
#include "node/use.h"

static const char *of_expiry(const struct turn *turn, struct bytes key, uint64_t number)
{
	struct message certificate;

	return message_load(turn, number, &certificate) == OK && expiry_is_true(key, &certificate)
		       ? NULL
		       : "a last day is of no certificate that has it";
}

#define ASIDE_BYTES ((size_t)4 << 20)

/* What a balance names, one after the other in memory of its own: it may name very many. */
static enum err load_aside(const struct turn *turn, struct arena *aside, uint64_t number,
			   struct message *ret_message)
{
	struct turn other = *turn;

	arena_clear(aside);
	other.arena = aside;
	return message_load(&other, number, ret_message);
}

static bool is_there(const struct turn *turn, struct arena *aside, uint64_t number)
{
	struct message ignored;

	return load_aside(turn, aside, number, &ignored) == OK;
}

/* The declaration says of which certificates it used something. */
static bool is_known_there(const struct turn *turn, struct arena *aside, const char *certificate,
			   const struct balance_use *use)
{
	struct message declaration;

	return use->declared_in == 0 ||
	       (load_aside(turn, aside, use->declared_in, &declaration) == OK &&
		word_is_in(facts_get_or_empty(&declaration.facts, USE_CERTIFICATES), certificate));
}

static const char *of_uses(const struct turn *turn, struct arena *aside, uint64_t certificate,
			   const struct balance *balance)
{
	const char *number = arena_format(turn->arena, "%" PRIu64, certificate);

	for (size_t i = 0; number != NULL && i < balance->count; i++) {
		const struct balance_use *use = &balance->uses[i];

		if ((i == 0 || use->notice != use[-1].notice) &&
		    !is_there(turn, aside, use->notice))
			return "a balance counts what no message says";
		if (!is_known_there(turn, aside, number, use))
			return "a balance counts a use that its declaration does not know";
	}
	return NULL;
}

static const char *of_balance(const struct turn *turn, struct bytes key, uint64_t number)
{
	struct balance balance;
	struct message certificate;
	struct arena *aside;
	const char *flaw;

	(void)key;
	if (message_load(turn, number, &certificate) != OK)
		return "a balance is of no message";
	if (balance_load(turn, number, &balance) != OK)
		return "a balance cannot be read";
	if ((aside = arena_new(ASIDE_BYTES)) == NULL)
		return NULL; /* nothing is known */
	flaw = of_uses(turn, aside, number, &balance);
	arena_free(aside);
	return flaw;
}

static const char *of_pair(const struct turn *turn, struct bytes key, uint64_t number)
{
	struct message declaration;

	return message_load(turn, number, &declaration) == OK &&
			       pair_is_true(turn, key, &declaration)
		       ? NULL
		       : "a pair is of no declaration that names its certificate";
}

/* What is parked or only noted claims nothing. */
static bool misses_pair(const struct turn *turn, const struct glance *glance)
{
	struct message declaration;

	return glance_fact(glance, "proofs").len > 0 &&
	       !bytes_equal(glance->state, bytes_of_text("parked")) &&
	       !bytes_equal(glance->state, bytes_of_text("noted")) &&
	       message_load(turn, glance->number, &declaration) == OK &&
	       !pair_is_whole(turn, &declaration);
}

static bool misses_name(const struct turn *turn, uint64_t number)
{
	struct message message;
	bool is_found = true;

	return message_load(turn, number, &message) == OK &&
	       named_check(turn, &message, &is_found) == OK && !is_found;
}

static bool is_arrival_known(const struct turn *turn, const struct message *message)
{
	const char *key = find_text(turn, "arrival", message->sender + 8, message->origin, NULL);
	struct find_entry ignored;

	return key == NULL || find_get(turn, key, &ignored) != ERR_MISSING;
}

/* Where the document names no office, only the configuration of then could say which one gave the number. */
static bool is_number_known(const struct turn *turn, const struct message *message)
{
	const char *office = facts_get_or_empty(&message->facts, "office");
	const char *key = desk_key(turn, office, message->registered);
	struct find_entry entry;
	enum err err;

	if (office[0] == '\0' || message->registered[0] == '\0' || key == NULL)
		return true;
	err = find_get(turn, key, &entry);
	return err == OK ? entry.message >= message->number : err != ERR_MISSING;
}

/* What comes again is the same, and no other may have its number. */
static bool misses_itself(const struct turn *turn, uint64_t number)
{
	struct message message;
	bool is_recognised = true;

	if (message_load(turn, number, &message) != OK)
		return false; /* told elsewhere */
	if (strncmp(message.sender, "partner:", 8) == 0)
		return !is_arrival_known(turn, &message);
	return !is_number_known(turn, &message) ||
	       (intake_keys_check(turn, &message, &is_recognised) == OK && !is_recognised);
}

static bool has_state_of_no_record(const struct turn *turn, uint64_t number)
{
	struct message message;

	return message_load(turn, number, &message) == OK &&
	       index_life_misses_record(turn, &message);
}

static const char *of_message(const struct turn *turn, struct bytes key, uint64_t number)
{
	struct balance balance;
	struct bytes stored;
	struct glance glance;

	if (ledger_get(turn->ledger, key, turn->arena, &stored) != OK ||
	    glance_read(stored, &glance) != OK)
		return NULL; /* told elsewhere */
	if (misses_pair(turn, &glance))
		return "a declaration is not found by the certificate that it names";
	if (misses_name(turn, number))
		return "a message is not found by what it names";
	if (has_state_of_no_record(turn, number))
		return "a message is in a state that no record says";
	if (misses_itself(turn, number))
		return "a message would not be recognised if it came again";
	if (!bytes_equal(glance.state, bytes_of_text("partly-used")) &&
	    !bytes_equal(glance.state, bytes_of_text("used-up")))
		return NULL;
	return balance_load(turn, number, &balance) == OK && balance.count == 0
		       ? "a certificate is used and has no balance"
		       : NULL;
}

static const struct {
	enum space space;
	const char *(*flaw)(const struct turn *turn, struct bytes key, uint64_t number);
} spaces[] = {
	{SPACE_BALANCE, of_balance},
	{SPACE_PAIR, of_pair},
	{SPACE_EXPIRY, of_expiry},
	{SPACE_MESSAGE, of_message},
};

const char *index_flaw(const struct turn *turn, const struct turn_key *key)
{
	for (size_t i = 0; key->len > 8 && i < sizeof(spaces) / sizeof(spaces[0]); i++)
		if (key->at[0] == (uint8_t)spaces[i].space)
			return spaces[i].flaw(turn, turn_key_bytes(key),
					      bytes_get_u64(key->at + key->len - 8));
	return NULL;
}
