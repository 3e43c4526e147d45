#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "messages/document.h"
#include "messages/schema_files.h"
#include "sampan/limit.h"
#include "tests/fuzz/fuzz_document.c"
#include "tests/support/trunk_same.h"

struct fixture {
	struct arena *arena;
	struct findings findings;
	struct document *document;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	fixture->arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	findings_init(&fixture->findings, fixture->arena);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	document_free(fixture->document);
	arena_free(fixture->arena);
	free(fixture);
	return 0;
}

static void read_bytes(struct fixture *fixture, struct bytes bytes)
{
	document_free(fixture->document);
	fixture->document = NULL;
	findings_init(&fixture->findings, fixture->arena);
	assert_int_equal(document_read_xml(bytes, LIMIT_DOCUMENT_BYTES, &fixture->findings,
					   &fixture->document),
			 OK);
	if (fixture->document != NULL)
		trunk_same_expect(fixture->document);
}

static void read_text(struct fixture *fixture, const char *text)
{
	read_bytes(fixture, bytes_of_text(text));
	if (fixture->document == NULL)
		fail_msg("not read: %s", fixture->findings.items[0].en);
	assert_int_equal(fixture->findings.count, 0);
}

static void expect_refused(struct fixture *fixture, struct bytes bytes, const char *code,
			   unsigned line)
{
	const struct finding *finding;

	read_bytes(fixture, bytes);
	assert_null(fixture->document);
	assert_int_equal(fixture->findings.count, 1);
	finding = &fixture->findings.items[0];
	assert_string_equal(finding->code, code);
	assert_int_equal(finding->line, line);
	assert_int_equal(finding->severity, SEVERITY_ERROR);
	assert_true(strlen(finding->vi) > 10 && strlen(finding->en) > 10);
	assert_null(strchr(finding->en, '{'));
	assert_null(strchr(finding->vi, '{'));
}

#define RANGE(text) \
	{ \
		(const uint8_t *)(text), sizeof(text) - 1 \
	}

static const struct {
	struct bytes bytes;
	const char *code;
	unsigned line;
} bad[] = {
	{RANGE(""), "empty", 0},
	{RANGE(" \n\n"), "not-well-formed", 3},
	{RANGE("hello"), "not-well-formed", 1},
	{RANGE("{\"json\":true}"), "not-well-formed", 1},
	{RANGE("%PDF-1.4\n%\xE2\xE3\xCF\xD3\n"), "not-utf-8", 2},
	{RANGE("<a>\n<b>\xE9</b></a>"), "not-utf-8", 2},    /* latin-1 */
	{RANGE("<a>\xC0\xAF</a>"), "not-utf-8", 1},         /* overlong */
	{RANGE("<a>\xED\xA0\x80</a>"), "not-utf-8", 1},     /* surrogate */
	{RANGE("<a>\xF4\x90\x80\x80</a>"), "not-utf-8", 1}, /* beyond U+10FFFF */
	{RANGE("<a>\xE1\xBB"), "not-utf-8", 1},             /* cut in a character */
	{RANGE("\xFF\xFE<\0a\0/\0>\0"), "not-utf-8", 1},    /* UTF-16 */
	{RANGE("\xFE\xFF\0<\0a\0/\0>"), "not-utf-8", 1},
	{RANGE("<\0a\0/\0>\0"), "not-utf-8", 1}, /* UTF-16 without a mark */
	{RANGE("<?xml version='1.0' encoding='ISO-8859-1'?><a/>"), "not-utf-8", 1},
	{RANGE("<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>"), "not-utf-8", 1},
	{RANGE("\xEF\xBB\xBF<?xml version='1.0' encoding = \"windows-1258\" ?><a/>"), "not-utf-8",
	 1},
	{RANGE("<?xml version='1.0' encoding='UTF-7'?><a>+ADw-</a>"), "not-utf-8", 1},
	{RANGE("<a>\n\n\0</a>"), "not-well-formed", 3},
	{RANGE("<a/>\0<!DOCTYPE a>"), "not-well-formed", 1},
	{RANGE("<a>\x01</a>"), "not-well-formed", 1},
	{RANGE("<a>&#0;</a>"), "not-well-formed", 1},
	{RANGE("<a>\xEF\xBF\xBF</a>"), "not-well-formed", 1}, /* U+FFFF */
	{RANGE("<a>\n<b></a>"), "not-well-formed", 2},
	{RANGE("<a>\n<b>"), "not-well-formed", 2},
	{RANGE("<a>\n<b"), "not-well-formed", 2},
	{RANGE("<a><!-- x -- y --></a>"), "not-well-formed", 1},
	{RANGE("<a><!-- x"), "not-well-formed", 1},
	{RANGE("<a><![CDATA[ x"), "not-well-formed", 1},
	{RANGE("<a>&nothing;</a>"), "not-well-formed", 1},
	{RANGE("<a>Tom & Jerry</a>"), "not-well-formed", 1},
	{RANGE("<a>\n\n&amp</a>"), "not-well-formed", 3},
	{RANGE("<a b='1' b='2'/>"), "not-well-formed", 1},
	{RANGE("<a b='<'/>"), "not-well-formed", 1},
	{RANGE("<a b=1/>"), "not-well-formed", 1},
	{RANGE("<a b/>"), "not-well-formed", 1},
	{RANGE("<x:a/>"), "not-well-formed", 1},
	{RANGE("<a/><b/>"), "not-well-formed", 1},
	{RANGE("<a/>\n\ntext"), "not-well-formed", 3},
	{RANGE("\n<?xml version='1.0'?><a/>"), "not-well-formed", 2},
	{RANGE("<?xml version='1.0'?>\n<!DOCTYPE a><a/>"), "doctype-refused", 2},
	{RANGE("<!DOCTYPE html PUBLIC 'x' 'http://127.0.0.1:9/x.dtd'>\n<a/>"), "doctype-refused",
	 1},
	{RANGE("<!-- a -->\n\n<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"), "doctype-refused", 3},
	{RANGE("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"),
	 "doctype-refused", 1},
	{RANGE("<!DOCTYPE a [<!ENTITY % x SYSTEM 'http://127.0.0.1:9/'> %x;]><a/>"),
	 "doctype-refused", 1},
	{RANGE("<!DOCTYPE l [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>"
	       "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;'>]>"
	       "<l>&d;</l>"),
	 "doctype-refused", 1},
	{RANGE("<!DOCTYPE a SYSTEM [<!ENTITY x 'y'>]><a>&x;</a>"), "not-well-formed", 1},
	{RANGE("<!doctype html><html></html>"), "not-well-formed", 1},
	{RANGE("<a><!DOCTYPE a></a>"), "not-well-formed", 1},
};

static void bad_bytes_are_refused_with_code_and_line(void **state)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		print_message("  case %zu: %s\n", i, bad[i].code);
		expect_refused(*state, bad[i].bytes, bad[i].code, bad[i].line);
	}
}

static const char *const good[] = {
	"<a/>",
	"\xEF\xBB\xBF<?xml version='1.0' encoding='utf-8'?><a/>",
	"<?xml version='1.0' encoding='US-ASCII' standalone='yes'?><a/>",
	"<?xml version='1.0'?><!-- c --><?pi x?><a><!-- c --><?pi y?><![CDATA[<&>]]></a><!-- d -->",
	"<a xmlns='urn:x' xmlns:y='urn:y' y:b='1' b='2'>Nguyễn Ước &lt;&#x1ED9;&gt;</a>",
	"<a xmlns='not a URI, but a name'/>",
	"<a>encoding='ISO-8859-1'</a>",
};

static void sound_documents_are_read(void **state)
{
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		read_text(*state, good[i]);
}

static void the_size_limit_is_exact(void **state)
{
	struct fixture *fixture = *state;
	struct bytes bytes = bytes_of_text("<a>123</a>");

	assert_int_equal(document_read(bytes, 9, &fixture->findings, &fixture->document), OK);
	assert_null(fixture->document);
	assert_string_equal(fixture->findings.items[0].code, "too-large");
	assert_string_equal(fixture->findings.items[0].en,
			    "The document has more than 9 bytes, which is the limit.");
	findings_init(&fixture->findings, fixture->arena);
	assert_int_equal(document_read(bytes, 10, &fixture->findings, &fixture->document), OK);
	assert_non_null(fixture->document);
}

static void put_times(struct buffer *buffer, size_t times, const char *text)
{
	for (size_t i = 0; i < times; i++)
		buffer_put_text(buffer, text);
}

static void nested(struct buffer *buffer, size_t depth)
{
	buffer_reset(buffer);
	put_times(buffer, depth, "<a>");
	put_times(buffer, depth, "</a>");
	assert_int_equal(buffer_error(buffer), OK);
}

static void depth_is_bounded_exactly(void **state)
{
	struct buffer buffer;

	buffer_init(&buffer, LIMIT_DOCUMENT_BYTES);
	nested(&buffer, LIMIT_DOCUMENT_DEPTH);
	read_bytes(*state, buffer_bytes(&buffer));
	assert_non_null(((struct fixture *)*state)->document);
	nested(&buffer, LIMIT_DOCUMENT_DEPTH + 1);
	expect_refused(*state, buffer_bytes(&buffer), "too-deep", 1);
	nested(&buffer, 10000);
	expect_refused(*state, buffer_bytes(&buffer), "too-deep", 1);
	buffer_clear(&buffer);
}

static void values_are_bounded_exactly(void **state)
{
	struct buffer buffer;

	buffer_init(&buffer, LIMIT_DOCUMENT_BYTES);
	buffer_put_text(&buffer, "<a>");
	put_times(&buffer, LIMIT_DOCUMENT_VALUES - 1, "<a/>");
	buffer_put_text(&buffer, "</a>");
	read_bytes(*state, buffer_bytes(&buffer));
	assert_non_null(((struct fixture *)*state)->document);
	buffer_reset(&buffer);
	buffer_put_text(&buffer, "<a>");
	put_times(&buffer, LIMIT_DOCUMENT_VALUES - 1, "<a/>");
	buffer_put_text(&buffer, "\n<a/></a>");
	expect_refused(*state, buffer_bytes(&buffer), "too-many-values", 2);
	buffer_clear(&buffer);
}

/* Each with each would be 10^11 comparisons: this test would not end. */
static void very_many_attributes_are_refused_at_once(void **state)
{
	struct buffer buffer;

	buffer_init(&buffer, LIMIT_DOCUMENT_BYTES);
	buffer_put_text(&buffer, "<a>\n<b");
	for (size_t i = 0; i < 700000; i++)
		buffer_put_format(&buffer, " a%zx=''", i);
	buffer_put_text(&buffer, "/></a>");
	assert_int_equal(buffer_error(&buffer), OK);
	expect_refused(*state, buffer_bytes(&buffer), "too-many-values", 2);

	/* the same behind a quote that derails who believes the document well-formed */
	buffer_reset(&buffer);
	buffer_put_text(&buffer, "<a \">\n<b");
	for (size_t i = 0; i < 700000; i++)
		buffer_put_format(&buffer, " a%zx = '>'", i % 1000);
	buffer_put_text(&buffer, "/></a>");
	expect_refused(*state, buffer_bytes(&buffer), "too-many-values", 2);
	buffer_clear(&buffer);
}

static void many_attributes_and_text_with_equal_signs_are_read(void **state)
{
	struct buffer buffer;

	buffer_init(&buffer, LIMIT_DOCUMENT_BYTES);
	buffer_put_text(&buffer, "<a");
	for (size_t i = 0; i < 256; i++)
		buffer_put_format(&buffer, " a%zu='1'", i);
	buffer_put_text(&buffer, ">");
	put_times(&buffer, 5000, "==== ");
	buffer_put_text(&buffer, "</a>");
	buffer_put_byte(&buffer, 0);
	read_text(*state, (const char *)buffer.at);
	buffer_clear(&buffer);
}

static void namespaces_in_force_are_bounded_per_place_not_per_document(void **state)
{
	struct buffer buffer;

	buffer_init(&buffer, LIMIT_DOCUMENT_BYTES);
	buffer_put_text(&buffer, "<a>");
	put_times(&buffer, 1000, "<b xmlns='urn:x'/>");
	buffer_put_text(&buffer, "</a>");
	read_bytes(*state, buffer_bytes(&buffer));
	assert_non_null(((struct fixture *)*state)->document);
	buffer_reset(&buffer);
	for (size_t i = 0; i < 65; i++)
		buffer_put_format(&buffer, "<a xmlns:n%zu='urn:x'>\n", i);
	put_times(&buffer, 65, "</a>");
	expect_refused(*state, buffer_bytes(&buffer), "too-many-values", 65);
	buffer_clear(&buffer);
}

/* The parser's table of names stops growing: 700,000 of them cost 10^10 steps. */
static void very_many_different_names_are_refused(void **state)
{
	struct buffer buffer;

	buffer_init(&buffer, LIMIT_DOCUMENT_BYTES);
	buffer_put_text(&buffer, "<a>");
	for (size_t i = 0; i < 700000; i++)
		buffer_put_format(&buffer, "%s<n%zu/>", i == 50000 ? "\n" : "", i);
	buffer_put_text(&buffer, "</a>");
	expect_refused(*state, buffer_bytes(&buffer), "too-many-values", 2);
	buffer_clear(&buffer);
}

/*
 * Pieces of text that comments part were joined one by one, each time with all before: 10^12 bytes
 * copied.
 */
static void text_that_comments_and_instructions_part_is_one_piece(void **state)
{
	struct fixture *fixture = *state;
	const xmlNode *text;
	struct buffer buffer;

	buffer_init(&buffer, LIMIT_DOCUMENT_BYTES);
	buffer_put_text(&buffer, "<a>");
	put_times(&buffer, 300000, "x<!--y-->x<?z?>");
	buffer_put_text(&buffer, "</a>");
	read_bytes(fixture, buffer_bytes(&buffer));
	assert_non_null(fixture->document);
	text = document_root(fixture->document)->children;
	assert_null(text->next);
	assert_int_equal(strspn((const char *)text->content, "x"), 600000);
	assert_int_equal(strlen((const char *)text->content), 600000);
	buffer_clear(&buffer);
}

static void long_names_are_refused(void **state)
{
	struct buffer buffer;

	buffer_init(&buffer, LIMIT_DOCUMENT_BYTES);
	buffer_put_text(&buffer, "<a>\n<");
	put_times(&buffer, LIMIT_NAME_BYTES + 1, "n");
	buffer_put_text(&buffer, "/></a>");
	expect_refused(*state, buffer_bytes(&buffer), "name-too-long", 2);
	buffer_reset(&buffer);
	buffer_put_text(&buffer, "<a\n ");
	put_times(&buffer, LIMIT_NAME_BYTES + 1, "n");
	buffer_put_text(&buffer, "='1'/>");
	expect_refused(*state, buffer_bytes(&buffer), "name-too-long", 1);
	buffer_clear(&buffer);
}

static void an_element_stands_on_the_line_where_its_tag_begins(void **state)
{
	struct fixture *fixture = *state;

	read_text(fixture, "<!-- < -->\n<a\n  b='>\n'\n  c='2'>\n<d/></a>");
	assert_int_equal(document_line(document_root(fixture->document)), 2);
	assert_int_equal(
		document_line((const xmlNode *)document_root(fixture->document)->properties), 2);
	assert_int_equal(document_line(document_find(document_root(fixture->document), "d")), 6);
}

static void lines_beyond_65535_are_right(void **state)
{
	struct fixture *fixture = *state;
	struct buffer buffer;

	buffer_init(&buffer, LIMIT_DOCUMENT_BYTES);
	buffer_put_text(&buffer, "<a>");
	put_times(&buffer, 70000, "\n");
	buffer_put_text(&buffer, "<b>\n\n<c/></b>");
	put_times(&buffer, 70000, "\n");
	buffer_put_text(&buffer, "<d/>\n</a>");
	read_bytes(fixture, buffer_bytes(&buffer));
	assert_non_null(fixture->document);
	assert_int_equal(document_line(document_find(document_root(fixture->document), "b")),
			 70001);
	assert_int_equal(document_line(document_find(document_root(fixture->document), "b/c")),
			 70003);
	assert_int_equal(document_line(document_find(document_root(fixture->document), "d")),
			 140003);
	buffer_put_text(&buffer, "<e/>");
	expect_refused(fixture, buffer_bytes(&buffer), "not-well-formed", 140004);
	buffer_clear(&buffer);
}

static void paths_count_among_siblings_of_the_same_local_name(void **state)
{
	struct fixture *fixture = *state;
	const xmlNode *root, *last;

	read_text(fixture,
		  "<x:a xmlns:x='urn:x' x:p='1'><x:b/><c/><b xmlns='urn:y'><d e='1'/></b></x:a>");
	root = document_root(fixture->document);
	last = document_find(root, "b/d");
	assert_string_equal(document_path(root, fixture->arena), "/a[1]");
	assert_string_equal(document_path((const xmlNode *)root->properties, fixture->arena),
			    "/a[1]/@p");
	assert_string_equal(document_path(last, fixture->arena), "/a[1]/b[2]/d[1]");
	assert_string_equal(document_path((const xmlNode *)last->properties, fixture->arena),
			    "/a[1]/b[2]/d[1]/@e");
	assert_string_equal(document_path(document_find(root, "c"), fixture->arena), "/a[1]/c[1]");
}

static void find_takes_the_first_way_that_leads_to_the_end(void **state)
{
	struct fixture *fixture = *state;
	const xmlNode *root;

	read_text(fixture, "<a><b/><b><c>1</c><c>2</c></b><b><c>3</c></b></a>");
	root = document_root(fixture->document);
	assert_string_equal(document_text(document_find(root, "b/c"), fixture->arena), "1");
	assert_string_equal(document_text(document_find(root->children, "/a/b/c"), fixture->arena),
			    "1");
	assert_ptr_equal(document_find(root, ""), root);
	assert_ptr_equal(document_find(root, "/a"), root);
	assert_null(document_find(root, "/b"));
	assert_null(document_find(root, "b/d"));
	assert_null(document_find(root, "b/c/"));
}

static void text_joins_what_is_the_elements_own(void **state)
{
	struct fixture *fixture = *state;
	const xmlNode *root;

	read_text(fixture, "<a>x<!-- c --><![CDATA[<&]]>y<b>not</b><?p i?>&amp;z</a>");
	root = document_root(fixture->document);
	assert_string_equal(document_text(root, fixture->arena), "x<&y&z");
	read_text(fixture, "<a/>");
	assert_string_equal(document_text(document_root(fixture->document), fixture->arena), "");
}

static void sentences_name_what_is_wrong(void **state)
{
	struct fixture *fixture = *state;

	expect_refused(fixture, bytes_of_text("<a>\n<b></a>"), "not-well-formed", 2);
	assert_string_equal(fixture->findings.items[0].en,
			    "The document is not well-formed XML: the end tag a does not match the "
			    "start tag b of line 2.");
	expect_refused(fixture, bytes_of_text("<a>&deg;</a>"), "not-well-formed", 1);
	assert_string_equal(fixture->findings.items[0].vi,
			    "Tài liệu không đúng cú pháp XML: thực thể &deg; không tồn tại.");
	expect_refused(fixture, bytes_of_text("<?xml version='1.0' encoding='TCVN'?><a/>"),
		       "not-utf-8", 1);
	assert_string_equal(fixture->findings.items[0].en,
			    "The document is in TCVN; a document must be in UTF-8.");
}

static const char *corpus(void)
{
	const char *folder = getenv("SAMPAN_CORPUS");

	return folder == NULL ? "../shared/corpus" : folder;
}

static struct bytes read_corpus(struct fixture *fixture, const char *name)
{
	struct bytes bytes = {0};
	const char *path =
		arena_format(fixture->arena, "%s/wco-dec/declarations/%s", corpus(), name);
	enum err err = schema_files_read(path, fixture->arena, &bytes);

	if (err == ERR_MISSING) {
		print_message("SKIPPED: no corpus at %s\n", corpus());
		skip();
	}
	assert_int_equal(err, OK);
	return bytes;
}

static void ill_formed_documents_of_the_corpus_are_refused_at_their_line(void **state)
{
	static const struct {
		const char *name;
		unsigned line;
	} files[] = {
		{"illformed/TT_EX002a_TT_EX002a.xml", 72},
		{"illformed/TT_EX022a_TT_EX022a_Declaration1_Step1.xml", 52},
		{"illformed/TT_IM084a_TT_IM084a.xml", 164},
	};

	for (size_t i = 0; i < 3; i++)
		expect_refused(*state, read_corpus(*state, files[i].name), "not-well-formed",
			       files[i].line);
}

static void the_invalid_document_of_the_corpus_can_be_read(void **state)
{
	struct fixture *fixture = *state;

	read_bytes(fixture, read_corpus(fixture, "invalid/example_submission_declaration_400.xml"));
	assert_non_null(fixture->document);
	assert_int_equal(document_line(document_find(document_root(fixture->document),
						     "Declaration/unknown")),
			 12);
}

static void a_document_cut_anywhere_is_refused_and_never_crashes(void **state)
{
	static const char whole[] =
		"<?xml version='1.0' encoding='UTF-8'?><!-- ộ --><a xmlns='urn:x' "
		"b='&#x41;'><![CDATA[x]]><c>ước &amp; mơ</c><?p i?></a>";

	for (size_t len = 1; len < sizeof(whole) - 1; len++) {
		struct fixture *fixture = *state;

		read_bytes(fixture, bytes_of(whole, len));
		assert_null(fixture->document);
		assert_int_equal(fixture->findings.count, 1);
	}
}

static void every_seed_of_the_fuzzer_passes(void **state)
{
	static const char folder[] = "tests/fuzz/corpus/document";
	struct fixture *fixture = *state;
	struct dirent *entry;
	size_t count = 0;
	DIR *seeds = opendir(folder);

	assert_non_null(seeds);
	while ((entry = readdir(seeds)) != NULL) {
		struct bytes bytes;

		if (entry->d_name[0] == '.')
			continue;
		print_message("  %s\n", entry->d_name);
		assert_int_equal(schema_files_read(arena_format(fixture->arena, "%s/%s", folder,
								entry->d_name),
						   fixture->arena, &bytes),
				 OK);
		assert_int_equal(LLVMFuzzerTestOneInput(bytes.at, bytes.len), 0);
		count++;
	}
	closedir(seeds);
	assert_true(count >= 10);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bad_bytes_are_refused_with_code_and_line),
		TEST(sound_documents_are_read),
		TEST(the_size_limit_is_exact),
		TEST(depth_is_bounded_exactly),
		TEST(values_are_bounded_exactly),
		TEST(very_many_attributes_are_refused_at_once),
		TEST(many_attributes_and_text_with_equal_signs_are_read),
		TEST(namespaces_in_force_are_bounded_per_place_not_per_document),
		TEST(very_many_different_names_are_refused),
		TEST(text_that_comments_and_instructions_part_is_one_piece),
		TEST(long_names_are_refused),
		TEST(an_element_stands_on_the_line_where_its_tag_begins),
		TEST(lines_beyond_65535_are_right),
		TEST(paths_count_among_siblings_of_the_same_local_name),
		TEST(find_takes_the_first_way_that_leads_to_the_end),
		TEST(text_joins_what_is_the_elements_own),
		TEST(sentences_name_what_is_wrong),
		TEST(ill_formed_documents_of_the_corpus_are_refused_at_their_line),
		TEST(the_invalid_document_of_the_corpus_can_be_read),
		TEST(a_document_cut_anywhere_is_refused_and_never_crashes),
		TEST(every_seed_of_the_fuzzer_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
