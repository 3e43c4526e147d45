/* use: what a partner writes off of a certificate of ours, however much, is held within bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/balance.h"
#include "node/index_check.h"
#include "tests/support/node_fixture.h"

static const char *const none[] = {NULL};

static const struct config_route route = {"ASEAN",
					  "status-followed",
					  "VN",
					  "asw.co-status",
					  "followed",
					  "maker",
					  "vn.co-status",
					  "",
					  "law",
					  "",
					  "",
					  NULL,
					  0};

#define GOODS \
	"item\ths\tquantity\tunit\tgross\tgrossUnit\n" \
	"1\t69111000\t2400\tPCE\t2160\tKGM\n" \
	"2\t69072292\t0.3\tMTK\t53240\tKGM\n" \
	"3\t69109000\t\t\t1020.5\tKGM"
#define USES "item\tquantity\tunit\tdeclaration\toffice\tdate"

/* clang-format off */
static const char *const partner_status[] = {
	"kind", "asw.co-status", "schema", "asw.co-status/1", "meaning", "original",
	"follows", "asw.form-d vn.co", "country", "TH", "issuer", "VN", "destination", "VN",
	"certificate", "VN-TH 26/01/1", "issued", "20261120", NULL};
/* clang-format on */

static int open_with_route(void **state)
{
	struct node_fixture *fixture;

	assert_int_equal(node_fixture_open(state), 0);
	fixture = *state;
	fixture->routes[fixture->config.route_count++] = route;
	return 0;
}

static uint64_t arrive(struct node_fixture *fixture, uint64_t number, const char *const *base,
		       const char *const *changes)
{
	const char *id = arena_format(fixture->arena, "TH-1-%d", (int)number);
	const char *text = arena_format(fixture->arena, "<%s%d/>", base[1], (int)number);
	struct parcel parcel = {id, number, id, base[1], bytes_of_text(text)};
	struct facts facts = node_fixture_facts(fixture, base, changes);
	uint64_t message;

	assert_int_equal(node_fixture_arrive(fixture, "TH", number, &parcel), OK);
	message = node_fixture_record(fixture, "RelayAcceptance", 0).number;
	findings_init(&fixture->findings, fixture->arena);
	node_fixture_begin(fixture);
	assert_int_equal(arrival_checked(&fixture->turn, message, &facts, &fixture->findings), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	return message;
}

static const char *left(struct node_fixture *fixture, uint64_t certificate)
{
	struct message message = node_fixture_message(fixture, certificate);
	struct balance balance;
	struct balance_item *items;
	const char *text = "";
	size_t count;

	node_fixture_begin(fixture);
	assert_int_equal(balance_load(&fixture->turn, certificate, &balance), OK);
	assert_int_equal(balance_items(&fixture->turn, &message, &balance, &items, &count), OK);
	for (size_t i = 0; i < count; i++)
		text = arena_format(fixture->arena, "%s%s%s %s", text, i == 0 ? "" : ", ",
				    items[i].left, items[i].unit);
	node_fixture_drop(fixture);
	return text;
}

static void assert_whole(struct node_fixture *fixture)
{
	struct ledger_verdict verdict = {.what = ""};
	uint64_t entries;

	assert_int_equal(index_check(fixture->turn.ledger, 1, NULL, NULL, &verdict, &entries), OK);
	assert_string_equal(verdict.what, "");
}

#define MANY 4u /* notices */

/* So many write-offs of items and units that no certificate has. */
static const char *strays(struct node_fixture *fixture, unsigned count)
{
	struct buffer table;
	const char *text;

	buffer_init(&table, LIMIT_FACT_BYTES);
	buffer_put_text(&table, USES);
	for (unsigned i = 0; i < count; i++)
		buffer_put_format(&table, "\n%u\t1\tU%u\tA1\t28\t2026-11-23", 9 + i % 1000, i % 7);
	text = arena_text(fixture->arena, buffer_bytes(&table));
	buffer_clear(&table);
	assert_non_null(text);
	return text;
}

/* Each of another item; said again and again it changes nothing, and the timeline tells that. */
static void what_a_partner_says_beyond_all_bounds_is_told_and_not_counted(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t certificate = node_fixture_lodge(fixture, "bct", "co", node_fixture_certificate,
						  PAIRS("goods", GOODS))
				       .message;
	struct balance balance;

	(void)node_fixture_lodge(fixture, "gom", "yes", node_fixture_authorise, none);
	node_fixture_translate(fixture);
	(void)node_fixture_send(fixture, "TH");
	for (unsigned i = 0; i < MANY; i++)
		(void)arrive(fixture, 1 + i, partner_status,
			     PAIRS("reference", "T1", "event", "used", "uses",
				   strays(fixture, BALANCE_USES / MANY)));
	assert_int_equal(node_fixture_count(fixture, "Used", certificate), MANY);
	(void)arrive(fixture, 1 + MANY, partner_status,
		     PAIRS("reference", "T2", "event", "used", "uses", strays(fixture, 1)));
	assert_int_equal(node_fixture_count(fixture, "Used", certificate), MANY);
	assert_int_equal(node_fixture_count(fixture, "Followed", certificate), 1);
	(void)arrive(fixture, 2 + MANY, partner_status,
		     PAIRS("reference", "T3", "event", "reversed", "reverses", "T1"));
	node_fixture_begin(fixture);
	assert_int_equal(balance_load(&fixture->turn, certificate, &balance), OK);
	assert_int_equal(balance.count, BALANCE_USES);
	node_fixture_drop(fixture);
	assert_string_equal(left(fixture, certificate), "2400 PCE, 0.3 MTK, 1020.5 KGM");
	assert_whole(fixture);
}

/* So many in one notice as another left no room for. */
static void each_notice_finds_room_for_all_that_it_says(void **state)
{
	struct node_fixture *fixture = *state;
	struct balance balance;
	uint64_t certificate = node_fixture_lodge(fixture, "bct", "co", node_fixture_certificate,
						  PAIRS("goods", GOODS))
				       .message;
	size_t all = 0;

	(void)node_fixture_lodge(fixture, "gom", "yes", node_fixture_authorise, none);
	node_fixture_translate(fixture);
	(void)node_fixture_send(fixture, "TH");
	for (unsigned i = 1; i <= 40; i++) {
		all += i % 9 + 1;
		(void)arrive(fixture, i, partner_status,
			     PAIRS("reference", "T1", "event", "used", "uses",
				   strays(fixture, i % 9 + 1)));
		node_fixture_begin(fixture);
		assert_int_equal(balance_load(&fixture->turn, certificate, &balance), OK);
		assert_int_equal(balance.count, all);
		assert_true(balance.room >= balance.count);
		node_fixture_drop(fixture);
	}
	assert_whole(fixture);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_a_partner_says_beyond_all_bounds_is_told_and_not_counted,
			open_with_route, node_fixture_close),
		cmocka_unit_test_setup_teardown(each_notice_finds_room_for_all_that_it_says,
						open_with_route, node_fixture_close),
	};

	return cmocka_run_group_tests_name("use", tests, NULL, NULL);
}
