/*
 * Bad and strange input of translation, as tables: each value is carried exactly, or changed with a
 * word that says so, or the document is held with a finding. Documents of random values are tried
 * by tests/prop/test_translation.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/convert.h"
#include "sampan/buffer.h"
#include "sampan/limit.h"
#include "tests/support/example.h"
#include "tests/support/trial.h"

#define CODE "<value from='Code' to='Document/ID'/>"
#define AMOUNT "<value from='Number' to='Document/Amount'/>"
#define PLACE "/A[1]/Code[1] > /Meta[1]/Document[1]/ID[1] = "

/* ---- Lengths: Document/ID holds ten characters ---- */

static void ten_characters_fit_whatever_they_are_made_of(void **state)
{
	CHECK({CODE, "<A><Code>0123456789</Code></A>", DOC("<ID>0123456789</ID>")},
	      {CODE, "<A><Code>ĐặngThịQuỳ</Code></A>", DOC("<ID>ĐặngThịQuỳ</ID>")},
	      {CODE, "<A><Code>😀😀😀😀😀😀😀😀😀😀</Code></A>", DOC("<ID>😀😀😀😀😀😀😀😀😀😀</ID>")},
	      {CODE, "<A><Code>שלוםעליכםא</Code></A>", DOC("<ID>שלוםעליכםא</ID>")},
	      {CODE,
	       "<A><Code>   0123456789\n</Code></A>",
	       DOC("<ID>0123456789</ID>"),
	       {"changed " PLACE "   0123456789\n > 0123456789 white-space"}});
}

static void the_eleventh_character_is_found_or_cut_with_a_word(void **state)
{
	CHECK({CODE, "<A><Code>0123456789A</Code></A>", NULL, {"value-too-long /A[1]/Code[1]"}},
	      {CODE, "<A><Code>😀😀😀😀😀😀😀😀😀😀😀</Code></A>", NULL, {"value-too-long /A[1]/Code[1]"}},
	      /* a letter and its mark are two characters, as XML Schema counts */
	      {CODE,
	       "<A><Code>e\u0301e\u0301e\u0301e\u0301e\u0301e</Code></A>",
	       NULL,
	       {"value-too-long /A[1]/Code[1]"}},
	      {"<value from='Code' to='Document/ID' cut='yes'/>",
	       "<A><Code>012345678 A</Code></A>",
	       DOC("<ID>012345678</ID>"),
	       {"changed " PLACE "012345678 A > 012345678 cut"}},
	      {"<value from='Code' to='Document/ID' cut='yes'/>",
	       "<A><Code>ĐặngThịQuỳnh</Code></A>",
	       DOC("<ID>ĐặngThịQuỳ</ID>"),
	       {"changed " PLACE "ĐặngThịQuỳnh > ĐặngThịQuỳ cut"}},
	      /* never between a letter and its mark */
	      {"<value from='Code' to='Document/ID' cut='yes'/>",
	       "<A><Code>012345678e\u0301</Code></A>",
	       DOC("<ID>012345678</ID>"),
	       {"changed " PLACE "012345678e\u0301 > 012345678 cut"}},
	      {"<carry path='Code'/><value from='Code' to='Document/ID' cut='yes'/>",
	       "<A><Code>0123456789A</Code></A>",
	       NULL,
	       {"must-carry /A[1]/Code[1]"}});
}

/* ---- Characters ---- */

static void every_character_that_xml_allows_is_carried_as_it_is(void **state)
{
	CHECK({AMOUNT, "<A><Number>a\u0300\u0323 \u1ead</Number></A>",
	       DOC("<Amount>a\u0300\u0323 \u1ead</Amount>")},
	      {AMOUNT, "<A><Number>\u202e\u05d0\u200f\u0639\u202c.</Number></A>",
	       DOC("<Amount>\u202e\u05d0\u200f\u0639\u202c.</Amount>")},
	      {AMOUNT, "<A><Number>\u0301</Number></A>", DOC("<Amount>\u0301</Amount>")},
	      {AMOUNT, "<A><Number>\u00a0</Number></A>", DOC("<Amount>\u00a0</Amount>")},
	      {AMOUNT, "<A><Number>a\xc2\x85\x62\xe2\x80\xa8\x63\x7f</Number></A>",
	       DOC("<Amount>a\xc2\x85\x62\xe2\x80\xa8\x63\x7f</Amount>")},
	      {AMOUNT,
	       "<A><Number>a\tb&#10;c&#13;d</Number></A>",
	       DOC("<Amount>a\tb\nc&#xD;d</Amount>"),
	       {"field /A[1]/Number[1] > /Meta[1]/Document[1]/Amount[1] = a\tb\nc\rd"}},
	      {AMOUNT, "<A><Number>&lt;\"'&amp;&gt;]]&gt;</Number></A>",
	       DOC("<Amount>&lt;\"'&amp;&gt;]]&gt;</Amount>")},
	      {"<value from='@id' to='@note'/>", "<A id='\"&apos;&lt;>&amp;a&#9;b&#10;c&#13;d'/>",
	       "<Meta xmlns=\"urn:test:b-meta\" note=\"&quot;'&lt;>&amp;a&#x9;b&#xA;c&#xD;d\"></Meta>"},
	      {AMOUNT, "<A><Number>\U0010ffff\ufffd\ue000</Number></A>",
	       DOC("<Amount>\U0010ffff\ufffd\ue000</Amount>")});
}

static void what_has_no_plain_letter_is_found_and_nothing_is_left_empty(void **state)
{
	CHECK({"<value from='Code' to='Document/ID' convert='ascii'/>",
	       "<A><Code>Đ\u1eb7ng e\u0302\u0301</Code></A>",
	       DOC("<ID>Dang e</ID>"),
	       {"changed " PLACE "Đ\u1eb7ng e\u0302\u0301 > Dang e ascii"}},
	      {"<value from='Code' to='Document/ID' convert='ascii'/>",
	       "<A><Code>\u6c34</Code></A>",
	       NULL,
	       {"value-not-convertible /A[1]/Code[1]"}},
	      /* nothing but marks */
	      {"<value from='Code' to='Document/ID' convert='ascii'/>",
	       "<A><Code>\u0301\u0302</Code></A>",
	       NULL,
	       {"value-not-convertible /A[1]/Code[1]"}});
}

/* ---- Codes ---- */

static void a_code_that_is_not_in_the_list_is_found(void **state)
{
#define MODE "<value from='Mode' to='Document/Mode' convert='list' list='modes'/>"
	CHECK({MODE, "<A><Mode>1</Mode></A>", DOC("<Mode>4</Mode>")},
	      {MODE, "<A><Mode> 1\n</Mode></A>", DOC("<Mode>4</Mode>")},
	      {MODE, "<A><Mode>8</Mode></A>", NULL, {"value-not-convertible /A[1]/Mode[1]"}},
	      {MODE, "<A><Mode>01</Mode></A>", NULL, {"value-not-convertible /A[1]/Mode[1]"}},
	      {MODE, "<A><Mode>1 1</Mode></A>", NULL, {"value-not-convertible /A[1]/Mode[1]"}},
	      {MODE, "<A><Mode>\u0661</Mode></A>", NULL, {"value-not-convertible /A[1]/Mode[1]"}},
	      {MODE, "<A><Mode>\u200b1</Mode></A>", NULL, {"value-not-convertible /A[1]/Mode[1]"}},
	      {"<value from='Mode' to='Document/Mode'/>",
	       "<A><Mode>8</Mode></A>",
	       NULL,
	       {"value-not-in-list /Meta[1]/Document[1]/Mode[1]"}},
	      {MODE CODE,
	       "<A><Code>c</Code><Mode>  </Mode></A>",
	       DOC("<ID>c</ID>"),
	       {"dropped /A[1]/Mode[1] =    empty"}});
}

/* ---- Decimals ---- */

static void decimals_of_any_length_are_exact(void **state)
{
#define DECIMAL "<value from='Number' to='Document/Amount' convert='decimal'/>"
#define FORTY "1234567890123456789012345678901234567890"
	CHECK({DECIMAL, "<A><Number>" FORTY "</Number></A>", DOC("<Amount>" FORTY "</Amount>")},
	      {DECIMAL, "<A><Number>0" FORTY "." FORTY "0</Number></A>",
	       DOC("<Amount>" FORTY "."
		   "123456789012345678901234567890123456789"
		   "</Amount>")},
	      {DECIMAL, "<A><Number>-0." FORTY "</Number></A>",
	       DOC("<Amount>-0.123456789012345678901234567890123456789</Amount>")},
	      {DECIMAL, "<A><Number>0.1000000000000000055511151231257827</Number></A>",
	       DOC("<Amount>0.1000000000000000055511151231257827</Amount>")},
	      {DECIMAL, "<A><Number>-000</Number></A>", DOC("<Amount>0</Amount>")},
	      {DECIMAL,
	       "<A><Number>1e40</Number></A>",
	       NULL,
	       {"value-not-convertible /A[1]/Number[1]"}},
	      {DECIMAL,
	       "<A><Number>1 000</Number></A>",
	       NULL,
	       {"value-not-convertible /A[1]/Number[1]"}},
	      {DECIMAL,
	       "<A><Number>\u0661</Number></A>",
	       NULL,
	       {"value-not-convertible /A[1]/Number[1]"}},
	      {DECIMAL,
	       "<A><Number>NaN</Number></A>",
	       NULL,
	       {"value-not-convertible /A[1]/Number[1]"}},
	      {DECIMAL,
	       "<A><Number>\u22125</Number></A>",
	       NULL,
	       {"value-not-convertible /A[1]/Number[1]"}},
	      {AMOUNT, "<A><Number>00" FORTY ".00</Number></A>",
	       DOC("<Amount>00" FORTY ".00</Amount>")});
}

/* ---- Dates ---- */

struct date {
	const char *text;
	const char *as[6]; /* in order of enum date_form; NULL: cannot be said */
};

static struct arena *arena;

static void check_dates(enum date_form from, const struct date *dates, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (enum date_form to = DATE_FORM_DDMMYYYY; to <= DATE_FORM_VNSW; to++) {
			struct convert convert = {
				.kind = CONVERT_DATE, .from_form = from, .to_form = to};
			const char *reason, *text = NULL, *wanted = dates[i].as[to];

			assert_int_equal(
				convert_text(&convert, dates[i].text, NULL, arena, &text, &reason),
				OK);
			if ((text == NULL) != (wanted == NULL) ||
			    (text != NULL && strcmp(text, wanted) != 0))
				fail_msg("\"%s\", form %d to %d: %s", dates[i].text, (int)from,
					 (int)to, text == NULL ? "nothing" : text);
		}
	}
}

#define CHECK_DATES(from, dates) check_dates(from, dates, sizeof(dates) / sizeof((dates)[0]))

static void days_are_those_of_the_calendar_in_every_form(void **state)
{
	static const struct date eight[] = {
		{"28022023", {"28022023", "20230228", NULL, "2023-02-28"}},
		{"29022024", {"29022024", "20240229", NULL, "2024-02-29"}},
		{"29022000", {"29022000", "20000229", NULL, "2000-02-29"}},
		{"01010001", {"01010001", "00010101", NULL, "0001-01-01"}},
		{"31129999", {"31129999", "99991231", NULL, "9999-12-31"}},
		{"31022024", {NULL}},
		{"29021900", {NULL}},
		{"29022023", {NULL}},
		{"31042024", {NULL}},
		{"00012024", {NULL}},
		{"01002024", {NULL}},
		{"01132024", {NULL}},
		{"01010000", {NULL}},
		{"0101-001", {NULL}},
		{"0101 024", {NULL}},
		{"1.1.2024", {NULL}},
		{"010120240", {NULL}},
		{"\u0660\u0661\u0660\u0661\u0662\u0660\u0662\u0664", {NULL}}};
	static const struct date iso[] = {
		{"2024-02-29", {"29022024", "20240229", NULL, "2024-02-29"}},
		{"2024-02-31", {NULL}},
		{"0000-01-01", {NULL}},
		{"-001-01-01", {NULL}},
		{"2024-2-29", {NULL}},
		{"2024-02-29Z", {NULL}},
		{"12024-02-29", {NULL}},
		{"2024\u201302\u201329", {NULL}}};

	(void)state;
	CHECK_DATES(DATE_FORM_DDMMYYYY, eight);
	CHECK_DATES(DATE_FORM_ISO_DATE, iso);
}

static void times_are_exact_and_never_get_what_nobody_said(void **state)
{
	static const struct date hundred_and_four[] = {
		{"20241231235959Z",
		 {"31122024", "20241231", "20241231235959Z", "2024-12-31", "2024-12-31T23:59:59Z",
		  "2025-01-01 06:59:59"}},
		/* leap seconds are there at the end of a day in UTC and nowhere else */
		{"20161231235960Z",
		 {"31122016", "20161231", "20161231235960Z", "2016-12-31", "2016-12-31T23:59:60Z",
		  "2017-01-01 06:59:60"}},
		{"20170101065960+07",
		 {"01012017", "20170101", "20170101065960+07", "2017-01-01",
		  "2017-01-01T06:59:60+07:00", "2017-01-01 06:59:60"}},
		{"20240425090260Z", {NULL}},
		{"20161231235961Z", {NULL}},
		{"20241231240000Z", {NULL}},
		{"20241231236000Z", {NULL}},
		{"20240231000000Z", {NULL}},
		{"00000101000000Z", {NULL}},
		{"20240101000000+1460", {NULL}},
		{"20240101000000+15", {NULL}},
		{"20240101000000", {NULL}},
		{"20240101000000z", {NULL}},
		{"20240101000000+07:00", {NULL}},
		{"202401010000Z", {NULL}},
		/* beyond the years that can be written */
		{"99991231235959Z",
		 {"31129999", "99991231", "99991231235959Z", "9999-12-31", "9999-12-31T23:59:59Z",
		  NULL}},
		{"00010101000000+14",
		 {"01010001", "00010101", "00010101000000+14", "0001-01-01",
		  "0001-01-01T00:00:00+14:00", NULL}}};
	static const struct date viet_nam[] = {
		{"2017-01-01 06:59:60",
		 {"01012017", "20170101", "20170101065960+07", "2017-01-01",
		  "2017-01-01T06:59:60+07:00", "2017-01-01 06:59:60"}},
		{"2017-01-01 23:59:60", {NULL}},
		{"2017-01-01T06:59:59", {NULL}},
		{"2017-01-01 06:59:59.", {NULL}},
		{"2017-02-31 06:59:59", {NULL}}};

	(void)state;
	CHECK_DATES(DATE_FORM_304, hundred_and_four);
	CHECK_DATES(DATE_FORM_VNSW, viet_nam);
}

static void a_wrong_date_is_told_with_its_place(void **state)
{
#define DAY \
	"<value from='Date' to='Document/Date' convert='date' from-form='ddmmyyyy' to-form='102'/>"
	CHECK({DAY, "<A><Date>31022024</Date></A>", NULL, {"value-not-convertible /A[1]/Date[1]"}},
	      {DAY, "<A><Date>01010000</Date></A>", NULL, {"value-not-convertible /A[1]/Date[1]"}},
	      {DAY,
	       "<A><Date> 29022024 </Date></A>",
	       DOC("<Date>20240229</Date>"),
	       {"changed /A[1]/Date[1] > /Meta[1]/Document[1]/Date[1] =  29022024  > 20240229 date-form"}});
}

/* ---- Groups ---- */

static void groups_without_content_leave_nothing_behind(void **state)
{
#define ITEMS \
	"<group from='Item' to='Document/Line'><count to='Sequence'/><value from='Text' to='Text'/></group>" CODE
	CHECK({ITEMS, "<A><Code>c</Code><Item/></A>", DOC("<ID>c</ID>")},
	      {ITEMS, "<A><Code>c</Code><Item><Text/></Item></A>", DOC("<ID>c</ID>")},
	      {ITEMS,
	       "<A><Code>c</Code><Item><Text>  </Text></Item></A>",
	       DOC("<ID>c</ID>"),
	       {"dropped /A[1]/Item[1]/Text[1] =    empty"}},
	      {ITEMS,
	       "<A><Code>c</Code><Item/><Item><Text>t</Text></Item><Item/></A>",
	       DOC("<ID>c</ID><Line><Sequence>1</Sequence><Text>t</Text></Line>"),
	       {"field /A[1]/Item[2]/Text[1] > /Meta[1]/Document[1]/Line[1]/Text[1] = t"}},
	      /* three lines are what the other side takes */
	      {ITEMS,
	       "<A><Item><Text>1</Text></Item><Item/><Item><Text>2</Text></Item><Item><Text>3</Text></Item></A>",
	       DOC("<Line><Sequence>1</Sequence><Text>1</Text></Line><Line><Sequence>2</Sequence><Text>2</Text></Line><Line>"
		   "<Sequence>3</Sequence><Text>3</Text></Line>")},
	      {ITEMS,
	       "<A><Item><Text>1</Text></Item><Item><Text>2</Text></Item><Item><Text>3</Text></Item><Item><Text>4</Text></Item></A>",
	       NULL,
	       {"too-many /A[1]/Item[4]/Text[1]"}},
	      {ITEMS, "<A/>", NULL, {"map-takes-nothing /A[1]"}});
}

/* ---- Lines: a declaration by the real map, with as many lines as asked for ---- */

#define LINE \
	"<GovernmentAgencyGoodsItem><SequenceNumeric>%zu</SequenceNumeric><Commodity><Classification><ID>6911</ID>" \
	"<IdentificationTypeCode>TSP</IdentificationTypeCode></Classification><GoodsMeasure><TariffQuantity unitCode=\"KGM\">1" \
	"</TariffQuantity></GoodsMeasure></Commodity><Origin><CountryCode>TH</CountryCode></Origin></GovernmentAgencyGoodsItem>"
#define HEAD \
	"<MetaData xmlns=\"urn:wco:datamodel:WCO:DocumentMetaData-DMS:2\"><Declaration xmlns=\"urn:wco:datamodel:WCO:DEC-DMS:2\">" \
	"<FunctionCode>9</FunctionCode><FunctionalReferenceID>R</FunctionalReferenceID><TypeCode>EXA</TypeCode><Agent><Name>A</Name>" \
	"<ID>1</ID></Agent><BorderTransportMeans><ModeCode>1</ModeCode></BorderTransportMeans><Exporter><Name>E</Name><ID>1</ID>" \
	"</Exporter><GoodsShipment><Consignee><Name>C</Name><Address><Line>L</Line></Address></Consignee>"

struct lines {
	size_t count;
	const char *finding; /* NULL: it goes over */
};

static void write_lines(struct buffer *to, size_t count)
{
	buffer_put_text(to, HEAD);
	for (size_t i = 1; i <= count; i++)
		buffer_put_format(to, LINE, i);
	buffer_put_text(to, "</GoodsShipment></Declaration></MetaData>");
}

static struct bytes translated(const struct schema_set *set, struct bytes source,
			       struct findings *findings, struct translation *translation)
{
	const struct schema *from = schema_set_find(set, "wco.declaration");
	struct document *document = NULL;
	struct facts facts;

	facts_init(&facts, arena);
	assert_int_equal(facts_put(&facts, "event.number", "1"), OK);
	assert_int_equal(facts_put(&facts, "event.port", "THBKK"), OK);
	assert_int_equal(facts_put(&facts, "event.departureDate", "20260301"), OK);
	assert_int_equal(document_read(source, LIMIT_DOCUMENT_BYTES, findings, &document), OK);
	assert_non_null(document);
	assert_int_equal(translate_document(set, document, from, schema_set_find(set, "asw.acdd"),
					    &facts, arena, findings, translation),
			 OK);
	document_free(document);
	return translation->output;
}

static size_t count_of(struct bytes text, const char *word)
{
	size_t count = 0;

	for (size_t i = 0; i + strlen(word) <= text.len; i++)
		count += memcmp(text.at + i, word, strlen(word)) == 0;
	return count;
}

static void any_number_of_lines_goes_over_whole_or_not_at_all(void **state)
{
	static const struct lines table[] = {{0, "value-missing"}, {1, NULL},   {50, NULL},
					     {51, NULL},           {999, NULL}, {1000, "too-many"}};
	struct schema_set *set = NULL;
	struct findings findings;

	(void)state;
	findings_init(&findings, arena);
	assert_int_equal(schema_set_load("schemas", &findings, &set), OK);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct translation translation = {0};
		struct buffer buffer;
		struct bytes output;

		buffer_init(&buffer, LIMIT_DOCUMENT_BYTES);
		write_lines(&buffer, table[i].count);
		findings_init(&findings, arena);
		output = translated(set, buffer_bytes(&buffer), &findings, &translation);
		if (table[i].finding != NULL)
			assert_string_equal(findings.items[0].code, table[i].finding);
		else
			assert_int_equal(count_of(output, "</GovernmentAgencyGoodsItem>"),
					 table[i].count);
		buffer_clear(&buffer);
	}
	schema_set_free(set);
}

static int begin(void **state)
{
	(void)state;
	arena = arena_new((size_t)1 << 30);
	return arena == NULL ? -1 : 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ten_characters_fit_whatever_they_are_made_of),
		cmocka_unit_test(the_eleventh_character_is_found_or_cut_with_a_word),
		cmocka_unit_test(every_character_that_xml_allows_is_carried_as_it_is),
		cmocka_unit_test(what_has_no_plain_letter_is_found_and_nothing_is_left_empty),
		cmocka_unit_test(a_code_that_is_not_in_the_list_is_found),
		cmocka_unit_test(decimals_of_any_length_are_exact),
		cmocka_unit_test(days_are_those_of_the_calendar_in_every_form),
		cmocka_unit_test(times_are_exact_and_never_get_what_nobody_said),
		cmocka_unit_test(a_wrong_date_is_told_with_its_place),
		cmocka_unit_test(groups_without_content_leave_nothing_behind),
		cmocka_unit_test(any_number_of_lines_goes_over_whole_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
