#include "node/tie.h"

#include <string.h>

#include "messages/word.h"
#include "node/by_hand.h"
#include "node/certificate.h"
#include "node/desk.h"
#include "node/find.h"
#include "node/notice.h"
#include "node/sender.h"

static const char *reference_key(const struct turn *turn, const char *owner, const char *kind,
				 const char *reference)
{
	return owner == NULL || kind == NULL
		       ? NULL
		       : find_text(turn, "reference", owner, kind, reference, NULL);
}

static enum err put_reference(const struct turn *turn, const char *key,
			      const struct find_entry *entry, bool is_parked)
{
	struct find_entry known;
	enum err err = key == NULL ? ERR_MEMORY
		       : is_parked ? find_get(turn, key, &known)
				   : ERR_MISSING;

	return err == ERR_MISSING ? find_put(turn, key, entry) : err;
}

enum err tie_put_reference(const struct turn *turn, const struct intake *intake,
			   const struct find_entry *entry, bool is_parked)
{
	const char *holder = sender_holder(turn, intake), *self = sender_self(turn, intake);
	const char *kind = intake_fact(intake, "kind");
	const char *reference = intake_fact(intake, "reference");
	enum err err =
		put_reference(turn, reference_key(turn, holder, kind, reference), entry, is_parked);

	if (err != OK || self == NULL || strcmp(holder, self) == 0)
		return err == OK && self == NULL ? ERR_MEMORY : err;
	return put_reference(turn, reference_key(turn, self, kind, reference), entry, is_parked);
}

static bool is_lodger(const struct intake *intake, const struct message *original)
{
	return strncmp(original->sender, "party:", 6) == 0 &&
	       strcmp(original->sender + 6, intake->party) == 0;
}

/* An agent speaks of what it lodged for a trader as long as that trader's mandate holds. */
static enum err is_lodgers_still(const struct turn *turn, const struct intake *intake,
				 const struct message *original, bool *ret_is)
{
	const struct config_party *party = config_party_of(turn->config, intake->party);

	return is_lodger(intake, original)
		       ? sender_speaks_for(turn, party, &original->facts,
					   facts_get_or_empty(&original->facts, "kind"), ret_is)
		       : OK;
}

/* Whom the trader lets act in its name may speak of what it lodged itself, or another agent of it. */
static enum err is_agent_of(const struct turn *turn, const struct intake *intake,
			    const struct message *original, bool *ret_is)
{
	const struct config_party *party = config_party_of(turn->config, intake->party);
	const char *named = facts_get_or_empty(&original->facts, "principal");

	if (strncmp(original->sender, "party:", 6) != 0 || named[0] == '\0' ||
	    facts_get_or_empty(&original->facts, named)[0] == '\0')
		return OK;
	return sender_speaks_for(turn, party, &original->facts,
				 facts_get_or_empty(&original->facts, "kind"), ret_is);
}

static bool is_trader(const struct config_party *party, const struct message *original)
{
	const char *trader = facts_get_or_empty(&original->facts, "exporter");

	if (trader[0] == '\0')
		trader = facts_get_or_empty(&original->facts, "importer");
	return trader[0] != '\0' && strcmp(trader, party->tax_code) == 0;
}

/* An authority answers what others lodged. */
static bool is_authority(const struct intake *intake)
{
	return strcmp(intake_fact(intake, "speaksAs"), "authority") == 0;
}

/*
 * A notice of a certificate is its issuer's; what a partner sent is our customs' to speak of. false: it is no office's
 * word, and nothing is said.
 */
static bool is_of_offices(const struct config_party *party, const struct intake *intake,
			  const struct message *original, bool *ret_may)
{
	const char *life = facts_get_or_empty(&original->facts, "life");
	unsigned authority =
		strcmp(life, "declaration") == 0 ? PARTY_CUSTOMS : PARTY_ISSUING_AUTHORITY;

	if (strncmp(original->sender, "partner:", 8) == 0 || by_hand_is(original))
		*ret_may = (party->roles & PARTY_CUSTOMS) != 0;
	else if (strcmp(life, "certificate") == 0)
		*ret_may = is_lodger(intake, original);
	else if (is_authority(intake))
		*ret_may = (party->roles & authority) != 0;
	else
		return false;
	return true;
}

/*
 * Only who lodged the original may speak of it, the trader whom it is about (flows.md, Kinds), or an
 * agent of that trader.
 */
static enum err may_speak_of(const struct turn *turn, const struct intake *intake,
			     const struct message *original, bool *ret_may)
{
	const struct config_party *party = config_party_of(turn->config, intake->party);
	bool is_notice = notice_is(&intake->facts), may;
	enum err err = OK;

	if (is_notice && is_of_offices(party, intake, original, ret_may))
		return OK;
	may = is_trader(party, original) || (!is_notice && is_lodger(intake, original));
	if (!may)
		err = is_lodgers_still(turn, intake, original, &may);
	if (err == OK && !may)
		err = is_agent_of(turn, intake, original, &may);
	if (err == OK)
		*ret_may = may;
	return err;
}

#define MAX_KEYS 32u

struct keys {
	const char *at[MAX_KEYS]; /* NULL: there was no memory for it */
	size_t count;
};

/* What does not fit is not looked for: kind files name a handful of kinds. */
static void add(struct keys *keys, const char *key)
{
	if (keys->count < MAX_KEYS)
		keys->at[keys->count++] = key;
}

/* The references of one owner, of all kinds that the notice may follow. */
static void add_references(const struct turn *turn, const struct intake *intake, const char *owner,
			   const char *name, struct keys *keys)
{
	const char *kinds = intake_fact(intake, "follows");
	struct bytes kind;

	while (word_next(&kinds, &kind))
		add(keys, reference_key(turn, owner, arena_text(turn->arena, kind), name));
}

/*
 * The keys under which a notice's original may stand by this number or reference. What an authority
 * answers bears the reference of its addressee.
 */
static void add_named(const struct turn *turn, const struct intake *intake, const char *name,
		      struct keys *keys)
{
	const char *self = sender_self(turn, intake), *holder = sender_holder(turn, intake);

	if (name[0] == '\0')
		return;
	add(keys, desk_key(turn, desk_office(turn, &intake->facts), name));
	add(keys, notice_arrived_key(turn, intake_fact(intake, "destination"), name));
	if (is_authority(intake)) {
		add_references(
			turn, intake,
			arena_format(turn->arena, "tax:%s", intake_fact(intake, "addressee")), name,
			keys);
		return;
	}
	add_references(turn, intake, self, name, keys);
	if (self != NULL && holder != NULL && strcmp(self, holder) != 0)
		add_references(turn, intake, holder, name, keys);
}

static void add_of_notice(const struct turn *turn, const struct intake *intake, struct keys *keys)
{
	if (intake_fact(intake, "certificate")[0] != '\0') {
		add(keys, certificate_key(turn, &intake->facts));
		return;
	}
	add_named(turn, intake, intake_fact(intake, "declaration"), keys);
	add_named(turn, intake, intake_fact(intake, "original"), keys);
	add_named(turn, intake, intake_fact(intake, "originalReference"), keys);
}

/*
 * The keys under which what it follows may stand: the number or reference that it names, its own
 * reference when it names none; and a certificate repeats the one it speaks of.
 */
static void add_followed(const struct turn *turn, const struct intake *intake, struct keys *keys)
{
	const char *original = intake_fact(intake, "original"), *kind = intake_fact(intake, "kind");
	const char *self = sender_self(turn, intake), *holder = sender_holder(turn, intake);
	const char *reference = original[0] == '\0' ? intake_fact(intake, "reference") : original;

	if (original[0] != '\0')
		add(keys, desk_key(turn, desk_office(turn, &intake->facts), original));
	add(keys, reference_key(turn, holder, kind, reference));
	if (self == NULL || holder == NULL || strcmp(self, holder) != 0)
		add(keys, reference_key(turn, self, kind, reference));
	if (strcmp(intake_fact(intake, "life"), "certificate") == 0)
		add(keys, certificate_key(turn, &intake->facts));
}

/* A reference is one within its year, for one kind. */
static bool fits(const struct intake *intake, const struct facts *followed)
{
	if (notice_is(&intake->facts))
		return notice_fits(&intake->facts, followed);
	return strcmp(facts_get_or_empty(followed, "kind"), intake_fact(intake, "kind")) == 0 &&
	       (intake_fact(intake, "original")[0] != '\0' ||
		strcmp(facts_get_or_empty(followed, "year"), intake_fact(intake, "year")) == 0);
}

/* The root of what stands under the key, if it may be followed. ERR_MISSING: nothing does. */
static enum err find_root(const struct turn *turn, const struct intake *intake, const char *key,
			  struct message *ret_root)
{
	struct find_entry entry;
	struct message followed;
	bool is_followed = false;
	enum err err = key == NULL ? ERR_MEMORY : find_get(turn, key, &entry);

	if (err != OK || (err = message_load(turn, entry.message, &followed)) != OK)
		return err;
	if (fits(intake, &followed.facts))
		err = may_speak_of(turn, intake, &followed, &is_followed);
	if (err != OK)
		return err;
	return is_followed ? message_load(turn, followed.root, ret_root) : ERR_MISSING;
}

enum err tie_find(const struct turn *turn, const struct intake *intake, struct tie *ret_tie)
{
	bool is_notice = notice_is(&intake->facts);
	bool is_original = !is_notice && strcmp(intake_fact(intake, "meaning"), "original") == 0;
	struct tie tie = {.root = 0, .is_parked = !is_original};
	struct keys keys = {.count = 0};

	if (is_notice)
		add_of_notice(turn, intake, &keys);
	else if (!is_original)
		add_followed(turn, intake, &keys);
	for (size_t i = 0; i < keys.count && tie.is_parked; i++) {
		struct message root;
		enum err err = find_root(turn, intake, keys.at[i], &root);

		if (err != OK && err != ERR_MISSING)
			return err;
		if (err == ERR_MISSING)
			continue;
		tie.root = root.number;
		tie.is_parked = strcmp(facts_get_or_empty(&root.facts, "meaning"), "original") != 0;
		tie.is_cancelled = strcmp(root.state, "cancelled") == 0;
		tie.is_rejected = strcmp(root.state, "rejected") == 0;
	}
	*ret_tie = tie;
	return OK;
}
