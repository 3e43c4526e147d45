#include "node/tie.h"

#include <string.h>

#include "node/certificate.h"
#include "node/desk.h"
#include "node/find.h"

static const char *fact(const struct intake *intake, const char *name)
{
	return facts_get_or_empty(&intake->facts, name);
}

const char *tie_reference_key(const struct turn *turn, const struct intake *intake,
			      const char *reference)
{
	return find_text(turn, "reference", intake->party, fact(intake, "kind"), reference, NULL);
}

/* Only who lodged the original may speak of it, or the trader whom it is about (flows.md, Kinds).
 */
static bool may_speak_of(const struct turn *turn, const struct intake *intake,
			 const struct message *original)
{
	const struct config_party *party = config_party_of(turn->config, intake->party);
	const char *trader = facts_get_or_empty(&original->facts, "exporter");

	if (trader[0] == '\0')
		trader = facts_get_or_empty(&original->facts, "importer");
	return (strncmp(original->sender, "party:", 6) == 0 &&
		strcmp(original->sender + 6, intake->party) == 0) ||
	       (trader[0] != '\0' && strcmp(trader, party->tax_code) == 0);
}

/*
 * The keys under which what it follows may stand: the number or reference that it names, its own
 * reference when it names none; and a certificate repeats the one it speaks of.
 */
static size_t followed_keys(const struct turn *turn, const struct intake *intake,
			    const char *ret_keys[3])
{
	const char *original = fact(intake, "original");
	size_t count = 0;

	if (original[0] != '\0')
		ret_keys[count++] = desk_key(turn, desk_office(turn, &intake->facts), original);
	ret_keys[count++] = tie_reference_key(
		turn, intake, original[0] == '\0' ? fact(intake, "reference") : original);
	if (strcmp(fact(intake, "life"), "certificate") == 0)
		ret_keys[count++] = certificate_key(turn, &intake->facts);
	return count;
}

/* A reference is one within its year, for one kind. */
static bool is_followed(const struct turn *turn, const struct intake *intake,
			const struct message *followed)
{
	const struct facts *facts = &followed->facts;

	return strcmp(facts_get_or_empty(facts, "kind"), fact(intake, "kind")) == 0 &&
	       (fact(intake, "original")[0] != '\0' ||
		strcmp(facts_get_or_empty(facts, "year"), fact(intake, "year")) == 0) &&
	       may_speak_of(turn, intake, followed);
}

/* The root of what stands under the key, if it may be followed. ERR_MISSING: nothing does. */
static enum err find_root(const struct turn *turn, const struct intake *intake, const char *key,
			  struct message *ret_root)
{
	struct find_entry entry;
	struct message followed;
	enum err err = key == NULL ? ERR_MEMORY : find_get(turn, key, &entry);

	if (err != OK || (err = message_load(turn, entry.message, &followed)) != OK)
		return err;
	return is_followed(turn, intake, &followed) ? message_load(turn, followed.root, ret_root)
						    : ERR_MISSING;
}

enum err tie_find(const struct turn *turn, const struct intake *intake, struct tie *ret_tie)
{
	bool is_original = strcmp(fact(intake, "meaning"), "original") == 0;
	struct tie tie = {.root = 0, .is_parked = !is_original};
	const char *keys[3];
	size_t count = is_original ? 0 : followed_keys(turn, intake, keys);

	for (size_t i = 0; i < count && tie.is_parked; i++) {
		struct message root;
		enum err err = find_root(turn, intake, keys[i], &root);

		if (err != OK && err != ERR_MISSING)
			return err;
		if (err == ERR_MISSING)
			continue;
		tie.root = root.number;
		tie.is_parked = strcmp(facts_get_or_empty(&root.facts, "meaning"), "original") != 0;
	}
	*ret_tie = tie;
	return OK;
}
