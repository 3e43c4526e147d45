/*
 * test_paper - documents as people know them on paper (schemas/views/frame-paper.xsl and its layouts):
 * every value is there, none of them becomes markup, and what a finding says stands at its field.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

#include "node/page_work.h"
#include "tests/support/markup.h"
#include "tests/support/page.h"

#define PAGE_BYTES ((size_t)16 * 1024 * 1024)
#define ARENA_BYTES ((size_t)64 * 1024 * 1024)
#define MAX_VALUES 4096u

static struct {
	struct stylesheet_set *views;
	struct schema_set *schemas;
	struct arena *arena;
} world;

static int load(void **state)
{
	const char *message = "";
	struct findings findings;

	(void)state;
	world.arena = arena_new(ARENA_BYTES);
	findings_init(&findings, world.arena);
	if (stylesheet_load("schemas/views", &world.views, &message) != OK)
		fail_msg("%s", message);
	return schema_set_load("schemas", &findings, &world.schemas) == OK ? 0 : -1;
}

static int unload(void **state)
{
	(void)state;
	stylesheet_free(world.views);
	schema_set_free(world.schemas);
	arena_free(world.arena);
	return 0;
}

/* One of each kind that has a layout, and one that has none. */
static const char *const samples[] = {
	"schemas/samples/vn/gom-bat-trang/07-import-stays-at-home.xml",
	"schemas/samples/vn/gom-bat-trang/02-export-2-lines.xml",
	"schemas/samples/vn/dai-ly-hai-phong/08-import-tableware.xml",
	"schemas/samples/th/siam-tableware/04-th-import.xml",
	"schemas/samples/vn/nong-san-viet/12-co-application-four-criteria.xml",
	"schemas/samples/vn/bct-hanoi/21-co-third-party.xml",
	"schemas/samples/vn/bct-hanoi/23-co-back-to-back.xml",
	"tests/golden/third-party.asw.form-d.xml",
	"tests/golden/back-to-back.asw.form-d.xml",
	"tests/golden/back-to-back.th.co-received.xml",
	"tests/data/paper/co-received.xml",
	"schemas/samples/stage-2/hai-quan/44-verification-asked.xml",
};

static char *draw(const char *sheet, const char *view, struct bytes document)
{
	const struct page_work_sets sets = {world.views, world.schemas, NULL};
	const struct page_work work = {
		.sheet = sheet, .view = bytes_of_text(view), .papers = {document, document}};
	struct buffer question, page;
	char *text;

	buffer_init(&question, PAGE_BYTES);
	buffer_init(&page, PAGE_BYTES);
	page_work_pack(&question, &work);
	assert_int_equal(page_work_serve(&sets, buffer_bytes(&question), world.arena, &page), OK);
	text = strndup((const char *)page.at, page.len);
	buffer_clear(&page);
	buffer_clear(&question);
	arena_clear(world.arena);
	return text;
}

#define VIEW \
	"{\"language\":\"en\",\"status\":200,\"css\":\"/c\",\"js\":\"/j\",\"icon\":\"/i\",\"answer\":{%s}}"

static const char *view_with(const char *answer)
{
	static char view[4096];

	(void)snprintf(view, sizeof(view), VIEW, answer);
	return view;
}

/* ---- Every value ---- */

static void put_text(const xmlNode *node, xmlBufferPtr to)
{
	for (; node != NULL; node = node->next) {
		xmlChar *title = node->type == XML_ELEMENT_NODE
					 ? xmlGetProp(node, (const xmlChar *)"title")
					 : NULL;

		if (node->type == XML_TEXT_NODE)
			xmlBufferCat(to, node->content);
		xmlBufferCat(to, title == NULL ? (const xmlChar *)"" : title);
		xmlFree(title);
		put_text(node->children, to);
		if (node->type == XML_ELEMENT_NODE)
			xmlBufferCat(to, (const xmlChar *)" ");
	}
}

/* Digits and letters alone: amounts and days are written for people. */
static void squeeze(char *text)
{
	char *to = text;

	for (; *text != '\0'; text++)
		if (strchr(" \t\r\n.,/-", *text) == NULL)
			*to++ = *text;
	*to = '\0';
}

static unsigned look_for(const xmlNode *node, const char *page, const char *sample)
{
	unsigned count = 0;

	for (; node != NULL; node = node->next) {
		if (node->type == XML_TEXT_NODE && !xmlIsBlankNode(node)) {
			char *wanted = strdup((const char *)node->content);
			char turned[16] = "";

			squeeze(wanted);
			if (strlen(wanted) == 8) /* 20261120 is 20/11/2026 there */
				(void)snprintf(turned, sizeof(turned), "%.2s%.2s%.4s", wanted + 6,
					       wanted + 4, wanted);
			if (strstr(page, wanted) == NULL &&
			    (turned[0] == '\0' || strstr(page, turned) == NULL))
				fail_msg("%s: %s is not shown", sample, wanted);
			free(wanted);
			count++;
		}
		count += look_for(node->children, page, sample);
	}
	return count;
}

static void every_value_of_a_document_is_shown(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		char *text = page_read(samples[i]);
		char *page = draw("content", view_with(""), bytes_of_text(text));
		htmlDocPtr html = htmlReadMemory(page, (int)strlen(page), NULL, "UTF-8",
						 HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING);
		xmlDocPtr document = xmlReadMemory(text, (int)strlen(text), NULL, "UTF-8", 0);
		xmlBufferPtr shown = xmlBufferCreate();
		char *squeezed;

		put_text(xmlDocGetRootElement(html), shown);
		squeezed = strdup((const char *)xmlBufferContent(shown));
		squeeze(squeezed);
		print_message("%s\n", samples[i]);
		assert_true(look_for(xmlDocGetRootElement(document), squeezed, samples[i]) > 20);
		free(squeezed);
		xmlBufferFree(shown);
		xmlFreeDoc(document);
		xmlFreeDoc(html);
		free(page);
		free(text);
	}
}

/* ---- None becomes markup ---- */

static void poison(xmlNode *node)
{
	for (; node != NULL; node = node->next) {
		if (node->type == XML_TEXT_NODE && !xmlIsBlankNode(node))
			xmlNodeSetContent(node, (const xmlChar *)"");
		if (node->type == XML_TEXT_NODE && node->content != NULL &&
		    node->content[0] == '\0')
			xmlNodeAddContent(node, (const xmlChar *)MARKUP_HOSTILE);
		for (xmlAttr *attribute = node->type == XML_ELEMENT_NODE ? node->properties : NULL;
		     attribute != NULL; attribute = attribute->next)
			(void)xmlSetProp(node, attribute->name, (const xmlChar *)MARKUP_HOSTILE);
		poison(node->children);
	}
}

static void no_value_of_a_document_becomes_markup(void **state)
{
	static const char *const sheets[] = {"content", "document"};

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		char *text = page_read(samples[i]);
		xmlDocPtr document = xmlReadMemory(text, (int)strlen(text), NULL, "UTF-8", 0);
		xmlChar *poisoned;
		int len;

		poison(xmlDocGetRootElement(document));
		xmlDocDumpMemory(document, &poisoned, &len);
		for (size_t j = 0; j < sizeof(sheets) / sizeof(sheets[0]); j++) {
			char *page = draw(sheets[j], view_with("\"id\":\"VN-1-1\",\"state\":\"x\""),
					  bytes_of(poisoned, (size_t)len));

			print_message("%s %s\n", sheets[j], samples[i]);
			assert_non_null(strstr(page, "evil()")); /* it is shown */
			markup_check(page);
			free(page);
		}
		xmlFree(poisoned);
		xmlFreeDoc(document);
		free(text);
	}
}

/* ---- Findings at their place ---- */

static void what_a_finding_says_stands_at_its_field(void **state)
{
	static const struct {
		const char *path, *before; /* shown: the value, then what is said of it */
	} cases[] = {
		{"/Envelope[1]/Body[1]/Content[1]/ImportDeclaration[1]/CargoNumber[1]",
		 "LCHHAP26110052<span class=\"found warning\"><b>Warning</b>: look here"},
		{"/Envelope[1]/Body[1]/Content[1]/ImportDeclaration[1]/Line[1]/HsCode[1]",
		 "<span class=\"found warning\"><b>Warning</b>: look here"},
		{"/Envelope[1]/Body[1]/Content[1]/ImportDeclaration[1]/Importer[1]/Code[1]",
		 "<span class=\"found warning\"><b>Warning</b>: look here"},
		{"/Envelope[1]/Body[1]/Content[1]/ImportDeclaration[1]/Valuation[1]/Freight[1]/Amount[1]",
		 "<span class=\"found warning\"><b>Warning</b>: look here"},
		{"/Envelope[1]/Header[1]/Subject[1]/reference[1]/@name",
		 "GBT-NK-2026-0019<span class=\"found warning\"><b>Warning</b>: look here"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = page_read(samples[0]), answer[1024], *page, *at;

		(void)snprintf(
			answer, sizeof(answer),
			"\"timeline\":[{\"findings\":[{\"severity\":\"warning\",\"path\":\"%s\","
			"\"en\":\"look here\"}]}]",
			cases[i].path);
		page = draw("content", view_with(answer), bytes_of_text(text));
		print_message("%s\n", cases[i].path);
		at = strstr(page, cases[i].before);
		assert_non_null(at);
		assert_null(strstr(at + 1, "look here</span><span class=\"found"));
		free(page);
		free(text);
	}
}

static void a_path_that_leads_nowhere_is_no_place(void **state)
{
	static const char *const paths[] = {
		"/",
		"//",
		"/Envelope[2]",
		"/Envelope[1]/Body[1]/Content[99999999999999999999]",
		"/Envelope[1]/Body[x]/Content[0]",
		"Envelope",
		"/Envelope[1]/[1]",
		"/@x",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		char *text = page_read(samples[0]), answer[512], *page;

		(void)snprintf(
			answer, sizeof(answer),
			"\"findings\":[{\"severity\":\"error\",\"path\":\"%s\",\"en\":\"nowhere\"}]",
			paths[i]);
		page = draw("content", view_with(answer), bytes_of_text(text));
		print_message("%s\n", paths[i]);
		assert_null(strstr(page, "nowhere"));
		free(page);
		free(text);
	}
}

static void amounts_and_days_are_written_for_people(void **state)
{
	static const char *const shown[] = {">48,960 ", "20/11/2026", ">8,160 ", " 42.5<",
					    "Thailand"};
	char *text = page_read(samples[0]);
	char *page = draw("content", view_with(""), bytes_of_text(text));

	(void)state;
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		if (strstr(page, shown[i]) == NULL)
			fail_msg("no %s in %s", shown[i], page);
	free(page);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_value_of_a_document_is_shown),
		cmocka_unit_test(no_value_of_a_document_becomes_markup),
		cmocka_unit_test(what_a_finding_says_stands_at_its_field),
		cmocka_unit_test(a_path_that_leads_nowhere_is_no_place),
		cmocka_unit_test(amounts_and_days_are_written_for_people),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
