/*
 * A document that kills whoever reads it is set aside after three tries, at the door and when it
 * came from a partner; others go on.
 *
 * The product has no backdoor for this: the test lodges a document that takes a worker a good part
 * of a second, sees which worker is at it by the processor time it uses, and kills that one, each
 * time anew. Where the moment was missed the document is simply accepted; then the test tries again
 * with another.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "sampan/buffer.h"
#include "sampan/clock.h"
#include "sampan/limit.h"
#include "tests/support/patience.h"
#include "tests/support/rig.h"

#define ATTEMPTS 20u
#define LARGE_BYTES ((size_t)7 * 1024 * 1024)
#define BUSY_NS 10000000u /* more than an idle worker uses, a tenth of what the document takes */
#define IS_KILLED UINT64_MAX
#define TRADER "siam-ceramics"
#define GOODS "th/siam-ceramics/export-tableware.xml"
#define REFERENCE "TH-EXP-2026-000101"
#define PACKAGE "<Packaging>"

static struct rig rig;
static unsigned passed; /* tests that came to their end */

#define TESTS 3u

/* ---- The document: one package again and again ---- */

static struct bytes large_of(const char *reference)
{
	struct bytes sample = rig_replace(&rig, rig_sample(&rig, GOODS), REFERENCE, reference),
		     made;
	const char *at = (const char *)sample.at, *end = at + sample.len;
	const char *package = memmem(at, sample.len, PACKAGE, strlen(PACKAGE));
	struct buffer buffer;

	buffer_init(&buffer, LIMIT_DOCUMENT_BYTES);
	buffer_put(&buffer, bytes_of(at, (size_t)(package - at)));
	for (unsigned serial = 1; buffer.len < LARGE_BYTES; serial++)
		buffer_put_format(&buffer,
				  PACKAGE "<SequenceNumeric>%u</SequenceNumeric><MarksNumbersID>"
					  "SCC/HCM %u</MarksNumbersID><QuantityQuantity>1"
					  "</QuantityQuantity><TypeCode>CT</TypeCode></Packaging>",
				  serial, serial);
	package = memmem(package, (size_t)(end - package), "</Packaging>", 12);
	package += strlen("</Packaging>");
	buffer_put(&buffer, bytes_of(package, (size_t)(end - package)));
	assert_int_equal(buffer_error(&buffer), OK);
	made = bytes_of(arena_copy(rig.arena, buffer_bytes(&buffer)), buffer.len);
	buffer_clear(&buffer);
	return made;
}

/* ---- Killing the worker that is at work ---- */

struct hunt {
	size_t node;
	long pids[RIG_PIDS]; /* workers that were seen ready */
	uint64_t used_ns[RIG_PIDS];
	size_t count;
	unsigned kills;
	uint64_t next_look_ms;
	rig_question *is_over;
	void *context;
};

static uint64_t processor_ns(long pid)
{
	unsigned long long used = 0;
	char path[64];
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%ld/schedstat", pid);
	if ((file = fopen(path, "re")) == NULL)
		return 0;
	if (fscanf(file, "%llu", &used) != 1)
		used = 0;
	(void)fclose(file);
	return used;
}

/* Starting takes time of the processor too: what counts is what is used after the log said "ready".
 */
static bool is_ready(size_t node, long pid)
{
	char path[RIG_PATH_BYTES], line[512], wanted[32];
	bool is_found = false;
	FILE *file;

	(void)snprintf(path, sizeof(path), "%.4000s/node.log", rig.town.nodes[node].directory);
	(void)snprintf(wanted, sizeof(wanted), " pid=%ld\n", pid);
	if ((file = fopen(path, "re")) == NULL)
		return false;
	while (!is_found && fgets(line, sizeof(line), file) != NULL)
		is_found = strncmp(line, "info ready role=worker", 22) == 0 &&
			   strstr(line, wanted) != NULL;
	(void)fclose(file);
	return is_found;
}

static uint64_t *used_before(struct hunt *hunt, long pid)
{
	for (size_t i = 0; i < hunt->count; i++)
		if (hunt->pids[i] == pid)
			return &hunt->used_ns[i];
	if (hunt->count == RIG_PIDS || !is_ready(hunt->node, pid))
		return NULL;
	hunt->pids[hunt->count] = pid;
	hunt->used_ns[hunt->count] = processor_ns(pid);
	return &hunt->used_ns[hunt->count++];
}

static bool look_and_kill(void *context)
{
	struct hunt *hunt = context;
	long pids[RIG_PIDS];
	size_t count = rig_pids(&rig, hunt->node, "worker", pids);

	for (size_t i = 0; i < count; i++) {
		uint64_t *used = used_before(hunt, pids[i]);

		if (used == NULL || *used == IS_KILLED ||
		    processor_ns(pids[i]) <= *used + BUSY_NS || kill((pid_t)pids[i], SIGKILL) != 0)
			continue;
		*used = IS_KILLED; /* it stays in the list until it is gone */
		hunt->kills++;
	}
	if (clock_monotonic_ms() < hunt->next_look_ms)
		return false;
	hunt->next_look_ms = clock_monotonic_ms() + 100;
	return hunt->is_over(hunt->context);
}

static bool are_all_ready(void *context)
{
	struct hunt *hunt = context;
	long pids[RIG_PIDS];
	size_t count = rig_pids(&rig, hunt->node, "worker", pids);

	for (size_t i = 0; i < count; i++)
		if (used_before(hunt, pids[i]) == NULL)
			return false;
	return count == rig.town.nodes[hunt->node].config->workers;
}

/* Whoever is busy from here on is busy with what comes now, not with what an earlier try left. */
static bool is_quiet(void *context)
{
	const struct hunt *hunt = context;
	struct town_counts counts;

	return town_count(&rig.town.nodes[hunt->node], &counts) == OK && counts.waiting == 0;
}

static void begin_hunt(struct hunt *hunt, size_t node)
{
	*hunt = (struct hunt){.node = node};
	assert_true(rig_wait(is_quiet, hunt, PATIENCE_MS));
	assert_true(rig_wait(are_all_ready, hunt, PATIENCE_MS));
}

/* ---- At the door ---- */

static bool is_judged(void *context)
{
	const char *name = context;

	return rig_has(&rig, RIG_TH, TRADER, "refused", name) ||
	       rig_has(&rig, RIG_TH, TRADER, "taken", name);
}

static bool is_set_aside(const char *name)
{
	struct bytes findings;
	char path[128];
	json_t *json;
	bool is_so;

	(void)snprintf(path, sizeof(path), "%s.findings", name);
	findings = rig_read(&rig, RIG_TH, TRADER, "refused", path);
	json = json_loadb((const char *)findings.at, findings.len, 0, NULL);
	is_so = json_array_size(json) == 1 &&
		strcmp(json_string_value(json_object_get(json_array_get(json, 0), "code")),
		       "set-aside") == 0;
	json_decref(json);
	return is_so;
}

static void at_the_door_it_is_refused_after_three_deaths(void **state)
{
	char name[64] = "";
	struct hunt hunt = {.kills = 0};
	bool is_refused = false;

	(void)state;
	for (unsigned i = 0; !is_refused && i < ATTEMPTS; i++) {
		char reference[64];

		(void)snprintf(reference, sizeof(reference), "TH-POISON-DOOR-%u", i);
		(void)snprintf(name, sizeof(name), "poison-%u.xml", i);
		begin_hunt(&hunt, RIG_TH);
		hunt.is_over = is_judged;
		hunt.context = name;
		rig_lodge(&rig, RIG_TH, TRADER, name, large_of(reference));
		assert_true(rig_wait(look_and_kill, &hunt, PATIENCE_MS));
		is_refused = rig_has(&rig, RIG_TH, TRADER, "refused", name);
	}
	assert_true(is_refused);
	assert_true(hunt.kills >= 3); /* one may have died just after it had answered */
	assert_true(is_set_aside(name));
	passed++;
}

/* ---- From a partner ---- */

/* How many records of an event Viet Nam's ledger has. */
static size_t events_in_ledger(const char *event)
{
	const char *const list[] = {
		"ledger", "list", "--json", "--config", rig.town.nodes[RIG_VN].config_path, NULL};
	char wanted[64];
	struct bytes output;
	size_t count = 0;

	(void)snprintf(wanted, sizeof(wanted), "\"event\":\"%s\"", event);
	assert_int_equal(rig_run(&rig, list, &output), 0);
	for (const char *at = (const char *)output.at; (at = strstr(at, wanted)) != NULL; at++)
		count++;
	return count;
}

/* Deaths of workers that the courier of Viet Nam put down to what had arrived. */
static size_t deaths_told(void)
{
	static const char told[] = "error worker-died-of-it role=courier";
	char path[RIG_PATH_BYTES], line[512];
	size_t count = 0;
	FILE *file;

	(void)snprintf(path, sizeof(path), "%.4000s/node.log", rig.town.nodes[RIG_VN].directory);
	assert_non_null(file = fopen(path, "re"));
	while (fgets(line, sizeof(line), file) != NULL)
		count += strncmp(line, told, sizeof(told) - 1) == 0;
	(void)fclose(file);
	return count;
}

struct ending {
	size_t rejected; /* before */
	size_t arrived;
};

static bool is_ended(void *context)
{
	const struct ending *ending = context;
	struct town_counts counts;

	if (town_count(&rig.town.nodes[RIG_VN], &counts) != OK || counts.waiting != 0 ||
	    town_count(&rig.town.nodes[RIG_TH], &counts) != OK || counts.waiting != 0)
		return false;
	return events_in_ledger("RelayRejection") > ending->rejected ||
	       events_in_ledger("ContentHandover") > ending->arrived;
}

/* The Thai workers are left in peace; those of Viet Nam die of what arrives. */
static void what_a_partner_sent_is_set_aside_after_three_deaths(void **state)
{
	struct hunt hunt = {.kills = 0};
	struct ending ending = {0};
	bool is_rejected = false;
	size_t deaths = 0;

	(void)state;
	for (unsigned i = 0; !is_rejected && i < ATTEMPTS; i++) {
		char reference[64], name[64];

		assert_true(rig_wait_for_rest(&rig, PATIENCE_MS));
		(void)snprintf(reference, sizeof(reference), "TH-POISON-LINK-%u", i);
		(void)snprintf(name, sizeof(name), "poison-link-%u.xml", i);
		deaths = deaths_told();
		ending.rejected = events_in_ledger("RelayRejection");
		ending.arrived = events_in_ledger("ContentHandover");
		begin_hunt(&hunt, RIG_VN);
		hunt.is_over = is_ended;
		hunt.context = &ending;
		rig_lodge(&rig, RIG_TH, TRADER, name, large_of(reference));
		assert_true(rig_wait(look_and_kill, &hunt, PATIENCE_MS));
		is_rejected = events_in_ledger("RelayRejection") > ending.rejected;
	}
	assert_true(is_rejected);
	assert_int_equal(deaths_told() - deaths, 3);
	passed++;
}

static void others_go_on(void **state)
{
	const char *const *names;
	size_t before = rig_list(&rig, RIG_VN, "hai-quan", "inbox", ".xml", &names);

	(void)state;
	rig_lodge(&rig, RIG_TH, TRADER, "after.xml",
		  rig_replace(&rig, rig_sample(&rig, GOODS), REFERENCE, "TH-AFTER-POISON"));
	assert_true(rig_wait(is_judged, (void *)(uintptr_t) "after.xml", PATIENCE_MS));
	assert_true(rig_has(&rig, RIG_TH, TRADER, "taken", "after.xml"));
	assert_true(rig_wait_for_rest(&rig, PATIENCE_MS));
	assert_int_equal(rig_list(&rig, RIG_VN, "hai-quan", "inbox", ".xml", &names), before + 1);
	passed++;
}

static int open_town(void **state)
{
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	return 0;
}

static int close_town(void **state)
{
	(void)state;
	rig_close(&rig, passed == TESTS);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_the_door_it_is_refused_after_three_deaths),
		cmocka_unit_test(what_a_partner_sent_is_set_aside_after_three_deaths),
		cmocka_unit_test(others_go_on),
	};

	return cmocka_run_group_tests(tests, open_town, close_town);
}
