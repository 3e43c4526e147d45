/*
 * Our own reader: what it takes is what libxml2 takes, and it takes what documents usually are made
 * of. What it leaves to libxml2 is read all the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "messages/scan.h"
#include "sampan/buffer.h"
#include "sampan/limit.h"
#include "tests/support/sieve_scene.h"
#include "tests/support/trunk_same.h"

/* Reads; the same as libxml2 does. Who read it first? */
static bool is_ours(struct bytes bytes, struct arena *arena)
{
	struct document *document = NULL;
	struct findings findings;
	bool is_ours;

	findings_init(&findings, arena);
	assert_int_equal(document_read(bytes, LIMIT_DOCUMENT_BYTES, &findings, &document), OK);
	if (document == NULL)
		fail_msg("%s: %.60s", findings.items[0].en, (const char *)bytes.at);
	is_ours = document->xml == NULL;
	trunk_same_expect(document);
	document_free(document);
	return is_ours;
}

static bool text_is_ours(const char *text)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	bool result = is_ours(bytes_of_text(text), arena);

	arena_free(arena);
	return result;
}

static void what_is_usual_is_read_in_one_pass(void **state)
{
	static const char *const texts[] = {
		"<a/>",
		"\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<a></a>\n",
		"<?xml version='1.0'?><!-- c --><?pi x?><a/><!-- d\n -->",
		"<a>\r\n\t<b>1\r\n2</b>\r\n</a>",
		"<a>1&amp;2&lt;3&gt;&quot;&apos;&#65;&#x1F600;&#xD;]]&gt;</a>",
		"<a><![CDATA[<b>&amp;]]]]><![CDATA[>]]></a>",
		"<a>1<!-- c -->2<?pi?>3<![CDATA[]]>4</a>",
		"<a> <!-- c --> <b> </b> <![CDATA[ ]]> </a>",
		"<a b='1' c=\"2 &amp; '&#10;\" d = '\t\n'  />",
		"<a\n  b='>\n'\n><c\n/></a\n>",
		"<a xmlns='urn:a' xmlns:p='urn:p'><p:b p:c='1' c='1'/><b xmlns=''><c/></b><b/></a>",
		"<p:a xmlns:p='urn:p'><p:b xmlns:p='urn:q'><p:c/></p:b><p:b/></p:a>",
		"<a.b-c_d><_/></a.b-c_d>",
		"<a>\xC6\xB0\xE1\xBB\x9B"
		"c m\xC6\xA1 e\xCC\x81 \xEF\xBF\xBD \xF0\x9F\x98\x80</a>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (!text_is_ours(texts[i]))
			fail_msg("left to libxml2: %s", texts[i]);
}

static void what_is_odd_is_left_to_libxml2_and_read_all_the_same(void **state)
{
	static const char *const texts[] = {
		"<?xml version='1.0' encoding='US-ASCII'?><a/>",
		"<a>text <b/> between</a>",
		"<a>1\r2</a>",
		"<a b='1\r\n2'/>",
		"<\xC3\xA9/>",
		"<a \xC3\xA9='1'/>",
		"<a xml:lang='vi'/>",
		"<a xmlns='urn:a&amp;b'/>",
		"<a xmlns:p='urn:p' xmlns:q='urn:p' p:b='1' q:c='1'><?p.i x?></a>",
		"<a b='1'><?p-1 x?></a>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (text_is_ours(texts[i]))
			fail_msg("not left to libxml2: %s", texts[i]);
}

static void what_is_wrong_is_never_taken(void **state)
{
	static const char *const texts[] = {
		"",
		"<a>",
		"<a></b>",
		"<a></a",
		"<a></a><b/>",
		"<a></a>x",
		"x<a/>",
		"<a b='1' b='2'/>",
		"<a b='1'c='2'/>",
		"<a b=1/>",
		"<a b/>",
		"<a b='<'/>",
		"<a b='1/>",
		"<a>&x;</a>",
		"<a>&#0;</a>",
		"<a>&#xD800;</a>",
		"<a>&#1114112;</a>",
		"<a>&#;</a>",
		"<a>&amp</a>",
		"<a>]]></a>",
		"<a>\x01</a>",
		"<a>\xEF\xBF\xBF</a>",
		"<a b='\xEF\xBF\xBE'/>",
		"<a><!-- -- --></a>",
		"<a><!-- \x02 --></a>",
		"<a><![CDATA[x</a>",
		"<a><?xml x?></a>",
		"<!DOCTYPE a><a/>",
		" <?xml version='1.0'?><a/>",
		"<p:a/>",
		"<a p:b='1'/>",
		"<a xmlns:p=''/>",
		"<a xmlns:xml='urn:x'/>",
		"<a xmlns:p='http://www.w3.org/2000/xmlns/'/>",
		"<a xmlns='1' xmlns='2'/>",
		"<a xmlns:p='1' xmlns:q='1' p:b='' q:b=''/>",
		"<:a/>",
		"<a:/>",
		"<a:b:c xmlns:a='1'/>",
		"<1/>",
		"< a/>",
		"<a/ >",
	};
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct trunk trunk;
		bool is_sure = true;

		assert_int_equal(scan_read(bytes_of_text(texts[i]), arena, &trunk, &is_sure), OK);
		if (is_sure)
			fail_msg("taken: %s", texts[i]);
	}
	arena_free(arena);
}

static void put_times(struct buffer *to, size_t times, const char *text)
{
	while (times-- > 0)
		buffer_put_text(to, text);
}

/* Each would be much at once for one of libxml2's tables, or for ours. */
static void what_is_much_is_left_to_libxml2(void **state)
{
	static const struct {
		const char *before, *each, *behind;
		size_t times;
	} rows[] = {
		{"<a b='", "=\"", "'/>", 300},
		{"<a>", "=\"\" ", "</a>", 300},
		{"<a", "\n", "/>", 600},
		{"<a>", "<b>", "", 300},
		{"<a>", "<b xmlns:p='urn:p'>", "", 40},
	};
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct trunk trunk;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buffer buffer;
		bool is_sure = true;

		buffer_init(&buffer, LIMIT_DOCUMENT_BYTES);
		buffer_put_text(&buffer, rows[i].before);
		put_times(&buffer, rows[i].times, rows[i].each);
		if (rows[i].behind[0] == '\0')
			put_times(&buffer, rows[i].times, "</b>");
		buffer_put_text(&buffer, rows[i].behind[0] == '\0' ? "</a>" : rows[i].behind);
		assert_int_equal(scan_read(buffer_bytes(&buffer), arena, &trunk, &is_sure), OK);
		/* a tag of white space is long and holds nothing */
		assert_int_equal(is_sure, rows[i].each[0] == '\n');
		buffer_clear(&buffer);
	}
	arena_free(arena);
}

static void many_names_are_left_to_libxml2(void **state)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct buffer buffer;
	struct trunk trunk;
	bool is_sure = true;

	(void)state;
	buffer_init(&buffer, LIMIT_DOCUMENT_BYTES);
	buffer_put_text(&buffer, "<a>");
	for (unsigned i = 0; i < 5000; i++)
		buffer_put_format(&buffer, "<n%u/>", i);
	buffer_put_text(&buffer, "</a>");
	assert_int_equal(scan_read(buffer_bytes(&buffer), arena, &trunk, &is_sure), OK);
	assert_false(is_sure);
	assert_true(is_ours(bytes_of_text("<a/>"), arena));
	assert_false(is_ours(buffer_bytes(&buffer), arena));
	buffer_clear(&buffer);
	arena_free(arena);
}

struct visiting {
	struct arena *arena;
	size_t ours;
	size_t read;
};

static void visit(void *context, const char *name, struct bytes bytes)
{
	struct visiting *visiting = context;
	struct document *document = NULL;
	struct findings findings;

	(void)name;
	findings_init(&findings, visiting->arena);
	assert_int_equal(document_read(bytes, LIMIT_DOCUMENT_BYTES, &findings, &document), OK);
	if (document != NULL) {
		visiting->read++;
		visiting->ours += document->xml == NULL;
		trunk_same_expect(document);
	}
	document_free(document);
}

/* Of what ships and of the corpus; the seeds of fuzzing among it are odd on purpose. */
static void real_documents_are_read_as_libxml2_reads_them(void **state)
{
	struct visiting visiting = {.arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES)};
	size_t shipped = sieve_scene_each(*state, false, visit, &visiting);

	assert_true(shipped > 50);
	assert_true(visiting.read > 50);
	assert_true(visiting.ours * 10 >= visiting.read * 9);
	visiting.ours = visiting.read = 0;
	if (sieve_scene_each(*state, true, visit, &visiting) == 0)
		print_message("SKIPPED: no corpus at %s\n", sieve_scene_corpus());
	assert_true(visiting.ours * 10 >= visiting.read * 9);
	print_message("%zu of %zu documents of the corpus in one pass\n", visiting.ours,
		      visiting.read);
	arena_free(visiting.arena);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_usual_is_read_in_one_pass),
		cmocka_unit_test(what_is_odd_is_left_to_libxml2_and_read_all_the_same),
		cmocka_unit_test(what_is_wrong_is_never_taken),
		cmocka_unit_test(what_is_much_is_left_to_libxml2),
		cmocka_unit_test(many_names_are_left_to_libxml2),
		cmocka_unit_test(real_documents_are_read_as_libxml2_reads_them),
	};

	return cmocka_run_group_tests(tests, sieve_scene_open, sieve_scene_close);
}
