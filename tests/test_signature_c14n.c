/*
 * Our canonical form is libxml2's, for real documents, for those of other projects' signatures, and
 * for generated ones full of namespaces.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "messages/document.h"
#include "messages/scan.h"
#include "messages/signature_c14n.h"
#include "messages/utf8.h"
#include "sampan/limit.h"
#include "tests/fuzz/fuzz_signature.c"
#include "tests/support/choices.h"
#include "tests/support/fuzz_corpus.h"
#include "tests/support/real.h"
#include "tests/support/xmldsig.h"

#define MAX_OUTPUT (64u * 1024 * 1024)

static void same(xmlDoc *xml, const xmlNode *element, const xmlNode *without, bool is_exclusive)
{
	struct buffer ours;
	xmlChar *theirs;
	size_t len;

	buffer_init(&ours, MAX_OUTPUT);
	theirs = xmldsig_canonical(xml, element, without, is_exclusive, &len);
	assert_int_equal(signature_c14n_put(is_exclusive ? SIGNATURE_C14N_EXCLUSIVE
							 : SIGNATURE_C14N_INCLUSIVE,
					    element, without, &ours),
			 OK);
	if (len != ours.len || memcmp(theirs, ours.at, len) != 0)
		fail_msg("libxml2: %.*s\nours:    %.*s", (int)len, (const char *)theirs,
			 (int)ours.len, (const char *)ours.at);
	xmlFree(theirs);
	buffer_clear(&ours);
}

/* Elements from here on, each of them and without its first child; at most so many. */
static void same_below(xmlDoc *xml, const xmlNode *element, size_t *left)
{
	const xmlNode *child = element->children;

	while (child != NULL && child->type != XML_ELEMENT_NODE)
		child = child->next;
	for (int is_exclusive = 0; is_exclusive < 2; is_exclusive++) {
		same(xml, element, NULL, is_exclusive);
		if (child != NULL)
			same(xml, element, child, is_exclusive);
	}
	for (; child != NULL && *left > 0; child = child->next)
		if (child->type == XML_ELEMENT_NODE) {
			--*left;
			same_below(xml, child, left);
		}
}

static bool same_in(struct bytes bytes, size_t most)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct findings findings;
	xmlDoc *xml = NULL;

	findings_init(&findings, arena);
	xmlInitParser();
	assert_int_equal(document_parse(bytes, NULL, &findings, &xml), OK);
	if (xml != NULL)
		same_below(xml, xmlDocGetRootElement(xml), &most);
	xmlFreeDoc(xml);
	arena_free(arena);
	return xml != NULL;
}

/* What the specifications' examples are about (c14n 1.0 section 3, exclusive c14n section 2). */
static void the_cases_of_the_specifications_are_the_same(void **state)
{
	static const char *const documents[] = {
		"<doc><clean>   </clean><dirty>   A   B   </dirty><mixed>A<clean>   </clean>B"
		"<dirty>   A   B   </dirty>C</mixed></doc>",
		"<doc><e1   /><e2   ></e2><e3   name = \"elem3\"   id=\"elem3\"   />"
		"<e5 a:attr=\"out\" b:attr=\"sorted\" attr2=\"all\" attr=\"I'm\" "
		"xmlns:b=\"http://www.ietf.org\" xmlns:a=\"http://www.w3.org\" "
		"xmlns=\"http://example.org\"/>"
		"<e6 xmlns=\"\" xmlns:a=\"http://www.w3.org\"><e7 xmlns=\"http://www.ietf.org\">"
		"<e8 xmlns=\"\" xmlns:a=\"http://www.w3.org\"><e9 xmlns=\"\" "
		"xmlns:a=\"http://www.ietf.org\"/></e8></e7></e6></doc>",
		"<doc><text>First line&#x0d;&#10;Second line</text><value>&#x32;</value>"
		"<compute><![CDATA[value>\"0\" && value<\"10\" ?\"valid\":\"error\"]]></compute>"
		"<compute expr='value>\"0\" &amp;&amp; value&lt;\"10\" ?\"valid\":\"error\"'>valid"
		"</compute><norm attr=' &apos;   &#x20;&#13;&#xa;&#9;   &apos; '/></doc>",
		"<n0:local xmlns:n0=\"foo:bar\" xmlns:n3=\"ftp://example.org\">"
		"<n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\">"
		"<n3:stuff xmlns:n3=\"ftp://example.org\"/></n1:elem2></n0:local>",
		"<n2:pdu xmlns:n1=\"http://example.com\" xmlns:n2=\"http://foo.example\" "
		"xml:lang=\"fr\" xml:space=\"retain\"><n1:elem2 xmlns:n1=\"http://example.net\" "
		"xml:lang=\"en\"><n3:stuff xmlns:n3=\"ftp://example.org\"/></n1:elem2></n2:pdu>",
		"<a xmlns=\"urn:1\"><b xmlns=\"\"><c xmlns=\"urn:1\"><d xmlns=\"\"/></c></b></a>",
		"<p:a xmlns:p=\"urn:1\" xmlns:q=\"urn:1\" p:z=\"1\" y=\"2\" q:x=\"3\"/>",
		"<a xml:b=\"1\" xml:a=\"2\" c=\"3\"><d><e/></d></a>",
		"<a xmlns:p=\"urn:1\"><p:b><p:c xmlns:p=\"urn:2\"><p:d xmlns:p=\"urn:1\"/></p:c>"
		"</p:b></a>",
		"<a>Gốm sứ Bát Tràng 𠀀</a>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++)
		assert_true(same_in(bytes_of_text(documents[i]), 100));
}

static void all_are_the_same(struct real *real)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);

	for (size_t i = 0; i < real->count; i++) {
		assert_true(same_in(real_read(real->files[i], arena), 5));
		arena_clear(arena);
	}
	real_clear(real);
	arena_free(arena);
}

static void every_real_document_is_the_same(void **state)
{
	struct real samples, declarations, responses;

	(void)state;
	real_collect(&samples, REAL_SAMPLES);
	assert_true(samples.count > 20);
	all_are_the_same(&samples);
	if (real_collect_corpus(&declarations, REAL_DECLARATIONS))
		all_are_the_same(&declarations);
	if (real_collect_corpus(&responses, REAL_RESPONSES))
		all_are_the_same(&responses);
}

/* ---- Generated ---- */

static const char *prefix_of(struct choices *choices)
{
	static const char *const prefixes[] = {"", "a", "b", "c"};

	return prefixes[choices_next(choices, 4)];
}

/* Which of a, b, c are declared here; the default namespace may always be left out. */
static void put_declarations(struct buffer *to, struct choices *choices, bool is_root)
{
	static const char *const uris[] = {"urn:1", "urn:2", "urn:3"};
	static const char *const names[] = {"a", "b", "c"};

	for (size_t i = 0; i < 3; i++)
		if (is_root || choices_rarely(choices, 4))
			buffer_put_format(to, " xmlns:%s=\"%s\"", names[i],
					  uris[choices_next(choices, 3)]);
	if (choices_rarely(choices, 3))
		buffer_put_format(to, " xmlns=\"%s\"",
				  choices_rarely(choices, 2) ? "" : uris[choices_next(choices, 3)]);
}

/* Each name once, so that no two attributes can be the same whatever their prefixes mean. */
static void put_attributes(struct buffer *to, struct choices *choices)
{
	static const char *const names[] = {"z", "y", "xml:lang", "xml:space", "w"};
	static const char *const values[] = {"", "1", "&lt;&quot;&amp;'>", "&#9;&#10;&#13; ", "à"};

	for (size_t i = 0; i < 5; i++) {
		const char *prefix = prefix_of(choices);

		if (!choices_rarely(choices, 3))
			continue;
		if (strchr(names[i], ':') != NULL || *prefix == 0)
			buffer_put_format(to, " %s", names[i]);
		else
			buffer_put_format(to, " %s:%s", prefix, names[i]);
		buffer_put_format(to, "=\"%s\"", values[choices_next(choices, 5)]);
	}
}

static void put_element(struct buffer *to, struct choices *choices, unsigned depth)
{
	const char *prefix = prefix_of(choices);
	const char *colon = *prefix == 0 ? "" : ":";

	buffer_put_format(to, "<%s%se", prefix, colon);
	put_declarations(to, choices, depth == 0);
	put_attributes(to, choices);
	buffer_put_byte(to, '>');
	while (depth < 6 && choices_next(choices, 3) > 0) {
		if (choices_rarely(choices, 3))
			buffer_put_text(to, " x&gt;&#13;<![CDATA[<&]]>\r\n");
		else
			put_element(to, choices, depth + 1);
	}
	buffer_put_format(to, "</%s%se>", prefix, colon);
}

static void generated_documents_are_the_same(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 3000; seed++) {
		struct choices choices;
		struct buffer text;

		choices_begin(&choices, seed);
		buffer_init(&text, 1024 * 1024);
		put_element(&text, &choices, 0);
		assert_int_equal(buffer_error(&text), OK);
		assert_true(same_in(buffer_bytes(&text), 10));
		buffer_clear(&text);
		choices_clear(&choices);
	}
}

/* ---- Canonical as it stands ---- */

static xmlDoc *parse(struct bytes bytes, struct arena *arena)
{
	struct findings findings;
	xmlDoc *xml = NULL;

	findings_init(&findings, arena);
	assert_int_equal(document_parse(bytes, NULL, &findings, &xml), OK);
	return xml;
}

static void put_form(xmlDoc *xml, struct buffer *form)
{
	buffer_init(form, MAX_OUTPUT);
	assert_int_equal(
		signature_c14n_put(SIGNATURE_C14N_EXCLUSIVE, xmlDocGetRootElement(xml), NULL, form),
		OK);
}

/* Is it said to be canonical, without anything around it? Only our own reader says so. */
static bool is_told_canonical(struct bytes bytes)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct trunk trunk;
	bool is_sure = false, is_told;

	assert_non_null(arena);
	if (utf8_first_wrong(bytes) == bytes.len)
		assert_int_equal(scan_read(bytes, arena, &trunk, &is_sure), OK);
	is_told = is_sure && trunk.is_canonical && bytes_trimmed(bytes).len == bytes.len;
	arena_free(arena);
	return is_told;
}

/* What is said to be canonical has itself as its form. */
static bool is_rightly_told(struct bytes bytes, struct arena *arena)
{
	struct findings findings;
	xmlDoc *xml = NULL;
	struct buffer form;
	bool is_same;

	if (!is_told_canonical(bytes))
		return true;
	findings_init(&findings, arena);
	assert_int_equal(document_parse(bytes, NULL, &findings, &xml), OK);
	assert_non_null(xml);
	put_form(xml, &form);
	is_same = bytes_equal(bytes, buffer_bytes(&form));
	if (!is_same)
		printf("taken for canonical: %.*s\n", (int)bytes.len, (const char *)bytes.at);
	buffer_clear(&form);
	xmlFreeDoc(xml);
	return is_same;
}

/* Every seventh byte changed, one at a time. */
static void change_and_tell(struct buffer *form, struct arena *arena)
{
	static const char others[] = "<>&\" =/:xr\n\r\t;'";

	for (size_t at = 0; at < form->len; at += 7) {
		uint8_t before = form->at[at];

		form->at[at] = (uint8_t)others[(at / 7) % (sizeof(others) - 1)];
		assert_true(is_rightly_told(buffer_bytes(form), arena));
		form->at[at] = before;
	}
}

static void what_is_written_canonically_is_known_as_such(void **state)
{
	struct real real = {0};
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);

	(void)state;
	real_collect(&real, REAL_SAMPLES "/vn");
	assert_true(real.count > 10);
	for (size_t i = 0; i < real.count; i++) {
		xmlDoc *xml = parse(real_read(real.files[i], arena), arena);
		struct buffer form;

		put_form(xml, &form);
		if (!is_told_canonical(buffer_bytes(&form)))
			fail_msg("%s is not known as canonical", real.files[i]);
		change_and_tell(&form, arena);
		buffer_clear(&form);
		xmlFreeDoc(xml);
		arena_clear(arena);
	}
	real_clear(&real);
	arena_free(arena);
}

static const char *const forms[] = {
	"<a></a>",
	"<a>\n\t&amp;&lt;&gt;&#xD;\"'</a>",
	"<a b=\"1\" c=\"'\"></a>",
	"<a xmlns=\"u:x\" b=\"1\"><b></b></a>",
	"<p:a xmlns:p=\"u:x\"><p:b c=\"1\"></p:b></p:a>",
	"<a xmlns=\"u:x\"><p:b xmlns:p=\"u:y\"></p:b><b></b></a>",
};
/* Well-formed, each off in one way. */
static const char *const departures[] = {
	"<a/>",
	"<a ></a>",
	"<a></a >",
	"<a b='1'></a>",
	"<a  b=\"1\"></a>",
	"<a\nb=\"1\"></a>",
	"<a b =\"1\"></a>",
	"<a b= \"1\"></a>",
	"<a b=\"1\" ></a>",
	"<a b=\"1\"/>",
	"<a b=\"2\" a=\"1\"></a>",
	"<a b=\"1\nb\"></a>",
	"<a b=\"1\tb\"></a>",
	"<a b=\"&gt;\"></a>",
	"<a b=\"&apos;\"></a>",
	"<a b=\"&#x41;\"></a>",
	"<a>&quot;</a>",
	"<a>&apos;</a>",
	"<a>&#13;</a>",
	"<a>&#xd;</a>",
	"<a>&#xA;</a>",
	"<a>&#x41;</a>",
	"<a>&#38;</a>",
	"<a>></a>",
	"<a>\r\n</a>",
	"<a><![CDATA[x]]></a>",
	"<a><!--x--></a>",
	"<?xml version=\"1.0\"?><a></a>",
	"<!--x--><a></a>",
	"<a></a><!--x-->",
	"<?x y?><a></a>",
	"<a></a><?x y?>",
	"\xEF\xBB\xBF<a></a>",
	"<a xmlns=\"\"></a>",
	"<a><b xmlns=\"\"></b></a>",
	"<a xmlns=\"u:x\"><b xmlns=\"u:x\"></b></a>",
	"<a b=\"1\" xmlns=\"u:x\"></a>",
	"<a xmlns:p=\"u:x\"></a>",
	"<a xmlns:p=\"u:x\"><p:b></p:b></a>",
	"<p:a xmlns:p=\"u:x\" xmlns:q=\"u:y\"></p:a>",
	"<p:a xmlns:q=\"u:y\" xmlns:p=\"u:x\"></p:a>",
	"<p:a xmlns=\"u:y\" xmlns:p=\"u:x\"></p:a>",
	"<p:a xmlns:p=\"u:x\"><p:b xmlns:p=\"u:x\"></p:b></p:a>",
	"<p:a xmlns:p='u:x'></p:a>",
};

static void every_departure_from_the_form_is_seen(void **state)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (!is_told_canonical(bytes_of_text(forms[i])) ||
		    !is_rightly_told(bytes_of_text(forms[i]), arena))
			fail_msg("is not known as canonical: %s", forms[i]);
	for (size_t i = 0; i < sizeof(departures) / sizeof(departures[0]); i++) {
		struct bytes departure = bytes_of_text(departures[i]);
		xmlDoc *xml = parse(departure, arena);
		struct buffer form;

		put_form(xml, &form);
		assert_false(bytes_equal(departure, buffer_bytes(&form)));
		if (is_told_canonical(departure))
			fail_msg("is taken for canonical: %s", departures[i]);
		buffer_clear(&form);
		xmlFreeDoc(xml);
	}
	arena_free(arena);
}

static void generated_documents_are_never_taken_for_canonical_that_are_not(void **state)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	size_t canonical = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 1000; seed++) {
		struct choices choices;
		struct buffer text, form;
		xmlDoc *xml;

		choices_begin(&choices, seed);
		buffer_init(&text, 1024 * 1024);
		put_element(&text, &choices, 0);
		assert_true(is_rightly_told(buffer_bytes(&text), arena));
		xml = parse(buffer_bytes(&text), arena);
		put_form(xml, &form);
		canonical += is_told_canonical(buffer_bytes(&form));
		change_and_tell(&form, arena);
		buffer_clear(&form);
		xmlFreeDoc(xml);
		buffer_clear(&text);
		choices_clear(&choices);
		arena_clear(arena);
	}
	assert_true(canonical >= 20);
	arena_free(arena);
}

/* ---- Bounds ---- */

static void what_grows_beyond_the_bound_ends_there(void **state)
{
	struct buffer text, to;
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct findings findings;
	xmlDoc *xml = NULL;

	(void)state;
	findings_init(&findings, arena);
	buffer_init(&text, 8u * 1024 * 1024);
	buffer_put_text(&text, "<r xmlns:a=\"urn:");
	for (size_t i = 0; i < 1000; i++)
		buffer_put_text(&text, "x");
	buffer_put_text(&text, "\">");
	for (size_t i = 0; i < 100000; i++)
		buffer_put_text(&text, "<a:b/>");
	buffer_put_text(&text, "</r>");
	assert_int_equal(document_parse(buffer_bytes(&text), NULL, &findings, &xml), OK);
	buffer_init(&to, 1024 * 1024);
	assert_int_equal(
		signature_c14n_put(SIGNATURE_C14N_EXCLUSIVE, xmlDocGetRootElement(xml), NULL, &to),
		ERR_LIMIT);
	buffer_clear(&to);
	buffer_clear(&text);
	xmlFreeDoc(xml);
	arena_free(arena);
}

static void every_seed_passes(void **state)
{
	(void)state;
	assert_true(fuzz_corpus_run("tests/fuzz/corpus/signature", LLVMFuzzerTestOneInput) >= 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_cases_of_the_specifications_are_the_same),
		cmocka_unit_test(every_real_document_is_the_same),
		cmocka_unit_test(generated_documents_are_the_same),
		cmocka_unit_test(what_is_written_canonically_is_known_as_such),
		cmocka_unit_test(every_departure_from_the_form_is_seen),
		cmocka_unit_test(generated_documents_are_never_taken_for_canonical_that_are_not),
		cmocka_unit_test(what_grows_beyond_the_bound_ends_there),
		cmocka_unit_test(every_seed_passes),
	};

	return cmocka_run_group_tests_name("signature_c14n", tests, NULL, NULL);
}
