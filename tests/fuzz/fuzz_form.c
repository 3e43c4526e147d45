/*
 * Whatever is filled in: a form makes a document that can be read and is of the row's kind, or says what is
 * wrong. The first byte chooses the form, the rest is the JSON of its fields; what is no JSON is tried as
 * If-Match. tests/test_fuzz_corpus.c calls it with tests/fuzz/corpus/form/.
 */
#include <assert.h>
#include <string.h>

#include "messages/document.h"
#include "messages/word.h"
#include "node/form_read.h"
#include "node/form_table.h"
#include "node/form_work.h"
#include "tests/support/shipped.h"

#define FUZZ_ARENA_BYTES ((size_t)64 * 1024 * 1024)
#define FUZZ_FORMS "schemas/forms"
#define FUZZ_MAX_BYTES ((size_t)1024 * 1024)

static const char fuzz_form_ask[] =
	"{\"country\":\"VN\",\"today\":\"2026-11-23\",\"clock\":\"09:00:00\",\"year\":\"2026\","
	"\"reference\":\"TCHQ-261123-0123456789\",\"messageId\":\"5a3c0066\",\"papers\":[\"380\"],"
	"\"caller\":{\"name\":\"Hải quan\",\"taxCode\":\"TCHQ\",\"user\":\"an\"},\"about\":{"
	"\"number\":\"106012345670\",\"about\":{\"office\":\"03CC\"},\"attachments\":[{\"sha256\":\"ab\"}]}}";
static const char fuzz_form_document[] =
	"<Declaration><GoodsShipment><GovernmentAgencyGoodsItem><SequenceNumeric>1</SequenceNumeric>"
	"</GovernmentAgencyGoodsItem></GoodsShipment></Declaration>";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct form_row *choose_form(uint8_t byte)
{
	size_t count = 0;

	while (form_table[count].name != NULL)
		count++;
	return &form_table[byte % count];
}

/* One set for the process. */
static const struct stylesheet_set *form_set(void)
{
	static struct stylesheet_set *set;
	const char *message;

	if (set == NULL)
		assert(stylesheet_load_forms(FUZZ_FORMS, &set, &message) == OK);
	return set;
}

static void look_at_made(const struct form_made *made, const struct form_row *row,
			 struct arena *arena)
{
	struct document *document = NULL;
	const struct schema *schema;
	struct findings findings;

	findings_init(&findings, arena);
	assert(document_read(made->made.document, FUZZ_MAX_BYTES, &findings, &document) == OK);
	assert(document != NULL);
	schema = schema_identify(shipped_set(), document, &findings);
	assert(schema != NULL && word_is_in(row->kind, schema_id(schema)));
	document_free(document);
}

static void make_form(const struct form_row *row, const struct form_values *values,
		      struct arena *arena)
{
	const struct form_work_sets sets = {form_set(), shipped_set(), FUZZ_MAX_BYTES};
	const struct form_work work = {.form = row->name,
				       .ask = bytes_of_text(fuzz_form_ask),
				       .document = bytes_of_text(fuzz_form_document),
				       .values = values->items,
				       .count = values->count};
	struct buffer question, answer;
	struct form_made made;

	buffer_init(&question, LIMIT_CALL_BYTES);
	buffer_init(&answer, LIMIT_CALL_BYTES);
	form_work_pack(&question, &work);
	assert(form_work_serve(&sets, buffer_bytes(&question), arena, &answer) == OK);
	assert(form_work_unpack_made(buffer_bytes(&answer), arena, &made) == OK);
	if (!findings_has_errors(&made.findings))
		look_at_made(&made, row, arena);
	buffer_clear(&question);
	buffer_clear(&answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(FUZZ_ARENA_BYTES);
	struct form_values values;
	uint64_t version;
	json_t *json;

	assert(arena != NULL);
	if (size > 0 && size < FORM_READ_BYTES) {
		json = json_loadb((const char *)data + 1, size - 1, JSON_REJECT_DUPLICATES, NULL);
		if (json == NULL)
			(void)form_read_version(
				arena_text(arena,
					   bytes_of(data, strnlen((const char *)data, size))),
				&version);
		else if (form_read_json(json, arena, &values) == OK)
			make_form(choose_form(data[0]), &values, arena);
		json_decref(json);
	}
	arena_free(arena);
	return 0;
}
