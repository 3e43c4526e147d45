#include "node/notice.h"

#include <string.h>

#include "messages/word.h"
#include "node/by_hand.h"
#include "node/certificate.h"
#include "node/desk.h"
#include "node/find.h"

bool notice_is(const struct facts *facts)
{
	return facts_get_or_empty(facts, "follows")[0] != '\0';
}

/* Where both say it, they must say the same. */
static bool agree(const char *a, const char *b)
{
	return a[0] == '\0' || b[0] == '\0' || strcmp(a, b) == 0;
}

/* Number and reference together name a declaration whose office the partner does not say. */
static bool names_reference(const struct facts *facts)
{
	return facts_get_or_empty(facts, "declaration")[0] != '\0' &&
	       facts_get_or_empty(facts, "original")[0] != '\0';
}

bool notice_fits(const struct facts *notice, const struct facts *followed)
{
	return word_is_in(facts_get_or_empty(notice, "follows"),
			  facts_get_or_empty(followed, "kind")) &&
	       agree(facts_get_or_empty(notice, "document"),
		     facts_get_or_empty(followed, "document")) &&
	       agree(facts_get_or_empty(notice, "originalYear"),
		     facts_get_or_empty(followed, "year")) &&
	       (!names_reference(notice) || agree(facts_get_or_empty(notice, "original"),
						  facts_get_or_empty(followed, "reference")));
}

const char *notice_arrived_key(const struct turn *turn, const char *country, const char *number)
{
	return find_text(turn, "arrived", country, number, NULL);
}

static enum err put_first(const struct turn *turn, const char *key, const struct message *arrival)
{
	struct find_entry entry = {.message = arrival->number, .document = arrival->document};
	struct find_entry known;
	enum err err = key == NULL ? ERR_MEMORY : find_get(turn, key, &known);

	return err == ERR_MISSING ? find_put(turn, key, &entry) : err;
}

static const char *sender_country(const struct message *arrival)
{
	return strncmp(arrival->sender, "partner:", 8) == 0 ? arrival->sender + 8 : "";
}

/* The key of what arrived, or of what it speaks of: "" when it names nothing; NULL: no memory. */
static const char *key_of(const struct turn *turn, const struct message *arrival, const char *named)
{
	const char *number = facts_get_or_empty(&arrival->facts, named);

	if (facts_get_or_empty(&arrival->facts, "certificate")[0] != '\0')
		return certificate_key(turn, &arrival->facts);
	return number[0] == '\0' ? "" : notice_arrived_key(turn, sender_country(arrival), number);
}

static const char *waits_for(const struct turn *turn, const char *country, const char *key)
{
	return key == NULL || key[0] == '\0' ? key : find_text(turn, "waits", country, key, NULL);
}

static const char *waiting_key(const struct turn *turn, const struct message *arrival,
			       const char *named)
{
	return waits_for(turn, sender_country(arrival), key_of(turn, arrival, named));
}

/* Under which the notice waits for a paper. */
static const char *paper_key(const struct turn *turn, const char *country,
			     const struct facts *facts)
{
	return waits_for(turn, country,
			 facts_get_or_empty(facts, "certificate")[0] == '\0'
				 ? ""
				 : certificate_number_key(turn, facts));
}

enum err notice_remember(const struct turn *turn, const struct message *arrival)
{
	const char *key = key_of(turn, arrival, "declaration");

	if (strcmp(facts_get_or_empty(&arrival->facts, "meaning"), "original") != 0)
		return OK;
	return key != NULL && key[0] == '\0' ? OK : put_first(turn, key, arrival);
}

/* What waits under the key: "" is nothing. */
static enum err load_waiting(const struct turn *turn, const char *key, struct message *ret_notice)
{
	struct find_entry entry;
	enum err err = key == NULL      ? ERR_MEMORY
		       : key[0] == '\0' ? ERR_MISSING
					: find_get(turn, key, &entry);

	if (err != OK || (err = message_load(turn, entry.message, ret_notice)) != OK)
		return err;
	return strcmp(ret_notice->state, "parked") == 0 ? OK : ERR_MISSING;
}

static bool takes_back(const struct message *notice)
{
	return strcmp(facts_get_or_empty(&notice->facts, "event"), "cancelled") == 0;
}

/* What is said behind a cancellation does not take its place: the original is not in force for it. */
static enum err put_waiting(const struct turn *turn, const char *key, const struct message *arrival)
{
	struct find_entry entry = {.message = arrival->number, .document = arrival->document};
	struct message known;
	enum err err = load_waiting(turn, key, &known);

	if (err != OK && err != ERR_MISSING)
		return err;
	if (key[0] == '\0' || (err == OK && takes_back(&known) && !takes_back(arrival)))
		return OK;
	return find_put(turn, key, &entry);
}

enum err notice_wait(const struct turn *turn, const struct message *arrival)
{
	const char *keys[] = {waiting_key(turn, arrival, "original"),
			      paper_key(turn, sender_country(arrival), &arrival->facts)};
	enum err err = OK;

	for (size_t i = 0; err == OK && i < sizeof(keys) / sizeof(keys[0]); i++)
		err = put_waiting(turn, keys[i], arrival);
	return err;
}

enum err notice_waiting(const struct turn *turn, const struct message *original,
			struct message *ret_notice)
{
	return load_waiting(turn, waiting_key(turn, original, "declaration"), ret_notice);
}

enum err notice_waiting_for_paper(const struct turn *turn, const struct message *paper,
				  struct message *ret_notice)
{
	return load_waiting(
		turn, paper_key(turn, facts_get_or_empty(&paper->facts, "issuer"), &paper->facts),
		ret_notice);
}

/*
 * What it sent itself, its certificate that customs has on paper, and what is owed to it or went to it of what is
 * ours. What another partner sent is that one's, whatever was said of it to whom.
 */
static bool partner_may_speak_of(const struct message *arrival, const struct message *root)
{
	if (strncmp(root->sender, "partner:", 8) == 0)
		return strcmp(root->sender, arrival->sender) == 0;
	if (by_hand_is(root))
		return strcmp(facts_get_or_empty(&root->facts, "issuer"),
			      sender_country(arrival)) == 0;
	return word_is_in(facts_get_or_empty(&root->facts, "crosses"), sender_country(arrival));
}

static enum err look(const struct turn *turn, const struct message *arrival, const char *key,
		     struct message *ret_root)
{
	struct find_entry entry;
	struct message followed;
	enum err err = key == NULL ? ERR_MEMORY : find_get(turn, key, &entry);

	if (err != OK || (err = message_load(turn, entry.message, &followed)) != OK)
		return err;
	if (!notice_fits(&arrival->facts, &followed.facts) ||
	    (err = message_load(turn, followed.root, ret_root)) != OK)
		return err != OK ? err : ERR_MISSING;
	return partner_may_speak_of(arrival, ret_root) ? OK : ERR_MISSING;
}

/* By its very key, else a paper that was typed otherwise. */
static enum err look_for_certificate(const struct turn *turn, const struct message *arrival,
				     struct message *ret_root)
{
	struct message root;
	enum err err = look(turn, arrival, certificate_key(turn, &arrival->facts), ret_root);

	if (err != ERR_MISSING)
		return err;
	err = look(turn, arrival, certificate_number_key(turn, &arrival->facts), &root);
	if (err == OK && !by_hand_is(&root))
		return ERR_MISSING;
	if (err == OK)
		*ret_root = root;
	return err;
}

static const char *number_of(const struct facts *facts)
{
	const char *number = facts_get_or_empty(facts, "declaration");

	return number[0] != '\0' ? number : facts_get_or_empty(facts, "original");
}

enum err notice_find(const struct turn *turn, const struct message *arrival,
		     struct message *ret_root)
{
	const struct facts *facts = &arrival->facts;
	const char *number = number_of(facts);
	enum err err = ERR_MISSING;

	if (facts_get_or_empty(facts, "certificate")[0] != '\0')
		return look_for_certificate(turn, arrival, ret_root);
	if (number[0] != '\0')
		err = look(turn, arrival, notice_arrived_key(turn, sender_country(arrival), number),
			   ret_root);
	if (number[0] != '\0' && err == ERR_MISSING)
		err = look(turn, arrival, desk_key(turn, desk_office(turn, facts), number),
			   ret_root);
	if (number[0] != '\0' && err == ERR_MISSING && names_reference(facts))
		err = look(turn, arrival, find_text(turn, "find", number, NULL), ret_root);
	return err;
}
