/*
 * Lines that look alike are not walked again (messages/walk_line.h): what comes of each is its own all
 * the same, also where one of them comes out otherwise than those before it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "support/example.h"

#define ITEMS \
	"<group from='Item' to='Document/Line'><count to='Sequence'/>" \
	"<value from='Text' to='Text'/><value from='Quantity' to='Measure'/>" \
	"<value from='Quantity/@unit' to='Measure/@unit'/><constant to='Origin' value='VN'/>" \
	"<group from='Part' to='Info'><value from='X' to='Type'/><value from='Y' to='Value'/>" \
	"</group><drop from='Tag' reason='implied'/></group>"
#define ITEM(text, unit, x, y, tag) \
	"<Item><Text>" text "</Text><Quantity unit='" unit "'>5</Quantity><Tag>" tag \
	"</Tag><Part><X>" x "</X><Y>" y "</Y></Part></Item>"
#define LINE(number, text, unit, type, value) \
	"<Line><Sequence>" number "</Sequence><Text>" text "</Text><Measure unit=\"" unit \
	"\">5</Measure><Origin>VN</Origin><Info><Type>" type "</Type><Value>" value \
	"</Value></Info></Line>"

static void each_line_has_its_own_values_number_and_rows(void **state)
{
	CHECK({ITEMS,
	       "<A>" ITEM("a", "KG", "1", "2", "t") ITEM("b&amp;", "GR", "3", "4", "u")
		       ITEM("c", "TO", "5", "6", "v") "</A>",
	       DOC(LINE("1", "a", "KG", "1", "2") LINE("2", "b&amp;", "GR", "3", "4")
			   LINE("3", "c", "TO", "5", "6")),
	       {"supplied /Meta[1]/Document[1]/Line[3]/Sequence[1] = 3 count "
		"maps/test.a~test.b.xml:2",
		"supplied /Meta[1]/Document[1]/Line[3]/Origin[1] = VN constant "
		"maps/test.a~test.b.xml:2",
		"field /A[1]/Item[2]/Part[1]/Y[1] > "
		"/Meta[1]/Document[1]/Line[2]/Info[1]/Value[1] = 4",
		"field /A[1]/Item[3]/Quantity[1]/@unit > "
		"/Meta[1]/Document[1]/Line[3]/Measure[1]/@unit = TO",
		"dropped /A[1]/Item[3]/Tag[1] = v implied"}});
}

static void a_line_that_comes_out_otherwise_is_walked(void **state)
{
	CHECK(/* white space, and nothing else */
	      {ITEMS,
	       "<A>" ITEM("a", "KG", "1", "2", "t") ITEM(" b ", "GR", "3", "4", "u")
		       ITEM("c", "TO", "  ", "6", "v") "</A>",
	       DOC(LINE("1", "a", "KG", "1", "2") LINE(
		       "2", "b", "GR", "3",
		       "4") "<Line><Sequence>3</Sequence><Text>c</Text><Measure unit=\"TO\">5</Measure>"
			    "<Origin>VN</Origin><Info><Value>6</Value></Info></Line>"),
	       {"changed /A[1]/Item[2]/Text[1] > /Meta[1]/Document[1]/Line[2]/Text[1] =  b  > b "
		"white-space",
		"dropped /A[1]/Item[3]/Part[1]/X[1] =    empty",
		"dropped /A[1]/Item[3]/Tag[1] = v implied"}},
	      /* other elements */
	      {ITEMS,
	       "<A>" ITEM("a", "KG", "1", "2",
			  "t") "<Item><Number>7</Number><Text>b</Text></Item>" ITEM("c", "TO", "5",
										    "6",
										    "v") "</A>",
	       DOC(LINE("1", "a", "KG", "1",
			"2") "<Line><Sequence>2</Sequence><Text>b</Text><Origin>"
			     "VN</Origin></Line>" LINE("3", "c", "TO", "5", "6")),
	       {"dropped /A[1]/Item[2]/Number[1] = 7 no-counterpart",
		"dropped /A[1]/Item[3]/Tag[1] = v implied"}},
	      /* nothing of the second and the third */
	      {"<group from='Item' to='Document/Line'><count to='Sequence'/><value from='Text' "
	       "to='Text'/></group>",
	       "<A><Item><Text>a</Text></Item><Item><Text> </Text></Item><Item><Text>c</Text></Item>"
	       "</A>",
	       DOC("<Line><Sequence>1</Sequence><Text>a</Text></Line><Line><Sequence>2</Sequence>"
		   "<Text>c</Text></Line>"),
	       {"dropped /A[1]/Item[2]/Text[1] =   empty",
		"field /A[1]/Item[3]/Text[1] > /Meta[1]/Document[1]/Line[2]/Text[1] = c"}},
	      /* no more room */
	      {"<group from='Item' to='Document/Line' many='drop'><count to='Sequence'/><value "
	       "from='Text' to='Text'/></group>",
	       "<A><Item><Text>a</Text></Item><Item><Text>b</Text></Item><Item><Text>c</Text></Item>"
	       "<Item><Text>d</Text></Item></A>",
	       DOC("<Line><Sequence>1</Sequence><Text>a</Text></Line><Line><Sequence>2</Sequence>"
		   "<Text>b</Text></Line><Line><Sequence>3</Sequence><Text>c</Text></Line>"),
	       {"dropped /A[1]/Item[4]/Text[1] = d too-many"}},
	      /* what was taken before */
	      {"<value from='Item/Number' to='Document/ID' many='drop'/><group from='Item' "
	       "to='Document/Line'><count to='Sequence'/><value from='Number' to='Text'/></group>",
	       "<A><Item><Number>1</Number></Item><Item><Number>2</Number></Item><Item><Number>3"
	       "</Number></Item></A>",
	       DOC("<ID>1</ID><Line><Sequence>1</Sequence><Text>1</Text></Line><Line><Sequence>2"
		   "</Sequence><Text>2</Text></Line><Line><Sequence>3</Sequence><Text>3</Text></Line>"),
	       {"dropped /A[1]/Item[3]/Number[1] = 3 too-many",
		"supplied /Meta[1]/Document[1]/Line[3]/Text[1] = 3 document "
		"/A[1]/Item[3]/Number[1]"}});
}

static void a_condition_is_looked_at_in_every_line(void **state)
{
	CHECK({"<group from='Item' to='Document/Line'><count to='Sequence'/><group from='Part' "
	       "to='Info' when='X=1'><value from='X' to='Type'/><value from='Y' to='Value'/>"
	       "</group></group><drop from='Item/Part' reason='implied'/>",
	       "<A><Item><Part><X>1</X><Y>a</Y></Part></Item><Item><Part><X>1</X><Y>b</Y></Part>"
	       "</Item><Item><Part><X>3</X><Y>c</Y></Part></Item></A>",
	       DOC("<Line><Sequence>1</Sequence><Info><Type>1</Type><Value>a</Value></Info></Line>"
		   "<Line><Sequence>2</Sequence><Info><Type>1</Type><Value>b</Value></Info></Line>"),
	       {"dropped /A[1]/Item[3]/Part[1]/Y[1] = c implied"}});
}

static void what_stands_outside_of_a_line_is_told_once(void **state)
{
	CHECK({"<group from='Item' to='Document/Line'><count to='Sequence'/>"
	       "<value from='/A/Code' to='Origin'/></group>",
	       "<A><Code>VN</Code><Item><Text>a</Text></Item><Item><Text>b</Text></Item><Item><Text>c"
	       "</Text></Item></A>",
	       DOC("<Line><Sequence>1</Sequence><Origin>VN</Origin></Line><Line><Sequence>2"
		   "</Sequence><Origin>VN</Origin></Line><Line><Sequence>3</Sequence><Origin>VN"
		   "</Origin></Line>"),
	       {"field /A[1]/Code[1] > /Meta[1]/Document[1]/Line[1]/Origin[1] = VN",
		"supplied /Meta[1]/Document[1]/Line[2]/Origin[1] = VN document /A[1]/Code[1]",
		"supplied /Meta[1]/Document[1]/Line[3]/Origin[1] = VN document /A[1]/Code[1]"}});
}

#define LINKED \
	"<group from='Item' to='Document/Line'><count to='Sequence'/><value from='Text' " \
	"to='Text'/>" \
	"<link from='Tag' key='/A/Party/Code'><value from='Name' to='Origin'/></link></group>"
#define PARTY(name, code) "<Party><Name>" name "</Name><Code>" code "</Code></Party>"
#define TAGGED(text, tag) "<Item><Text>" text "</Text><Tag>" tag "</Tag></Item>"
#define LINKED_LINE(number, text, origin) \
	"<Line><Sequence>" number "</Sequence><Text>" text "</Text><Origin>" origin \
	"</Origin></Line>"

static void a_link_is_followed_in_every_line(void **state)
{
	CHECK({LINKED,
	       "<A>" PARTY("a", "1") PARTY("b", "2") PARTY("c", "3") TAGGED("x", "3")
		       TAGGED("y", "1") TAGGED("z", "3") "</A>",
	       DOC(LINKED_LINE("1", "x", "c") LINKED_LINE("2", "y", "a")
			   LINKED_LINE("3", "z", "c")),
	       {"field /A[1]/Party[1]/Name[1] > /Meta[1]/Document[1]/Line[2]/Origin[1] = a",
		"field /A[1]/Party[3]/Name[1] > /Meta[1]/Document[1]/Line[1]/Origin[1] = c",
		"supplied /Meta[1]/Document[1]/Line[3]/Origin[1] = c document "
		"/A[1]/Party[3]/Name[1]",
		"dropped /A[1]/Item[3]/Tag[1] = 3 link", "dropped /A[1]/Party[1]/Code[1] = 1 link",
		"dropped /A[1]/Party[2]/Code[1] = 2 no-counterpart"}},
	      /* to what looks different, and to nothing */
	      {LINKED,
	       "<A>" PARTY("a", "1") "<Party><Code>2</Code><Phone>p</Phone></Party>" TAGGED(
		       "x", "1") TAGGED("y", "2") TAGGED("z", "1") "</A>",
	       DOC(LINKED_LINE(
		       "1", "x",
		       "a") "<Line><Sequence>2</Sequence><Text>y</Text></Line>" LINKED_LINE("3",
											    "z",
											    "a")),
	       {"dropped /A[1]/Party[2]/Code[1] = 2 link",
		"dropped /A[1]/Party[2]/Phone[1] = p no-counterpart"}},
	      {LINKED,
	       "<A>" PARTY("a", "1") TAGGED("x", "1") TAGGED("y", "2") TAGGED("z", "1") "</A>",
	       NULL,
	       {"link-broken /A[1]/Item[2]/Tag[1]"}});
}

static void what_must_be_there_is_missed_in_every_line(void **state)
{
	CHECK({"<group from='Item' to='Document/Line'><value from='Text' to='Text'/></group>",
	       "<A><Item><Text>a</Text></Item><Item><Text>b</Text></Item><Item><Text>c</Text></Item>"
	       "</A>",
	       NULL,
	       {"value-missing /Meta[1]/Document[1]/Line[1]/Sequence[1]",
		"value-missing /Meta[1]/Document[1]/Line[2]/Sequence[1]",
		"value-missing /Meta[1]/Document[1]/Line[3]/Sequence[1]"}});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line_has_its_own_values_number_and_rows),
		cmocka_unit_test(a_line_that_comes_out_otherwise_is_walked),
		cmocka_unit_test(a_condition_is_looked_at_in_every_line),
		cmocka_unit_test(what_stands_outside_of_a_line_is_told_once),
		cmocka_unit_test(a_link_is_followed_in_every_line),
		cmocka_unit_test(what_must_be_there_is_missed_in_every_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
