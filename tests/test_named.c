/* named, listing: a message is found by its reference, its number, a declaration or a certificate that it
 * names, however old it is, without looking at the others; and whatever the index knows, none is missed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "node/find.h"
#include "node/index_check.h"
#include "node/listing.h"
#include "node/named.h"
#include "tests/support/node_fixture.h"

#define BLOCKS 12u /* that go by over what is old */

/* ---- What the store is asked ---- */

static const struct engine_table *asked_table;
static struct {
	unsigned key_scans;    /* one for each block that is asked */
	unsigned messages;     /* looked at */
	unsigned filter_scans; /* each goes over many filters */
} asked;

struct counted {
	engine_visit *visit;
	void *context;
};

static bool count_message(void *context, struct bytes key, struct bytes value)
{
	struct counted *counted = context;

	asked.messages++;
	return counted->visit(counted->context, key, value);
}

static enum err count_scan(struct engine *engine, struct bytes from, struct bytes until,
			   bool backwards, engine_visit *visit, void *context)
{
	struct counted counted = {visit, context};

	asked.key_scans += from.at[0] == (uint8_t)SPACE_KEY;
	asked.filter_scans += from.at[0] == (uint8_t)SPACE_SIEVE;
	return from.at[0] == (uint8_t)SPACE_MESSAGE
		       ? asked_table->scan(engine, from, until, backwards, count_message, &counted)
		       : asked_table->scan(engine, from, until, backwards, visit, context);
}

static int open_counted(void **state)
{
	static struct engine_table counting;
	struct node_fixture *fixture;

	(void)node_fixture_open(state);
	fixture = *state;
	asked_table = fixture->engine->table;
	counting = *asked_table;
	counting.scan = count_scan;
	fixture->engine->table = &counting;
	return 0;
}

/* ---- The scene ---- */

static void begin_names(struct node_fixture *fixture)
{
	node_fixture_begin(fixture);
	assert_int_equal(named_begin(&fixture->turn), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
}

/* So many blocks go by, and each gets its filter. */
static void pass_blocks(struct node_fixture *fixture, unsigned count)
{
	struct block_sieve *sieve = block_sieve_new();
	bool has_more = true;

	node_fixture_begin(fixture);
	for (unsigned i = 0; i < count * BLOCK_SIEVE_RECORDS; i++) {
		struct record record = {.time_ms = 1, .event = "SignedOut", .actor = "user:a"};

		assert_int_equal(batch_append(fixture->turn.batch, &record, NULL, 0, NULL), OK);
	}
	assert_int_equal(node_fixture_commit(fixture), OK);
	while (has_more) {
		node_fixture_begin(fixture);
		assert_int_equal(block_sieve_step(sieve, &fixture->turn, &has_more), OK);
		assert_int_equal(node_fixture_commit(fixture), OK);
	}
	block_sieve_free(sieve);
}

static uint64_t lodge(struct node_fixture *fixture, const char *reference)
{
	struct intake_answer answer = node_fixture_lodge(
		fixture, "gom", reference, node_fixture_export, PAIRS("reference", reference));

	assert_int_equal(answer.verdict, INTAKE_ACCEPTED);
	return answer.message;
}

static uint64_t arrive(struct node_fixture *fixture, uint64_t number, const char *reference)
{
	struct parcel parcel = {
		.message = arena_format(fixture->arena, "TH-1-%llu", (unsigned long long)number),
		.root = "TH-1-1",
		.delivery = number,
		.kind = "asw.acdd",
		.document = bytes_of_text("<arrival/>")};
	uint64_t message = node_fixture_size(fixture) + 1;
	struct findings findings;
	struct facts facts =
		node_fixture_facts(fixture,
				   PAIRS("kind", "asw.acdd", "schema", "asw.acdd/1", "country",
					 "TH", "destination", "VN", "meaning", "original"),
				   PAIRS("reference", reference, "declaration", "TH-DECLARATION"));

	assert_int_equal(node_fixture_arrive(fixture, "TH", number, &parcel), OK);
	node_fixture_begin(fixture);
	findings_init(&findings, fixture->arena);
	assert_int_equal(arrival_checked(&fixture->turn, message, &facts, &findings), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	return message;
}

/* One page of what somebody who sees all lists; what the store was asked for it is counted. */
static struct listing page(struct node_fixture *fixture, enum listing_key key, const char *value,
			   uint64_t before)
{
	struct listing_query query = {.limit = 3, .before = before};
	struct reading reading;
	struct listing listing;
	struct caller caller;

	caller_init(&caller);
	caller.proof = CALLER_TOKEN;
	caller.roles = CALLER_AUDITOR;
	caller.actions = CALLER_ALL_ACTIONS;
	caller.user = "audit";
	query.values[key] = value;
	assert_int_equal(reading_init(&fixture->turn, &caller, &reading), OK);
	memset(&asked, 0, sizeof(asked));
	assert_int_equal(listing_page(&reading, &query, &listing), OK);
	return listing;
}

static void assert_only(const struct listing *listing, uint64_t number)
{
	assert_int_equal(listing->count, 1);
	assert_int_equal(listing->numbers[0], number);
	assert_int_equal(listing->next, 0);
}

/* ---- Tests ---- */

static void one_page_finds_the_oldest_and_looks_at_nothing_else(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t first, arrival;
	struct message message;
	struct {
		enum listing_key key;
		const char *value;
		uint64_t number;
	} cases[4];

	begin_names(fixture);
	first = lodge(fixture, "R1");
	arrival = arrive(fixture, 1, "TH-REFERENCE");
	node_fixture_register(fixture);
	message = node_fixture_message(fixture, first);
	assert_true(message.registered[0] != '\0');
	cases[0].key = LISTING_REFERENCE, cases[0].value = "R1", cases[0].number = first;
	cases[1].key = LISTING_NUMBER, cases[1].value = message.registered, cases[1].number = first;
	cases[2].key = LISTING_REFERENCE, cases[2].value = "TH-REFERENCE";
	cases[3].key = LISTING_NUMBER, cases[3].value = "TH-DECLARATION";
	cases[2].number = cases[3].number = arrival;
	for (unsigned i = 0; i < 20; i++)
		(void)lodge(fixture, arena_format(fixture->arena, "OTHER-%u", i));
	pass_blocks(fixture, BLOCKS);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct listing listing = page(fixture, cases[i].key, cases[i].value, 0);

		assert_only(&listing, cases[i].number);
		assert_int_equal(asked.messages, 1);
		assert_int_equal(asked.key_scans,
				 2); /* the block that has it, and the present one */
		assert_int_equal(asked.filter_scans, 2);
	}
}

static void what_is_not_there_costs_the_present_block(void **state)
{
	struct node_fixture *fixture = *state;
	struct listing listing;

	begin_names(fixture);
	(void)lodge(fixture, "R1");
	pass_blocks(fixture, BLOCKS);
	listing = page(fixture, LISTING_REFERENCE, "R2", 0);
	assert_int_equal(listing.count, 0);
	assert_int_equal(listing.next, 0);
	assert_int_equal(asked.messages, 0);
	assert_int_equal(asked.key_scans, 1);
}

static void the_identity_of_a_document_is_looked_for_where_it_may_be(void **state)
{
	struct node_fixture *fixture = *state;
	struct find_entry entry;
	uint64_t number;

	number = lodge(fixture, "R1");
	pass_blocks(fixture, BLOCKS);
	memset(&asked, 0, sizeof(asked));
	fixture->turn.memory = NULL;
	assert_int_equal(find_get(&fixture->turn, "find|R1", &entry), OK);
	assert_int_equal(entry.message, number);
	assert_int_equal(asked.filter_scans, 2);
}

/* Versions of one document: all pages, the newest first, each once. */
static void all_of_one_name_come_page_by_page(void **state)
{
	static const char *const versions[] = {"1", "2", "3", "4", "5", "6", "7"};
	struct node_fixture *fixture = *state;
	uint64_t numbers[7], before = 0;
	size_t left = 7;

	begin_names(fixture);
	for (size_t i = 0; i < 7; i++) {
		struct intake_answer answer =
			node_fixture_lodge(fixture, "gom", versions[i], node_fixture_wco,
					   PAIRS("reference", "R1", "version", versions[i]));

		assert_int_equal(answer.verdict, INTAKE_ACCEPTED);
		numbers[i] = answer.message;
		if (i % 3 == 2)
			pass_blocks(fixture, 1);
	}
	do {
		struct listing listing = page(fixture, LISTING_REFERENCE, "R1", before);

		for (size_t i = 0; i < listing.count; i++)
			assert_int_equal(listing.numbers[i], numbers[--left]);
		before = listing.next;
	} while (before != 0);
	assert_int_equal(left, 0);
}

static void a_ledger_of_before_is_looked_through_up_to_its_mark(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t old, new, since;
	struct listing listing;

	old = arrive(fixture, 1, "X");
	listing = page(fixture, LISTING_REFERENCE, "X", 0); /* no mark: all are looked at */
	assert_only(&listing, old);
	begin_names(fixture);
	new = arrive(fixture, 2, "X");
	listing = page(fixture, LISTING_REFERENCE, "X", 0);
	assert_int_equal(listing.count, 2);
	assert_int_equal(listing.numbers[0], new);
	assert_int_equal(listing.numbers[1], old);
	begin_names(fixture); /* what stands stays */
	assert_int_equal(named_since(&fixture->turn, &since), OK);
	assert_true(since <= new);
	listing = page(fixture, LISTING_REFERENCE, "X", new);
	assert_only(&listing, old);
}

static void a_name_with_a_bar_in_it_is_found_too(void **state)
{
	struct node_fixture *fixture = *state;
	struct listing listing;
	uint64_t bar, begin;

	begin_names(fixture);
	bar = lodge(fixture, "R|1");
	begin = lodge(fixture, "R");
	pass_blocks(fixture, 1);
	listing = page(fixture, LISTING_REFERENCE, "R|1", 0);
	assert_only(&listing, bar);
	listing = page(fixture, LISTING_REFERENCE, "R", 0);
	assert_only(&listing, begin);
	listing = page(fixture, LISTING_REFERENCE, "", 0);
	assert_int_equal(listing.count, 0);
}

/* Somebody put more under one name than is sorted at once. */
static void a_name_of_very_many_is_looked_for_as_before(void **state)
{
	struct node_fixture *fixture = *state;
	struct find_entry entry = {.message = 1};
	struct listing listing;
	uint64_t number;

	begin_names(fixture);
	number = lodge(fixture, "R1");
	node_fixture_begin(fixture);
	for (unsigned i = 0; i <= FIND_ABOUT_KEYS; i++) {
		char text[32];

		(void)snprintf(text, sizeof(text), "named|R1|%u", 1000 + i);
		assert_int_equal(find_put(&fixture->turn, text, &entry), OK);
	}
	assert_int_equal(node_fixture_commit(fixture), OK);
	listing = page(fixture, LISTING_REFERENCE, "R1", 0);
	assert_only(&listing, number);
}

static bool keep(void *context, struct bytes key, struct bytes value)
{
	(void)value;
	turn_key_add_bytes(context, key.at, key.len);
	return false;
}

static void verification_tells_of_a_message_that_is_not_found(void **state)
{
	struct node_fixture *fixture = *state;
	struct turn_key from = turn_key(SPACE_KEY), until, gone = {.len = 0};
	struct hash place = hash_of(bytes_of_text("TH-DECLARATION"));
	struct ledger_verdict verdict = {.what = ""};
	uint64_t entries, number;

	begin_names(fixture);
	number = arrive(fixture, 1, "X");
	assert_int_equal(index_check(fixture->turn.ledger, 0, NULL, NULL, &verdict, &entries), OK);
	assert_int_equal(verdict.first_bad, 0);
	turn_key_add_bytes(&from, "\0\0\0\0", 4);
	turn_key_add_bytes(&from, place.at, 4);
	until = turn_key_after(&from);
	assert_int_equal(ledger_scan(fixture->turn.ledger, turn_key_bytes(&from),
				     turn_key_bytes(&until), false, keep, &gone),
			 OK);
	node_fixture_begin(fixture);
	assert_int_equal(batch_delete(fixture->turn.batch, turn_key_bytes(&gone)), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(index_check(fixture->turn.ledger, 0, NULL, NULL, &verdict, &entries), OK);
	assert_int_equal(verdict.first_bad, number);
	assert_string_equal(verdict.what, "a message is not found by what it names");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_counted, node_fixture_close)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(one_page_finds_the_oldest_and_looks_at_nothing_else),
		CASE(what_is_not_there_costs_the_present_block),
		CASE(the_identity_of_a_document_is_looked_for_where_it_may_be),
		CASE(all_of_one_name_come_page_by_page),
		CASE(a_ledger_of_before_is_looked_through_up_to_its_mark),
		CASE(a_name_with_a_bar_in_it_is_found_too),
		CASE(a_name_of_very_many_is_looked_for_as_before),
		CASE(verification_tells_of_a_message_that_is_not_found),
	};

	return cmocka_run_group_tests_name("named", tests, NULL, NULL);
}
