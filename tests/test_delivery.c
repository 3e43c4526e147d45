/* delivery: who is owed what, or why nobody is; and the counts and state of a message on its way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/clerk_view.h"
#include "node/ledger_inside.h"
#include "node/outcome.h"
#include "node/queue_count.h"
#include "node/view.h"
#include "tests/support/node_fixture.h"

static const char *const none[] = {NULL};

static uint64_t export(struct node_fixture *fixture, const char *reference,
		       const char *const *changes)
{
	struct facts facts = node_fixture_facts(fixture, node_fixture_export, changes);
	const char *base[2 * 64 + 1] = {NULL};
	uint64_t message;

	for (size_t i = 0; i < facts.count && i < 64; i++) {
		base[2 * i] = facts.items[i].name;
		base[2 * i + 1] = facts.items[i].value;
	}
	message = node_fixture_lodge(fixture, "gom", reference, base, PAIRS("reference", reference))
			  .message;
	node_fixture_register(fixture);
	return message;
}

/* The only delivery of the message. */
static struct delivery delivery_of(struct node_fixture *fixture, uint64_t message)
{
	assert_int_equal(node_fixture_count(fixture, "DeliveryOwed", message), 1);
	return node_fixture_delivery(fixture,
				     node_fixture_record(fixture, "DeliveryOwed", message).number);
}

static const char *reason_of(struct node_fixture *fixture, uint64_t message)
{
	assert_int_equal(node_fixture_count(fixture, "DeliveryOwed", message), 0);
	return node_fixture_attribute(fixture, "DeliveryNotOwed", message, "reason");
}

/* ---- Consent ---- */

static void consent_holds_on_its_dates_and_a_lodgement_may_say_otherwise(void **state)
{
	static const struct {
		const char *from, *until, *said;
		bool is_owed;
	} cases[] = {
		{"2026-01-01", "", "", true},
		{"2026-11-20", "2026-11-20", "", true},
		{"2026-11-21", "", "", false},
		{"2026-01-01", "2026-11-19", "", false},
		{"", "", "", false},
		{"", "2027-01-01", "", false},
		{"", "", "yes", true},
		{"2026-01-01", "", "no", false},
		{"2026-01-01", "", "nonsense", false},
	};
	struct node_fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *reference = arena_format(fixture->arena, "N%zu", i);
		uint64_t message;

		fixture->traders[0].consent_from = cases[i].from;
		fixture->traders[0].consent_until = cases[i].until;
		message = export(fixture, reference, PAIRS("consent", cases[i].said));
		if (cases[i].is_owed)
			assert_string_equal(delivery_of(fixture, message).to, "partner:TH");
		else
			assert_string_equal(reason_of(fixture, message), "no-consent");
	}
}

static void a_trader_that_the_registry_does_not_know_has_not_consented(void **state)
{
	struct node_fixture *fixture = *state;

	assert_string_equal(
		reason_of(fixture, export(fixture, "N", PAIRS("exporter", "9999999999"))),
		"no-consent");
	assert_string_equal(reason_of(fixture, export(fixture, "M", PAIRS("exporter", ""))),
			    "no-consent");
}

/* ---- Where it goes ---- */

static void who_is_not_owed_anything_is_told_why(void **state)
{
	static const struct {
		const char *destination, *reason;
	} cases[] = {{"VN", "at-home"}, {"SG", "no-partner"}, {"", "no-partner"}};
	struct node_fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *reference = arena_format(fixture->arena, "N%zu", i);
		uint64_t message =
			export(fixture, reference, PAIRS("destination", cases[i].destination));

		assert_string_equal(reason_of(fixture, message), cases[i].reason);
		assert_string_equal(
			node_fixture_attribute(fixture, "DeliveryNotOwed", message, "route"),
			"acdd");
	}
}

static void a_role_that_nobody_has_is_owed_nothing(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t message;

	fixture->config.party_count = 3; /* no authority, no customs */
	message = node_fixture_lodge(fixture, "gom", "a", node_fixture_application, none).message;
	assert_string_equal(reason_of(fixture, message), "no-such-party");
}

static void a_role_means_the_office_named_or_else_the_first(void **state)
{
	static const char *const cases[][2] = {{"03CC", "party:03cc"},
					       {"TCHQ", "party:hai-quan"},
					       {"99XX", "party:hai-quan"},
					       {"", "party:hai-quan"}};
	struct node_fixture *fixture = *state;

	for (size_t i = 0; i < 4; i++) {
		const char *reference = arena_format(fixture->arena, "N%zu", i);
		uint64_t message =
			node_fixture_lodge(fixture, "gom", reference, node_fixture_import,
					   PAIRS("reference", reference, "office", cases[i][0]))
				.message;

		assert_string_equal(delivery_of(fixture, message).to, cases[i][1]);
	}
}

static void what_no_route_names_goes_nowhere(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t message;

	fixture->config.route_count = 0;
	message = export(fixture, "N", none);
	assert_int_equal(node_fixture_count(fixture, "DeliveryOwed", 0), 0);
	assert_int_equal(node_fixture_count(fixture, "DeliveryNotOwed", 0), 0);
	assert_string_equal(node_fixture_message(fixture, message).state, "registered");
}

static void a_route_holds_only_on_its_days_its_node_its_kind_and_its_event(void **state)
{
	static const struct {
		const char *at, *kind, *on, *from, *until;
		bool is_owed;
	} cases[] = {
		{"VN", "vn.export", "registered", "2026-11-20", "2026-11-20", true},
		{"", "vn.export", "registered", "", "", true},
		{"VN", "vn.export", "registered", "2026-11-21", "", false},
		{"VN", "vn.export", "registered", "", "2026-11-19", false},
		{"TH", "vn.export", "registered", "", "", false},
		{"VN", "vn.import", "registered", "", "", false},
		{"VN", "vn.export", "issued", "", "", false},
		{"VN", "vn.export", "checked", "", "", true},
	};
	struct node_fixture *fixture = *state;

	fixture->config.route_count = 1;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *reference = arena_format(fixture->arena, "N%zu", i);
		uint64_t message;

		fixture->routes[0].at = cases[i].at;
		fixture->routes[0].kind = cases[i].kind;
		fixture->routes[0].on = cases[i].on;
		fixture->routes[0].valid_from = cases[i].from;
		fixture->routes[0].valid_until = cases[i].until;
		message = export(fixture, reference, none);
		assert_int_equal(node_fixture_count(fixture, "DeliveryOwed", message),
				 cases[i].is_owed ? 1 : 0);
	}
}

static void an_import_declaration_stays_at_home(void **state)
{
	struct node_fixture *fixture = *state;
	struct delivery delivery =
		delivery_of(fixture, node_fixture_lodge(fixture, "gom", "i", node_fixture_import,
							PAIRS("destination", "TH"))
					     .message);

	assert_string_equal(delivery.to, "party:03cc");
	assert_int_equal(delivery.stage, STAGE_HAND_OVER);
	node_fixture_register(fixture);
	assert_int_equal(node_fixture_queued(fixture, STAGE_TRANSLATE, ""), 0);
	assert_int_equal(node_fixture_queued(fixture, STAGE_SEND, "partner:TH"), 0);
}

static void the_first_stage_follows_from_kind_and_recipient(void **state)
{
	struct node_fixture *fixture = *state;
	struct delivery translated = delivery_of(fixture, export(fixture, "N", none));
	struct delivery as_it_is = delivery_of(
		fixture, node_fixture_lodge(fixture, "gom", "w", node_fixture_wco, none).message);

	assert_int_equal(translated.stage, STAGE_TRANSLATE);
	assert_string_equal(translated.as, "asw.acdd");
	assert_string_equal(translated.from_kind, "vn.export");
	assert_int_equal(as_it_is.stage, STAGE_TRANSLATE); /* into canonical form, to be signed */
	assert_string_equal(as_it_is.as, "wco.declaration");
	assert_int_equal(as_it_is.output_record, as_it_is.message);
}

static void every_route_that_fits_is_owed(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t message;

	fixture->routes[1] = fixture->routes[0];
	fixture->routes[1].id = "to-laos";
	fixture->routes[1].to = "LA";
	fixture->routes[2] = fixture->routes[0];
	fixture->routes[2].id = "to-customs";
	fixture->routes[2].to = "role:customs";
	fixture->config.route_count = 3;
	message = export(fixture, "N", none);
	assert_int_equal(node_fixture_count(fixture, "DeliveryOwed", message), 3);
	assert_int_equal(node_fixture_message(fixture, message).owed, 3);
}

/* ---- On its way ---- */

static void a_message_is_delivered_when_all_that_was_owed_is(void **state)
{
	struct node_fixture *fixture = *state;
	struct message message;
	uint64_t number;

	fixture->routes[1] = fixture->routes[7];
	fixture->routes[1].id = "to-laos";
	fixture->routes[1].to = "LA";
	fixture->routes[1].on = "checked";
	number = node_fixture_lodge(fixture, "gom", "w", node_fixture_wco, none).message;
	message = node_fixture_message(fixture, number);
	assert_int_equal(message.owed, 2);
	assert_int_equal(message.delivered, 0);
	node_fixture_canonicalise(fixture);
	assert_int_equal(node_fixture_send(fixture, "TH"), 1);
	assert_int_equal(node_fixture_send(fixture, "LA"), 1);
	node_fixture_acknowledge(fixture, "TH", 1);
	message = node_fixture_message(fixture, number);
	assert_int_equal(message.delivered, 1);
	assert_string_equal(message.state, "checked");
	node_fixture_acknowledge(fixture, "LA", 1);
	message = node_fixture_message(fixture, number);
	assert_int_equal(message.delivered, 2);
	assert_string_equal(message.state, "transmitted");
	assert_int_equal(node_fixture_queued(fixture, STAGE_SENT, "partner:TH"), 0);
}

static void a_registered_declaration_stays_registered_when_its_acdd_arrived(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = export(fixture, "N", none);

	node_fixture_translate(fixture);
	node_fixture_send(fixture, "TH");
	node_fixture_acknowledge(fixture, "TH", 1);
	assert_string_equal(node_fixture_message(fixture, number).state, "registered");
	assert_int_equal(node_fixture_message(fixture, number).delivered, 1);
	assert_int_equal(delivery_of(fixture, number).stage, STAGE_DONE);
}

static void what_is_dropped_is_not_delivered(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = export(fixture, "N", none);
	struct delivery delivery = delivery_of(fixture, number);
	struct findings findings;

	findings_init(&findings, fixture->arena);
	node_fixture_begin(fixture);
	assert_int_equal(outcome_held(&fixture->turn, delivery.number, &findings), OK);
	assert_int_equal(outcome_drop(&fixture->turn, delivery.number, "operator:hong", "sold"), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(node_fixture_message(fixture, number).delivered, 0);
	assert_int_equal(node_fixture_message(fixture, number).owed, 1);
}

/* ---- What a translation is told from outside ---- */

static void registry_route_and_event_supply_what_the_document_lacks(void **state)
{
	static const char *const expected[][2] = {
		{"route.origin", "VN"},
		{"event.messageId", "VN-1-1"},
		{"event.time", "2026-11-20T05:00:00.000Z"},
		{"event.date", "2026-11-20"},
		{"event.number", "326000000010"},
		{"event.port", "THLCH"},
		{"event.partner", "TH"},
		{"event.reference", "N"},
		{"event.from.name", "NSW"},
		{"event.from.identity", "NSW"},
		{"event.sendDate", "2026-11-20 12:00:00"},
		{"event.year", "2026"},
		{"registry.agent.name", "Đại lý Hải Phòng"},
		{"registry.exporter.name", "Gốm sứ Bát Tràng"},
	};
	struct node_fixture *fixture = *state;
	struct delivery delivery =
		delivery_of(fixture, export(fixture, "N", PAIRS("agent", "K1234")));
	struct facts facts;

	facts_init(&facts, fixture->arena);
	assert_int_equal(delivery_outside(&fixture->turn, &delivery, &facts), OK);
	assert_int_equal(facts.count, sizeof(expected) / sizeof(expected[0]));
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		assert_string_equal(facts_get_or_empty(&facts, expected[i][0]), expected[i][1]);
}

static void the_port_of_the_lodgement_comes_before_that_of_the_registry(void **state)
{
	static const char *const cases[][3] = {
		{"", "TH", "THLCH"}, {"THBKK", "TH", "THBKK"}, {"", "LA", NULL}};
	struct node_fixture *fixture = *state;

	for (size_t i = 0; i < 3; i++) {
		const char *reference = arena_format(fixture->arena, "N%zu", i);
		struct delivery delivery = delivery_of(
			fixture, export(fixture, reference,
					PAIRS("port", cases[i][0], "destination", cases[i][1])));
		struct facts facts;
		const char *port;

		facts_init(&facts, fixture->arena);
		assert_int_equal(delivery_outside(&fixture->turn, &delivery, &facts), OK);
		port = facts_get(&facts, "event.port");
		if (cases[i][2] == NULL)
			assert_null(port);
		else
			assert_string_equal(port, cases[i][2]);
	}
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, node_fixture_open, node_fixture_close)

static void damage(struct node_fixture *fixture, enum space space, uint64_t number)
{
	struct turn_key key = turn_key(space);

	turn_key_add_number(&key, number);
	node_fixture_begin(fixture);
	assert_int_equal(
		batch_put_any(fixture->turn.batch, turn_key_bytes(&key), bytes_of("\1", 1)), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
}

static void what_cannot_be_read_waits_since_it_came(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = delivery_of(fixture, export(fixture, "R1", none)).number;
	uint64_t count = 0, since_ms = 0;

	node_fixture_translate(fixture);
	damage(fixture, SPACE_DELIVERY, number);
	assert_int_equal(queue_count_for(&fixture->turn, "TH", &count, &since_ms), OK);
	assert_int_equal(count, 1);
	assert_int_equal(since_ms, node_fixture_record(fixture, "DeliveryOwed", 0).time_ms);
}

/* An operator who looks for it would else be shown nothing of all that waits. */
static void a_delivery_that_cannot_be_read_is_named_among_the_others(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t good = delivery_of(fixture, export(fixture, "R1", none)).number;
	uint64_t message = export(fixture, "R2", none), bad = delivery_of(fixture, message).number;
	const uint64_t numbers[] = {good, bad, 99999};
	static const char *const whys[] = {"", "damaged", "damaged"};
	json_t *list = json_array(), *item;
	char id[MESSAGE_ID_BYTES];
	size_t i;

	damage(fixture, SPACE_DELIVERY, bad);
	for (i = 0; i < 3; i++)
		assert_int_equal(view_put_delivery(&fixture->turn, numbers[i], list), OK);
	assert_int_equal(json_array_size(list), 3);
	json_array_foreach(list, i, item)
	{
		assert_int_equal(json_integer_value(json_object_get(item, "delivery")), numbers[i]);
		assert_string_equal(json_string_value(json_object_get(item, "why")), whys[i]);
	}
	item = json_array_get(list, 1);
	message_format_id(&fixture->turn, message, id);
	assert_string_equal(json_string_value(json_object_get(item, "message")), id);
	assert_string_equal(json_string_value(json_object_get(item, "to")), "partner:TH");
	assert_string_equal(json_string_value(json_object_get(item, "stage")), "unknown");
	item = json_array_get(list, 2);
	assert_string_equal(json_string_value(json_object_get(item, "message")), "");
	json_decref(list);
}

/* The rest of the page is as good as it was. */
static void a_message_is_shown_with_what_of_it_cannot_be_read(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t message = export(fixture, "R1", none);
	struct delivery delivery = delivery_of(fixture, message);
	struct message read = node_fixture_message(fixture, message);
	const struct clerk_view view = {.turn = &fixture->turn, .is_staff = true};
	json_t *json, *shown;

	damage(fixture, SPACE_DELIVERY, delivery.number);
	assert_non_null(json = clerk_view_message_new(&view, &read));
	assert_int_equal(json_array_size(json_object_get(json, "deliveries")), 1);
	shown = json_array_get(json_object_get(json, "deliveries"), 0);
	assert_string_equal(json_string_value(json_object_get(shown, "stage")), "unknown");
	assert_string_equal(json_string_value(json_object_get(shown, "to")), delivery.to);
	json_decref(json);
	assert_non_null(json = clerk_view_row_new(&view, &read));
	shown = json_array_get(json_object_get(json, "waiting"), 0);
	assert_string_equal(json_string_value(json_object_get(shown, "why")), "damaged");
	json_decref(json);
}

/* Whose it was to see nobody can tell: the node's staff alone is shown that there is one. */
static void a_message_is_shown_without_the_record_that_cannot_be_read(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = export(fixture, "R1", none);
	struct message message = node_fixture_message(fixture, number);

	damage(fixture, SPACE_RECORD, number);
	for (int is_staff = 0; is_staff < 2; is_staff++) {
		const struct clerk_view view = {.turn = &fixture->turn, .is_staff = is_staff == 1};
		json_t *json = clerk_view_message_new(&view, &message);
		char *text;

		assert_non_null(json);
		text = json_dumps(json, 0);
		assert_int_equal(strstr(text, "Unreadable") != NULL, is_staff == 1);
		assert_non_null(strstr(text, "DeliveryOwed"));
		free(text);
		json_decref(json);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(consent_holds_on_its_dates_and_a_lodgement_may_say_otherwise),
		CASE(a_trader_that_the_registry_does_not_know_has_not_consented),
		CASE(who_is_not_owed_anything_is_told_why),
		CASE(a_role_that_nobody_has_is_owed_nothing),
		CASE(a_role_means_the_office_named_or_else_the_first),
		CASE(what_no_route_names_goes_nowhere),
		CASE(a_route_holds_only_on_its_days_its_node_its_kind_and_its_event),
		CASE(an_import_declaration_stays_at_home),
		CASE(the_first_stage_follows_from_kind_and_recipient),
		CASE(every_route_that_fits_is_owed),
		CASE(a_message_is_delivered_when_all_that_was_owed_is),
		CASE(a_registered_declaration_stays_registered_when_its_acdd_arrived),
		CASE(what_is_dropped_is_not_delivered),
		CASE(registry_route_and_event_supply_what_the_document_lacks),
		CASE(what_cannot_be_read_waits_since_it_came),
		CASE(a_delivery_that_cannot_be_read_is_named_among_the_others),
		CASE(a_message_is_shown_with_what_of_it_cannot_be_read),
		CASE(a_message_is_shown_without_the_record_that_cannot_be_read),
		CASE(the_port_of_the_lodgement_comes_before_that_of_the_registry),
	};

	return cmocka_run_group_tests_name("delivery", tests, NULL, NULL);
}
