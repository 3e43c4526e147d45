/*
 * Roles and whole nodes are killed at random moments while documents flow both ways. What was
 * acknowledged arrives, once.
 *
 * Two whole nodes run; the test lodges variations of the samples through the folder doors, as
 * parties do, and kills -9 a role, a whole node or both, again and again. The moments come from a
 * seed that is printed. SAMPAN_SEED repeats a run's choices, SAMPAN_KILLS says how many.
 *
 * A long file, because what was lodged, what was seen of it and what must come of it are one table.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "node/checkpoint.h"
#include "node/file.h"
#include "node/ledger.h"
#include "node/setup.h"
#include "sampan/clock.h"
#include "tests/support/rig.h"

#ifdef __SANITIZE_ADDRESS__
#define KILLS 12u
#else
#define KILLS 50u
#endif
#define MAX_DOCUMENTS 6000u
#define MAX_OPEN 48u /* lodged and not yet acknowledged */
#define BETWEEN_DOCUMENTS_MS 2u
#define BETWEEN_KILLS_MS 700u /* at most; at least a seventh of it */
#define AWAY_MS 400u          /* how long a killed node stays away, at most */
#define PATIENCE_MS 60000u    /* for rest, after the last kill */
#define REPEATED 40u

enum sort { EXPORT, GOODS, IMPORT, CERTIFICATE, WORD, SORTS };

/* What is lodged: `unique` in the sample is replaced by a text of its own for each document. */
static const struct template
{
	size_t node;
	const char *party;
	const char *sample;
	const char *unique;
	const char *prefix; /* what it is replaced by, before the serial */
	const char *ending;
}
templates[SORTS] = {
	[EXPORT] = {RIG_VN, "gom-bat-trang", "vn/gom-bat-trang/01-export-1-line.xml",
		    "GBT-XK-2026-0141", "GBT-XK-2026-", "export"},
	[GOODS] = {RIG_TH, "siam-ceramics", "th/siam-ceramics/export-tableware.xml",
		   "TH-EXP-2026-000101", "TH-EXP-2026-", "goods"},
	[IMPORT] = {RIG_VN, "gom-bat-trang", "vn/gom-bat-trang/07-import-stays-at-home.xml",
		    "GBT-NK-2026-0019", "GBT-NK-2026-", "import"},
	[CERTIFICATE] = {RIG_VN, "bct-hanoi", "vn/bct-hanoi/21-co-third-party.xml",
			 "BCTHN-2026-41700", "BCTHN-2026-", "certificate"},
	[WORD] = {RIG_VN, "gom-bat-trang", "vn/gom-bat-trang/31-co-authorise-yes.xml",
		  "GBT-CO-TR-2026-058", "GBT-CO-TR-2026-", "word"},
};

struct lodged {
	enum sort sort;
	unsigned serial;
	char name[64];
	bool is_acknowledged;
	struct hash receipt; /* of the file NAME.receipt as it was first seen */
	char id[64];
};

struct scene {
	struct rig rig;
	uint64_t seed;
	struct lodged documents[MAX_DOCUMENTS];
	size_t count;
	size_t open;
	size_t first_open; /* all before it are acknowledged */
	unsigned counts[SORTS];
	uint64_t next_document_ms;
	uint64_t next_kill_ms;
	uint64_t launch_ms[TOWN_NODES]; /* when a killed node comes back; 0: it runs */
	unsigned kills;
	unsigned wanted_kills;
	unsigned kills_of_nodes;
	bool is_good;
};

static struct scene the_scene; /* what is left is cleared away also after a failure */

static uint32_t next_random(struct scene *scene)
{
	scene->seed = scene->seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(scene->seed >> 33);
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text == NULL || *text == '\0' ? otherwise : strtoull(text, NULL, 10);
}

/* ---- Lodging ---- */

static void lodge(struct scene *scene, enum sort sort, unsigned serial)
{
	const struct template *template = &templates[sort];
	struct lodged *lodged = &scene->documents[scene->count++];
	struct bytes document;
	char text[64];

	*lodged = (struct lodged){.sort = sort, .serial = serial};
	(void)snprintf(lodged->name, sizeof(lodged->name), "%05zu-%s.xml", scene->count,
		       template->ending);
	(void)snprintf(text, sizeof(text), "%s%05u", template->prefix, serial);
	rig_forget(&scene->rig);
	document = rig_sample(&scene->rig, template->sample);
	document = rig_replace(&scene->rig, document, template->unique, text);
	if (sort == CERTIFICATE || sort == WORD) {
		(void)snprintf(text, sizeof(text), "VN-TH 26/01/%05u", serial);
		document = rig_replace(&scene->rig, document, "VN-TH 26/01/00417", text);
	}
	rig_lodge(&scene->rig, template->node, template->party, lodged->name, document);
	scene->counts[sort]++;
	scene->open++;
}

static void lodge_more(struct scene *scene, uint64_t now_ms)
{
	enum sort sort = (enum sort)(next_random(scene) % WORD);

	if (now_ms < scene->next_document_ms || scene->open >= MAX_OPEN ||
	    scene->count + 1 >= MAX_DOCUMENTS)
		return;
	scene->next_document_ms = now_ms + BETWEEN_DOCUMENTS_MS;
	lodge(scene, sort, scene->counts[sort] + 1);
}

/* ---- Acknowledgements ---- */

static const char *receipt_name(const struct lodged *lodged)
{
	static char name[80];

	(void)snprintf(name, sizeof(name), "%s.receipt", lodged->name);
	return name;
}

static json_t *read_receipt(struct scene *scene, const struct lodged *lodged, const char *name,
			    struct hash *ret_hash)
{
	const struct template *template = &templates[lodged->sort];
	struct bytes file = rig_read(&scene->rig, template->node, template->party, "taken", name);
	json_t *answer = json_loadb((const char *)file.at, file.len, 0, NULL);

	assert_non_null(answer);
	*ret_hash = hash_of(file);
	return answer;
}

/* A file in taken/ with its receipt: from now on it may neither be lost nor get another answer. */
static void note_acknowledged(struct scene *scene, struct lodged *lodged)
{
	const struct template *template = &templates[lodged->sort];
	json_t *answer;

	if (!rig_has(&scene->rig, template->node, template->party, "taken", lodged->name) ||
	    !rig_has(&scene->rig, template->node, template->party, "taken", receipt_name(lodged)))
		return;
	rig_forget(&scene->rig);
	answer = read_receipt(scene, lodged, receipt_name(lodged), &lodged->receipt);
	(void)snprintf(lodged->id, sizeof(lodged->id), "%s",
		       json_string_value(json_object_get(answer, "id")));
	json_decref(answer);
	lodged->is_acknowledged = true;
	scene->open--;
	/* its exporter sees the certificate and lets it go */
	if (lodged->sort == CERTIFICATE && scene->count < MAX_DOCUMENTS)
		lodge(scene, WORD, lodged->serial);
}

static void look_for_receipts(struct scene *scene)
{
	for (size_t i = scene->first_open; i < scene->count; i++)
		if (!scene->documents[i].is_acknowledged)
			note_acknowledged(scene, &scene->documents[i]);
	while (scene->first_open < scene->count &&
	       scene->documents[scene->first_open].is_acknowledged)
		scene->first_open++;
}

/* ---- Killing ---- */

static void kill_node(struct scene *scene, size_t node, uint64_t now_ms)
{
	if (scene->launch_ms[node] != 0)
		return;
	town_stop(&scene->rig.town.nodes[node], SIGKILL);
	scene->launch_ms[node] = now_ms + 1 + next_random(scene) % AWAY_MS;
	scene->kills_of_nodes++;
}

/* The ledger more often than others: what it said before it died must be true. */
static bool kill_role(struct scene *scene, size_t node)
{
	static const char *const roles[] = {"ledger", "ledger", "ledger", "courier", "courier",
					    "gate",   "gate",   "worker", "clerk",   "seal"};
	const char *role = roles[next_random(scene) % (sizeof(roles) / sizeof(roles[0]))];
	long pids[RIG_PIDS];
	size_t count = rig_pids(&scene->rig, node, role, pids);

	return count > 0 && kill((pid_t)pids[next_random(scene) % count], SIGKILL) == 0;
}

static void kill_something(struct scene *scene, uint64_t now_ms)
{
	uint32_t choice = next_random(scene) % 10;
	size_t node = next_random(scene) % TOWN_NODES;

	if (now_ms < scene->next_kill_ms)
		return;
	scene->next_kill_ms =
		now_ms + BETWEEN_KILLS_MS / 7 + next_random(scene) % (BETWEEN_KILLS_MS * 6 / 7);
	if (scene->launch_ms[node] != 0)
		node = 1 - node;
	if (scene->launch_ms[node] != 0)
		return; /* both are away */
	if (choice < 8) {
		if (!kill_role(scene, node))
			return;
	} else {
		kill_node(scene, node, now_ms);
		if (choice == 9)
			kill_node(scene, 1 - node, now_ms);
	}
	scene->kills++;
}

static void launch_due(struct scene *scene, uint64_t now_ms)
{
	for (size_t i = 0; i < TOWN_NODES; i++) {
		if (scene->launch_ms[i] == 0 || scene->launch_ms[i] > now_ms)
			continue;
		assert_int_equal(town_launch(&scene->rig.town.nodes[i], scene->rig.program), OK);
		scene->launch_ms[i] = 0;
	}
}

static void storm(struct scene *scene)
{
	const struct timespec pause = {.tv_nsec = 1000 * 1000};

	scene->next_kill_ms = clock_monotonic_ms() + BETWEEN_KILLS_MS;
	while (scene->kills < scene->wanted_kills) {
		uint64_t now_ms = clock_monotonic_ms();

		launch_due(scene, now_ms);
		lodge_more(scene, now_ms);
		look_for_receipts(scene);
		kill_something(scene, now_ms);
		(void)nanosleep(&pause, NULL);
	}
	launch_due(scene, UINT64_MAX);
}

/* ---- After the storm ---- */

static bool is_all_acknowledged(void *context)
{
	struct scene *scene = context;

	look_for_receipts(scene);
	return scene->open == 0;
}

static void complain_about_open(const struct scene *scene)
{
	for (size_t i = 0; i < scene->count; i++)
		if (!scene->documents[i].is_acknowledged)
			print_error("not acknowledged: %s\n", scene->documents[i].name);
}

static void wait_for_rest(struct scene *scene)
{
	for (size_t i = 0; i < TOWN_NODES; i++)
		assert_int_equal(town_wait_until_up(&scene->rig.town.nodes[i]), OK);
	if (!rig_wait(is_all_acknowledged, scene, PATIENCE_MS)) {
		complain_about_open(scene);
		fail_msg("not everything is acknowledged");
	}
	if (!rig_wait_for_rest(&scene->rig, PATIENCE_MS))
		fail_msg("the nodes find no rest");
}

/* What was acknowledged keeps its answer, and each document has its own. */
static void receipts_are_as_they_were(struct scene *scene)
{
	json_t *ids = json_object();

	for (size_t i = 0; i < scene->count; i++) {
		const struct lodged *lodged = &scene->documents[i];
		char key[80];
		struct hash now;

		rig_forget(&scene->rig);
		json_decref(read_receipt(scene, lodged, receipt_name(lodged), &now));
		if (!hash_equal(&now, &lodged->receipt))
			fail_msg("%s has another receipt than before", lodged->name);
		(void)snprintf(key, sizeof(key), "%zu/%s", templates[lodged->sort].node,
			       lodged->id);
		if (json_object_get(ids, key) != NULL)
			fail_msg("%s has the id %s of another document", lodged->name, lodged->id);
		assert_int_equal(json_object_set_new(ids, key, json_true()), 0);
	}
	json_decref(ids);
}

static bool is_lodge_empty(void *context)
{
	struct scene *scene = context;

	for (size_t i = 0; i < SORTS; i++) {
		const char *const *names;

		rig_forget(&scene->rig);
		if (rig_list(&scene->rig, templates[i].node, templates[i].party, "lodge", "",
			     &names) != 0)
			return false;
	}
	return true;
}

/* The same bytes under another name: the same id, the same receipt. */
static void the_same_again_is_answered_the_same(struct scene *scene)
{
	size_t step = scene->count / REPEATED + 1;
	char name[80];

	for (size_t i = 0; i < scene->count; i += step) {
		const struct lodged *lodged = &scene->documents[i];
		const struct template *template = &templates[lodged->sort];

		rig_forget(&scene->rig);
		(void)snprintf(name, sizeof(name), "again-%s", lodged->name);
		rig_lodge(&scene->rig, template->node, template->party, name,
			  rig_read(&scene->rig, template->node, template->party, "taken",
				   lodged->name));
	}
	assert_true(rig_wait(is_lodge_empty, scene, PATIENCE_MS));
	for (size_t i = 0; i < scene->count; i += step) {
		const struct lodged *lodged = &scene->documents[i];
		json_t *before, *again;
		struct hash hash;

		rig_forget(&scene->rig);
		before = read_receipt(scene, lodged, receipt_name(lodged), &hash);
		(void)snprintf(name, sizeof(name), "again-%s.receipt", lodged->name);
		again = read_receipt(scene, lodged, name, &hash);
		assert_string_equal(json_string_value(json_object_get(again, "id")), lodged->id);
		assert_true(json_equal(json_object_get(before, "receipt"),
				       json_object_get(again, "receipt")));
		json_decref(before);
		json_decref(again);
	}
}

/* ---- The audit ---- */

static void all_that_is_owed_was_delivered(struct scene *scene)
{
	const unsigned *counts = scene->counts;
	const char *const *names;
	size_t repeated = (scene->count + scene->count / REPEATED) / (scene->count / REPEATED + 1);
	struct town_audit audit;

	rig_forget(&scene->rig);
	assert_int_equal(town_audit(&scene->rig.town, &audit), OK);
	assert_int_equal(audit.lost, 0);
	assert_int_equal(audit.duplicated, 0);
	assert_int_equal(audit.owed,
			 counts[EXPORT] + counts[GOODS] + counts[IMPORT] + counts[WORD]);
	assert_int_equal(audit.delivered, audit.owed);
	assert_int_equal(audit.taken, scene->count + repeated);
	assert_int_equal(audit.receipts, audit.taken);
	for (size_t i = 0; i < SORTS; i++)
		assert_int_equal(rig_list(&scene->rig, templates[i].node, templates[i].party,
					  "refused", "", &names),
				 0);
}

/* Each file differs from all others: by its declaration's, certificate's or own number. */
static void every_delivery_lies_in_the_inbox_once(struct scene *scene, size_t node,
						  const char *party, size_t expected)
{
	json_t *hashes = json_object();
	const char *const *names;
	size_t count;

	rig_forget(&scene->rig);
	count = rig_list(&scene->rig, node, party, "inbox", ".xml", &names);
	assert_int_equal(count, expected);
	for (size_t i = 0; i < count; i++) {
		struct hash hash = hash_of(rig_read(&scene->rig, node, party, "inbox", names[i]));
		char hex[HASH_HEX_BYTES];

		hash_format_hex(&hash, hex);
		if (json_object_get(hashes, hex) != NULL)
			fail_msg("%s is a second copy", names[i]);
		assert_int_equal(json_object_set_new(hashes, hex, json_true()), 0);
	}
	json_decref(hashes);
}

struct reading {
	struct ledger *ledger;
	struct arena *arena;
	json_t *serials; /* "office/year" -> the last serial */
	json_t *once;    /* what may stand in the ledger once */
	uint64_t accepted;
	uint64_t refused;
};

static void number_follows_number(struct reading *reading, const struct record *record)
{
	const char *number = facts_get_or_empty(&record->attributes, "number");
	char key[64], serial_text[16] = "";
	json_int_t serial, last;

	assert_int_equal(strlen(number), 12);
	(void)snprintf(key, sizeof(key), "%s/%.2s",
		       facts_get_or_empty(&record->attributes, "office"), number + 1);
	(void)snprintf(serial_text, sizeof(serial_text), "%.8s", number + 3);
	serial = strtoll(serial_text, NULL, 10);
	last = json_integer_value(json_object_get(reading->serials, key));
	if (serial != last + 1)
		fail_msg("the desk gave %s after serial %lld", number, (long long)last);
	assert_int_equal(json_object_set_new(reading->serials, key, json_integer(serial)), 0);
}

static void only_once(struct reading *reading, const struct record *record, const char *attribute)
{
	const char *value = facts_get(&record->attributes, attribute);
	char key[256];

	if (value == NULL)
		return;
	(void)snprintf(key, sizeof(key), "%s %s", record->event, value);
	if (json_object_get(reading->once, key) != NULL)
		fail_msg("record %" PRIu64 " says a second time: %s", record->number, key);
	assert_int_equal(json_object_set_new(reading->once, key, json_true()), 0);
}

static void read_record(struct reading *reading, uint64_t number)
{
	struct record record;
	struct bytes leaf;

	arena_clear(reading->arena);
	assert_int_equal(ledger_record(reading->ledger, number, reading->arena, &record, &leaf),
			 OK);
	if (strcmp(record.event, "SubmissionAcceptance") == 0) {
		reading->accepted++;
		only_once(reading, &record, "reference");
	} else if (strcmp(record.event, "SubmissionRejection") == 0) {
		reading->refused++;
	} else if (strcmp(record.event, "Registered") == 0) {
		number_follows_number(reading, &record);
	} else if (strcmp(record.event, "RelayAcceptance") == 0) {
		only_once(reading, &record, "origin");   /* what arrived */
		only_once(reading, &record, "delivery"); /* what the partner acknowledged */
	} else if (strcmp(record.event, "ContentHandover") == 0 ||
		   strcmp(record.event, "Translated") == 0) {
		only_once(reading, &record, "delivery");
	}
}

static void read_public_key(struct scene *scene, size_t node, uint8_t ret_key[KEY_PUBLIC_BYTES])
{
	char path[RIG_PATH_BYTES], origin[CHECKPOINT_ORIGIN_BYTES];
	struct bytes file;
	char *line;

	rig_forget(&scene->rig);
	(void)snprintf(path, sizeof(path), "%.4000s/%s", scene->rig.town.nodes[node].directory,
		       SETUP_LEDGER_PUBLIC);
	assert_int_equal(file_read(path, RIG_PATH_BYTES, scene->rig.arena, &file), OK);
	line = arena_text(scene->rig.arena, file);
	assert_non_null(line);
	line[strcspn(line, "\n")] = '\0';
	assert_int_equal(checkpoint_parse_key(line, origin, ret_key), OK);
}

static void the_ledger_is_whole(struct scene *scene, size_t node, uint64_t accepted)
{
	const struct config *config = scene->rig.town.nodes[node].config;
	struct reading reading = {.arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES),
				  .serials = json_object(),
				  .once = json_object()};
	struct ledger_verdict verdict = {0};
	uint8_t key[KEY_PUBLIC_BYTES];
	char path[RIG_PATH_BYTES];
	struct engine *engine;

	read_public_key(scene, node, key);
	(void)snprintf(path, sizeof(path), "%.4000s/ledger", config->directory);
	assert_int_equal(engine_lmdb_open(path, config->map_bytes, true, &engine), OK);
	assert_int_equal(ledger_open(engine, config->name, true, &reading.ledger), OK);
	assert_int_equal(ledger_verify(reading.ledger, key, NULL, NULL, &verdict), OK);
	if (verdict.first_bad != 0)
		fail_msg("record %" PRIu64 ": %s", verdict.first_bad, verdict.what);
	for (uint64_t number = 1; number <= verdict.records; number++)
		read_record(&reading, number);
	assert_int_equal(reading.accepted, accepted);
	assert_int_equal(reading.refused, 0);
	print_message("  %s: %" PRIu64 " records, %" PRIu64 " checkpoints\n", config->country,
		      verdict.records, verdict.checkpoints);
	ledger_close(reading.ledger);
	json_decref(reading.serials);
	json_decref(reading.once);
	arena_free(reading.arena);
}

static void whatever_is_killed_all_that_was_acknowledged_arrives_once(void **state)
{
	const unsigned *counts = the_scene.counts;
	uint64_t began_ms = clock_monotonic_ms(), stormed_ms, rested_ms;

	(void)state;
	the_scene.seed = number_from("SAMPAN_SEED", clock_now_ms());
	the_scene.wanted_kills = (unsigned)number_from("SAMPAN_KILLS", KILLS);
	print_message("SAMPAN_SEED=%" PRIu64 " SAMPAN_KILLS=%u\n", the_scene.seed,
		      the_scene.wanted_kills);
	rig_open(&the_scene.rig);
	print_message("  in %s\n", the_scene.rig.directory);
	rig_start(&the_scene.rig);
	storm(&the_scene);
	stormed_ms = clock_monotonic_ms();
	wait_for_rest(&the_scene);
	rested_ms = clock_monotonic_ms();
	print_message(
		"  %u kills (%u of whole nodes) in %.1f s, rest %.1f s later; %zu documents\n",
		the_scene.kills, the_scene.kills_of_nodes, (double)(stormed_ms - began_ms) / 1000,
		(double)(rested_ms - stormed_ms) / 1000, the_scene.count);
	the_same_again_is_answered_the_same(&the_scene);
	assert_true(rig_wait_for_rest(&the_scene.rig, PATIENCE_MS));
	receipts_are_as_they_were(&the_scene);
	all_that_is_owed_was_delivered(&the_scene);
	every_delivery_lies_in_the_inbox_once(&the_scene, RIG_VN, "hai-quan",
					      counts[IMPORT] + counts[GOODS]);
	every_delivery_lies_in_the_inbox_once(&the_scene, RIG_TH, "thai-customs",
					      counts[EXPORT] + counts[WORD]);
	for (size_t i = 0; i < TOWN_NODES; i++)
		town_stop(&the_scene.rig.town.nodes[i], SIGTERM);
	the_ledger_is_whole(&the_scene, RIG_VN, the_scene.count - counts[GOODS]);
	the_ledger_is_whole(&the_scene, RIG_TH, counts[GOODS]);
	the_scene.is_good = true;
	print_message("  counted: %u kills of living nodes\n", the_scene.kills);
}

static int stop_the_nodes(void **state)
{
	(void)state;
	rig_close(&the_scene.rig, the_scene.is_good);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(whatever_is_killed_all_that_was_acknowledged_arrives_once,
					  stop_the_nodes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
