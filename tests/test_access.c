/*
 * Who may do what: docs/access.md says the same as the code, cell by cell; and each cell is proved
 * by what it lets through.
 */
#include "node/access.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/page.h"

#define HEADING \
	"| action | trader | agent | issuing-officer | customs-officer | agency | supervisor | operator | auditor |"

/* ---- The page and the table ---- */

static void format_cell(struct access_cell cell, char *to, size_t room)
{
	const char *name =
		cell.scope == ACCESS_NEVER && cell.is_beyond ? "" : access_scope_name(cell.scope);

	(void)snprintf(to, room, "%s%s", name, cell.is_beyond ? "+" : "");
}

static void the_page_shows_the_table_of_the_code(void **state)
{
	struct page_table table;

	(void)state;
	page_read_table("docs/access.md", HEADING, &table);
	assert_int_equal(table.count, ACCESS_ACTIONS);
	for (size_t i = 0; i < table.count; i++) {
		enum access_action action = access_action_of(bytes_of_text(table.rows[i].cell[0]));

		if (action == ACCESS_ACTIONS)
			fail_msg("there is no action %s", table.rows[i].cell[0]);
		for (unsigned role = 0; role < CALLER_ROLES; role++) {
			char cell[32];

			format_cell(access_cell(1u << role, action), cell, sizeof(cell));
			if (strcmp(cell, table.rows[i].cell[1 + role]) != 0)
				fail_msg("%s of %s: the page says %s, the code %s",
					 table.rows[i].cell[0], caller_role_name(1u << role),
					 table.rows[i].cell[1 + role], cell);
		}
	}
}

static void the_pages_columns_are_the_roles_in_order(void **state)
{
	char heading[512] = "| action |";

	(void)state;
	for (unsigned role = 0; role < CALLER_ROLES; role++)
		(void)snprintf(heading + strlen(heading), sizeof(heading) - strlen(heading),
			       " %s |", caller_role_name(1u << role));
	assert_string_equal(heading, HEADING);
}

/* ---- Each cell by behaviour ---- */

/* What there is to ask about, and within which scopes it lies for one of "gom", tax code 0100101308,
 * customs office 01PL and 02CI/03, issuing office BCTHN. */
static const struct {
	const char *what;
	struct access_object object;
	unsigned scopes; /* bits of enum access_scope */
} objects[] = {
	{"nothing in particular", {0}, 1u << ACCESS_ALL},
	{"another's",
	 {.kind = "vn.export", .lodger = "nong-san", .tax_codes = "0301442986"},
	 1u << ACCESS_ALL},
	{"lodged by the party",
	 {.kind = "vn.export", .lodger = "gom"},
	 1u << ACCESS_OWN | 1u << ACCESS_MANDATE | 1u << ACCESS_OFFICE | 1u << ACCESS_ISSUING |
		 1u << ACCESS_ALL},
	{"of its tax code",
	 {.kind = "vn.import", .lodger = "dai-ly", .tax_codes = "1 0100101308"},
	 1u << ACCESS_OWN | 1u << ACCESS_MANDATE | 1u << ACCESS_OFFICE | 1u << ACCESS_ISSUING |
		 1u << ACCESS_ALL},
	{"handed over to it",
	 {.kind = "vn.co-received", .is_received = true},
	 1u << ACCESS_OWN | 1u << ACCESS_MANDATE | 1u << ACCESS_OFFICE | 1u << ACCESS_ISSUING |
		 1u << ACCESS_ALL},
	{"of a principal with a mandate",
	 {.kind = "vn.export",
	  .lodger = "nong-san",
	  .tax_codes = "0301442986",
	  .is_mandated = true},
	 1u << ACCESS_MANDATE | 1u << ACCESS_ALL},
	{"of the customs office",
	 {.kind = "vn.export", .lodger = "nong-san", .office = "01PL"},
	 1u << ACCESS_OFFICE | 1u << ACCESS_ALL},
	{"of a sub-section of the customs office",
	 {.kind = "vn.export", .lodger = "nong-san", .office = "01PL/07"},
	 1u << ACCESS_OFFICE | 1u << ACCESS_ALL},
	{"of the sub-section",
	 {.kind = "vn.export", .lodger = "nong-san", .office = "02CI/03"},
	 1u << ACCESS_OFFICE | 1u << ACCESS_ALL},
	{"of another sub-section",
	 {.kind = "vn.export", .lodger = "nong-san", .office = "02CI/04"},
	 1u << ACCESS_ALL},
	{"of the office whose sub-section it is",
	 {.kind = "vn.export", .lodger = "nong-san", .office = "02CI"},
	 1u << ACCESS_ALL},
	{"of an office whose code begins alike",
	 {.kind = "vn.export", .lodger = "nong-san", .office = "01PLX"},
	 1u << ACCESS_ALL},
	{"of the issuing office",
	 {.kind = "vn.co-application",
	  .lodger = "nong-san",
	  .office = "BCTHN",
	  .desk = ACCESS_DESK_ISSUING},
	 1u << ACCESS_ISSUING | 1u << ACCESS_ALL},
	{"of a customs office with the issuing office's code",
	 {.kind = "vn.export", .lodger = "nong-san", .office = "BCTHN"},
	 1u << ACCESS_ALL},
	{"one's own token",
	 {.lodger = "gom", .user = "lan"},
	 1u << ACCESS_SELF | 1u << ACCESS_OWN | 1u << ACCESS_MANDATE | 1u << ACCESS_OFFICE |
		 1u << ACCESS_ISSUING | 1u << ACCESS_ALL},
	{"another person's token of the party",
	 {.lodger = "gom", .user = "minh"},
	 1u << ACCESS_ALL},
};

static struct caller caller_with(unsigned roles)
{
	struct caller caller;

	caller_init(&caller);
	caller.proof = CALLER_SESSION;
	caller.roles = roles;
	caller.party = "gom";
	caller.tax_code = "0100101308";
	caller.user = "lan";
	caller.offices = "01PL 02CI/03";
	caller.issuing_offices = "BCTHN";
	caller.actions = CALLER_ALL_ACTIONS;
	return caller;
}

static enum access_verdict expected(const char *cell, unsigned scopes, bool has_reason)
{
	size_t len = strcspn(cell, "+");
	bool is_beyond = cell[len] == '+';

	for (unsigned scope = ACCESS_SELF; scope < ACCESS_SCOPES; scope++) {
		const char *name = access_scope_name((enum access_scope)scope);

		if (strlen(name) == len && strncmp(name, cell, len) == 0 &&
		    (scopes >> scope & 1) != 0)
			return ACCESS_YES;
	}
	return !is_beyond ? ACCESS_NO : has_reason ? ACCESS_RECORD : ACCESS_NEEDS_REASON;
}

static void prove(const char *cell, unsigned role, enum access_action action, const char *reason)
{
	struct caller caller = caller_with(1u << role);

	caller.reason = reason;
	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		enum access_verdict is = access_may(&caller, action, &objects[i].object);
		enum access_verdict must = expected(cell, objects[i].scopes, reason[0] != '\0');

		if (is != must)
			fail_msg("%s of %s (%s), %s: %d, not %d", access_action_name(action),
				 caller_role_name(1u << role), cell, objects[i].what, is, must);
	}
}

static void each_cell_of_the_page_lets_through_what_it_says_and_nothing_else(void **state)
{
	struct page_table table;

	(void)state;
	page_read_table("docs/access.md", HEADING, &table);
	for (size_t i = 0; i < table.count; i++) {
		enum access_action action = access_action_of(bytes_of_text(table.rows[i].cell[0]));

		for (unsigned role = 0; role < CALLER_ROLES; role++) {
			prove(table.rows[i].cell[1 + role], role, action, "");
			prove(table.rows[i].cell[1 + role], role, action, "audit 7/2026");
		}
	}
}

static void whoever_has_a_cell_may_it_to_something(void **state)
{
	(void)state;
	for (unsigned action = 0; action < ACCESS_ACTIONS; action++)
		for (unsigned role = 0; role < CALLER_ROLES; role++) {
			struct caller caller = caller_with(1u << role);
			struct access_cell cell =
				access_cell(1u << role, (enum access_action)action);

			assert_int_equal(access_may_ever(&caller, (enum access_action)action),
					 cell.scope != ACCESS_NEVER || cell.is_beyond);
		}
}

static void of_several_roles_the_best_counts(void **state)
{
	const struct access_object others = {.kind = "vn.export", .lodger = "nong-san"};
	struct caller caller = caller_with(CALLER_TRADER);

	(void)state;
	assert_int_equal(access_may(&caller, ACCESS_READ, &others), ACCESS_NO);
	caller.roles |= CALLER_CUSTOMS_OFFICER;
	assert_int_equal(access_may(&caller, ACCESS_READ, &others), ACCESS_NEEDS_REASON);
	caller.roles |= CALLER_AUDITOR;
	assert_int_equal(access_may(&caller, ACCESS_READ, &others), ACCESS_YES);
}

/* Blanks of any width, and what cannot be seen, say nothing. */
static void a_reason_is_what_a_person_can_read(void **state)
{
	static const struct {
		const char *reason;
		enum access_verdict verdict;
	} cases[] = {
		{"", ACCESS_NEEDS_REASON},
		{"   \t\n", ACCESS_NEEDS_REASON},
		{"\u00a0\u2003\u3000", ACCESS_NEEDS_REASON},
		{"\u200b", ACCESS_NEEDS_REASON},
		{"asked by \u202e tax", ACCESS_NEEDS_REASON},
		{"Điều tra số 12", ACCESS_RECORD},
		{"ตรวจสอบ", ACCESS_RECORD},
	};
	const struct access_object others = {.kind = "vn.export", .lodger = "nong-san"};
	struct caller caller = caller_with(CALLER_CUSTOMS_OFFICER);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		caller.reason = cases[i].reason;
		if (access_may(&caller, ACCESS_READ, &others) != cases[i].verdict)
			fail_msg("row %zu", i);
	}
}

static void a_stranger_may_nothing(void **state)
{
	struct caller nobody, roleless = caller_with(0);

	(void)state;
	caller_init(&nobody);
	nobody.roles = (1u << CALLER_ROLES) - 1; /* whatever stands beside it */
	nobody.actions = CALLER_ALL_ACTIONS;
	for (unsigned action = 0; action < ACCESS_ACTIONS; action++) {
		assert_false(access_may_ever(&nobody, (enum access_action)action));
		assert_false(access_may_ever(&roleless, (enum access_action)action));
		for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
			assert_int_equal(
				access_may(&nobody, (enum access_action)action, &objects[i].object),
				ACCESS_NO);
			assert_int_equal(access_may(&roleless, (enum access_action)action,
						    &objects[i].object),
					 ACCESS_NO);
		}
	}
}

static void who_has_neither_party_nor_tax_code_owns_nothing(void **state)
{
	const struct access_object nobodys[] = {{.kind = "vn.export", .lodger = ""},
						{.kind = "vn.export", .tax_codes = ""},
						{.kind = "vn.export", .is_received = true},
						{.kind = "vn.export", .is_mandated = true},
						{.user = ""}};
	struct caller caller = caller_with(CALLER_TRADER | CALLER_AGENT);

	(void)state;
	caller.party = caller.tax_code = caller.user = "";
	for (size_t i = 0; i < sizeof(nobodys) / sizeof(nobodys[0]); i++)
		assert_int_equal(access_may(&caller, ACCESS_READ, &nobodys[i]), ACCESS_NO);
}

static void a_credential_is_for_its_actions_and_kinds_only(void **state)
{
	const struct access_object export = {.kind = "vn.export", .lodger = "gom"};
	const struct access_object import = {.kind = "vn.import", .lodger = "gom"};
	struct caller caller = caller_with(CALLER_TRADER);

	(void)state;
	caller.kinds = "vn.export vn.co-application";
	assert_int_equal(access_parse_actions("lodge receipt", &caller.actions), OK);
	assert_int_equal(access_may(&caller, ACCESS_LODGE, &export), ACCESS_YES);
	assert_int_equal(access_may(&caller, ACCESS_RECEIPT, &export), ACCESS_YES);
	assert_int_equal(access_may(&caller, ACCESS_READ, &export), ACCESS_NO);
	assert_int_equal(access_may(&caller, ACCESS_LODGE, &import), ACCESS_NO);
	assert_true(access_may_ever(&caller, ACCESS_LODGE));
	assert_false(access_may_ever(&caller, ACCESS_DOWNLOAD));
}

/* A program of customs reads what was handed over to customs; a person what is for their office. */
static void what_customs_received_is_for_the_people_of_its_office(void **state)
{
	const struct access_object received = {
		.kind = "vn.import", .lodger = "nong-san", .office = "03TG", .is_received = true};
	struct caller caller = caller_with(CALLER_CUSTOMS_OFFICER);

	(void)state;
	assert_int_equal(access_may(&caller, ACCESS_READ, &received), ACCESS_NEEDS_REASON);
	caller.offices = "03TG";
	assert_int_equal(access_may(&caller, ACCESS_READ, &received), ACCESS_YES);
	caller.offices = "01PL";
	caller.user = "";
	assert_int_equal(access_may(&caller, ACCESS_READ, &received), ACCESS_YES);
}

/* ---- Words ---- */

static void words_of_actions_and_roles_come_back(void **state)
{
	struct arena *arena = arena_new(65536);
	uint64_t actions = 0;
	unsigned roles = 0;

	(void)state;
	for (unsigned i = 0; i < ACCESS_ACTIONS; i++)
		assert_int_equal(
			access_action_of(bytes_of_text(access_action_name((enum access_action)i))),
			i);
	assert_int_equal(access_parse_actions("queue-change lodge", &actions), OK);
	assert_string_equal(access_format_actions(actions, arena), "lodge queue-change");
	assert_int_equal(access_parse_actions("", &actions), OK);
	assert_true(actions == CALLER_ALL_ACTIONS);
	assert_string_equal(access_format_actions(actions, arena), "");
	assert_int_equal(access_parse_actions("lodge everything", &actions), ERR_USAGE);
	assert_int_equal(caller_parse_roles("auditor trader", &roles), OK);
	assert_string_equal(caller_format_roles(roles, arena), "trader auditor");
	assert_int_equal(caller_parse_roles("king", &roles), ERR_USAGE);
	arena_free(arena);
}

static void a_caller_travels_whole_and_nothing_else_does(void **state)
{
	struct arena *arena = arena_new(65536);
	struct caller caller = caller_with(CALLER_AGENT), back;
	struct buffer buffer;
	struct unpack from;

	(void)state;
	caller.reason = "vì kiểm tra";
	caller.full_name = "Trần Văn Hải";
	caller.kinds = "vn.export";
	caller.credential = "erp";
	caller.until_ms = 17;
	caller.proof_hash = hash_of(bytes_of_text("x"));
	buffer_init(&buffer, 4096);
	caller_pack(&buffer, &caller);
	unpack_init(&from, buffer_bytes(&buffer));
	caller_unpack(&from, arena, &back);
	assert_int_equal(unpack_end(&from), OK);
	assert_int_equal(back.proof, CALLER_SESSION);
	assert_int_equal(back.roles, CALLER_AGENT);
	assert_string_equal(back.party, "gom");
	assert_string_equal(back.offices, "01PL 02CI/03");
	assert_string_equal(back.reason, "vì kiểm tra");
	assert_string_equal(back.full_name, "Trần Văn Hải");
	assert_true(hash_equal(&back.proof_hash, &caller.proof_hash));
	assert_int_equal(back.until_ms, 17);
	buffer.at[0] = 77; /* a proof that there is not */
	unpack_init(&from, buffer_bytes(&buffer));
	caller_unpack(&from, arena, &back);
	assert_int_equal(unpack_end(&from), ERR_FORMAT);
	buffer_clear(&buffer);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_page_shows_the_table_of_the_code),
		cmocka_unit_test(the_pages_columns_are_the_roles_in_order),
		cmocka_unit_test(each_cell_of_the_page_lets_through_what_it_says_and_nothing_else),
		cmocka_unit_test(whoever_has_a_cell_may_it_to_something),
		cmocka_unit_test(of_several_roles_the_best_counts),
		cmocka_unit_test(a_reason_is_what_a_person_can_read),
		cmocka_unit_test(a_stranger_may_nothing),
		cmocka_unit_test(who_has_neither_party_nor_tax_code_owns_nothing),
		cmocka_unit_test(a_credential_is_for_its_actions_and_kinds_only),
		cmocka_unit_test(what_customs_received_is_for_the_people_of_its_office),
		cmocka_unit_test(words_of_actions_and_roles_come_back),
		cmocka_unit_test(a_caller_travels_whole_and_nothing_else_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
