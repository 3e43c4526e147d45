/*
 * bench_exchange - documents between two whole nodes on this machine, from the folder they are
 * lodged in to the hand-over abroad.
 *
 * Half are lodged in Viet Nam (an export declaration, carried as an ACDD), half in Thailand (a WCO
 * declaration). First a few one at a time, which shows how long one takes; then all at once, which
 * shows how many go through. CPU time is that of all processes of both nodes, from /proc. Times of
 * a document are those of the ledgers' records: its acceptance, and its hand-over by the partner.
 * Nothing that could be installed here does the same work, so there is no rival and no ratio.
 */
#include <dirent.h>
#include <ftw.h>
#include <signal.h>
#include <sys/stat.h>

#include "node/command.h"
#include "node/file.h"
#include "node/ledger.h"
#include "node/town.h"
#include "sampan/clock.h"
#include "sampan/limit.h"
#include "tests/bench/measure.h"

#define DOCUMENTS 500u
#define QUICK_DOCUMENTS 120u
#define ALONE 30u
#define QUICK_ALONE 10u
#define MAX_DOCUMENTS 10000u
#define PATIENCE_MS 60000u /* without any progress */

/* What is lodged: `unique` in the sample is replaced by a text of its own for each document. */
static const struct template
{
	size_t node;
	const char *party, *sample, *unique, *prefix;
}
templates[TOWN_NODES] = {
	{0, "gom-bat-trang", "vn/gom-bat-trang/01-export-1-line.xml", "GBT-XK-2026-0141",
	 "GBT-XK-2026-"},
	{1, "siam-ceramics", "th/siam-ceramics/export-tableware.xml", "TH-EXP-2026-000101",
	 "TH-EXP-2026-"},
};

/* Nodes of a run that failed must not stay behind. */
static struct town *running;

static void stop_nodes(void)
{
	for (size_t i = 0; running != NULL && i < TOWN_NODES; i++)
		town_stop(&running->nodes[i], SIGKILL);
}

struct scene {
	struct measure_options options;
	char folder[MEASURE_PATH_BYTES];
	char program[MEASURE_PATH_BYTES];
	struct town town;
	unsigned lodged;
};

/* From acceptance to hand-over by the partner, ms. */
struct times {
	double ms[2 * MAX_DOCUMENTS];
	size_t count;
};

/* ---- Documents ---- */

static struct bytes replace(struct bytes text, const char *from, const char *to,
			    struct arena *arena)
{
	const uint8_t *at = text.at, *end = at + text.len, *found;
	struct buffer buffer;
	struct bytes made;

	buffer_init(&buffer, LIMIT_DOCUMENT_BYTES);
	while ((found = memmem(at, (size_t)(end - at), from, strlen(from))) != NULL) {
		buffer_put(&buffer, bytes_of(at, (size_t)(found - at)));
		buffer_put_text(&buffer, to);
		at = found + strlen(from);
	}
	buffer_put(&buffer, bytes_of(at, (size_t)(end - at)));
	made = buffer_bytes(&buffer);
	made.at = arena_copy(arena, made);
	buffer_clear(&buffer);
	return made;
}

static void lodge(struct scene *scene)
{
	const struct template *template = &templates[scene->lodged % TOWN_NODES];
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	const char *path = arena == NULL ? NULL
					 : arena_format(arena, "%s/samples/%s",
							command_schemas_folder(), template->sample);
	char unique[64], name[64];
	struct bytes sample;

	(void)snprintf(unique, sizeof(unique), "%s%05u", template->prefix, ++scene->lodged);
	(void)snprintf(name, sizeof(name), "%05u.xml", scene->lodged);
	if (path == NULL || file_read(path, LIMIT_DOCUMENT_BYTES, arena, &sample) != OK)
		measure_fail("the sample %s cannot be read", template->sample);
	if (town_lodge(&scene->town.nodes[template->node], template->party, name,
		       replace(sample, template->unique, unique, arena)) != OK)
		measure_fail("%s cannot be lodged", name);
	arena_free(arena);
}

/* ---- Waiting ---- */

struct progress {
	uint64_t judged, records, waiting;
};

static struct progress look(const struct scene *scene)
{
	struct progress progress = {0};

	for (size_t i = 0; i < TOWN_NODES; i++) {
		struct town_counts counts;

		if (town_count(&scene->town.nodes[i], &counts) != OK)
			measure_fail("a node does not answer: see %s", scene->folder);
		if (counts.refused > 0 || counts.held > 0)
			measure_fail("a document is refused or held: see %s", scene->folder);
		progress.judged += counts.accepted;
		progress.records += counts.records;
		progress.waiting += counts.waiting;
	}
	return progress;
}

static void wait_until_done(const struct scene *scene)
{
	const struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};
	uint64_t records = 0, moved_ms = clock_monotonic_ms();

	for (;;) {
		struct progress now = look(scene);

		if (now.judged >= scene->lodged && now.waiting == 0 && now.records == records)
			return;
		if (now.records != records)
			moved_ms = clock_monotonic_ms();
		records = now.records;
		if (clock_monotonic_ms() - moved_ms > PATIENCE_MS)
			measure_fail("nothing moves any more: see %s", scene->folder);
		(void)nanosleep(&pause, NULL);
	}
}

/* ---- CPU time of the nodes' processes ---- */

/* proc(5): pid (comm) state ppid ...; utime and stime are the 14th and 15th. */
static bool read_stat(const char *pid, long *ret_parent, double *ret_seconds)
{
	char path[300], text[1024];
	unsigned long user, kernel;
	const char *after;
	bool is_read = false;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	if ((file = fopen(path, "r")) == NULL)
		return false;
	if (fgets(text, sizeof(text), file) != NULL && (after = strrchr(text, ')')) != NULL &&
	    sscanf(after + 1, " %*c %ld %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", ret_parent,
		   &user, &kernel) == 3) {
		*ret_seconds = (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
		is_read = true;
	}
	(void)fclose(file);
	return is_read;
}

static double cpu_seconds(const struct scene *scene)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	double sum = 0;

	while (proc != NULL && (entry = readdir(proc)) != NULL) {
		long pid = strtol(entry->d_name, NULL, 10), parent;
		double seconds;

		if (pid == 0 || !read_stat(entry->d_name, &parent, &seconds))
			continue;
		for (size_t i = 0; i < TOWN_NODES; i++)
			if (pid == scene->town.nodes[i].supervisor ||
			    parent == scene->town.nodes[i].supervisor)
				sum += seconds;
	}
	if (proc != NULL)
		(void)closedir(proc);
	return sum;
}

/* ---- Times out of the ledgers ---- */

static struct ledger *open_ledger(const struct town_node *node)
{
	char path[MEASURE_PATH_BYTES];
	struct engine *engine;
	struct ledger *ledger;

	(void)snprintf(path, sizeof(path), "%s/ledger", node->config->directory);
	if (engine_lmdb_open(path, node->config->map_bytes, true, &engine) != OK ||
	    ledger_open(engine, NULL, true, &ledger) != OK)
		measure_fail("%s cannot be read", path);
	return ledger;
}

/* One direction: when messages were accepted here, and of which message each arrival there is. Both
 * by record number. */
struct journey {
	uint64_t *accepted_ms;
	uint64_t *origin;
	uint64_t sent_size;
	uint64_t received_size;
	uint64_t last_alone; /* record of the sender */
	struct times *alone, *together;
};

static uint64_t *read_records(struct ledger *ledger, struct journey *journey, uint64_t *ret_size,
			      void (*visit)(const struct record *record, struct journey *journey,
					    uint64_t *values))
{
	struct arena *arena = arena_new((size_t)4 * LIMIT_RECORD_BYTES);
	struct record record;
	struct hash root;
	uint64_t *values;

	if (arena == NULL || ledger_head(ledger, ret_size, &root) != OK ||
	    (values = calloc(*ret_size + 1, sizeof(*values))) == NULL)
		measure_fail("a ledger cannot be read");
	for (uint64_t number = 1; number <= *ret_size; number++) {
		arena_clear(arena);
		if (ledger_record(ledger, number, arena, &record, NULL) != OK)
			measure_fail("record %llu cannot be read", (unsigned long long)number);
		visit(&record, journey, values);
	}
	arena_free(arena);
	return values;
}

static void note_acceptance(const struct record *record, struct journey *journey, uint64_t *values)
{
	(void)journey;
	if (strcmp(record->event, "SubmissionAcceptance") == 0)
		values[record->message] = record->time_ms;
}

/* An arrival names "COUNTRY-EPOCH-MESSAGE/DELIVERY" of the sender; its hand-over follows under the
 * arrival's message. */
static void note_handover(const struct record *record, struct journey *journey, uint64_t *values)
{
	const char *origin = facts_get(&record->attributes, "origin");
	const char *dash = origin == NULL ? NULL : strrchr(origin, '-');
	uint64_t sent = values[record->message];
	struct times *times;

	if (dash != NULL)
		values[record->message] = strtoull(dash + 1, NULL, 10);
	if (strcmp(record->event, "ContentHandover") != 0 || sent == 0 ||
	    sent > journey->sent_size || journey->accepted_ms[sent] == 0)
		return;
	times = sent <= journey->last_alone ? journey->alone : journey->together;
	if (times->count < 2 * MAX_DOCUMENTS)
		times->ms[times->count++] = (double)(record->time_ms - journey->accepted_ms[sent]);
}

static void read_times(const struct scene *scene, const uint64_t last_alone[TOWN_NODES],
		       struct times *alone, struct times *together)
{
	for (size_t i = 0; i < TOWN_NODES; i++) {
		struct ledger *here = open_ledger(&scene->town.nodes[i]);
		struct ledger *there = open_ledger(&scene->town.nodes[1 - i]);
		struct journey journey = {
			.last_alone = last_alone[i], .alone = alone, .together = together};

		journey.accepted_ms =
			read_records(here, &journey, &journey.sent_size, note_acceptance);
		journey.origin =
			read_records(there, &journey, &journey.received_size, note_handover);
		free(journey.accepted_ms);
		free(journey.origin);
		ledger_close(here);
		ledger_close(there);
	}
}

/* ---- The run ---- */

struct outcome {
	double wall_s, cpu_s;
	unsigned documents;
	struct times alone, together;
};

static void start(struct scene *scene)
{
	(void)snprintf(scene->program, sizeof(scene->program), "%s/../../sampan",
		       scene->options.folder);
	/* sockets need a short path, commits a real disk */
	(void)snprintf(scene->folder, sizeof(scene->folder), "%s", "/var/tmp/sampan-bench-XXXXXX");
	if (access(scene->program, X_OK) != 0)
		measure_fail("%s is not built", scene->program);
	running = &scene->town;
	if (atexit(stop_nodes) != 0 || mkdtemp(scene->folder) == NULL ||
	    town_make(&scene->town, scene->folder, scene->program) != OK)
		measure_fail("the nodes cannot be made in %s", scene->folder);
	for (size_t i = 0; i < TOWN_NODES; i++)
		if (town_start(&scene->town.nodes[i], scene->program) != OK)
			measure_fail("a node does not start: see %s", scene->folder);
}

static void lodge_alone(struct scene *scene, uint64_t ret_last[TOWN_NODES])
{
	unsigned count = scene->options.is_quick ? QUICK_ALONE : ALONE;

	for (unsigned i = 0; i < count; i++) {
		lodge(scene);
		wait_until_done(scene);
	}
	for (size_t i = 0; i < TOWN_NODES; i++) {
		struct town_counts counts;

		if (town_count(&scene->town.nodes[i], &counts) != OK)
			measure_fail("a node does not answer: see %s", scene->folder);
		ret_last[i] = counts.records;
	}
}

static void lodge_together(struct scene *scene, struct outcome *outcome)
{
	double wall_us = measure_clock_us(CLOCK_MONOTONIC), cpu_s = cpu_seconds(scene);

	outcome->documents = scene->options.is_quick ? QUICK_DOCUMENTS : DOCUMENTS;
	for (unsigned i = 0; i < outcome->documents; i++)
		lodge(scene);
	wait_until_done(scene);
	outcome->wall_s = (measure_clock_us(CLOCK_MONOTONIC) - wall_us) / 1e6;
	outcome->cpu_s = cpu_seconds(scene) - cpu_s;
}

static json_t *percentiles(struct times *times)
{
	return json_pack("{s:I, s:f, s:f}", "deliveries", (json_int_t)times->count, "p50Ms",
			 measure_percentile(times->ms, times->count, 0.5), "p99Ms",
			 measure_percentile(times->ms, times->count, 0.99));
}

static void print_times(const char *what, struct times *times)
{
	printf("%-40s p50 %.0f ms, p99 %.0f ms (%zu deliveries)\n", what,
	       measure_percentile(times->ms, times->count, 0.5),
	       measure_percentile(times->ms, times->count, 0.99), times->count);
}

static void print(const struct measure_options *options, struct outcome *outcome)
{
	double thousands = outcome->documents / 1000.0;

	if (options->as_json) {
		measure_print_json(json_pack(
			"{s:s, s:n, s:s, s:I, s:f, s:f, s:f, s:o, s:o}", "bench", "exchange",
			"ratio", "rival", "none available here", "documents",
			(json_int_t)outcome->documents, "wallSeconds",
			measure_round(outcome->wall_s), "documentsPerSecond",
			measure_round(outcome->documents / outcome->wall_s), "cpuSecondsPer1000",
			measure_round(outcome->cpu_s / thousands), "alone",
			percentiles(&outcome->alone), "together", percentiles(&outcome->together)));
		return;
	}
	printf("exchange: two nodes on this machine; no rival is available here, so there is no "
	       "ratio\n"
	       "%-40s %u in %.2f s: %.0f a second\n%-40s %.2f s\n",
	       "documents lodged at once", outcome->documents, outcome->wall_s,
	       outcome->documents / outcome->wall_s, "CPU of all roles per 1,000 documents",
	       outcome->cpu_s / thousands);
	print_times("accepted to handed over, one at a time", &outcome->alone);
	print_times("accepted to handed over, all at once", &outcome->together);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	return remove(path);
}

int main(int argc, char **argv)
{
	static struct scene scene;
	static struct outcome outcome;
	uint64_t last_alone[TOWN_NODES];

	measure_begin(argc, argv, &scene.options);
	start(&scene);
	lodge_alone(&scene, last_alone);
	lodge_together(&scene, &outcome);
	read_times(&scene, last_alone, &outcome.alone, &outcome.together);
	town_close(&scene.town);
	if (outcome.alone.count == 0 || outcome.together.count == 0)
		measure_fail("nothing was handed over: see %s", scene.folder);
	print(&scene.options, &outcome);
	(void)nftw(scene.folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return EX_OK;
}
