#include "node/evidence_repeat.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "messages/hub.h"
#include "messages/report_whole.h"
#include "messages/signature.h"
#include "messages/signature_c14n.h"
#include "messages/signature_write.h"
#include "node/evidence_rows.h"
#include "node/evidence_signer.h"
#include "node/json_read.h"

#define REPORT_BYTES ((size_t)32 * 1024 * 1024) /* of one that is read again */

/* A document that is being looked at. */
struct looking {
	struct arena *arena;
	struct document *document;
	struct findings findings;
	struct facts facts;
};

static enum err begin(struct looking *looking, struct bytes bytes)
{
	*looking = (struct looking){.arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES)};
	if (looking->arena == NULL)
		return ERR_MEMORY;
	findings_init(&looking->findings, looking->arena);
	facts_init(&looking->facts, looking->arena);
	return document_read(bytes, LIMIT_DOCUMENT_BYTES, &looking->findings, &looking->document);
}

static void end(struct looking *looking)
{
	document_free(looking->document);
	arena_free(looking->arena);
}

/* ---- Finding contents ---- */

/* Where a record has a payload of this role; LIMIT_RECORD_PAYLOADS: nowhere. */
static size_t place_of(const struct evidence_record *of, const char *role)
{
	for (size_t i = 0; of != NULL && of->is_shown && i < of->record.payload_count; i++)
		if (strcmp(of->record.payloads[i].role, role) == 0)
			return i;
	return LIMIT_RECORD_PAYLOADS;
}

/* Is its content shown? */
static bool has_content(const struct evidence_record *of, const char *role,
			struct bytes *ret_content)
{
	size_t place = place_of(of, role);

	if (place == LIMIT_RECORD_PAYLOADS || !of->has_payload[place])
		return false;
	*ret_content = of->payloads[place];
	return true;
}

static int compare_number(const void *number, const void *record)
{
	uint64_t a = *(const uint64_t *)number,
		 b = ((const struct evidence_record *)record)->number;

	return a < b ? -1 : a > b;
}

static const struct evidence_record *find_record(const struct evidence *evidence, uint64_t number)
{
	return bsearch(&number, evidence->records, evidence->count, sizeof(*evidence->records),
		       compare_number);
}

static const char *attribute(const struct evidence_record *of, const char *name)
{
	return facts_get_or_empty(&of->record.attributes, name);
}

/* ---- Signatures ---- */

static bool has_finding(const struct looking *looking, const char *code)
{
	for (size_t i = 0; i < looking->findings.count; i++)
		if (strcmp(looking->findings.items[i].code, code) == 0)
			return true;
	return false;
}

/* Changed, of another form, or not there, whoever is believed. */
static bool is_broken(const struct looking *looking)
{
	return looking->document == NULL || has_finding(looking, "signature-invalid") ||
	       has_finding(looking, "signature-form") ||
	       has_finding(looking, "signature-missing") ||
	       has_finding(looking, "signature-place") ||
	       has_finding(looking, "signature-reference");
}

/* What is asked of a signature. */
struct asked {
	const struct evidence_record *of; /* the record that says that it holds, and when */
	struct bytes document;
	struct trust *trust;
	const char *certificate; /* SHA-256 of the one that it must be by; "" any */
};

static enum err verify(const struct evidence_repeat *repeat, const struct asked *asked,
		       struct looking *looking)
{
	struct signature_task task = {.set = repeat->set,
				      .trust = asked->trust,
				      .now_ms = (int64_t)asked->of->record.time_ms,
				      .is_required = true};
	enum err err = begin(looking, asked->document);

	if (err != OK || looking->document == NULL)
		return err;
	task.document = looking->document;
	return signature_verify(&task, &looking->findings, &looking->facts);
}

static bool is_by(const struct looking *looking, const char *certificate)
{
	const char *is = facts_get_or_empty(&looking->facts, "signature.certificate");

	return certificate[0] == '\0' || strcmp(certificate, is) == 0;
}

/* It holds; was its certificate revoked by then? */
static enum err tell_signer(struct evidence_repeat *repeat, const struct evidence_record *of,
			    const char *subject)
{
	struct trust_list_answer answer;
	enum err err = evidence_signer_ask(repeat, of, &answer);

	if (err == OK)
		err = answer.word == TRUST_LIST_BEFORE
			      ? evidence_rows_say(repeat, of, "signature-doubtful",
						  "signature-revoked")
			      : evidence_rows_say(repeat, of, "signature-holds", subject);
	return err == OK ? evidence_signer_tell(repeat, of, &answer) : err;
}

/* Somebody's signature on a document that the node received. */
static enum err look_at_signature(struct evidence_repeat *repeat, const struct asked *asked,
				  const struct evidence_record *received)
{
	size_t place = place_of(received, "document");
	struct looking looking;
	enum err err = verify(repeat, asked, &looking);
	const char *verdict = facts_get_or_empty(&looking.facts, "signature.verdict");

	if (err != OK)
		goto out;
	if (is_broken(&looking) || (*verdict != '\0' && !is_by(&looking, asked->certificate)))
		err = evidence_rows_fail(repeat, received, "signature-broken", place);
	else if (strcmp(verdict, "valid") == 0)
		err = tell_signer(repeat, asked->of,
				  facts_get_or_empty(&looking.facts, "signature.subject"));
	else if (has_finding(&looking, "signature-unverified") ||
		 has_finding(&looking, "signature-stranger"))
		err = evidence_rows_say(repeat, asked->of, "signature-unknown",
					attribute(asked->of, "signature.subject"));
	else
		err = evidence_rows_say(repeat, asked->of, "signature-doubtful",
					looking.findings.count > 0 ? looking.findings.items[0].code
								   : "");
out:
	end(&looking);
	return err;
}

/* A record that says that what was received is signed. */
static enum err look_at_received(struct evidence_repeat *repeat, const struct evidence_record *of)
{
	const struct evidence_record *received =
		find_record(repeat->evidence, repeat->evidence->message);
	struct asked asked = {.of = of,
			      .trust = repeat->trust,
			      .certificate = attribute(of, "signature.certificate")};
	enum err err;

	if (strcmp(attribute(of, "signature.verdict"), "valid") != 0 ||
	    !has_content(received, "document", &asked.document))
		return OK;
	err = evidence_signer_bring(repeat, of);
	if (err == OK)
		err = look_at_signature(repeat, &asked, received);
	evidence_signer_forget(repeat);
	return err;
}

/* ---- What this node signed ---- */

/* Whom the ledger names: the certificates of its records KeyRotated. */
static enum err trust_ledger(const struct evidence *evidence, struct trust **ret_trust,
			     size_t *ret_count)
{
	struct trust *trust = NULL;
	enum err err = trust_new("UID", "", &trust);

	*ret_count = 0;
	for (size_t i = 0; err == OK && i < evidence->count; i++) {
		const struct evidence_record *of = &evidence->records[i];
		size_t place = place_of(of, "certificate");

		if (place == LIMIT_RECORD_PAYLOADS || strcmp(of->record.event, "KeyRotated") != 0)
			continue;
		err = trust_pin(trust, &of->record.payloads[place].hash, "node");
		++*ret_count;
	}
	if (err == OK)
		*ret_trust = trust;
	else
		trust_free(trust);
	return err;
}

/* Signature and document become what was sent: its hash is what the receiver has on record. */
static enum err join(struct bytes output, struct bytes signature, struct arena *arena,
		     struct bytes *ret_document)
{
	struct buffer sent;
	enum err err;

	buffer_init(&sent, LIMIT_DOCUMENT_BYTES);
	err = signature_write_into(output, signature, &sent);
	if (err == OK)
		err = buffer_error(&sent);
	if (err == OK)
		err = buffer_give(&sent, arena, ret_document);
	buffer_clear(&sent);
	return err;
}

static enum err say_sent(struct evidence_repeat *repeat, const struct evidence_record *of,
			 struct bytes sent)
{
	struct hash hash = hash_of(sent);
	char hex[HASH_HEX_BYTES];

	hash_format_hex(&hash, hex);
	return evidence_rows_say(repeat, of, "sent", hex);
}

static enum err look_at_own(struct evidence_repeat *repeat, struct asked *asked)
{
	const struct evidence_record *of = asked->of;
	struct looking looking;
	size_t count;
	enum err err = trust_ledger(repeat->evidence, &asked->trust, &count);

	if (err != OK)
		return err;
	if (count == 0) {
		trust_free(asked->trust);
		return evidence_rows_say(repeat, of, "certificate-not-recorded", "");
	}
	err = verify(repeat, asked, &looking);
	if (err == OK)
		err = strcmp(facts_get_or_empty(&looking.facts, "signature.verdict"), "valid") == 0
			      ? evidence_rows_say(
					repeat, of, "node-signature-holds",
					facts_get_or_empty(&looking.facts, "signature.certificate"))
			      : evidence_rows_fail(repeat, of, "node-signature-broken", 0);
	end(&looking);
	trust_free(asked->trust);
	return err;
}

static enum err look_at_signed(struct evidence_repeat *repeat, const struct evidence_record *of)
{
	uint64_t number = strtoull(attribute(of, "output"), NULL, 10);
	const struct evidence_record *translated = find_record(repeat->evidence, number);
	struct asked asked = {.of = of, .certificate = ""};
	struct bytes output, signature;
	struct arena *arena;
	enum err err;

	if (!has_content(translated, "output", &output) ||
	    !has_content(of, "signature", &signature))
		return OK;
	if ((arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES)) == NULL)
		return ERR_MEMORY;
	err = join(output, signature, arena, &asked.document);
	if (err == ERR_FORMAT || err == ERR_LIMIT)
		err = evidence_rows_fail(repeat, of, "node-signature-broken", 0);
	if (err == OK && (err = look_at_own(repeat, &asked)) == OK)
		err = say_sent(repeat, of, asked.document);
	arena_free(arena);
	return err;
}

/* ---- Translations ---- */

/* What registry, route and event supplied stands in the report, value by value. */
static enum err read_outside(struct bytes report, struct facts *facts)
{
	json_t *json = json_loadb((const char *)report.at, report.len, 0, NULL), *row;
	enum err err = json == NULL ? ERR_FORMAT : OK;
	size_t i;

	json_array_foreach(json_object_get(json, "supplied"), i, row)
	{
		const char *ref = json_read_text(row, "ref");

		if (err == OK && ref[0] != '\0' && strchr(ref, '.') != NULL)
			err = facts_put(facts, ref, json_read_text(row, "value"));
	}
	json_decref(json);
	return err;
}

/* Compared whole: how far paths are cut short says nothing. */
static bool is_same_report(const struct hub_result *result, struct bytes report, enum err *err)
{
	struct buffer again;
	bool is_same;

	buffer_init(&again, LIMIT_PAYLOAD_BYTES);
	*err = report_format_json(&result->report, &again);
	is_same = *err == OK && bytes_equal(buffer_bytes(&again), report);
	buffer_clear(&again);
	return is_same;
}

/* The contents that a translation is between. */
struct translated {
	const struct evidence_record *of;
	struct bytes document, output, report;
};

static enum err translate(struct evidence_repeat *repeat, const struct translated *what,
			  struct looking *looking, bool *ret_is_same)
{
	const struct hub_source source = {.document = looking->document,
					  .findings = &looking->findings};
	struct hub_task task = {.set = repeat->set,
				.to = schema_set_agreed(repeat->set, attribute(what->of, "to")),
				.outside = &looking->facts,
				.sources = &source,
				.source_count = 1};
	struct hub_result result = {0};
	enum err err;

	*ret_is_same = false;
	if (looking->document == NULL)
		return OK;
	task.from = schema_identify(repeat->set, looking->document, &looking->findings);
	if (task.from == NULL || task.to == NULL)
		return OK;
	if ((err = read_outside(what->report, &looking->facts)) != OK)
		return err == ERR_FORMAT || err == ERR_LIMIT ? OK : err;
	err = hub_translate(&task, looking->arena, &result);
	if (err != OK || findings_has_errors(&looking->findings) || result.output_count != 1 ||
	    !bytes_equal(result.outputs[0], what->output))
		return err == ERR_MISSING ? OK : err;
	*ret_is_same = is_same_report(&result, what->report, &err);
	return err;
}

static enum err canonicalise(const struct translated *what, struct looking *looking,
			     bool *ret_is_same)
{
	struct buffer output;
	enum err err =
		looking->document == NULL ? ERR_FORMAT : document_need_xml(looking->document);

	*ret_is_same = false;
	if (err != OK)
		return err == ERR_FORMAT || err == ERR_CORRUPT ? OK : err;
	buffer_init(&output, LIMIT_DOCUMENT_BYTES);
	err = signature_c14n_put(SIGNATURE_C14N_EXCLUSIVE, document_root(looking->document), NULL,
				 &output);
	*ret_is_same = err == OK && bytes_equal(buffer_bytes(&output), what->output);
	buffer_clear(&output);
	return err;
}

static enum err repeat_one(struct evidence_repeat *repeat, const struct translated *what)
{
	bool is_canonical = strcmp(what->of->record.event, "Canonicalised") == 0, is_same = false;
	struct looking looking;
	enum err err = begin(&looking, what->document);

	if (err == OK)
		err = is_canonical ? canonicalise(what, &looking, &is_same)
				   : translate(repeat, what, &looking, &is_same);
	end(&looking);
	if (err != OK)
		return err;
	return is_same ? evidence_rows_say(repeat, what->of,
					   is_canonical ? "canonical-same" : "translation-same", "")
		       : evidence_rows_fail(repeat, what->of, "translation-differs", 0);
}

/* With its report as it was before its paths were cut short. */
static enum err repeat_whole(struct evidence_repeat *repeat, struct translated *what)
{
	struct buffer whole;
	enum err err;

	buffer_init(&whole, REPORT_BYTES);
	err = report_whole(what->report, &whole);
	what->report = buffer_bytes(&whole);
	if (err == OK)
		err = repeat_one(repeat, what);
	else if (err == ERR_LIMIT)
		err = evidence_rows_say(repeat, what->of, "translation-too-large", "");
	else if (err == ERR_FORMAT)
		err = evidence_rows_fail(repeat, what->of, "translation-differs", 0);
	buffer_clear(&whole);
	return err;
}

static bool is_of_document(const struct evidence_record *of, const struct evidence_record *first)
{
	size_t place = place_of(first, "document");
	char hex[HASH_HEX_BYTES];

	if (place == LIMIT_RECORD_PAYLOADS)
		return !first->is_shown;
	hash_format_hex(&first->record.payloads[place].hash, hex);
	return strcmp(attribute(of, "source"), hex) == 0;
}

static enum err look_at_translation(struct evidence_repeat *repeat,
				    const struct evidence_record *of)
{
	const struct evidence_record *first =
		find_record(repeat->evidence, repeat->evidence->message);
	bool is_canonical = strcmp(of->record.event, "Canonicalised") == 0;
	struct translated what = {.of = of};
	char set[HASH_HEX_BYTES];

	if (!is_of_document(of, first))
		return evidence_rows_fail(repeat, of, "translation-source", LIMIT_RECORD_PAYLOADS);
	if (!has_content(first, "document", &what.document) ||
	    !has_content(of, "output", &what.output) ||
	    (!is_canonical && !has_content(of, "report", &what.report)))
		return evidence_rows_say(repeat, of, "translation-not-shown", "");
	hash_format_hex(schema_set_hash(repeat->set), set);
	if (!is_canonical && strcmp(set, attribute(of, "schemaSet")) != 0)
		return evidence_rows_say(repeat, of, "translation-other-set",
					 attribute(of, "schemaSet"));
	return repeat_whole(repeat, &what);
}

/* ---- All records ---- */

static const struct {
	const char *event;
	enum err (*look)(struct evidence_repeat *repeat, const struct evidence_record *of);
} looks[] = {
	{"SubmissionAcceptance", look_at_received},
	{"ArrivalChecked", look_at_received},
	{"Translated", look_at_translation},
	{"Canonicalised", look_at_translation},
	{"Signed", look_at_signed},
};

enum err evidence_repeat_run(struct evidence_repeat *repeat)
{
	const struct evidence *evidence = repeat->evidence;
	enum err err = OK;

	for (size_t i = 0; err == OK && i < evidence->count; i++)
		for (size_t j = 0; err == OK && j < sizeof(looks) / sizeof(looks[0]); j++)
			if (evidence->records[i].is_shown &&
			    strcmp(evidence->records[i].record.event, looks[j].event) == 0)
				err = looks[j].look(repeat, &evidence->records[i]);
	return err;
}
