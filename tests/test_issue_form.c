/* Issuing: what was applied for is carried over, all of it and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "messages/schema.h"
#include "messages/signature_c14n.h"
#include "node/form_work.h"
#include "tests/support/page.h"
#include "tests/support/shipped.h"

#define ARENA_BYTES ((size_t)64 * 1024 * 1024)
#define MAX_BYTES ((size_t)1024 * 1024)
#define ASK \
	"{\"country\":\"VN\",\"now\":\"2026-11-23T02:00:00.000Z\",\"today\":\"2026-11-23\"," \
	"\"clock\":\"09:00:00\",\"year\":\"2026\",\"reference\":\"BCTHN-261123-0123456789\"," \
	"\"messageId\":\"5a3c0066-7d1e-4b62-9f0a-000000000006\"," \
	"\"caller\":{\"party\":\"bct-hanoi\",\"name\":\"Bộ Công Thương\",\"taxCode\":\"BCTHN\"," \
	"\"user\":\"quynh\"},\"about\":{\"id\":\"VN-1-7\",\"schema\":\"vn.co-application/1\"," \
	"\"state\":\"with-authority\",\"reference\":\"GBT-1\",\"about\":{\"office\":\"BCTHN\"}," \
	"\"issuing\":{\"office\":{\"code\":\"BCTHN\",\"name\":\"Phòng Quản lý Xuất nhập khẩu\"," \
	"\"place\":\"Hà Nội\",\"isSealed\":true},\"officer\":\"Phạm Thúy Quỳnh\"," \
	"\"number\":\"VN-TH 26/01/00007\",\"declaration\":{\"id\":\"\",\"number\":\"\",\"state\":\"\"}," \
	"\"certified\":{\"id\":\"\",\"number\":\"\",\"state\":\"\"}}}}"

static struct stylesheet_set *forms;
static struct arena *arena;

static int load(void **state)
{
	const char *message = "";

	(void)state;
	arena = arena_new(ARENA_BYTES);
	if (stylesheet_load_forms("schemas/forms", &forms, &message) != OK)
		fail_msg("%s", message);
	return 0;
}

static int unload(void **state)
{
	(void)state;
	stylesheet_free(forms);
	arena_free(arena);
	return 0;
}

/* The certificate that the officer's form makes of an application. */
static struct form_made issue(const char *application)
{
	static const struct form_value number = {"number", "VN-TH 26/01/00007"};
	const struct form_work_sets sets = {forms, shipped_set(), MAX_BYTES};
	const struct form_work work = {.form = "issue",
				       .ask = bytes_of_text(ASK),
				       .document = bytes_of_text(application),
				       .values = &number,
				       .count = 1};
	struct form_made made;
	struct buffer question, answer;
	struct bytes bytes;

	buffer_init(&question, LIMIT_CALL_BYTES);
	buffer_init(&answer, LIMIT_CALL_BYTES);
	form_work_pack(&question, &work);
	assert_int_equal(form_work_serve(&sets, buffer_bytes(&question), arena, &answer), OK);
	assert_int_equal(buffer_give(&answer, arena, &bytes), OK);
	assert_int_equal(form_work_unpack_made(bytes, arena, &made), OK);
	assert_int_equal(made.findings.count, 0);
	buffer_clear(&question);
	buffer_clear(&answer);
	return made;
}

/* Without what stands between elements only to be looked at. */
static char *tight(const char *text)
{
	char *copy = arena_text(arena, bytes_of_text(text)), *to = copy;

	for (const char *at = text; *at != '\0'; at++) {
		size_t blank = strspn(at, " \t\n");

		if (blank > 0 && to > copy && to[-1] == '>' && at[blank] == '<')
			at += blank;
		*to++ = *at;
	}
	*to = '\0';
	return copy;
}

static const char *put_before(const char *text, const char *place, const char *more)
{
	const char *at = strstr(text, place);

	assert_non_null(at);
	return arena_format(arena, "%.*s%s%s", (int)(at - text), text, more, at);
}

/* The element as it stands, with all that is in it. */
static const char *element_text(const xmlNode *node)
{
	struct buffer text;
	const char *copy;

	buffer_init(&text, MAX_BYTES);
	assert_int_equal(signature_c14n_put(SIGNATURE_C14N_EXCLUSIVE, node, NULL, &text), OK);
	copy = arena_text(arena, buffer_bytes(&text));
	buffer_clear(&text);
	return copy;
}

static struct document *read_xml(const char *text)
{
	struct document *document = NULL;
	struct findings findings;

	findings_init(&findings, arena);
	assert_int_equal(document_read_xml(bytes_of_text(text), MAX_BYTES, &findings, &document),
			 OK);
	assert_non_null(document);
	return document;
}

static void compare_to_application(const char *application, struct bytes made)
{
	static const char *const added[] = {"CertificateNumber", "IssueDate", "ExpiryDate",
					    "ApplicationReference", "Certification"};
	const char *certificate = arena_text(arena, made);
	struct document *from = read_xml(application), *to = read_xml(certificate);
	const xmlNode *applied =
		document_find(document_root(from), "/Envelope/Body/Content/CertificateApplication");
	const xmlNode *issued =
		document_find(document_root(to), "/Envelope/Body/Content/CertificateOfOrigin");
	size_t carried = 0;

	assert_non_null(applied);
	assert_non_null(issued);
	for (const xmlNode *at = applied->children; at != NULL; at = at->next) {
		if (strcmp((const char *)at->name, "AuthorityCode") == 0)
			continue; /* box 12 says it */
		if (strstr(certificate, element_text(at)) == NULL)
			fail_msg("not carried over: %s", element_text(at));
		carried++;
	}
	for (size_t i = 0; i < sizeof(added) / sizeof(added[0]); i++)
		carried++;
	for (const xmlNode *at = issued->children; at != NULL; at = at->next)
		carried--;
	assert_int_equal(carried, 0); /* and nothing invented */
	document_free(from);
	document_free(to);
}

static void what_was_applied_for_is_carried_over_as_it_stands(void **state)
{
	static const char *const samples[] = {
		"schemas/samples/vn/gom-bat-trang/11-co-application-third-party.xml",
		"schemas/samples/vn/nong-san-viet/12-co-application-four-criteria.xml",
		"schemas/samples/vn/dai-ly-hai-phong/13-co-application-back-to-back.xml"};

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		char *sample = page_read(samples[i]);
		const char *text = tight(sample);

		free(sample);
		text = put_before(text, "<Item>",
				  "<Exhibition><Name>Hội chợ</Name><Address>Hà Nội</Address>"
				  "<CountryCode>VN</CountryCode></Exhibition>");
		if (strstr(text, "<ReplacedCertificate>") == NULL)
			text = put_before(
				text,
				strstr(text, "<Remarks>") != NULL ? "<Remarks>"
								  : "</CertificateApplication>",
				"<ReplacedCertificate><Number>VN-TH 26/01/00001</Number>"
				"<IssueDate>2026-11-01</IssueDate><CountryCode>VN</CountryCode>"
				"</ReplacedCertificate>");
		compare_to_application(text, issue(text).made.document);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_applied_for_is_carried_over_as_it_stands),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
