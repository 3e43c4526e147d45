/* Groups, subtrees, conditions, and maps read backwards (docs/maps.md). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "sampan/limit.h"
#include "support/example.h"

/* ---- Groups ---- */

static void a_group_makes_a_new_element_for_each_source_element(void **state)
{
	CHECK({"<group from='Item' to='Document/Line'><count to='Sequence'/><value from='Text' "
	       "to='Text'/>"
	       "<value from='Quantity' to='Measure'/><value from='Quantity/@unit' "
	       "to='Measure/@unit'/>"
	       "<group from='Part' to='Info'><value from='X' to='Type'/><value from='Y' "
	       "to='Value'/></group>"
	       "</group>",
	       "<A><Item><Text>a</Text><Part><X>1</X><Y>2</Y></Part><Part><Y>3</Y></Part></Item>"
	       "<Item><Text>b</Text><Quantity unit='KG'>5</Quantity></Item></A>",
	       DOC("<Line><Sequence>1</Sequence><Text>a</Text><Info><Type>1</Type><Value>2</"
		   "Value></Info>"
		   "<Info><Value>3</Value></Info></Line><Line><Sequence>2</Sequence><Text>b</Text>"
		   "<Measure unit=\"KG\">5</Measure></Line>"),
	       {"supplied /Meta[1]/Document[1]/Line[2]/Sequence[1] = 2 count "
		"maps/test.a~test.b.xml:2",
		"field /A[1]/Item[1]/Part[2]/Y[1] > /Meta[1]/Document[1]/Line[1]/Info[2]/Value[1] "
		"= 3"}},
	      {"<group from='Remark' to='Document/Info'><constant to='Type' value='R'/>"
	       "<value from='.' to='Value'/></group>",
	       "<A><Remark>a</Remark><Remark>b</Remark></A>",
	       DOC("<Info><Type>R</Type><Value>a</Value></Info><Info><Type>R</Type><Value>b</"
		   "Value></Info>")},
	      {"<group from='Item' to='Document/Line'><count to='Sequence'/>"
	       "<value from='/A/Code' to='Origin'/></group>",
	       "<A><Code>VN</Code><Item><Text>a</Text></Item><Item><Text>b</Text></Item></A>",
	       DOC("<Line><Sequence>1</Sequence><Origin>VN</Origin></Line>"
		   "<Line><Sequence>2</Sequence><Origin>VN</Origin></Line>"),
	       {"field /A[1]/Code[1] > /Meta[1]/Document[1]/Line[1]/Origin[1] = VN",
		"supplied /Meta[1]/Document[1]/Line[2]/Origin[1] = VN document /A[1]/Code[1]"}});
}

static void a_group_that_wrote_nothing_of_the_source_is_taken_back(void **state)
{
	CHECK({"<value from='Code' to='Document/ID'/><group from='Item' to='Document/Line'><count "
	       "to='Sequence'/>"
	       "<constant to='Origin' value='VN'/><value from='Text' to='Text'/></group>",
	       "<A><Code>1</Code><Item><Number>1</Number></Item><Item><Text>b</Text></Item></A>",
	       DOC("<ID>1</ID><Line><Sequence>1</Sequence><Text>b</Text><Origin>VN</Origin></"
		   "Line>"),
	       {"dropped /A[1]/Item[1]/Number[1] = 1 no-counterpart"}},
	      {"<value from='Code' to='Document/ID'/><group from='.' to='Document/Info'>"
	       "<constant to='Type' value='N'/><value from='Name' to='Value'/></group>",
	       "<A><Code>1</Code></A>", DOC("<ID>1</ID>")},
	      {"<value from='Code' to='Document/ID'/><group from='.' to='Document/Info'>"
	       "<constant to='Type' value='N'/><value from='Name' to='Value'/></group>",
	       "<A><Code>1</Code><Name>n</Name></A>",
	       DOC("<ID>1</ID><Info><Type>N</Type><Value>n</Value></Info>")});
}

static void a_fact_keeps_a_group(void **state)
{
	CHECK({.rules = "<value from='Code' to='Document/ID'/><group from='Party' "
			"to='Document/Role'>"
			"<constant to='ID' value='1'/><supply to='Name' from='registry.name' "
			"optional='yes'/></group>",
	       .source = "<A><Code>c</Code><Party><Phone>1</Phone></Party></A>",
	       .output = DOC("<ID>c</ID><Role><Name>n</Name><ID>1</ID></Role>"),
	       .facts = {"registry.name", "n"}},
	      {.rules = "<value from='Code' to='Document/ID'/><group from='Party' "
			"to='Document/Role'>"
			"<constant to='ID' value='1'/><supply to='Name' from='registry.name' "
			"optional='yes'/></group>",
	       .source = "<A><Code>c</Code><Party><Phone>1</Phone></Party></A>",
	       .output = DOC("<ID>c</ID>")});
}

static void the_first_group_whose_condition_holds_keeps_the_element(void **state)
{
	CHECK({"<group from='Party' to='Document/Owner' when='Code=OWN'><value from='Name' "
	       "to='Name'/>"
	       "<drop from='Code' reason='implied'/></group>"
	       "<group from='Party' to='Document/Role' when='Name'><value from='Name' to='Name'/>"
	       "<value from='Code' to='ID'/></group>"
	       "<group from='Party' to='Document/Role'><value from='Code' to='ID'/></group>",
	       "<A><Party><Name>a</Name><Code>X</Code></Party><Party><Name>b</Name><Code>OWN</"
	       "Code></Party>"
	       "<Party><Code>Y</Code></Party></A>",
	       DOC("<Role><Name>a</Name><ID>X</ID></Role><Role><ID>Y</ID></Role><Owner><Name>b</"
		   "Name></Owner>"),
	       {"dropped /A[1]/Party[2]/Code[1] = OWN implied"}},
	      {"<value from='Name' to='Document/ID'/><group from='Remark' to='Document/Info' "
	       "when='.=yes'>"
	       "<value from='.' to='Value'/></group><drop from='Remark' reason='implied'/>",
	       "<A><Name>n</Name><Remark>yes</Remark><Remark>no</Remark></A>",
	       DOC("<ID>n</ID><Info><Value>yes</Value></Info>"),
	       {"dropped /A[1]/Remark[2] = no implied"}});
}

/* ---- Same ---- */

static void same_carries_what_has_a_namesake(void **state)
{
	CHECK({"<value from='Extra/P' to='Document/ID'/><same from='Extra' to='Document/Extra'/>",
	       "<A><Extra><P>p</P><Q>1</Q><Q>2</Q><OnlyA>o</OnlyA><Deep r='x'><Z>z</Z></Deep>"
	       "<Deep><OnlyA>no</OnlyA></Deep><Deep r='y'/></Extra></A>",
	       DOC("<ID>p</ID><Extra><Q>1</Q><Q>2</Q><Deep r=\"x\"><Z>z</Z></Deep><Deep "
		   "r=\"y\"></Deep></Extra>"),
	       {"dropped /A[1]/Extra[1]/OnlyA[1] = o no-counterpart",
		"dropped /A[1]/Extra[1]/Deep[2]/OnlyA[1] = no no-counterpart",
		"field /A[1]/Extra[1]/Deep[3]/@r > /Meta[1]/Document[1]/Extra[1]/Deep[2]/@r = y"}},
	      {"<same from='Extra' to='Document/Extra'/>",
	       "<A><Extra><Q>1</Q><Q>2</Q><Q>3</Q></Extra></A>",
	       NULL,
	       {"too-many /A[1]/Extra[1]/Q[3]"}},
	      {"<same from='Extra' to='Document/Extra' many='drop'/>",
	       "<A><Extra><Q>1</Q><Q>2</Q><Q>3</Q></Extra><Extra><P>4</P></Extra></A>",
	       DOC("<Extra><Q>1</Q><Q>2</Q></Extra>"),
	       {"dropped /A[1]/Extra[1]/Q[3] = 3 too-many",
		"dropped /A[1]/Extra[2]/P[1] = 4 too-many"}},
	      {"<value from='Code' to='Document/Extra/P'/><same from='Extra' to='Document/Extra'/>",
	       "<A><Code>c</Code><Extra><P>p</P><Q>q</Q></Extra></A>",
	       DOC("<Extra><P>c</P><Q>q</Q></Extra>"),
	       {"dropped /A[1]/Extra[1]/P[1] = p no-counterpart"}},
	      /* places before content are kept, behind it not */
	      {"<same from='Extra' to='Document/Extra'/>",
	       "<A><Extra><Q>q</Q><Deep/><Deep/><Deep r='y'/><Deep/><Deep/></Extra></A>",
	       DOC("<Extra><Q>q</Q><Deep></Deep><Deep></Deep><Deep r=\"y\"></Deep></Extra>"),
	       {"field /A[1]/Extra[1]/Deep[3]/@r > /Meta[1]/Document[1]/Extra[1]/Deep[3]/@r = y"}},
	      {"<group from='Extra/Deep' to='Document/Extra/Deep'><value from='@r' to='Z'/></group>"
	       "<same from='Extra' to='Document/Extra'/>",
	       "<A><Extra><Q>q</Q><Deep r='x'><Z>z</Z></Deep></Extra></A>",
	       DOC("<Extra><Q>q</Q><Deep><Z>x</Z></Deep></Extra>"),
	       {"dropped /A[1]/Extra[1]/Deep[1]/Z[1] = z no-counterpart"}},
	      {"<same from='.' to='.'/><value from='Code' to='Document/ID'/>",
	       "<A id='7'><Code>1</Code></A>",
	       "<Meta xmlns=\"urn:test:b-meta\" id=\"7\"><Document "
	       "xmlns=\"urn:test:b\"><ID>1</ID></Document></Meta>"});
}

static void what_goes_over_whole_is_told_value_by_value(void **state)
{
	CHECK({"<same from='Extra' to='Document/Extra'/>",
	       "<A><Extra><P>p</P><Q>1</Q><Q>2</Q><Deep r='x'><Z>z</Z></Deep><Deep r='&lt;'><Z>&amp;</Z>"
	       "</Deep></Extra></A>",
	       DOC("<Extra><P>p</P><Q>1</Q><Q>2</Q><Deep r=\"x\"><Z>z</Z></Deep><Deep r=\"&lt;\">"
		   "<Z>&amp;</Z></Deep></Extra>"),
	       {"field /A[1]/Extra[1]/Q[2] > /Meta[1]/Document[1]/Extra[1]/Q[2] = 2",
		"field /A[1]/Extra[1]/Deep[2]/@r > /Meta[1]/Document[1]/Extra[1]/Deep[2]/@r = <",
		"field /A[1]/Extra[1]/Deep[2]/Z[1] > "
		"/Meta[1]/Document[1]/Extra[1]/Deep[2]/Z[1] = &"}},
	      /* something stands against a part of it, and other rules are about it or about what it
	       * becomes */
	      {"<same from='Extra' to='Document/Extra'/>",
	       "<A><Extra><P>p</P><Deep r='x'><Z>z</Z></Deep><Deep><Z> z</Z></Deep><Deep r=''>"
	       "<Z>y</Z></Deep></Extra></A>",
	       DOC("<Extra><P>p</P><Deep r=\"x\"><Z>z</Z></Deep><Deep><Z>z</Z></Deep><Deep><Z>y</Z>"
		   "</Deep></Extra>"),
	       {"field /A[1]/Extra[1]/Deep[1]/Z[1] > /Meta[1]/Document[1]/Extra[1]/Deep[1]/Z[1] = "
		"z",
		"changed /A[1]/Extra[1]/Deep[2]/Z[1] > "
		"/Meta[1]/Document[1]/Extra[1]/Deep[2]/Z[1] =  z > z white-space",
		"dropped /A[1]/Extra[1]/Deep[3]/@r =  empty"}},
	      {"<drop from='Extra/Deep/@r' reason='implied'/><same from='Extra' "
	       "to='Document/Extra'/>",
	       "<A><Extra><P>p</P><Deep r='x'><Z>z</Z></Deep></Extra></A>",
	       DOC("<Extra><P>p</P><Deep><Z>z</Z></Deep></Extra>"),
	       {"dropped /A[1]/Extra[1]/Deep[1]/@r = x implied"}},
	      {"<same from='Extra' to='Document/Extra'/><value from='Code' "
	       "to='Document/Extra/Deep/@r'/>",
	       "<A><Code>c</Code><Extra><P>p</P><Deep><Z>z</Z></Deep></Extra></A>",
	       DOC("<Extra><P>p</P><Deep r=\"c\"><Z>z</Z></Deep></Extra>"),
	       {"field /A[1]/Code[1] > /Meta[1]/Document[1]/Extra[1]/Deep[1]/@r = c"}},
	      {"<same from='Extra' to='Document/Extra' many='drop'/>",
	       "<A><Extra><P>p</P><Q>1</Q></Extra><Extra><Deep><Z>z</Z></Deep></Extra></A>",
	       DOC("<Extra><P>p</P><Q>1</Q></Extra>"),
	       {"dropped /A[1]/Extra[2]/Deep[1]/Z[1] = z too-many"}});
}

/* ---- Conditions of the whole ---- */

static void a_document_that_the_map_is_not_for_is_refused(void **state)
{
	CHECK({"<require path='Mode' equals='1 2'/><value from='Code' to='Document/ID'/>",
	       "<A><Code>1</Code><Mode>3</Mode></A>",
	       NULL,
	       {"precondition /A[1]"}},
	      {"<require path='/A/Mode' equals='1 2'/><value from='Code' to='Document/ID'/>",
	       "<A><Code>1</Code><Mode> 2 </Mode></A>", DOC("<ID>1</ID>")},
	      {"<require path='Party/Name'/><value from='Code' to='Document/ID'/>",
	       "<A><Code>1</Code><Party><Code>1</Code></Party></A>",
	       NULL,
	       {"precondition-missing /A[1]"}});
}

static void what_must_be_carried_is_never_dropped_or_cut(void **state)
{
	CHECK({"<carry path='Name'/><value from='Code' to='Document/ID'/>",
	       "<A><Code>1</Code><Name>n</Name></A>",
	       NULL,
	       {"must-carry /A[1]/Name[1]"}},
	      {"<carry path='Code'/><value from='Code' to='Document/ID' cut='yes'/>",
	       "<A><Code>12345678901</Code></A>",
	       NULL,
	       {"must-carry /A[1]/Code[1]"}},
	      {"<carry path='Party'/><value from='Party/Name' to='Document/ID'/>",
	       "<A><Party><Name>a</Name><Phone>1</Phone></Party></A>",
	       NULL,
	       {"must-carry /A[1]/Party[1]/Phone[1]"}},
	      {"<carry path='Party'/><value from='Party/Name' to='Document/ID'/>",
	       "<A><Party><Name>a</Name></Party></A>", DOC("<ID>a</ID>")});
}

static void drops_say_their_reason(void **state)
{
	CHECK({"<value from='Party/Name' to='Document/ID'/><drop from='Party' "
	       "reason='stays-national'/>"
	       "<drop from='@id' reason='envelope'/>",
	       "<A id='7'><Party><Name>a</Name><Code>1</Code><Phone>2</Phone></Party></A>",
	       DOC("<ID>a</ID>"),
	       {"dropped /A[1]/Party[1]/Code[1] = 1 stays-national",
		"dropped /A[1]/Party[1]/Phone[1] = 2 stays-national",
		"dropped /A[1]/@id = 7 envelope"}});
}

/* ---- Back ---- */

static void a_map_is_read_backwards(void **state)
{
	static const char rules[] =
		"<constant to='Version' value='1'/>"
		"<value from='Code' to='Document/ID'/>"
		"<value from='Date' to='Document/Date' convert='date' from-form='ddmmyyyy' "
		"to-form='102'/>"
		"<constant to='Document/Date/@form' value='102'/>"
		"<value from='Mode' to='Document/Mode' convert='list' list='modes'/>"
		"<drop from='Name' reason='stays-national'/>"
		"<supply to='Document/Amount' from='event.amount' optional='yes'/>"
		"<value way='back' from='Document/Amount' to='Name'/>"
		"<supply way='back' to='Number' from='event.number'/>"
		"<group from='Item' to='Document/Line'><count to='Sequence'/><value from='Text' "
		"to='Text'/></group>"
		"<group from='Remark' to='Document/Info'><constant to='Type' value='REM'/><value "
		"from='.' to='Value'/>"
		"</group>";

	CHECK({.attributes = "inverse='yes'",
	       .rules = rules,
	       .source = "<A><Code>c</Code><Date>31122026</Date><Mode>1</Mode><Name>n</"
			 "Name><Remark>r</Remark>"
			 "<Item><Text>t</Text></Item></A>",
	       .output = "<Meta xmlns=\"urn:test:b-meta\"><Version>1</Version><Document "
			 "xmlns=\"urn:test:b\"><ID>c</ID>"
			 "<Date "
			 "form=\"102\">20261231</Date><Mode>4</Mode><Line><Sequence>1</"
			 "Sequence><Text>t</Text>"
			 "</Line><Info><Type>REM</Type><Value>r</Value></Info></Document></Meta>",
	       .rows = {"dropped /A[1]/Name[1] = n stays-national"}},
	      {.attributes = "inverse='yes'",
	       .rules = rules,
	       .source = "<Meta xmlns='urn:test:b-meta'><Version>1</Version><Document "
			 "xmlns='urn:test:b'><ID>c</ID>"
			 "<Date "
			 "form='102'>20261231</Date><Mode>1</Mode><Amount>5</"
			 "Amount><Line><Sequence>9</Sequence>"
			 "<Text>t</Text></Line><Info><Type>OTHER</Type><Value>o</Value></"
			 "Info><Info><Type>REM</Type>"
			 "<Value>r</Value></Info></Document></Meta>",
	       .output = "<A><Code>c</Code><Date>31122026</Date><Mode>2</Mode><Name>5</"
			 "Name><Number>1</Number>"
			 "<Remark>r</Remark><Item><Text>t</Text></Item></A>",
	       .rows = {"dropped /Meta[1]/Version[1] = 1 implied",
			"dropped /Meta[1]/Document[1]/Date[1]/@form = 102 implied",
			"dropped /Meta[1]/Document[1]/Line[1]/Sequence[1] = 9 sequence",
			"dropped /Meta[1]/Document[1]/Info[1]/Value[1] = o no-counterpart",
			"dropped /Meta[1]/Document[1]/Info[2]/Type[1] = REM implied",
			"field /Meta[1]/Document[1]/Info[2]/Value[1] > /A[1]/Remark[1] = r",
			"changed /Meta[1]/Document[1]/Mode[1] > /A[1]/Mode[1] = 1 > 2 code-list",
			"supplied /A[1]/Number[1] = 1 event event.number"},
	       .facts = {"event.number", "1"}},
	      {.attributes = "inverse='yes'",
	       .rules = rules,
	       .source = "<Meta xmlns='urn:test:b-meta'><Version>2</Version><Document "
			 "xmlns='urn:test:b'>"
			 "<Date form='304'>x</Date></Document></Meta>",
	       .rows = {"precondition /Meta[1]", "precondition /Meta[1]"},
	       .facts = {"event.number", "1"}});
}

static void backwards_a_list_is_shared_out_and_an_equal_copy_dropped(void **state)
{
	static const char rules[] =
		"<group from='Party' to='Document/Role'><value from='Name' to='Name'/><value "
		"from='Name' to='ID'/>"
		"<value from='Street1' to='Address/Line'/><value from='Street2' to='Address/Line'/>"
		"<group from='Phone' to='Contact'><value from='.' to='ID'/><constant to='Type' "
		"value='TE'/></group>"
		"</group>";

	CHECK({.attributes = "inverse='yes'",
	       .rules = rules,
	       .source = "<A><Party><Name>n</Name><Street1>1</Street1><Street2>2</"
			 "Street2><Phone>3</Phone></Party></A>",
	       .output = DOC("<Role><Name>n</Name><ID>n</ID><Address><Line>1</Line><Line>2</Line></"
			     "Address>"
			     "<Contact><ID>3</ID><Type>TE</Type></Contact></Role>"),
	       .rows = {"supplied /Meta[1]/Document[1]/Role[1]/ID[1] = n document "
			"/A[1]/Party[1]/Name[1]"}},
	      {.attributes = "inverse='yes'",
	       .rules = rules,
	       .source = DOC("<Role><Name>n</Name><ID>n</ID><Address><Line>1</Line><Line>2</Line></"
			     "Address>"
			     "<Contact><ID>3</ID><Type>TE</Type></Contact><Contact><ID>4</ID></"
			     "Contact></Role>"),
	       .output = "<A><Party><Name>n</Name><Street1>1</Street1><Street2>2</"
			 "Street2><Phone>3</Phone></Party></A>",
	       .rows = {"dropped /Meta[1]/Document[1]/Role[1]/ID[1] = n supplied-again",
			"dropped /Meta[1]/Document[1]/Role[1]/Contact[1]/Type[1] = TE implied",
			"dropped /Meta[1]/Document[1]/Role[1]/Contact[2]/ID[1] = 4 "
			"no-counterpart"}},
	      {.attributes = "inverse='yes'",
	       .rules = rules,
	       .source = DOC("<Role><Name>n</Name><ID>other</ID></Role>"),
	       .rows = {"too-many /Meta[1]/Document[1]/Role[1]/ID[1]"}});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_group_makes_a_new_element_for_each_source_element),
		cmocka_unit_test(a_group_that_wrote_nothing_of_the_source_is_taken_back),
		cmocka_unit_test(a_fact_keeps_a_group),
		cmocka_unit_test(the_first_group_whose_condition_holds_keeps_the_element),
		cmocka_unit_test(same_carries_what_has_a_namesake),
		cmocka_unit_test(what_goes_over_whole_is_told_value_by_value),
		cmocka_unit_test(a_document_that_the_map_is_not_for_is_refused),
		cmocka_unit_test(what_must_be_carried_is_never_dropped_or_cut),
		cmocka_unit_test(drops_say_their_reason),
		cmocka_unit_test(a_map_is_read_backwards),
		cmocka_unit_test(backwards_a_list_is_shared_out_and_an_equal_copy_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
