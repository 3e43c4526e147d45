/*
 * What a map makes of a sample is written down byte by byte: a change of a schema, a map or the
 * translator that changes what is sent shows here. When the change is meant, write the files anew
 * with SAMPAN_GOLDEN=write and read the difference.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/translate.h"
#include "sampan/limit.h"

#define ANSWERS "schemas/samples/answers/"
#define TH "schemas/samples/th/siam-ceramics/"
#define VN "schemas/samples/vn/bct-hanoi/"
#define THEN "schemas/samples/stage-2/"
#define LAST "schemas/samples/stage-3/"

static const struct {
	const char *sample;
	const char *to;
	const char *golden;
} cases[] = {
	{TH "export-tableware.xml", "asw.declaration", "export-tableware.asw.declaration.xml"},
	{VN "21-co-third-party.xml", "asw.form-d", "third-party.asw.form-d.xml"},
	{VN "23-co-back-to-back.xml", "asw.form-d", "back-to-back.asw.form-d.xml"},
	{"tests/golden/back-to-back.asw.form-d.xml", "th.co-received",
	 "back-to-back.th.co-received.xml"},
	{TH "export-tableware.xml", "asw.acdd", "export-tableware.asw.acdd.xml"},
	{TH "tableware-amendment.xml", "asw.declaration",
	 "export-tableware-amendment.asw.declaration.xml"},
	{TH "import-kaolin.xml", "asw.declaration", "import-kaolin.asw.declaration.xml"},
	{"tests/golden/export-tableware.asw.acdd.xml", "vn.advance-export",
	 "export-tableware.vn.advance-export.xml"},
	{"tests/golden/export-tableware.asw.declaration.xml", "wco.declaration",
	 "export-tableware.wco.declaration.xml"},
	{ANSWERS "wco-rejected.xml", "asw.response", "wco-rejected.asw.response.xml"},
	{ANSWERS "wco-rejected-plain.xml", "asw.response", "wco-rejected.asw.response.xml"},
	{ANSWERS "wco-corrected.xml", "asw.response", "wco-corrected.asw.response.xml"},
	{"tests/golden/wco-rejected.asw.response.xml", "vn.response",
	 "wco-rejected.vn.response.xml"},
	{"tests/golden/wco-corrected.asw.response.xml", "wco.response",
	 "wco-corrected.wco.response.xml"},
	{ANSWERS "vn-refused.xml", "asw.response", "vn-refused.asw.response.xml"},
	{ANSWERS "vn-papers-asked.xml", "asw.response", "vn-papers-asked.asw.response.xml"},
	{ANSWERS "vn-registered-yellow.xml", "asw.response",
	 "vn-registered-yellow.asw.response.xml"},
	{"tests/golden/vn-papers-asked.asw.response.xml", "vn.response",
	 "vn-papers-asked.vn.response.xml"},
	{"schemas/samples/vn/gom-bat-trang/07-import-stays-at-home.xml", "asw.declaration",
	 "import.asw.declaration.xml"},
	{"tests/golden/import.asw.declaration.xml", "vn.import", "import.vn.import.xml"},
	{THEN "hai-quan/41-co-status-accepted.xml", "asw.co-status", "accepted.asw.co-status.xml"},
	{THEN "hai-quan/42-co-status-used.xml", "asw.co-status", "used.asw.co-status.xml"},
	{THEN "hai-quan/43-co-status-not-accepted.xml", "asw.co-status",
	 "not-accepted.asw.co-status.xml"},
	{"tests/golden/not-accepted.asw.co-status.xml", "vn.co-status",
	 "not-accepted.vn.co-status.xml"},
	{THEN "thai-customs/46-co-status-used.xml", "vn.co-status", "used.vn.co-status.xml"},
	{THEN "hai-quan/44-verification-asked.xml", "asw.verification",
	 "asked.asw.verification.xml"},
	{"tests/golden/asked.asw.verification.xml", "vn.verification", "asked.vn.verification.xml"},
	{LAST "dft/47-verification-answer.xml", "vn.verification", "answer.vn.verification.xml"},
	{"tests/golden/answer.vn.verification.xml", "asw.verification",
	 "answer.asw.verification.xml"},
	{THEN "gom-bat-trang/61-cancel-export.xml", "asw.cancel", "export.asw.cancel.xml"},
	{"tests/golden/export.asw.cancel.xml", "vn.cancel", "export.vn.cancel.xml"},
	{THEN "bct-hanoi/62-cancel-certificate.xml", "asw.cancel", "certificate.asw.cancel.xml"},
	{"tests/golden/certificate.asw.cancel.xml", "vn.cancel", "certificate.vn.cancel.xml"},
	{LAST "thai-customs/63-cancel-refused.xml", "vn.cancel", "refused.vn.cancel.xml"},
	{LAST "siam-ceramics/64-cancel-tableware.xml", "asw.cancel", "tableware.asw.cancel.xml"},
	{"tests/golden/tableware.asw.cancel.xml", "wco.declaration",
	 "tableware-cancel.wco.declaration.xml"},
};

static const struct fact known[] = {
	{"event.number", "26TH0201000000101"},
	{"event.port", "VNSGN"},
	{"event.messageId", "5b1c2a90-7c1e-4a53-8a0e-3e2f0d9b7c11"},
	{"event.sendDate", "2026-11-22 09:00:00"},
	{"event.year", "2026"},
	{"event.to.name", "Công ty TNHH Gốm sứ Bát Tràng Hồng Ngọc"},
	{"event.to.identity", "0100101308"},
	{"event.from.name", "NSW"},
	{"event.from.identity", "NSW"},
};

static struct bytes read_whole(const char *path, struct arena *arena)
{
	FILE *file = fopen(path, "rb");
	uint8_t *at = arena_alloc(arena, LIMIT_DOCUMENT_BYTES);
	size_t len;

	if (file == NULL)
		fail_msg("%s cannot be read", path);
	assert_non_null(at);
	len = fread(at, 1, LIMIT_DOCUMENT_BYTES, file);
	fclose(file);
	return bytes_of(at, len);
}

static struct bytes translate(const struct schema_set *set, const char *sample, const char *to,
			      struct arena *arena)
{
	struct translation translation = {0};
	struct document *document = NULL;
	const struct schema *schema;
	struct findings findings;
	struct facts facts;

	findings_init(&findings, arena);
	facts_init(&facts, arena);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		assert_int_equal(facts_put(&facts, known[i].name, known[i].value), OK);
	if (strstr(sample, "/vn/") != NULL)
		assert_int_equal(facts_put(&facts, "event.number", "106000000010"), OK);
	assert_int_equal(document_read(read_whole(sample, arena), LIMIT_DOCUMENT_BYTES, &findings,
				       &document),
			 OK);
	assert_non_null(document);
	schema = schema_identify(set, document, &findings);
	assert_non_null(schema);
	assert_int_equal(schema_check(set, schema, document, &findings), OK);
	assert_int_equal(findings.count, 0);
	assert_int_equal(translate_document(set, document, schema, schema_set_find(set, to), &facts,
					    arena, &findings, &translation),
			 OK);
	if (findings.count > 0)
		fail_msg("%s to %s: %s", sample, to, findings.items[0].en);
	document_free(document);
	return translation.output;
}

static void write_whole(const char *path, struct bytes bytes)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes.at, 1, bytes.len, file), bytes.len);
	assert_int_equal(fclose(file), 0);
}

static void every_sample_becomes_what_is_written_down(void **state)
{
	const char *mode = getenv("SAMPAN_GOLDEN");
	const struct schema_set *set = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
		struct bytes output = translate(set, cases[i].sample, cases[i].to, arena);
		const char *path = arena_format(arena, "tests/golden/%s", cases[i].golden);

		if (mode != NULL && strcmp(mode, "write") == 0)
			write_whole(path, output);
		else if (!bytes_equal(output, read_whole(path, arena)))
			fail_msg("%s to %s is not %s", cases[i].sample, cases[i].to, path);
		arena_free(arena);
	}
}

static int load(void **state)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct schema_set *set = NULL;
	struct findings findings;
	enum err err;

	findings_init(&findings, arena);
	err = schema_set_load("schemas", &findings, &set);
	for (size_t i = 0; i < findings.count; i++)
		print_error("%s: %s\n", findings.items[i].path, findings.items[i].en);
	arena_free(arena);
	*state = set;
	return err == OK ? 0 : -1;
}

static int unload(void **state)
{
	schema_set_free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sample_becomes_what_is_written_down),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
