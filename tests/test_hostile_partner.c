/*
 * What a partner who holds the right key may try: everything it sends is kept, nothing of it is
 * believed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/find.h"
#include "node/view.h"
#include "tests/support/node_fixture.h"

static struct parcel parcel_of(const char *message, const char *document)
{
	return (struct parcel){.message = message,
			       .delivery = 7,
			       .root = "TH-1-5",
			       .kind = "asw.acdd",
			       .document = bytes_of_text(document)};
}

static void arrive(struct node_fixture *fixture, uint64_t number, const char *message,
		   const char *document)
{
	struct parcel parcel = parcel_of(message, document);

	assert_int_equal(node_fixture_arrive(fixture, "TH", number, &parcel), OK);
}

static const char *const bad_names[] = {
	"",
	"../../../etc/passwd",
	".hidden",
	"TH/1",
	"TH-1-5\nerror forged role=ledger",
	"TH\x1b[2J",
	"TH\xc2\x9b"
	"2J",
	"TH\xff\xfe",
	"%s%n",
	"TH 1 5",
	"a|b",
	"ĐƠN",
	"0123456789012345678901234567890123456789012345678901234567890123456789",
};

#define BAD_NAMES (sizeof(bad_names) / sizeof(bad_names[0]))

static enum err unpack_again(struct node_fixture *fixture, const struct parcel *parcel)
{
	struct parcel again;
	struct buffer bytes;
	enum err err;

	buffer_init(&bytes, LIMIT_FRAME_BYTES);
	parcel_pack(&bytes, parcel);
	err = parcel_unpack(buffer_bytes(&bytes), fixture->arena, &again);
	buffer_clear(&bytes);
	return err;
}

static void ids_and_kinds_that_are_no_names_are_no_parcel(void **state)
{
	struct parcel good = parcel_of("TH-1-5", "<a/>"), bad;

	assert_int_equal(unpack_again(*state, &good), OK);
	for (size_t i = 0; i < BAD_NAMES; i++) {
		bad = good;
		bad.message = bad_names[i];
		assert_int_equal(unpack_again(*state, &bad), ERR_FORMAT);
		bad = good;
		bad.root = bad_names[i];
		assert_int_equal(unpack_again(*state, &bad), ERR_FORMAT);
		bad = good;
		bad.kind = bad_names[i];
		assert_int_equal(unpack_again(*state, &bad), ERR_FORMAT);
	}
}

/* Numbers of messages in the order in which they wait for their check. */
static size_t waiting(struct node_fixture *fixture, uint64_t numbers[64])
{
	return node_fixture_queue(fixture, STAGE_CHECK, "", numbers, 64);
}

static void what_is_no_parcel_is_kept_whole_under_names_of_ours(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t numbers[64];
	json_t *json;

	for (size_t i = 0; i < BAD_NAMES; i++)
		arrive(fixture, i + 1, bad_names[i], "<a/>");
	assert_int_equal(waiting(fixture, numbers), BAD_NAMES);
	for (size_t i = 0; i < BAD_NAMES; i++) {
		struct message message = node_fixture_message(fixture, numbers[i]);

		assert_memory_equal(message.origin, "unreadable/", 11);
		json = view_message_new(&fixture->turn, &message);
		assert_non_null(json);
		json_decref(json);
	}
}

static void other_bytes_under_the_name_of_a_parcel_are_kept_and_set_aside(void **state)
{
	struct node_fixture *fixture = *state;
	struct message first, second;
	uint64_t numbers[64], other;

	arrive(fixture, 1, "TH-1-5", "<first/>");
	arrive(fixture, 2, "TH-1-5", "<second/>");
	assert_int_equal(waiting(fixture, numbers), 1);
	first = node_fixture_message(fixture, numbers[0]);
	assert_string_equal(first.state, "received");
	assert_int_equal(node_fixture_count(fixture, "RelayAcceptance", 0), 2);
	other = node_fixture_record(fixture, "RelayRejection", 0).message;
	second = node_fixture_message(fixture, other);
	assert_string_equal(second.state, "set-aside");
	assert_string_equal(node_fixture_attribute(fixture, "RelayRejection", other, "code"),
			    "identity-used");
	assert_false(hash_equal(&first.document, &second.document));
}

static void the_same_parcel_in_another_frame_begins_nothing(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t numbers[64];

	arrive(fixture, 1, "TH-1-5", "<first/>");
	arrive(fixture, 2, "TH-1-5", "<first/>");
	assert_int_equal(waiting(fixture, numbers), 1);
	assert_int_equal(node_fixture_count(fixture, "RelayAcceptance", 0), 1);
}

static uint64_t found(struct node_fixture *fixture, const char *text)
{
	struct find_entry entry;

	assert_int_equal(
		find_get(&fixture->turn, find_text(&fixture->turn, "find", text, NULL), &entry),
		OK);
	return entry.message;
}

static void a_partners_id_never_hides_what_is_found_here(void **state)
{
	struct node_fixture *fixture = *state;
	struct intake_answer answer =
		node_fixture_lodge(fixture, "gom", "<export/>", node_fixture_export, PAIRS(NULL));

	assert_int_equal(answer.verdict, INTAKE_ACCEPTED);
	arrive(fixture, 1, "R1", "<a/>");
	assert_int_equal(found(fixture, "R1"), answer.message);
	arrive(fixture, 2, "TH-1-6", "<a/>");
	assert_true(found(fixture, "TH-1-6") > answer.message);
}

static enum err try_frame(struct node_fixture *fixture, const struct link_frame *frame)
{
	enum err err;

	node_fixture_begin(fixture);
	err = stream_arrive(&fixture->turn, "TH", frame);
	if (err == OK)
		assert_int_equal(node_fixture_commit(fixture), OK);
	else
		node_fixture_drop(fixture);
	return err;
}

static void numbers_epochs_and_hashes_that_lie_change_nothing(void **state)
{
	struct node_fixture *fixture = *state;
	struct parcel parcel = parcel_of("TH-1-5", "<a/>"), other = parcel_of("TH-1-6", "<b/>");
	struct link_frame good = node_fixture_frame(fixture, 1, &parcel), lie;
	uint64_t size;

	assert_int_equal(try_frame(fixture, &good), OK);
	size = node_fixture_size(fixture);
	for (size_t i = 0; i < 5; i++) {
		const uint64_t far[] = {0, 3, UINT64_MAX, UINT64_MAX - 1, UINT64_C(1) << 63};

		lie = node_fixture_frame(fixture, far[i], &other);
		assert_int_not_equal(try_frame(fixture, &lie), OK);
	}
	lie = node_fixture_frame(fixture, 2, &other);
	lie.epoch++;
	assert_int_equal(try_frame(fixture, &lie), ERR_CONFLICT);
	lie = node_fixture_frame(fixture, 2, &other);
	lie.hash = good.hash;
	assert_int_equal(try_frame(fixture, &lie), ERR_FORMAT);
	lie = node_fixture_frame(fixture, 1, &other);
	assert_int_equal(try_frame(fixture, &lie), ERR_EXISTS);
	assert_int_equal(node_fixture_size(fixture), size);
	lie = node_fixture_frame(fixture, 2, &other);
	assert_int_equal(try_frame(fixture, &lie), OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, node_fixture_open, node_fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ids_and_kinds_that_are_no_names_are_no_parcel),
		TEST(what_is_no_parcel_is_kept_whole_under_names_of_ours),
		TEST(other_bytes_under_the_name_of_a_parcel_are_kept_and_set_aside),
		TEST(the_same_parcel_in_another_frame_begins_nothing),
		TEST(a_partners_id_never_hides_what_is_found_here),
		TEST(numbers_epochs_and_hashes_that_lie_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
