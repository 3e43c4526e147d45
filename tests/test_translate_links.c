/* Links by key, and quantities whose unit becomes another (docs/maps.md). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "support/example.h"

/* ---- Links ---- */

/* An item's Tag names a Party by its Code. */
#define ITEMS \
	"<group from='Item' to='Document/Line'><count to='Sequence'/><value from='Text' " \
	"to='Text'/>" \
	"<link from='Tag' key='/A/Party/Code'><value from='Name' to='Origin'/></link></group>"

static void what_a_key_names_is_carried_to_where_it_is_named(void **state)
{
	CHECK({ITEMS,
	       "<A><Party><Name>b</Name><Code>2</Code></Party><Party><Name>a</Name><Code>1</Code>"
	       "</Party><Item><Text>x</Text><Tag>1</Tag></Item><Item><Text>y</Text><Tag> 2 </Tag>"
	       "</Item></A>",
	       DOC("<Line><Sequence>1</Sequence><Text>x</Text><Origin>a</Origin></Line>"
		   "<Line><Sequence>2</Sequence><Text>y</Text><Origin>b</Origin></Line>"),
	       {"field /A[1]/Party[2]/Name[1] > /Meta[1]/Document[1]/Line[1]/Origin[1] = a",
		"dropped /A[1]/Item[1]/Tag[1] = 1 link", "dropped /A[1]/Party[2]/Code[1] = 1 link",
		"dropped /A[1]/Item[2]/Tag[1] =  2  link"}},
	      /* named twice: the second time it is supplied from the document */
	      {ITEMS,
	       "<A><Party><Name>a</Name><Code>1</Code></Party><Item><Text>x</Text><Tag>1</Tag></Item>"
	       "<Item><Text>y</Text><Tag>1</Tag></Item></A>",
	       DOC("<Line><Sequence>1</Sequence><Text>x</Text><Origin>a</Origin></Line>"
		   "<Line><Sequence>2</Sequence><Text>y</Text><Origin>a</Origin></Line>"),
	       {"field /A[1]/Party[1]/Name[1] > /Meta[1]/Document[1]/Line[1]/Origin[1] = a",
		"supplied /Meta[1]/Document[1]/Line[2]/Origin[1] = a document "
		"/A[1]/Party[1]/Name[1]"}},
	      /* what nobody names stays behind, and is said so */
	      {ITEMS,
	       "<A><Party><Name>a</Name><Code>1</Code></Party><Item><Text>x</Text></Item></A>",
	       DOC("<Line><Sequence>1</Sequence><Text>x</Text></Line>"),
	       {"dropped /A[1]/Party[1]/Name[1] = a no-counterpart",
		"dropped /A[1]/Party[1]/Code[1] = 1 no-counterpart"}},
	      /* keys that are carried themselves are not dropped */
	      {"<group from='Party' to='Document/Role'><value from='Code' to='ID'/></group>" ITEMS,
	       "<A><Party><Name>a</Name><Code>1</Code></Party><Item><Text>x</Text><Tag>1</Tag></Item>"
	       "</A>",
	       DOC("<Role><ID>1</ID></Role>"
		   "<Line><Sequence>1</Sequence><Text>x</Text><Origin>a</Origin></Line>"),
	       {"field /A[1]/Party[1]/Code[1] > /Meta[1]/Document[1]/Role[1]/ID[1] = 1"}});
}

static void a_key_that_is_not_there_or_there_twice_is_found(void **state)
{
	CHECK({ITEMS,
	       "<A><Party><Name>a</Name><Code>1</Code></Party><Item><Text>x</Text><Tag>2</Tag></Item>"
	       "</A>",
	       NULL,
	       {"link-broken /A[1]/Item[1]/Tag[1]"}},
	      {ITEMS,
	       "<A><Item><Text>x</Text><Tag>1</Tag></Item></A>",
	       NULL,
	       {"link-broken /A[1]/Item[1]/Tag[1]"}},
	      {ITEMS,
	       "<A><Party><Name>a</Name><Code>1</Code></Party><Party><Name>b</Name><Code>1</Code>"
	       "</Party><Item><Text>x</Text><Tag>1</Tag></Item></A>",
	       NULL,
	       {"link-twice /A[1]/Item[1]/Tag[1]"}});
}

/* ---- Units ---- */

#define WEIGHT \
	"<group from='Weight' to='Document/Mass'><value from='.' to='.' convert='unit' " \
	"list='units' unit-from='@unit' unit-to='@unit'/>" \
	"<value from='@unit' to='@unit' convert='list' list='units'/></group>"

static void a_quantity_is_said_in_the_units_of_the_target(void **state)
{
	CHECK({WEIGHT,
	       "<A><Weight unit='TNE'>3.4</Weight><Weight unit='KGM'>2.50</Weight>"
	       "<Weight unit='LBR'>10</Weight></A>",
	       DOC("<Mass unit=\"KGM\">3400</Mass><Mass unit=\"KGM\">2.50</Mass>"
		   "<Mass unit=\"KGM\">4.5359237</Mass>"),
	       {"changed /A[1]/Weight[1] > /Meta[1]/Document[1]/Mass[1] = 3.4 > 3400 unit",
		"changed /A[1]/Weight[1]/@unit > /Meta[1]/Document[1]/Mass[1]/@unit = TNE > KGM "
		"code-list-lossy",
		"field /A[1]/Weight[2] > /Meta[1]/Document[1]/Mass[2] = 2.50"}},
	      {WEIGHT,
	       "<A><Weight>7</Weight></A>",
	       DOC("<Mass>7</Mass>"),
	       {"field /A[1]/Weight[1] > /Meta[1]/Document[1]/Mass[1] = 7"}},
	      {WEIGHT,
	       "<A><Weight unit='TNE'>99999999999999999999999999999999999999.9</Weight></A>",
	       DOC("<Mass unit=\"KGM\">99999999999999999999999999999999999999900</Mass>")},
	      {WEIGHT,
	       "<A><Weight unit='ZZZ'>7</Weight></A>",
	       NULL,
	       {"value-not-convertible /A[1]/Weight[1]/@unit"}},
	      {WEIGHT,
	       "<A><Weight unit='TNE'>heavy</Weight></A>",
	       NULL,
	       {"value-not-convertible /A[1]/Weight[1]"}});
}

static void backwards_a_quantity_is_divided_and_never_rounded(void **state)
{
	CHECK({.attributes = "inverse='yes'",
	       .rules = WEIGHT,
	       .source = DOC("<Mass unit=\"GRM\">2500</Mass><Mass unit=\"KGM\">3.4</Mass>"),
	       .output =
		       "<A><Weight unit=\"KGM\">2.5</Weight><Weight unit=\"KGM\">3.4</Weight></A>",
	       .rows = {"changed /Meta[1]/Document[1]/Mass[1] > /A[1]/Weight[1] = 2500 > 2.5 unit"}},
	      {.attributes = "inverse='yes'",
	       .rules = "<value from='Weight' to='Document/Mass' convert='unit' list='units' "
			"unit-from='Weight/@unit' unit-to='Document/Mass/@unit'/>"
			"<value from='Weight/@unit' to='Document/Mass/@unit'/>",
	       .source = DOC("<Mass unit=\"GRM\">1</Mass>"),
	       .output = "<A><Weight unit=\"GRM\">0.001</Weight></A>"});
}

static void the_unit_may_stand_beside_the_quantity(void **state)
{
	CHECK({"<value from='Number' to='Document/Amount' convert='unit' list='units' "
	       "unit-from='Mode' unit-to='Document/Mode'/><value from='Name' to='Document/ID'/>",
	       "<A><Mode>TNE</Mode><Name>n</Name><Number>0.5</Number></A>",
	       DOC("<ID>n</ID><Amount>500</Amount>"),
	       {"changed /A[1]/Number[1] > /Meta[1]/Document[1]/Amount[1] = 0.5 > 500 unit"}});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_key_names_is_carried_to_where_it_is_named),
		cmocka_unit_test(a_key_that_is_not_there_or_there_twice_is_found),
		cmocka_unit_test(a_quantity_is_said_in_the_units_of_the_target),
		cmocka_unit_test(backwards_a_quantity_is_divided_and_never_rounded),
		cmocka_unit_test(the_unit_may_stand_beside_the_quantity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
