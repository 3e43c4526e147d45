#include "node/certificate.h"

#include <string.h>

#include "node/delivery.h"
#include "node/find.h"
#include "node/objection.h"
#include "node/procedure.h"

/* The hub writes a date of issue as yyyymmdd, national forms as yyyy-mm-dd: one key for both. */
static const char *date_of(const struct turn *turn, const struct facts *facts)
{
	const char *date = facts_get_or_empty(facts, "issued");

	return strlen(date) != 8
		       ? date
		       : arena_format(turn->arena, "%.4s-%.2s-%s", date, date + 4, date + 6);
}

/* What speaks of a certificate says in "issuer" under which country it stands. */
static const char *key_of(const struct turn *turn, const char *what, const struct facts *facts,
			  const char *exporter)
{
	const char *issuer = facts_get_or_empty(facts, "issuer"), *date = date_of(turn, facts);

	if (issuer[0] == '\0')
		issuer = facts_get_or_empty(facts, "country");
	return date == NULL
		       ? NULL
		       : find_text(turn, what, issuer, facts_get_or_empty(facts, "certificate"),
				   date, exporter, NULL);
}

const char *certificate_key(const struct turn *turn, const struct facts *facts)
{
	return key_of(turn, "certificate", facts, NULL);
}

/* By exporter too: so nobody else's word can stand in the place of his. */
static const char *waiting_key(const struct turn *turn, const struct facts *facts)
{
	return key_of(turn, "authorisation", facts, facts_get_or_empty(facts, "exporter"));
}

/* "from" is the authenticated sender's own tax code: intake has seen to that. */
static bool is_own_word(const struct message *word)
{
	const char *exporter = facts_get_or_empty(&word->facts, "exporter");

	return exporter[0] != '\0' &&
	       strcmp(exporter, facts_get_or_empty(&word->facts, "from")) == 0;
}

static bool is_exporter(const struct message *certificate, const struct message *word)
{
	return strcmp(facts_get_or_empty(&certificate->facts, "exporter"),
		      facts_get_or_empty(&word->facts, "exporter")) == 0;
}

static enum err apply(const struct turn *turn, struct message *certificate,
		      const struct message *word)
{
	bool is_yes = strcmp(facts_get_or_empty(&word->facts, "authorise"), "yes") == 0;
	enum life_event event = is_yes ? LIFE_AUTHORISED : LIFE_WITHHELD;
	const char *next = life_step("certificate", certificate->state, event);
	char id[MESSAGE_ID_BYTES];
	uint64_t number;
	enum err err;

	if (next == NULL)
		return OK; /* said before, or sent already: the word is on record and changes
			      nothing */
	message_format_id(turn, word->number, id);
	const char *attributes[] = {"by", id, NULL};
	struct message_event record = {.event = is_yes ? "Authorised" : "Withheld",
				       .actor = word->sender,
				       .attributes = attributes};

	err = message_record(turn, certificate->number, &record, &number);
	if (err != OK)
		return err;
	certificate->state = next;
	if ((err = procedure_close(turn, certificate, life_event_name(event))) != OK)
		return err;
	return delivery_owe(turn, certificate, event);
}

/* The application that this certificate answers, by the exporter's reference that the certificate
 * names. */
static enum err close_application(const struct turn *turn, const struct message *certificate)
{
	const char *key =
		find_text(turn, "application", facts_get_or_empty(&certificate->facts, "exporter"),
			  facts_get_or_empty(&certificate->facts, "application"), NULL);
	char id[MESSAGE_ID_BYTES];
	const char *attributes[] = {"by", id, NULL};
	struct message_event record = {
		.event = "Issued", .actor = certificate->sender, .attributes = attributes};
	struct find_entry entry;
	struct message application;
	const char *next;
	uint64_t number;
	enum err err;

	if (key == NULL)
		return ERR_MEMORY;
	if ((err = find_get(turn, key, &entry)) != OK)
		return err == ERR_MISSING ? OK : err;
	if ((err = message_load(turn, entry.message, &application)) != OK)
		return err;
	next = life_step("application", application.state, LIFE_ISSUED);
	if (next == NULL)
		return OK;
	application.state = next;
	message_format_id(turn, certificate->number, id);
	if ((err = message_record(turn, application.number, &record, &number)) != OK ||
	    (err = procedure_close(turn, &application, life_event_name(LIFE_ISSUED))) != OK)
		return err;
	return message_save(turn, &application);
}

/* The word that waited is acted on now. */
static enum err hear(const struct turn *turn, struct message *certificate, struct message *word)
{
	const char *next = life_step("authorisation", word->state, LIFE_CHECKED);
	enum err err = apply(turn, certificate, word);

	if (err != OK || next == NULL)
		return err;
	word->state = next;
	if ((err = procedure_close(turn, word, life_event_name(LIFE_CHECKED))) != OK)
		return err;
	return message_save(turn, word);
}

static enum err put_keys(const struct turn *turn, const struct message *certificate)
{
	const char *keys[] = {certificate_key(turn, &certificate->facts),
			      find_text(turn, "find",
					facts_get_or_empty(&certificate->facts, "certificate"),
					NULL)};
	struct find_entry entry = {.message = certificate->number,
				   .document = certificate->document};
	enum err err = OK;

	for (size_t i = 0; err == OK && i < sizeof(keys) / sizeof(keys[0]); i++)
		err = keys[i] == NULL ? ERR_MEMORY : find_put(turn, keys[i], &entry);
	return err;
}

enum err certificate_issued(const struct turn *turn, struct message *certificate)
{
	const char *waiting = waiting_key(turn, &certificate->facts);
	struct find_entry entry;
	struct message word;
	enum err err;

	if (waiting == NULL)
		return ERR_MEMORY;
	if ((err = put_keys(turn, certificate)) != OK ||
	    (err = close_application(turn, certificate)) != OK)
		return err;
	if ((err = find_get(turn, waiting, &entry)) != OK)
		return err == ERR_MISSING ? OK : err;
	if ((err = message_load(turn, entry.message, &word)) != OK)
		return err;
	return hear(turn, certificate,
		    &word); /* it waits under his name: certificate_authorise() */
}

enum err certificate_authorise(const struct turn *turn, const struct message *word,
			       struct findings *findings, bool *ret_parked)
{
	const char *key = certificate_key(turn, &word->facts);
	const char *waiting = waiting_key(turn, &word->facts);
	struct find_entry entry = {.message = word->number, .document = word->document};
	struct message certificate;
	enum err err;

	if (key == NULL || waiting == NULL)
		return ERR_MEMORY;
	*ret_parked = false;
	if (!is_own_word(word))
		return objection_put(findings, OBJECTION_NOT_EXPORTER,
				     facts_get_or_empty(&word->facts, "exporter"));
	err = find_get(turn, key, &entry);
	if (err == ERR_MISSING) {
		*ret_parked = true;
		if ((err = objection_put(findings, OBJECTION_ORIGINAL_UNKNOWN,
					 facts_get_or_empty(&word->facts, "certificate"))) != OK)
			return err;
		return find_put(turn, waiting, &entry);
	}
	if (err != OK || (err = message_load(turn, entry.message, &certificate)) != OK)
		return err;
	if (!is_exporter(&certificate, word))
		return objection_put(findings, OBJECTION_NOT_EXPORTER,
				     facts_get_or_empty(&word->facts, "exporter"));
	if ((err = apply(turn, &certificate, word)) != OK)
		return err;
	return message_save(turn, &certificate);
}
