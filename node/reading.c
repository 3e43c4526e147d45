#include "node/reading.h"

#include <string.h>

#include "messages/word.h"
#include "node/mandate_index.h"

#define PARTY "party:"
#define WORDS_BYTES (4u * (LIMIT_NAME_BYTES + 1))

/* Room for the texts of one object. */
struct words {
	char kind[LIMIT_NAME_BYTES + 1];
	char lodger[LIMIT_NAME_BYTES + 1];
	char office[LIMIT_NAME_BYTES + 1];
	char tax_codes[WORDS_BYTES];
};

enum err reading_init(const struct turn *turn, const struct caller *caller,
		      struct reading *ret_reading)
{
	struct mandate *mandates = NULL;
	enum err err;

	*ret_reading = (struct reading){.turn = turn, .caller = caller};
	if ((caller->roles & CALLER_AGENT) == 0 || caller->party[0] == '\0')
		return OK;
	err = mandate_index_of_agent(turn, caller->party, &mandates, &ret_reading->mandate_count);
	ret_reading->mandates = mandates;
	return err;
}

/* The first mandate of a principal that is not before this one; they stand in order. */
static size_t first_of(const struct reading *reading, struct bytes principal)
{
	size_t low = 0, high = reading->mandate_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (bytes_compare(bytes_of_text(reading->mandates[middle].principal), principal) <
		    0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* What this turn took back already stands in the mandate itself. */
static bool is_still_good(const struct reading *reading, uint64_t number)
{
	struct mandate mandate;
	enum err err;

	if (reading->turn->batch == NULL)
		return true;
	err = mandate_load(reading->turn, number, &mandate);
	if (err != OK && err != ERR_MISSING && reading->failed != NULL)
		*reading->failed = err;
	return err == OK && mandate.revoked_ms == 0;
}

/* As mandate_covers(), over what was read. */
static bool is_mandated(const struct reading *reading, const struct access_object *object,
			uint64_t received_ms)
{
	const char *principals = object->tax_codes;
	const struct turn *turn = reading->turn;
	struct bytes principal;

	if (principals == NULL || reading->mandate_count == 0)
		return false;
	while (word_next(&principals, &principal)) {
		for (size_t i = first_of(reading, principal);
		     i < reading->mandate_count &&
		     bytes_equal(bytes_of_text(reading->mandates[i].principal), principal);
		     i++)
			if (mandate_holds(&reading->mandates[i], object->kind, turn->now_ms) &&
			    mandate_holds(&reading->mandates[i], object->kind, received_ms) &&
			    is_still_good(reading, reading->mandates[i].number))
				return true;
	}
	return false;
}

enum err reading_put_about(const struct message *about, struct facts *facts)
{
	enum err err = OK;

	if (strncmp(about->sender, PARTY, sizeof(PARTY) - 1) != 0)
		return OK;
	err = facts_put(facts, READING_ABOUT_LIFE, facts_get_or_empty(&about->facts, "life"));
	return err == OK ? facts_put(facts, READING_ABOUT_OFFICE,
				     facts_get_or_empty(&about->facts, "office"))
			 : err;
}

/* What is too long for a name names nobody. */
static void copy(struct bytes value, char ret_text[LIMIT_NAME_BYTES + 1])
{
	if (value.len > LIMIT_NAME_BYTES)
		value.len = 0;
	if (value.len > 0 && memchr(value.at, 0, value.len) != NULL)
		value.len = 0;
	if (value.len > 0)
		memcpy(ret_text, value.at, value.len);
	ret_text[value.len] = '\0';
}

/* A value with a blank inside would be two words, and so two parties. */
static void add_word(char words[WORDS_BYTES], struct bytes value)
{
	size_t len = strlen(words);

	if (value.len == 0 || value.len > LIMIT_NAME_BYTES || len + value.len + 2 > WORDS_BYTES ||
	    memchr(value.at, 0, value.len) != NULL || memchr(value.at, ' ', value.len) != NULL)
		return;
	if (len > 0)
		words[len++] = ' ';
	memcpy(words + len, value.at, value.len);
	words[len + value.len] = '\0';
}

static bool is_word_in(struct bytes list, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; len > 0 && i + len <= list.len; i++)
		if ((i == 0 || list.at[i - 1] == ' ') &&
		    (i + len == list.len || list.at[i + len] == ' ') &&
		    memcmp(list.at + i, word, len) == 0)
			return true;
	return false;
}

static bool is(struct bytes value, const char *text)
{
	return bytes_equal(value, bytes_of_text(text));
}

static enum access_desk desk_of(struct bytes life)
{
	return is(life, "certificate") || is(life, "application") || is(life, "authorisation")
		       ? ACCESS_DESK_ISSUING
		       : ACCESS_DESK_CUSTOMS;
}

/* A refusal is nobody's but theirs: what it names was never found to be true. */
static void copy_lodger(const struct glance *glance, struct words *words)
{
	copy(bytes_of(glance->sender.at + sizeof(PARTY) - 1,
		      glance->sender.len - (sizeof(PARTY) - 1)),
	     words->lodger);
}

/* The office of what was lodged here. A notice stands under that of what it speaks of, whatever it says itself. */
static void fill_office(const struct reading *reading, const struct glance *glance,
			struct words *words, struct access_object *object)
{
	struct bytes about = glance_fact(glance, READING_ABOUT_LIFE);

	copy(glance_fact(glance, about.len > 0 ? READING_ABOUT_OFFICE : "office"), words->office);
	object->desk = desk_of(about.len > 0 ? about : glance_fact(glance, "life"));
	object->office = words->office;
	if (words->office[0] == '\0' && object->desk == ACCESS_DESK_CUSTOMS)
		object->office = reading->turn->config->office;
}

/* What was lodged here: whose it is stands in it, and intake compared that with who lodged it. */
static void fill_own(const struct reading *reading, const struct glance *glance,
		     struct words *words, struct access_object *object)
{
	static const char *const owners[] = {"from", "exporter", "importer"};

	copy_lodger(glance, words);
	for (size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++)
		add_word(words->tax_codes, glance_fact(glance, owners[i]));
	fill_office(reading, glance, words, object);
}

enum access_verdict reading_may(const struct reading *reading, enum access_action action,
				const struct glance *glance)
{
	struct words words = {.kind = ""};
	struct access_object object = {
		.kind = words.kind, .lodger = words.lodger, .tax_codes = words.tax_codes};

	copy(glance_fact(glance, "kind"), words.kind);
	if (!bytes_has_prefix(glance->sender, bytes_of_text(PARTY)))
		; /* a partner's: nobody's here */
	else if (is(glance->state, MESSAGE_REFUSED))
		copy_lodger(glance, &words);
	else
		fill_own(reading, glance, &words, &object);
	object.is_received =
		is_word_in(glance_fact(glance, MESSAGE_HANDED), reading->caller->party);
	object.is_mandated = is_mandated(reading, &object, glance->received_ms);
	return access_may(reading->caller, action, &object);
}

enum access_verdict reading_may_refusal(const struct reading *reading, enum access_action action,
					const struct record *refusal)
{
	const char *lodger = strncmp(refusal->actor, PARTY, sizeof(PARTY) - 1) == 0
				     ? refusal->actor + sizeof(PARTY) - 1
				     : "";
	const char *schema = facts_get_or_empty(&refusal->attributes, "kind");
	struct words words = {.kind = ""};
	struct access_object object = {.kind = words.kind, .lodger = lodger};

	copy(bytes_of(schema, strcspn(schema, "/")), words.kind);
	return access_may(reading->caller, action, &object);
}
