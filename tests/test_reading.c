/*
 * reading, listing, clerk_read, clerk_list: nobody ever sees another's message. A generated
 * population of parties, officers and messages; every list, every page, every single message and
 * every event is compared with a plain filter written here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/reading_scene.h"

/* All pages must be what the plain filter says, newest first. Something arrives between them. */
static void assert_pages(const struct caller *caller, enum listing_key key, const char *value)
{
	size_t left = reading_scene.count, pages = 0;
	struct clerk_list_question question = {.cursor = "", .limit = 7};
	struct clerk_list_answer answer;

	if (key < LISTING_KEYS)
		question.values[key] = value;
	do {
		json_t *rows, *row;
		size_t i;

		assert_int_equal(reading_scene_list(caller, &question, &answer), OK);
		rows = reading_scene_rows(&answer);
		json_array_foreach(rows, i, row)
		{
			char id[MESSAGE_ID_BYTES];

			while (left > 0 &&
			       !(reading_scene_is_seen(caller, &reading_scene.known[left - 1]) &&
				 reading_scene_fits(&reading_scene.known[left - 1], key, value)))
				left--;
			assert_true(left > 0);
			message_format_id(&reading_scene.fixture->turn,
					  reading_scene.known[--left].number, id);
			assert_string_equal(json_string_value(json_object_get(row, "id")), id);
		}
		json_decref(rows);
		question.cursor = answer.next;
		assert_true(++pages < 1000);
	} while (answer.next[0] != '\0');
	while (left > 0) {
		left--;
		assert_false(reading_scene_is_seen(caller, &reading_scene.known[left]) &&
			     reading_scene_fits(&reading_scene.known[left], key, value));
	}
}

static void every_list_is_what_a_plain_filter_says(void **state)
{
	static const struct {
		enum listing_key key;
		const char *value;
	} queries[] = {
		{LISTING_KEYS, NULL},
		{LISTING_PARTY, "gom"},
		{LISTING_PARTY, "hai-quan"},
		{LISTING_REFERENCE, "R17"},
		{LISTING_REFERENCE, "X"},
		{LISTING_SCHEMA, "vn.import"},
		{LISTING_SCHEMA, "asw.acdd"},
		{LISTING_OFFICE, "03CC"},
		{LISTING_TAX_CODE, "0301442986"},
		{LISTING_TAX_CODE, "9999999999"},
	};

	(void)state;
	for (size_t i = 0; i < reading_scene.caller_count; i++)
		for (size_t j = 0; j < sizeof(queries) / sizeof(queries[0]); j++)
			assert_pages(&reading_scene.callers[i], queries[j].key, queries[j].value);
}

/* ---- Cursors ---- */

static void what_arrives_between_pages_shifts_none(void **state)
{
	struct clerk_list_question question = {.cursor = "", .limit = 100};
	struct clerk_list_answer first, second;
	const struct caller *all = &reading_scene.callers[8];
	json_t *rows, *row;
	char id[MESSAGE_ID_BYTES];

	(void)state;
	assert_int_equal(reading_scene_list(all, &question, &first), OK);
	reading_scene_lodge(&reading_scene, READING_MESSAGES + 1);
	question.cursor = first.next;
	assert_int_equal(reading_scene_list(all, &question, &second), OK);
	rows = reading_scene_rows(&second);
	row = json_array_get(rows, 0);
	message_format_id(&reading_scene.fixture->turn,
			  reading_scene.known[reading_scene.count - 1 - 101].number, id);
	assert_string_equal(json_string_value(json_object_get(row, "id")), id);
	json_decref(rows);
}

static void what_is_no_cursor_of_this_ledger_is_refused(void **state)
{
	static const char *const bad[] = {
		"x",
		"00000000000000010000000000000000",
		"00000000000000020000000000000005",
		"0000000000000001000000000000000G",
		"000000000000000100000000000000050",
		"0000000000000001000000000000000",
		"\xc3\xa9",
	};
	struct clerk_list_answer answer;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct clerk_list_question question = {.cursor = bad[i], .limit = 5};

		assert_int_equal(reading_scene_list(&reading_scene.callers[8], &question, &answer),
				 ERR_USAGE);
	}
}

static void a_cursor_made_up_shows_nothing_more(void **state)
{
	const struct caller *gom = &reading_scene.callers[1];

	(void)state;
	for (uint64_t before = 1; before < 600; before += 7) {
		char cursor[LISTING_CURSOR_BYTES];
		struct clerk_list_question question = {.cursor = cursor, .limit = 50};
		struct clerk_list_answer answer;
		json_t *rows, *row;
		size_t i;

		listing_format_cursor(1, before, cursor);
		assert_int_equal(reading_scene_list(gom, &question, &answer), OK);
		rows = reading_scene_rows(&answer);
		json_array_foreach(rows, i, row)
		{
			uint64_t number = 0;
			size_t at = 0;

			assert_true(message_parse_id(
				"VN", 1, json_string_value(json_object_get(row, "id")), &number));
			while (reading_scene.known[at].number != number)
				at++;
			assert_true(reading_scene_is_seen(gom, &reading_scene.known[at]));
		}
		json_decref(rows);
	}
}

static void a_limit_that_there_is_not_is_refused(void **state)
{
	struct clerk_list_question question = {.cursor = "", .limit = 0};
	struct clerk_list_answer answer;

	(void)state;
	assert_int_equal(reading_scene_list(&reading_scene.callers[1], &question, &answer),
			 ERR_USAGE);
	question.limit = LISTING_LIMIT + 1;
	assert_int_equal(reading_scene_list(&reading_scene.callers[1], &question, &answer),
			 ERR_USAGE);
}

/* ---- One message ---- */

/* Those who could read it with a reason are told so; to everybody else it is not there. */
static bool may_give_a_reason(const struct caller *caller)
{
	return (caller->roles & (CALLER_CUSTOMS_OFFICER | CALLER_ISSUING_OFFICER)) != 0;
}

static void what_one_may_not_see_is_not_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < reading_scene.caller_count; i++)
		for (size_t j = 0; j < reading_scene.count; j++) {
			const struct caller *caller = &reading_scene.callers[i];
			struct clerk_read_answer answer = {0};
			enum err err = reading_scene_read(caller, reading_scene.known[j].number,
							  CLERK_READ_MESSAGE, false, &answer);

			if (reading_scene_is_seen(caller, &reading_scene.known[j])) {
				assert_int_equal(err, OK);
				assert_int_equal(answer.verdict, CLERK_READ_YES);
				assert_true(answer.piece.len > 0);
			} else if (may_give_a_reason(caller)) {
				assert_int_equal(err, OK);
				assert_int_equal(answer.verdict, CLERK_READ_NEEDS_REASON);
				assert_int_equal(answer.piece.len, 0);
			} else {
				assert_int_equal(err, ERR_MISSING);
			}
		}
}

static void with_a_reason_nothing_is_shown_before_it_is_recorded(void **state)
{
	struct caller officer = reading_scene.callers[4];
	struct clerk_read_answer answer;
	uint64_t number = 0;

	(void)state;
	officer.reason = "complaint 12/2026";
	for (size_t i = 0; i < reading_scene.count && number == 0; i++)
		if (!reading_scene_is_seen(&officer, &reading_scene.known[i]) &&
		    reading_scene.known[i].lodger[0] != '\0')
			number = reading_scene.known[i].number;
	assert_true(number != 0);
	for (enum clerk_read_part part = CLERK_READ_MESSAGE; part <= CLERK_READ_DOCUMENT; part++) {
		assert_int_equal(reading_scene_read(&officer, number, part, false, &answer), OK);
		assert_int_equal(answer.verdict, CLERK_READ_RECORD);
		assert_int_equal(answer.message, number);
		assert_int_equal(answer.piece.len, 0);
		assert_int_equal(answer.total, 0);
		assert_int_equal(reading_scene_read(&officer, number, part, true, &answer), OK);
		assert_int_equal(answer.verdict, CLERK_READ_YES);
		assert_true(answer.piece.len > 0);
	}
	/* the word of one who has no such right changes nothing */
	reading_scene.callers[1].reason = "curious";
	assert_int_equal(reading_scene_read(&reading_scene.callers[1],
					    reading_scene.known[1].number, CLERK_READ_DOCUMENT,
					    true, &answer),
			 ERR_MISSING);
	reading_scene.callers[1].reason = "";
}

static void no_message_and_no_id_are_not_there(void **state)
{
	struct clerk_read_answer answer;

	(void)state;
	assert_int_equal(reading_scene_read(&reading_scene.callers[8], 1000000, CLERK_READ_MESSAGE,
					    false, &answer),
			 ERR_MISSING);
	/* a record that began no message */
	assert_int_equal(reading_scene_read(&reading_scene.callers[8],
					    reading_scene.known[0].number + 1, CLERK_READ_DOCUMENT,
					    false, &answer),
			 ERR_MISSING);
}

static void the_document_is_what_was_lodged(void **state)
{
	struct clerk_read_answer answer;
	struct hash hash = hash_of(bytes_of_text("<a n='0'/>"));

	(void)state;
	assert_int_equal(reading_scene_read(&reading_scene.callers[1],
					    reading_scene.known[0].number, CLERK_READ_DOCUMENT,
					    false, &answer),
			 OK);
	assert_true(bytes_equal(answer.piece, bytes_of_text("<a n='0'/>")));
	assert_true(hash_equal(&answer.hash, &hash));
	assert_int_equal(answer.total, answer.piece.len);
}

static void an_unsigned_receipt_follows_later(void **state)
{
	struct clerk_read_answer answer;

	(void)state;
	assert_int_equal(reading_scene_read(&reading_scene.callers[1],
					    reading_scene.known[0].number, CLERK_READ_RECEIPT,
					    false, &answer),
			 ERR_UNAVAILABLE);
}

/* ---- Events ---- */

/* All events behind `after`, a few at a time; every record that should be among them is. */
static void assert_events(const struct caller *caller, uint64_t after, uint32_t at_once)
{
	uint64_t size = node_fixture_size(reading_scene.fixture), looked = after, step = 0;
	struct clerk_list_events_answer answer = {0};

	while (looked < size) {
		assert_int_equal(reading_scene_events(caller, looked, at_once, &answer), OK);
		assert_int_equal(answer.size, size);
		assert_true(answer.until > looked);
		for (uint32_t i = 0; looked < answer.until; looked++) {
			const struct reading_known *known;
			struct record record;

			assert_int_equal(ledger_record(reading_scene.fixture->turn.ledger,
						       looked + 1, reading_scene.fixture->arena,
						       &record, NULL),
					 OK);
			known = reading_scene_known(record.message);
			/* what is about no message, such as a mandate, is no event */
			if (known != NULL && reading_scene_is_seen(caller, known)) {
				assert_true(i < answer.count);
				assert_int_equal(answer.events[i++].sequence, looked + 1);
			}
			if (looked + 1 == answer.until)
				assert_int_equal(i, answer.count);
		}
		assert_true(++step < 10000);
	}
}

static void events_are_those_of_ones_own_messages_without_gap_or_doubling(void **state)
{
	(void)state;
	for (size_t i = 0; i < reading_scene.caller_count; i++) {
		assert_events(&reading_scene.callers[i], 0, 5);
		assert_events(&reading_scene.callers[i], 0, CLERK_LIST_EVENTS);
		for (uint64_t after = 1; after < node_fixture_size(reading_scene.fixture);
		     after += 97)
			assert_events(&reading_scene.callers[i], after, 11);
	}
}

static void a_place_beyond_the_end_is_the_end(void **state)
{
	struct clerk_list_events_answer answer;

	(void)state;
	assert_int_equal(reading_scene_events(&reading_scene.callers[8], UINT64_MAX, 5, &answer),
			 OK);
	assert_int_equal(answer.count, 0);
	assert_int_equal(answer.until, node_fixture_size(reading_scene.fixture));
}

static void an_event_tells_what_happened_in_both_languages(void **state)
{
	struct clerk_list_events_answer answer;
	json_t *event;

	(void)state;
	assert_int_equal(reading_scene_events(&reading_scene.callers[1], 0, 1, &answer), OK);
	assert_int_equal(answer.count, 1);
	event = json_loadb((const char *)answer.events[0].json.at, answer.events[0].json.len, 0,
			   NULL);
	assert_string_equal(json_string_value(json_object_get(event, "event")),
			    "SubmissionAcceptance");
	assert_string_equal(json_string_value(json_object_get(event, "reference")), "R0");
	assert_string_equal(json_string_value(json_object_get(event, "text")),
			    "received, checked and on disk");
	json_decref(event);
}

/* ---- What is damaged ---- */

/* What stands under this number is overwritten with what it cannot be. */
static void damage(struct node_fixture *fixture, enum space space, uint64_t number)
{
	struct turn_key key = turn_key(space);
	struct engine_put put = {.value = bytes_of_text("\x01\x02")};
	struct engine_batch batch = {.puts = &put, .put_count = 1};

	turn_key_add_number(&key, number);
	put.key = turn_key_bytes(&key);
	assert_int_equal(engine_head(fixture->engine, &batch.expected_head), OK);
	assert_int_equal(engine_commit(fixture->engine, &batch, NULL), OK);
}

/* How many events the caller gets of all, and how many of them say that they cannot be read. */
static size_t count_events(const struct caller *caller, size_t *ret_marked)
{
	uint64_t size = node_fixture_size(reading_scene.fixture), looked = 0;
	struct clerk_list_events_answer answer = {0};
	size_t count = 0;

	*ret_marked = 0;
	while (looked < size) {
		assert_int_equal(reading_scene_events(caller, looked, 50, &answer), OK);
		assert_true(answer.until > looked);
		looked = answer.until;
		for (uint32_t i = 0; i < answer.count; i++) {
			const char *text =
				arena_text(reading_scene.fixture->arena, answer.events[i].json);

			*ret_marked += strstr(text, "\"event\":\"Unreadable\"") != NULL;
		}
		count += answer.count;
	}
	return count;
}

static void one_event_that_cannot_be_read_loses_no_other(void **state)
{
	const struct caller *gom = &reading_scene.callers[1], *all = &reading_scene.callers[8];
	uint64_t number;
	size_t own, every, marked, i = 100;

	while (strcmp(reading_scene.known[i].lodger, "gom") != 0)
		i++;
	number = reading_scene.known[i].number;
	own = count_events(gom, &marked);
	every = count_events(all, &marked);
	assert_int_equal(marked, 0);
	damage(*state, SPACE_RECORD, number);
	/* who sees everything sees that there is one; to others it is not there */
	assert_int_equal(count_events(all, &marked), every);
	assert_int_equal(marked, 1);
	assert_int_equal(count_events(gom, &marked), own - 1);
	assert_int_equal(marked, 0);
	damage(*state, SPACE_MESSAGE, number);
	assert_int_equal(count_events(all, &marked), every);
	assert_true(marked > 1);
	assert_true(count_events(gom, &marked) > 0);
	assert_int_equal(marked, 0);
}

static void one_message_that_cannot_be_read_loses_no_other(void **state)
{
	const struct caller *all = &reading_scene.callers[8];
	struct clerk_list_question question = {.cursor = "", .limit = 100};
	struct clerk_list_answer answer;
	size_t count = 0;

	damage(*state, SPACE_MESSAGE, reading_scene.known[100].number);
	damage(*state, SPACE_MESSAGE, reading_scene.known[0].number);
	do {
		assert_int_equal(reading_scene_list(all, &question, &answer), OK);
		json_decref(reading_scene_rows(&answer));
		count += answer.count;
		question.cursor = answer.next;
	} while (answer.next[0] != '\0');
	assert_int_equal(count, reading_scene.count - 2);
}

/* ---- Refusals ---- */

static size_t list_refused(const struct caller *caller, const char *reference, const char *id)
{
	struct clerk_list_question question = {.cursor = "", .limit = 10};
	struct clerk_list_answer answer;
	json_t *rows;
	size_t count;

	question.values[LISTING_STATE] = MESSAGE_REFUSED;
	question.values[LISTING_REFERENCE] = reference;
	assert_int_equal(reading_scene_list(caller, &question, &answer), OK);
	rows = reading_scene_rows(&answer);
	count = json_array_size(rows);
	if (count > 0) {
		assert_string_equal(
			json_string_value(json_object_get(json_array_get(rows, 0), "id")), id);
		assert_string_equal(
			json_string_value(json_object_get(json_array_get(rows, 0), "state")),
			MESSAGE_REFUSED);
	}
	json_decref(rows);
	return count;
}

static void what_was_refused_is_listed_to_who_lodged_it_and_to_no_one_it_names(void **state)
{
	struct node_fixture *fixture = *state;
	/* by gom, who has no business with what nong-san exports at this office */
	struct intake_answer refusal =
		node_fixture_lodge(fixture, "gom", "<refused/>", node_fixture_import,
				   PAIRS("reference", "REFUSED-1", "from", "0301442986", "exporter",
					 "0301442986", "importer", "0301442986", "office", "03CC"));
	char id[MESSAGE_ID_BYTES];
	struct clerk_read_answer answer;

	assert_int_equal(refusal.verdict, INTAKE_REFUSED);
	message_format_id(&fixture->turn, refusal.message, id);
	for (size_t i = 0; i < reading_scene.caller_count; i++) {
		const struct caller *caller = &reading_scene.callers[i];
		bool is_seen = (caller->roles & (CALLER_OPERATOR | CALLER_AUDITOR)) != 0 ||
			       (caller->roles != 0 && strcmp(caller->party, "gom") == 0);

		assert_int_equal(list_refused(caller, "REFUSED-1", id), is_seen);
		assert_int_equal(list_refused(caller, NULL, id), is_seen);
		assert_int_equal(list_refused(caller, "R1", id), 0);
		if (is_seen)
			assert_int_equal(reading_scene_read(caller, refusal.message,
							    CLERK_READ_MESSAGE, false, &answer),
					 OK);
	}
	/* the same again is the same refusal, and no second row */
	(void)node_fixture_lodge(fixture, "gom", "<refused/>", node_fixture_import,
				 PAIRS("reference", "REFUSED-1", "from", "0301442986", "exporter",
				       "0301442986", "importer", "0301442986", "office", "03CC"));
	assert_int_equal(list_refused(&reading_scene.callers[1], "REFUSED-1", id), 1);
}

/* ---- Bounds ---- */

static void a_page_looks_at_no_more_than_its_bound(void **state)
{
	struct node_fixture *fixture = *state;
	struct clerk_list_question question = {.cursor = "", .limit = 5};
	struct clerk_list_answer answer;
	struct message message = {
		.state = "checked", .sender = "party:nong-san", .registered = "", .origin = ""};
	unsigned pages = 0;

	facts_init(&message.facts, fixture->arena);
	node_fixture_begin(fixture);
	for (unsigned i = 0; i <= LISTING_ROWS; i++) {
		message.number = message.root = 100000 + i;
		assert_int_equal(message_save(&fixture->turn, &message), OK);
	}
	assert_int_equal(node_fixture_commit(fixture), OK);
	do {
		assert_int_equal(reading_scene_list(&reading_scene.callers[1], &question, &answer),
				 OK);
		question.cursor = answer.next;
		pages++;
	} while (answer.count == 0 && answer.next[0] != '\0');
	assert_int_equal(pages, 2);
	assert_int_equal(answer.count, 5);
}

static void a_long_payload_comes_in_pieces_that_make_it_whole(void **state)
{
	struct node_fixture *fixture = *state;
	size_t len = (size_t)5 * CLERK_READ_PIECE_BYTES / 2, have = 0;
	uint8_t *whole = arena_alloc(fixture->arena, len);
	struct record record = {.event = "SubmissionAcceptance", .actor = "party:gom"};
	struct bytes payload = bytes_of(whole, len), piece;
	uint64_t number;

	for (size_t i = 0; i < len; i++)
		whole[i] = (uint8_t)(i * 31 >> 3);
	record.payloads[0].role = "document";
	facts_init(&record.attributes, fixture->arena);
	node_fixture_begin(fixture);
	assert_int_equal(batch_append(fixture->turn.batch, &record, &payload, 1, &number), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	while (have < len) {
		assert_int_equal(ledger_payload_piece(fixture->turn.ledger, &record, 0, have,
						      CLERK_READ_PIECE_BYTES, fixture->arena,
						      &piece),
				 OK);
		assert_true(piece.len > 0 && piece.len <= CLERK_READ_PIECE_BYTES);
		assert_memory_equal(piece.at, whole + have, piece.len);
		have += piece.len;
	}
	assert_int_equal(have, len);
	assert_int_equal(ledger_payload_piece(fixture->turn.ledger, &record, 0, len, 10,
					      fixture->arena, &piece),
			 OK);
	assert_int_equal(piece.len, 0);
	assert_int_equal(ledger_payload_piece(fixture->turn.ledger, &record, 0, len + 1, 10,
					      fixture->arena, &piece),
			 ERR_USAGE);
	assert_int_equal(ledger_payload_piece(fixture->turn.ledger, &record, 1, 0, 10,
					      fixture->arena, &piece),
			 ERR_USAGE);
}

/* What an office says of a document here, under another office's name. */
static uint64_t say(struct node_fixture *fixture, bool is_customs)
{
	const char *reference = is_customs ? "Z1" : "Z2", *said = is_customs ? "Y1" : "Y2";
	uint64_t number;

	(void)node_fixture_lodge(fixture, "gom", reference,
				 is_customs ? node_fixture_import : node_fixture_application,
				 PAIRS("reference", reference));
	number = node_fixture_lodge(
			 fixture, is_customs ? "hai-quan" : "bct", said, node_fixture_import,
			 PAIRS("kind", "vn.response", "schema", "vn.response/1", "procedure",
			       "TRA-LOI", "lodgedBy", "customs issuing-authority", "life", "notice",
			       "register", "", "importer", "", "follows",
			       "vn.import vn.co-application", "speaksAs", "authority", "meaning",
			       "other", "from", is_customs ? "TCHQ" : "BCTHN", "reference", said,
			       "original", reference, "addressee", "0100101308", "office", "02CI"))
			 .message;
	assert_int_equal(fixture->findings.count, 0);
	assert_true(node_fixture_message(fixture, number).root != number);
	return number;
}

static bool may_read(const struct caller *caller, uint64_t number)
{
	struct clerk_read_answer answer = {0};

	return reading_scene_read(caller, number, CLERK_READ_MESSAGE, false, &answer) == OK &&
	       answer.verdict == CLERK_READ_YES;
}

/* A notice is of the office of what it speaks of, whatever office it names, for all who lodged it. */
static void what_an_offices_people_said_is_for_that_office(void **state)
{
	static const struct {
		const char *party, *user, *customs, *issuing;
		bool sees[2]; /* of customs, of the issuing authority */
	} readers[] = {
		{"hai-quan", "minh", "03CC", "", {true, false}},
		{"hai-quan", "mai", "02CI", "", {false, false}},
		{"hai-quan", "moi", "", "", {false, false}},
		{"hai-quan", "", "TCHQ", "", {true, false}},
		{"bct", "an", "", "BCTHN", {false, true}},
		{"bct", "binh", "", "BCTHCM", {false, false}},
		{"bct", "", "", "BCTHN", {false, true}},
	};
	static const struct config_procedure answers = {"TRA-LOI", "vn.response", "", "",
							0,         "checked",     0,  false};
	struct node_fixture *fixture = *state;
	uint64_t numbers[2];

	fixture->procedures[fixture->config.procedure_count++] = answers;
	numbers[0] = say(fixture, true);
	numbers[1] = say(fixture, false);
	for (size_t r = 0; r < sizeof(readers) / sizeof(readers[0]); r++)
		for (size_t i = 0; i < 2; i++) {
			struct caller caller = reading_scene.callers[6];

			caller.party = readers[r].party;
			caller.tax_code = config_party_of(&fixture->config, caller.party)->tax_code;
			caller.roles = strcmp(caller.party, "bct") == 0 ? CALLER_ISSUING_OFFICER
									: CALLER_CUSTOMS_OFFICER;
			caller.user = readers[r].user;
			caller.offices = readers[r].customs;
			caller.issuing_offices = readers[r].issuing;
			if (may_read(&caller, numbers[i]) != readers[r].sees[i])
				fail_msg("reader %zu, notice %zu", r, i);
		}
}

/* A paper that came late to a message that very much happens to. */
static void what_came_last_to_a_long_timeline_is_found(void **state)
{
	struct node_fixture *fixture = *state;
	const struct caller *gom = &reading_scene.callers[1];
	struct hash hash = hash_of(bytes_of_text("%PDF-late"));
	struct clerk_read_question question = {.part = CLERK_READ_ATTACHMENT};
	char id[MESSAGE_ID_BYTES], hex[HASH_HEX_BYTES];
	struct clerk_read_answer answer;
	uint64_t number = reading_scene.known[0].number, ignored;
	struct buffer body, bytes;

	node_fixture_begin(fixture);
	for (unsigned i = 0; i < 1100; i++) {
		const struct message_event event = {.event = "DeliveryRetried", .actor = "node"};
		const struct message_event late = {.event = "AttachmentAccepted",
						   .actor = "party:gom",
						   .payload_role = {"attachment"},
						   .payload = {bytes_of_text("%PDF-late")}};

		assert_int_equal(message_record(&fixture->turn, number, i == 1050 ? &late : &event,
						&ignored),
				 OK);
	}
	assert_int_equal(node_fixture_commit(fixture), OK);
	message_format_id(&fixture->turn, number, id);
	hash_format_hex(&hash, hex);
	question.id = id;
	question.which = hex;
	buffer_init(&body, LIMIT_CALL_BYTES);
	buffer_init(&bytes, LIMIT_CALL_BYTES);
	clerk_read_pack(&body, gom, &question);
	assert_int_equal(clerk_read_serve(&fixture->turn, buffer_bytes(&body), &bytes), OK);
	assert_int_equal(clerk_read_unpack_answer(buffer_bytes(&bytes), fixture->arena, &answer),
			 OK);
	assert_true(bytes_equal(answer.piece, bytes_of_text("%PDF-late")));
	buffer_clear(&body);
	buffer_clear(&bytes);
}

#define OVER_A_POPULATION(test) \
	cmocka_unit_test_setup_teardown(test, reading_scene_open, node_fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OVER_A_POPULATION(every_list_is_what_a_plain_filter_says),
		OVER_A_POPULATION(what_arrives_between_pages_shifts_none),
		OVER_A_POPULATION(what_is_no_cursor_of_this_ledger_is_refused),
		OVER_A_POPULATION(a_cursor_made_up_shows_nothing_more),
		OVER_A_POPULATION(a_limit_that_there_is_not_is_refused),
		OVER_A_POPULATION(what_one_may_not_see_is_not_there),
		OVER_A_POPULATION(with_a_reason_nothing_is_shown_before_it_is_recorded),
		OVER_A_POPULATION(no_message_and_no_id_are_not_there),
		OVER_A_POPULATION(the_document_is_what_was_lodged),
		OVER_A_POPULATION(an_unsigned_receipt_follows_later),
		OVER_A_POPULATION(events_are_those_of_ones_own_messages_without_gap_or_doubling),
		OVER_A_POPULATION(a_place_beyond_the_end_is_the_end),
		OVER_A_POPULATION(an_event_tells_what_happened_in_both_languages),
		OVER_A_POPULATION(one_event_that_cannot_be_read_loses_no_other),
		OVER_A_POPULATION(one_message_that_cannot_be_read_loses_no_other),
		OVER_A_POPULATION(
			what_was_refused_is_listed_to_who_lodged_it_and_to_no_one_it_names),
		OVER_A_POPULATION(a_page_looks_at_no_more_than_its_bound),
		OVER_A_POPULATION(what_an_offices_people_said_is_for_that_office),
		OVER_A_POPULATION(what_came_last_to_a_long_timeline_is_found),
		OVER_A_POPULATION(a_long_payload_comes_in_pieces_that_make_it_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
