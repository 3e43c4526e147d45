#include "node/certificate.h"

#include <string.h>

#include "messages/word.h"
#include "node/change.h"
#include "node/delivery.h"
#include "node/expiry.h"
#include "node/find.h"
#include "node/issued.h"
#include "node/mandate.h"
#include "node/objection.h"
#include "node/procedure.h"

/* The hub writes a date of issue as yyyymmdd, national forms as yyyy-mm-dd: one key for both. */
const char *certificate_date(const struct turn *turn, const struct facts *facts)
{
	const char *date = facts_get_or_empty(facts, "issued");

	return strlen(date) != 8
		       ? date
		       : arena_format(turn->arena, "%.4s-%.2s-%s", date, date + 4, date + 6);
}

/* What speaks of a certificate says in "issuer" under which country it stands. */
static const char *issuer_of(const struct facts *facts)
{
	const char *issuer = facts_get_or_empty(facts, "issuer");

	return issuer[0] != '\0' ? issuer : facts_get_or_empty(facts, "country");
}

static const char *key_of(const struct turn *turn, const char *what, const struct facts *facts,
			  const char *exporter)
{
	const char *date = certificate_date(turn, facts);

	return date == NULL
		       ? NULL
		       : find_text(turn, what, issuer_of(facts),
				   facts_get_or_empty(facts, "certificate"), date, exporter, NULL);
}

const char *certificate_key(const struct turn *turn, const struct facts *facts)
{
	return key_of(turn, "certificate", facts, NULL);
}

static char plain(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool is_sign(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
}

/* Of a number without any letter or digit nothing is left out. */
const char *certificate_number_key(const struct turn *turn, const struct facts *facts)
{
	const char *number = facts_get_or_empty(facts, "certificate");
	char *signs = arena_alloc(turn->arena, strlen(number) + 1);
	size_t len = 0;

	if (signs == NULL)
		return NULL;
	for (const char *c = number; *c != '\0'; c++)
		if (is_sign(plain(*c)))
			signs[len++] = plain(*c);
	signs[len] = '\0';
	return find_text(turn, "number", issuer_of(facts), len > 0 ? signs : number, NULL);
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

/* Yes or no, who says so, and in which message ("": in none). */
struct word {
	bool is_yes;
	const char *actor;
	const char *by;
};

static enum life_event event_of(const struct word *word)
{
	return word->is_yes ? LIFE_AUTHORISED : LIFE_WITHHELD;
}

static enum err apply(const struct turn *turn, struct message *certificate, const struct word *word)
{
	enum life_event event = event_of(word);
	const char *next = life_step("certificate", certificate->state, event);
	const char *attributes[] = {"by", word->by, NULL};
	struct message_event record = {.event = word->is_yes ? "Authorised" : "Withheld",
				       .actor = word->actor,
				       .attributes = attributes};
	uint64_t number;
	enum err err;

	if (next == NULL)
		return OK; /* said before, or sent already: the word is on record and changes
			      nothing */
	err = message_record(turn, certificate->number, &record, &number);
	if (err != OK)
		return err;
	certificate->state = next;
	if ((err = procedure_close(turn, certificate, life_event_name(event))) != OK)
		return err;
	return delivery_owe(turn, certificate, event);
}

static enum err apply_document(const struct turn *turn, struct message *certificate,
			       const struct message *document)
{
	char id[MESSAGE_ID_BYTES];
	const struct word word = {
		.is_yes = strcmp(facts_get_or_empty(&document->facts, "authorise"), "yes") == 0,
		.actor = document->sender,
		.by = id,
	};

	message_format_id(turn, document->number, id);
	return apply(turn, certificate, &word);
}

/* The application that this certificate answers, by the exporter's reference that the certificate
 * names. */
static enum err close_application(const struct turn *turn, const struct message *certificate)
{
	const char *key =
		find_text(turn, "application", facts_get_or_empty(&certificate->facts, "exporter"),
			  facts_get_or_empty(&certificate->facts, "application"), NULL);
	char id[MESSAGE_ID_BYTES];
	const char *attributes[] = {"by", id, "certificate",
				    facts_get_or_empty(&certificate->facts, "certificate"), NULL};
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
	enum err err = apply_document(turn, certificate, word);

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
	    (err = issued_note(turn, certificate)) != OK ||
	    (err = expiry_watch(turn, certificate)) != OK ||
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
	if ((err = apply_document(turn, &certificate, word)) != OK)
		return err;
	return message_save(turn, &certificate);
}

/* ---- Said without a document ---- */

#define WORD_KIND "vn.co-authorise" /* what a mandate must cover */
#define SAID_YES \
	"authorised transmitted received accepted not-accepted partly-used used-up under-verification expired"
#define WORD_FACT "transmission" /* of the certificate: what was said last */

static enum err may_speak(const struct turn *turn, const struct caller *caller,
			  const struct message *certificate)
{
	const char *exporter = facts_get_or_empty(&certificate->facts, "exporter");
	bool is_covered = false;
	enum err err = OK;

	if (exporter[0] != '\0' && strcmp(exporter, caller->tax_code) == 0)
		return OK;
	if (exporter[0] != '\0')
		err = mandate_covers(turn, exporter, caller->party, WORD_KIND, turn->now_ms,
				     &is_covered);
	return err == OK && !is_covered ? ERR_DENIED : err;
}

/* Does the certificate stand where this can be said, or was it said already? */
static bool is_in_state(const struct message *certificate, const struct word *word)
{
	const char *life = facts_get_or_empty(&certificate->facts, "life");
	const char *last = facts_get_or_empty(&certificate->facts, WORD_FACT);

	if (strcmp(life, "certificate") != 0)
		return false;
	return life_step(life, certificate->state, event_of(word)) != NULL ||
	       (word->is_yes && word_is_in(SAID_YES, certificate->state)) ||
	       (!word->is_yes && strcmp(last, "no") == 0 &&
		strcmp(certificate->state, "issued") == 0);
}

static enum err say(const struct turn *turn, struct message *certificate, const struct word *word)
{
	const char *said = word->is_yes ? "yes" : "no";
	enum err err;

	if (strcmp(facts_get_or_empty(&certificate->facts, WORD_FACT), said) == 0)
		return OK;
	if ((err = facts_put(&certificate->facts, WORD_FACT, said)) != OK ||
	    (err = apply(turn, certificate, word)) != OK)
		return err;
	return message_save(turn, certificate);
}

enum err certificate_say(const struct turn *turn, const struct certificate_ask *ask,
			 struct certificate_answer *ret_answer)
{
	struct certificate_answer answer = {CERTIFICATE_SAID, ""};
	struct word word = {.is_yes = ask->is_yes, .by = ""};
	struct message certificate;
	struct caller caller;
	struct repeat repeat;
	enum err err = change_message(turn, &ask->caller, ACCESS_AUTHORISE, ask->message, &caller,
				      &certificate);

	if (err != OK || (err = may_speak(turn, &caller, &certificate)) != OK)
		return err;
	if ((word.actor = caller_actor(&caller, turn->arena)) == NULL)
		return ERR_MEMORY;
	err = repeat_find(turn, &ask->repeat, &repeat);
	if (err == ERR_EXISTS) {
		answer.verdict = CERTIFICATE_KEY_USED;
		err = OK;
	} else if (err == OK) {
		answer.state = repeat.state;
	} else if (err == ERR_MISSING && !is_in_state(&certificate, &word)) {
		answer = (struct certificate_answer){CERTIFICATE_STATE, certificate.state};
		err = OK;
	} else if (err == ERR_MISSING && (err = say(turn, &certificate, &word)) == OK) {
		answer.state = certificate.state;
		err = repeat_put(turn, &ask->repeat, CERTIFICATE_SAID, certificate.number,
				 certificate.state);
	}
	if (err == OK)
		*ret_answer = answer;
	return err;
}
