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

/* Only who lodged the original may speak of it, or the trader whom it is about (flows.md, Kinds). */
static bool may_speak_of(const struct turn *turn, const struct intake *intake,
			 const struct message *original)
{
	const struct config_party *party = intake_party(turn->config, intake->party);
	const char *trader = facts_get_or_empty(&original->facts, "exporter");

	if (trader[0] == '\0')
		trader = facts_get_or_empty(&original->facts, "importer");
	return (strncmp(original->sender, "party:", 6) == 0 &&
		strcmp(original->sender + 6, intake->party) == 0) ||
	       (trader[0] != '\0' && strcmp(trader, party->tax_code) == 0);
}

/*
 * The keys under which what it follows may stand: the number or reference that it names, its own reference when it names none;
 * and a certificate repeats the one it speaks of.
 */
static size_t followed_keys(const struct turn *turn, const struct intake *intake,
			    const char *ret_keys[3])
{
	const char *original = fact(intake, "original");
	size_t count = 0;

	if (original[0] != '\0')
		ret_keys[count++] =
			desk_key(turn, desk_office(turn, &intake->facts), original);
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

/* The message that this one amends, cancels or supplements. ERR_MISSING: it is not known here. */
static enum err find_followed(const struct turn *turn, const struct intake *intake,
			      struct message *ret_followed)
{
	const char *keys[3];
	size_t count = followed_keys(turn, intake, keys);
	struct find_entry entry;

	for (size_t i = 0; i < count; i++) {
		enum err err = keys[i] == NULL ? ERR_MEMORY : find_get(turn, keys[i], &entry);

		if (err == OK)
			err = message_load(turn, entry.message, ret_followed);
		if (err != OK && err != ERR_MISSING)
			return err;
		if (err == OK && is_followed(turn, intake, ret_followed))
			return OK;
	}
	return ERR_MISSING;
}

enum err tie_find(const struct turn *turn, const struct intake *intake, struct tie *ret_tie)
{
	bool is_original = strcmp(fact(intake, "meaning"), "original") == 0;
	struct message followed, root;
	enum err err;

	*ret_tie = (struct tie){.root = 0, .is_parked = !is_original};
	if (is_original)
		return OK;
	if ((err = find_followed(turn, intake, &followed)) != OK)
		return err == ERR_MISSING ? OK : err;
	if ((err = message_load(turn, followed.root, &root)) != OK)
		return err;
	ret_tie->root = root.number;
	ret_tie->is_parked = strcmp(facts_get_or_empty(&root.facts, "meaning"), "original") != 0;
	return OK;
}
