/* health: what of a node is good, what must be looked at, and what keeps it from working; metrics */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "node/metrics.h"
#include "node/partner_health.h"
#include "sampan/clock.h"

#define NOW_MS 1795323600000ull
#define MIB (1024ull * 1024)
#define DAY_MS (24ull * 3600 * 1000)

static const struct health_ledger sound = {.size = 10,
					   .signed_size = 10,
					   .last_record_ms = NOW_MS - 1000,
					   .trouble = OK,
					   .store_bytes = 5 * MIB,
					   .max_bytes = 1000 * MIB,
					   .disk_free_bytes = 50000 * MIB,
					   .disk_bytes = 100000 * MIB};

static struct arena *arena;

static int set_up(void **state)
{
	(void)state;
	arena = arena_new(1024 * 1024);
	return arena == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static struct health judged(const struct health_ledger *ledger, uint64_t until_ms)
{
	const struct health_certificate certificate = {.name = "keys/door.crt",
						       .until_ms = until_ms};
	const struct health_facts facts = {.now_ms = NOW_MS,
					   .ledger = ledger,
					   .certificates = &certificate,
					   .certificate_count = 1};
	struct health health;

	health_init(&health);
	assert_int_equal(health_judge(&health, &facts, arena), OK);
	return health;
}

static const struct health_check *check_of(const struct health *health, const char *name)
{
	for (size_t i = 0; i < health->count; i++)
		if (strcmp(health->checks[i].name, name) == 0)
			return &health->checks[i];
	return NULL;
}

static void a_sound_node_is_good_in_every_check(void **state)
{
	struct health health = judged(&sound, NOW_MS + 400 * DAY_MS);

	(void)state;
	assert_int_equal(health.worst, HEALTH_GOOD);
	assert_int_equal(health.count, 6);
	for (size_t i = 0; i < health.count; i++)
		assert_int_equal(health.checks[i].state, HEALTH_GOOD);
}

static void each_fault_spoils_its_own_check_and_no_other(void **state)
{
	static const struct {
		const char *check;
		enum health_state worst;
		struct health_ledger ledger;
		uint64_t until_ms;
	} cases[] = {
		{"ledger", HEALTH_BAD, {.trouble = ERR_FULL}, 0},
		{"ledger", HEALTH_BAD, {.trouble = ERR_IO}, 0},
		{"disk", HEALTH_BAD, {.disk_free_bytes = 64 * MIB - 1}, 0},
		{"disk", HEALTH_WARN, {.disk_free_bytes = 64 * MIB}, 0},
		{"disk", HEALTH_WARN, {.disk_free_bytes = 4999 * MIB}, 0}, /* below 5 % */
		{"store", HEALTH_WARN, {.store_bytes = 900 * MIB}, 0},
		{"store", HEALTH_BAD, {.store_bytes = 990 * MIB}, 0},
		{"seal", HEALTH_WARN, {.signed_size = 9, .last_record_ms = NOW_MS - 60000}, 0},
		{"clock", HEALTH_BAD, {.last_record_ms = NOW_MS + 1001}, 0},
		{"certificate", HEALTH_WARN, {0}, NOW_MS + 30 * DAY_MS - 1},
		{"certificate", HEALTH_BAD, {0}, NOW_MS},
		{"certificate", HEALTH_BAD, {0}, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct health_ledger *fault = &cases[i].ledger;
		struct health_ledger ledger = sound;
		struct health health;

		ledger.trouble = fault->trouble;
		if (fault->disk_free_bytes != 0)
			ledger.disk_free_bytes = fault->disk_free_bytes;
		if (fault->store_bytes != 0)
			ledger.store_bytes = fault->store_bytes;
		if (fault->signed_size != 0)
			ledger.signed_size = fault->signed_size;
		if (fault->last_record_ms != 0)
			ledger.last_record_ms = fault->last_record_ms;
		health = judged(&ledger,
				cases[i].until_ms == 0 ? NOW_MS + 400 * DAY_MS : cases[i].until_ms);
		assert_int_equal(health.worst, cases[i].worst);
		for (size_t j = 0; j < health.count; j++)
			assert_int_equal(health.checks[j].state,
					 strcmp(health.checks[j].name, cases[i].check) == 0
						 ? cases[i].worst
						 : HEALTH_GOOD);
	}
}

static void what_was_just_written_need_not_be_signed_yet(void **state)
{
	struct health_ledger ledger = sound;
	struct health health;

	(void)state;
	ledger.signed_size = 9;
	health = judged(&ledger, NOW_MS + 400 * DAY_MS);
	assert_non_null(check_of(&health, "seal"));
	assert_int_equal(health.worst, HEALTH_GOOD);
}

static void a_ledger_that_is_silent_is_bad_and_nothing_is_guessed(void **state)
{
	struct health health = judged(NULL, NOW_MS + 400 * DAY_MS);

	(void)state;
	assert_int_equal(health.worst, HEALTH_BAD);
	assert_int_equal(health.count, 2);
	assert_non_null(check_of(&health, "ledger"));
	assert_non_null(check_of(&health, "certificate"));
}

static void the_ledgers_word_is_the_same_behind_the_call(void **state)
{
	struct health_ledger ledger = sound, again;
	struct buffer buffer, copy;

	(void)state;
	ledger.trouble = ERR_FULL;
	buffer_init(&buffer, 1024);
	health_pack_ledger(&buffer, &ledger);
	assert_int_equal(health_unpack_ledger(buffer_bytes(&buffer), &again), OK);
	buffer_init(&copy, 1024);
	health_pack_ledger(&copy, &again);
	assert_int_equal(copy.len, buffer.len);
	assert_memory_equal(copy.at, buffer.at, buffer.len);
	buffer_clear(&copy);
	for (size_t len = 0; len < buffer.len; len++)
		assert_int_equal(
			health_unpack_ledger(bytes_of((const char *)buffer.at, len), &again),
			ERR_FORMAT);
	buffer_clear(&buffer);
}

static char *page_of(const struct health_ledger *ledger, const json_t *counts)
{
	const struct health_certificate certificate = {.name = "a\"b\\c\nd",
						       .until_ms = NOW_MS + 1};
	const struct health_facts facts = {.now_ms = NOW_MS,
					   .ledger = ledger,
					   .certificates = &certificate,
					   .certificate_count = 1};
	const struct http_counts http = {.accepted = 5, .answers = {[4] = 2}};
	struct metrics metrics = {.facts = &facts, .counts = counts, .http = &http};
	struct health health;
	struct buffer buffer;
	char *text;

	health_init(&health);
	assert_int_equal(health_judge(&health, &facts, arena), OK);
	metrics.health = &health;
	buffer_init(&buffer, 1024 * 1024);
	assert_int_equal(metrics_format(&metrics, &buffer), OK);
	text = arena_text(arena, buffer_bytes(&buffer));
	assert_non_null(text);
	buffer_clear(&buffer);
	return text;
}

static void the_metrics_say_what_the_ledger_and_the_clerk_say(void **state)
{
	json_t *counts = json_pack("{s:{s:i}, s:[{s:s, s:s, s:i, s:I}]}", "events", "Registered", 7,
				   "queues", "stage", "sent", "partner", "TH", "count", 3,
				   "sinceMs", (json_int_t)NOW_MS);
	static const char *const lines[] = {
		"\nsampan_ready 1\n",
		"\nsampan_ledger_records_total 10\n",
		"\nsampan_ledger_writable 1\n",
		"\nsampan_http_connections_total 5\n",
		"\nsampan_http_answers_total{status=\"4xx\"} 2\n",
		"\nsampan_events_total{event=\"Registered\"} 7\n",
		"\nsampan_queue_messages{stage=\"sent\",partner=\"TH\"} 3\n",
		"\nsampan_queue_oldest_timestamp_seconds{stage=\"sent\",partner=\"TH\"} 1795323600.000\n",
		"\nsampan_certificate_expiry_timestamp_seconds{file=\"a\\\"b\\\\c\\nd\"} 1795323600.001\n",
	};
	char *page = page_of(&sound, counts);

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_non_null(strstr(page, lines[i]));
	json_decref(counts);
}

/* Prometheus refuses a whole page for one line that is out of form. */
static void every_family_is_declared_once_before_its_samples(void **state)
{
	json_t *counts = json_pack("{s:{s:i}}", "events", "Registered", 7);
	char *page = page_of(&sound, counts), *rest = page, *line;
	char family[128] = "";

	(void)state;
	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
		char name[128];
		int ends = 0;

		if (sscanf(line, "# HELP %127s", name) == 1) {
			assert_string_not_equal(name, family);
			(void)snprintf(family, sizeof(family), "%s", name);
			continue;
		}
		if (sscanf(line, "# TYPE %127s", name) != 1) {
			assert_int_equal(sscanf(line, "%127[a-z_]%n", name, &ends), 1);
			assert_true(line[ends] == '{' || line[ends] == ' ');
		}
		assert_string_equal(name, family);
	}
	json_decref(counts);
}

static const char *ago(uint64_t minutes)
{
	char *text = arena_alloc(arena, CLOCK_TEXT_BYTES);

	clock_format(NOW_MS - minutes * 60000, text);
	return text;
}

/* A partner that is away shows without being asked. */
static void what_a_partner_did_not_take_or_countersign_in_time_is_told(void **state)
{
	const struct {
		const char *json;
		enum health_state witness, partner;
		const char *said;
	} cases[] = {
		{"{'waits':0,'uncoveredSince':null}", HEALTH_GOOD, HEALTH_GOOD, "never"},
		{arena_format(arena, "{'waits':2,'waitsSince':'%s','uncoveredSince':'%s'}", ago(9),
			      ago(9)),
		 HEALTH_GOOD, HEALTH_GOOD, "never"},
		{arena_format(arena, "{'waits':2,'waitsSince':'%s','heardAt':'%s'}", ago(11),
			      ago(15)),
		 HEALTH_GOOD, HEALTH_WARN, ago(15)},
		{arena_format(arena, "{'uncoveredSince':'%s'}", ago(11)), HEALTH_WARN, HEALTH_GOOD,
		 ago(11)},
		{"{'broken':true}", HEALTH_WARN, HEALTH_GOOD, "an alarm"},
		{"{'broken':true,'alarm':{'record':7}}", HEALTH_BAD, HEALTH_GOOD, "record 7"},
		{"{'stopped':'the partner says: halted'}", HEALTH_GOOD, HEALTH_BAD, "says: halted"},
		{"{'stopped':'halted','alarm':{'record':7}}", HEALTH_BAD, HEALTH_GOOD, "record 7"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[256] = "", *at = text;
		struct health health;
		json_t *witness;

		(void)snprintf(text, sizeof(text), "%s", cases[i].json);
		while ((at = strchr(at, '\'')) != NULL)
			*at = '"';
		witness = json_loads(text, 0, NULL);
		assert_non_null(witness);
		(void)json_object_set_new(witness, "country", json_string("TH"));
		health_init(&health);
		assert_int_equal(partner_health_judge(&health, NOW_MS, witness, arena), OK);
		assert_int_equal(health.count, 2);
		assert_int_equal(health.checks[0].state, cases[i].witness);
		assert_int_equal(health.checks[1].state, cases[i].partner);
		assert_true(strstr(health.checks[0].en, cases[i].said) != NULL ||
			    strstr(health.checks[1].en, cases[i].said) != NULL);
		json_decref(witness);
	}
}

static void a_silent_node_still_has_metrics(void **state)
{
	char *page = page_of(NULL, NULL);

	(void)state;
	assert_non_null(strstr(page, "\nsampan_ready 0\n"));
	assert_null(strstr(page, "sampan_ledger_records_total"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sound_node_is_good_in_every_check),
		cmocka_unit_test(each_fault_spoils_its_own_check_and_no_other),
		cmocka_unit_test(what_was_just_written_need_not_be_signed_yet),
		cmocka_unit_test(a_ledger_that_is_silent_is_bad_and_nothing_is_guessed),
		cmocka_unit_test(the_ledgers_word_is_the_same_behind_the_call),
		cmocka_unit_test(the_metrics_say_what_the_ledger_and_the_clerk_say),
		cmocka_unit_test(every_family_is_declared_once_before_its_samples),
		cmocka_unit_test(what_a_partner_did_not_take_or_countersign_in_time_is_told),
		cmocka_unit_test(a_silent_node_still_has_metrics),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
