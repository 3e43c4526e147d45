#include "node/clerk_pairs.h"

#include <stdio.h>
#include <string.h>

#include "messages/table.h"
#include "node/calendar.h"
#include "node/compare.h"
#include "node/pair.h"
#include "node/propose.h"
#include "node/reading.h"

#define PATH_BYTES (MESSAGE_ID_BYTES + 32u)

static void set_text(json_t *to, const char *name, const char *text)
{
	(void)json_object_set_new(to, name, json_string(text));
}

static const char *fact(const struct message *message, const char *name)
{
	return facts_get_or_empty(&message->facts, name);
}

bool clerk_pairs_may_read(const struct clerk_view *view, uint64_t number)
{
	struct turn_key key = turn_key(SPACE_MESSAGE);
	struct reading reading;
	struct glance glance;
	struct bytes stored;

	turn_key_add_number(&key, number);
	return view->caller != NULL && reading_init(view->turn, view->caller, &reading) == OK &&
	       turn_get(view->turn, &key, &stored) == OK && glance_read(stored, &glance) == OK &&
	       reading_may(&reading, ACCESS_READ, &glance) == ACCESS_YES;
}

bool clerk_pairs_is_shown(const struct clerk_view *view, const struct record *record)
{
	uint64_t number;

	return strcmp(record->event, "Paired") != 0 ||
	       (message_find_id(view->turn, facts_get_or_empty(&record->attributes, "with"),
				&number) &&
		clerk_pairs_may_read(view, number));
}

/* NULL: it is not here, or not for who asks. */
static void set_other(const struct clerk_view *view, json_t *pair, const struct message *other)
{
	char id[MESSAGE_ID_BYTES] = "", path[PATH_BYTES] = "";

	if (other != NULL) {
		message_format_id(view->turn, other->number, id);
		(void)snprintf(path, sizeof(path), "/v1/messages/%s", id);
	}
	set_text(pair, "message", id);
	set_text(pair, "href", path);
	set_text(pair, "schema", other == NULL ? "" : fact(other, "schema"));
	set_text(pair, "reference", other == NULL ? "" : fact(other, "reference"));
	set_text(pair, "state", other == NULL ? "" : other->state);
	set_text(pair, "registered", other == NULL ? "" : other->registered);
	set_text(pair, "office", other == NULL ? "" : fact(other, "office"));
}

/* The proposal of the table, where the two differ and it has one. */
static void set_proposal(const struct clerk_view *view, const struct message *certificate,
			 const struct compare_row *row, json_t *json)
{
	char today[CALENDAR_DATE_BYTES];
	const struct config_origin_row *proposed = NULL;

	calendar_format_date(view->turn->now_ms, today);
	if (row->verdict != COMPARE_EQUAL)
		proposed = propose_find(&view->turn->config->origin, row,
					fact(certificate, "special"), today);
	set_text(json, "proposal", proposed == NULL ? "" : proposed->propose);
	set_text(json, "basis", proposed == NULL ? "" : proposed->basis);
	set_text(json, "text",
		 proposed == NULL      ? ""
		 : view->in_vietnamese ? proposed->why_vi
				       : proposed->why_en);
}

json_t *clerk_pairs_row_new(const struct compare_row *row)
{
	json_t *json = json_object();

	set_text(json, "field", row->field);
	set_text(json, "line", row->line);
	set_text(json, "item", row->item);
	set_text(json, "declaration", row->declaration);
	set_text(json, "certificate", row->certificate);
	set_text(json, "verdict", compare_verdict_name(row->verdict));
	return json;
}

static enum err set_comparison(const struct clerk_view *view, json_t *pair,
			       const struct message *declaration, const struct message *certificate)
{
	json_t *rows = json_array();
	struct compare_row *compared = NULL;
	size_t count = 0;
	enum err err = OK;

	(void)json_object_set_new(pair, "comparison", rows);
	if (certificate != NULL && declaration != NULL)
		err = compare_facts(&declaration->facts, &certificate->facts, view->turn->arena,
				    &compared, &count);
	for (size_t i = 0; err == OK && i < count; i++) {
		json_t *row = clerk_pairs_row_new(&compared[i]);

		set_proposal(view, certificate, &compared[i], row);
		(void)json_array_append_new(rows, row);
	}
	return err;
}

static void set_proof(json_t *pair, const struct pair_proof *proof)
{
	set_text(pair, "proof", proof->type);
	set_text(pair, "country", proof->country);
	set_text(pair, "number", proof->number);
	set_text(pair, "issued", proof->issued);
}

static enum err put_proofs(const struct clerk_view *view, const struct message *declaration,
			   json_t *pairs)
{
	struct pair_proof proof;
	struct table proofs;
	enum err err = OK;

	table_open(&proofs, fact(declaration, "proofs"));
	while (err == OK && pair_next(view->turn, &proofs, &proof)) {
		struct message certificate;
		bool is_shown = pair_find(view->turn, &proof, &certificate) == OK &&
				clerk_pairs_may_read(view, certificate.number);
		json_t *pair = json_object();

		set_proof(pair, &proof);
		set_other(view, pair, is_shown ? &certificate : NULL);
		err = set_comparison(view, pair, declaration, is_shown ? &certificate : NULL);
		(void)json_array_append_new(pairs, pair);
	}
	return err;
}

static enum err put_declarations(const struct clerk_view *view, const struct message *certificate,
				 json_t *pairs)
{
	const char *issuer = fact(certificate, "issuer");
	const struct pair_proof proof = {
		"", issuer[0] != '\0' ? issuer : fact(certificate, "country"),
		fact(certificate, "certificate"), fact(certificate, "issued")};
	uint64_t numbers[PAIR_DECLARATIONS];
	size_t count = 0;
	enum err err = pair_list(view->turn, certificate, numbers, &count);

	for (size_t i = 0; err == OK && i < count; i++) {
		struct message declaration;
		json_t *pair;

		if (message_load(view->turn, numbers[i], &declaration) != OK ||
		    !clerk_pairs_may_read(view, numbers[i]))
			continue;
		pair = json_object();
		set_proof(pair, &proof);
		set_other(view, pair, &declaration);
		err = set_comparison(view, pair, &declaration, certificate);
		(void)json_array_append_new(pairs, pair);
	}
	return err;
}

enum err clerk_pairs_put(const struct clerk_view *view, const struct message *message,
			 json_t *pairs)
{
	if (strcmp(fact(message, "life"), "foreign-certificate") == 0)
		return put_declarations(view, message, pairs);
	return put_proofs(view, message, pairs);
}
