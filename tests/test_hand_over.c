/*
 * hand_over: a shift leaves a note to the next one of its office, and sees what is open there by who worked on it;
 * people of other offices read nothing of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "node/clerk_hand_over.h"
#include "node/hand_over.h"
#include "node/identity_list.h"
#include "tests/support/registry.h"

#define ANSWER_BYTES ((size_t)1024 * 1024)

static const struct config_procedure procedures[] = {
	{"TRA-LOI", "vn.response", "", "", 0, "checked", 0, false},
};

static const char *const papers[] = {
	"kind",     "vn.response", "schema",    "vn.response/1", "procedure",
	"TRA-LOI",  "lodgedBy",    "customs",   "life",          "notice",
	"follows",  "vn.import",   "year",      "2026",          "type",
	"1",        "version",     "",          "from",          "TCHQ",
	"function", "25",          "meaning",   "other",         "country",
	"VN",       "speaksAs",    "authority", "addressee",     "0100101308",
	"original", "R1",          "event",     "papers-asked",  NULL};

static struct caller truong, an, binh, chi; /* a supervisor, two officers, one of another office */

static struct caller enter(struct node_fixture *fixture, const char *name, const char *role,
			   const char *offices)
{
	registry_do(fixture, "user-add",
		    PAIRS("name", name, "fullName", name, "party", "hai-quan", "roles", role,
			  "offices", offices, "verifier", "v"));
	return registry_sign_in(fixture, name, name);
}

static int open_with_people(void **state)
{
	struct node_fixture *fixture;

	assert_int_equal(node_fixture_open(state), 0);
	fixture = *state;
	memcpy(fixture->procedures + fixture->config.procedure_count, procedures,
	       sizeof(procedures));
	fixture->config.procedure_count += sizeof(procedures) / sizeof(procedures[0]);
	for (size_t i = 0; i < fixture->config.procedure_count; i++)
		if (strcmp(fixture->procedures[i].code, "NK01") == 0)
			fixture->procedures[i].closed_by = "cleared";
	truong = enter(fixture, "truong", "supervisor", "03CC/01 01PL");
	an = enter(fixture, "an", "customs-officer", "03CC");
	binh = enter(fixture, "binh", "customs-officer", "03CC/02");
	chi = enter(fixture, "chi", "customs-officer", "02CI");
	return 0;
}

static enum err say(struct node_fixture *fixture, const struct caller *caller, const char *office,
		    const char *text, struct facts *answer)
{
	return registry_ask(fixture, caller, "hand-over", PAIRS("office", office, "text", text),
			    answer);
}

static uint64_t leave(struct node_fixture *fixture, const struct caller *caller, const char *text)
{
	struct facts answer;

	assert_int_equal(say(fixture, caller, "03CC", text, &answer), OK);
	assert_false(identity_is_refused(&answer));
	return identity_parse_number(facts_get_or_empty(&answer, "number"));
}

static enum err look_at(struct node_fixture *fixture, const struct caller *caller,
			const char *office, const char *desk, json_t **ret_page)
{
	const struct turn now = {.ledger = fixture->turn.ledger,
				 .config = fixture->turn.config,
				 .arena = fixture->arena,
				 .now_ms = fixture->turn.now_ms};
	struct buffer question, answer;
	enum err err;

	buffer_init(&question, ANSWER_BYTES);
	buffer_init(&answer, ANSWER_BYTES);
	clerk_hand_over_pack(&question, caller, office, desk);
	err = clerk_hand_over_serve(&now, buffer_bytes(&question), &answer);
	if (err == OK) {
		*ret_page = json_loadb((const char *)answer.at, answer.len, 0, NULL);
		assert_non_null(*ret_page);
	}
	buffer_clear(&question);
	buffer_clear(&answer);
	return err;
}

static enum err look(struct node_fixture *fixture, const struct caller *caller, const char *office,
		     json_t **ret_page)
{
	return look_at(fixture, caller, office, "", ret_page);
}

static const char *text_at(const json_t *page, const char *list, size_t i, const char *member)
{
	const json_t *item = json_array_get(json_object_get(page, list), i);
	const char *text = json_string_value(json_object_get(item, member));

	return text == NULL ? "" : text;
}

static void a_note_is_read_by_its_office_with_its_sections_and_by_nobody_else(void **state)
{
	static const char text[] = "Tờ khai 106 chờ hóa đơn\r\n<img src=x>";
	struct node_fixture *fixture = *state;
	struct record record;
	json_t *page = NULL;

	(void)leave(fixture, &truong, text);
	for (size_t i = 0; i < 3; i++) {
		const struct caller *reader = i == 0 ? &truong : i == 1 ? &an : &binh;

		assert_int_equal(look(fixture, reader, "03CC", &page), OK);
		assert_string_equal(text_at(page, "notes", 0, "text"), text);
		assert_string_equal(text_at(page, "notes", 0, "actor"), "user:truong");
		assert_string_equal(text_at(page, "notes", 0, "actorName"), "truong");
		json_decref(page);
	}
	assert_int_equal(look(fixture, &chi, "03CC", &page), ERR_DENIED);
	assert_int_equal(look(fixture, &chi, "", &page), OK);
	assert_int_equal(json_array_size(json_object_get(page, "notes")), 0);
	json_decref(page);
	/* who audits sees that there is one */
	record = node_fixture_record(fixture, "HandedOver", 1);
	assert_string_equal(record.actor, "user:truong");
	assert_string_equal(facts_get_or_empty(&record.attributes, "office"), "03CC");
	for (size_t i = 0; i < record.attributes.count; i++)
		assert_null(strstr(record.attributes.items[i].value, "106"));
}

/* Where customs issues certificates too, its offices may have one code for both. */
static void another_desk_of_the_same_code_reads_nothing_of_it(void **state)
{
	struct node_fixture *fixture = *state;
	struct caller issuer;
	json_t *page = NULL;
	struct facts answer;

	for (size_t i = 0; i < fixture->config.party_count; i++)
		if (strcmp(fixture->parties[i].id, "hai-quan") == 0)
			fixture->parties[i].roles |= PARTY_ISSUING_AUTHORITY;
	registry_do(fixture, "user-add",
		    PAIRS("name", "dung", "fullName", "dung", "party", "hai-quan", "roles",
			  "issuing-officer", "issuingOffices", "03CC", "verifier", "v"));
	issuer = registry_sign_in(fixture, "dung", "dung");
	(void)leave(fixture, &truong, "của hải quan");
	assert_int_equal(look(fixture, &issuer, "03CC", &page), OK);
	assert_string_equal(json_string_value(json_object_get(page, "desk")), "issuing");
	assert_int_equal(json_array_size(json_object_get(page, "notes")), 0);
	json_decref(page);
	assert_int_equal(say(fixture, &issuer, "03CC", "của phòng cấp", &answer), OK);
	assert_int_equal(look(fixture, &issuer, "03CC", &page), OK);
	assert_int_equal(json_array_size(json_object_get(page, "notes")), 1);
	assert_string_equal(text_at(page, "notes", 0, "text"), "của phòng cấp");
	json_decref(page);
	assert_int_equal(look(fixture, &an, "03CC", &page), OK);
	assert_int_equal(json_array_size(json_object_get(page, "notes")), 1);
	assert_string_equal(text_at(page, "notes", 0, "text"), "của hải quan");
	json_decref(page);
}

static void who_is_at_both_desks_of_a_code_leaves_and_reads_notes_at_each(void **state)
{
	static const char *const desks[] = {"customs", "issuing"}, *const texts[] = {"x", "y"};
	struct node_fixture *fixture = *state;
	struct facts answer;
	struct caller both;
	json_t *page = NULL;

	for (size_t i = 0; i < fixture->config.party_count; i++)
		if (strcmp(fixture->parties[i].id, "hai-quan") == 0)
			fixture->parties[i].roles |= PARTY_ISSUING_AUTHORITY;
	registry_do(fixture, "user-add",
		    PAIRS("name", "em", "fullName", "em", "party", "hai-quan", "roles",
			  "supervisor issuing-officer", "offices", "03CC", "issuingOffices", "03CC",
			  "verifier", "v"));
	both = registry_sign_in(fixture, "em", "em");
	for (size_t i = 0; i < 4; i++) /* the same at one desk, then at the other */
		assert_int_equal(registry_ask(fixture, &both, "hand-over",
					      PAIRS("office", "03CC", "desk", desks[i % 2], "text",
						    texts[i / 2]),
					      &answer),
				 OK);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(look_at(fixture, &both, "03CC", desks[i], &page), OK);
		assert_string_equal(json_string_value(json_object_get(page, "desk")), desks[i]);
		assert_int_equal(json_array_size(json_object_get(page, "notes")), 2);
		json_decref(page);
	}
	assert_int_equal(look_at(fixture, &both, "03CC", "of-none", &page), ERR_DENIED);
	assert_int_equal(look_at(fixture, &an, "03CC", "issuing", &page), ERR_DENIED);
}

static void a_note_is_left_by_a_supervisor_for_an_office_of_theirs(void **state)
{
	struct node_fixture *fixture = *state;
	static const char *const unsaid[] = {" \r\n\t", "\u00a0", "\u200b\u200b"};
	struct caller machine = registry_folder("hai-quan");
	struct facts answer;

	assert_int_equal(say(fixture, &an, "03CC", "x", &answer), ERR_DENIED);
	assert_int_equal(say(fixture, &truong, "02CI", "x", &answer), ERR_DENIED);
	assert_int_equal(say(fixture, &truong, "03CC/01", "x", &answer), ERR_DENIED);
	assert_int_equal(say(fixture, &machine, "03CC", "x", &answer), ERR_DENIED);
	assert_int_equal(say(fixture, &truong, "03CC", "", &answer), ERR_USAGE);
	for (size_t i = 0; i < sizeof(unsaid) / sizeof(unsaid[0]); i++) {
		assert_int_equal(say(fixture, &truong, "03CC", unsaid[i], &answer), OK);
		assert_string_equal(facts_get_or_empty(&answer, "refused"), "no-text");
	}
	assert_int_equal(node_fixture_count(fixture, "HandedOver", 0), 0);
}

static void the_same_said_again_is_one_note_and_others_come_on_top(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t first = leave(fixture, &truong, "ca sáng");
	json_t *page = NULL;

	assert_int_equal(leave(fixture, &truong, "ca sáng"), first);
	(void)leave(fixture, &truong, "ca chiều");
	assert_int_not_equal(leave(fixture, &truong, "ca sáng"), first);
	assert_int_equal(look(fixture, &an, "03CC", &page), OK);
	assert_int_equal(json_array_size(json_object_get(page, "notes")), 3);
	assert_string_equal(text_at(page, "notes", 1, "text"), "ca chiều");
	json_decref(page);
	for (unsigned i = 0; i < HAND_OVER_NOTES; i++)
		(void)leave(fixture, &truong, i % 2 == 0 ? "a" : "b");
	assert_int_equal(look(fixture, &an, "03CC", &page), OK);
	assert_int_equal(json_array_size(json_object_get(page, "notes")), HAND_OVER_NOTES);
	json_decref(page);
}

static void ask_papers(struct node_fixture *fixture, const struct caller *officer)
{
	struct intake intake = {
		.party = "hai-quan",
		.document = bytes_of_text("A1"),
		.repeat = {.key = ""},
		.principal = "",
		.facts = node_fixture_facts(fixture, papers, PAIRS("reference", "A1")),
		.expected = {.message = "", .decision = "", .reason = ""},
		.caller = *officer};
	struct intake_answer answer;

	findings_init(&intake.findings, fixture->arena);
	node_fixture_begin(fixture);
	assert_int_equal(intake_accept(&fixture->turn, &intake, &answer), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(answer.verdict, INTAKE_ACCEPTED);
}

static void what_is_open_is_listed_by_who_worked_on_it_last(void **state)
{
	struct node_fixture *fixture = *state;
	json_t *page = NULL;

	(void)node_fixture_lodge(fixture, "gom", "I1", node_fixture_import,
				 PAIRS("reference", "R1", "office", "03CC"));
	(void)node_fixture_lodge(fixture, "gom", "I2", node_fixture_import,
				 PAIRS("reference", "R2", "office", "03CC"));
	(void)node_fixture_lodge(fixture, "gom", "I3", node_fixture_import,
				 PAIRS("reference", "R3", "office", "02CI"));
	node_fixture_register(fixture);
	ask_papers(fixture, &an);
	node_fixture_set_date(fixture, "2027-01-31"); /* by then the session is over, too */
	an = registry_sign_in(fixture, "an", "later");
	assert_int_equal(look(fixture, &an, "03CC", &page), OK);
	assert_int_equal(json_array_size(json_object_get(page, "open")), 2);
	assert_string_equal(text_at(page, "open", 0, "reference"), "R2");
	assert_string_equal(text_at(page, "open", 0, "by"), "");
	assert_string_equal(text_at(page, "open", 1, "reference"), "R1");
	assert_string_equal(text_at(page, "open", 1, "by"), "user:an");
	assert_string_equal(text_at(page, "open", 1, "byName"), "an");
	assert_string_equal(text_at(page, "open", 1, "state"), "papers-asked");
	/* the clock of what waits for papers stands */
	assert_true(json_is_true(
		json_object_get(json_array_get(json_object_get(page, "open"), 0), "overdue")));
	assert_true(json_is_false(
		json_object_get(json_array_get(json_object_get(page, "open"), 1), "overdue")));
	json_decref(page);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_with_people, node_fixture_close)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(a_note_is_read_by_its_office_with_its_sections_and_by_nobody_else),
		CASE(another_desk_of_the_same_code_reads_nothing_of_it),
		CASE(who_is_at_both_desks_of_a_code_leaves_and_reads_notes_at_each),
		CASE(a_note_is_left_by_a_supervisor_for_an_office_of_theirs),
		CASE(the_same_said_again_is_one_note_and_others_come_on_top),
		CASE(what_is_open_is_listed_by_who_worked_on_it_last),
	};

	return cmocka_run_group_tests_name("hand_over", tests, NULL, NULL);
}
