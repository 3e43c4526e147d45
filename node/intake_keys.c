#include "node/intake_keys.h"

#include <string.h>

#include "node/find.h"
#include "node/named.h"
#include "node/sender.h"
#include "node/tie.h"

/*
 * The party in it is whose document it is, not who brought it: trader and agent cannot both make the
 * same declaration. architecture.md: where the schema has no version, the hash of an amendment stands in its place.
 */
const char *intake_keys_identity(const struct turn *turn, const struct intake *intake,
				 const struct hash *document)
{
	const char *version = intake_fact(intake, "version");
	char hex[HASH_HEX_BYTES];

	if (version[0] == '\0' && !intake_is_original(intake)) {
		hash_format_hex(document, hex);
		version = hex;
	}
	const char *holder = sender_holder(turn, intake);

	if (holder == NULL)
		return NULL;
	return find_text(turn, "identity", holder, intake_fact(intake, "kind"),
			 intake_fact(intake, "reference"), intake_fact(intake, "year"),
			 intake_fact(intake, "function"), intake_fact(intake, "type"), version,
			 NULL);
}

static enum err put_key(const struct turn *turn, const struct find_entry *entry, const char *key)
{
	return key == NULL ? ERR_MEMORY : find_put(turn, key, entry);
}

enum err intake_keys_put(const struct turn *turn, const struct intake *intake,
			 const struct message *message, bool is_parked)
{
	const char *identity = intake_keys_identity(turn, intake, &message->document);
	struct find_entry entry = {.message = message->number, .document = message->document};
	enum err err = put_key(turn, &entry, identity);

	for (size_t i = 0; err == OK && i < intake->facts.count; i++) {
		const struct fact *item = &intake->facts.items[i];

		if (strncmp(item->name, "key.", 4) == 0 ||
		    (strncmp(item->name, "only.", 5) == 0 && !is_parked))
			err = put_key(turn, &entry, find_text(turn, item->name, item->value, NULL));
	}
	if (err == OK)
		err = tie_put_reference(turn, intake, &entry, is_parked);
	if (err == OK)
		err = put_key(turn, &entry,
			      find_text(turn, "find", intake_fact(intake, "reference"), NULL));
	if (err == OK && intake_is_original(intake) &&
	    strcmp(intake_fact(intake, "life"), "application") == 0)
		err = put_key(turn, &entry,
			      find_text(turn, "application", intake_fact(intake, "exporter"),
					intake_fact(intake, "reference"), NULL));
	if (err == OK && strcmp(intake_fact(intake, "life"), "application") == 0 &&
	    intake_fact(intake, "declaration")[0] != '\0')
		err = put_key(turn, &entry,
			      find_text(turn, "applied", intake_fact(intake, "exporter"),
					intake_fact(intake, "declaration"), NULL));
	return err == OK ? named_put(turn, message, identity) : err;
}

/* ---- Verification ---- */

/* The key leads to this message, or to one that came later and took it over. */
static enum err look_for(const struct turn *turn, const struct message *message, const char *key,
			 bool *ret_is_there)
{
	struct find_entry entry;
	enum err err = key == NULL ? ERR_MEMORY : find_get(turn, key, &entry);

	if (err == ERR_MISSING || (err == OK && entry.message < message->number)) {
		*ret_is_there = false;
		return OK;
	}
	return err;
}

enum err intake_keys_check(const struct turn *turn, const struct message *message,
			   bool *ret_is_recognised)
{
	const struct intake intake = {.party = "", .facts = message->facts};
	enum err err = OK;

	*ret_is_recognised = true;
	if (sender_is_named(&intake))
		err = look_for(turn, message,
			       intake_keys_identity(turn, &intake, &message->document),
			       ret_is_recognised);
	for (size_t i = 0; err == OK && intake_is_original(&intake) && i < intake.facts.count;
	     i++) {
		const struct fact *item = &intake.facts.items[i];

		if (strncmp(item->name, "only.", 5) == 0)
			err = look_for(turn, message,
				       find_text(turn, item->name, item->value, NULL),
				       ret_is_recognised);
	}
	return err;
}
