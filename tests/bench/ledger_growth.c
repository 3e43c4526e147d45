/*
 * ledger_growth - what a document costs in a small ledger and in a large one, and what can be asked of
 * the large one.
 *
 * Two ledgers of the same program in one process, filled as fast as they take it: one with few
 * documents, one with very many, of 256 bytes each, as the ledger role takes them (intake.h), 64 in a
 * commit, each commit under a signed checkpoint. Then 64 at a time go into one and the other by
 * turns. Time goes on in the large one while it is filled: a year, so that its keys lie in twelve
 * months (find.h); in the small one too, so that only the size is different.
 */
#include <sys/resource.h>
#include <sys/stat.h>

#include "node/by_state.h"
#include "node/checkpoint.h"
#include "node/clerk_list.h"
#include "node/clerk_read.h"
#include "node/find.h"
#include "node/intake.h"
#include "node/ledger.h"
#include "node/named.h"
#include "sampan/clock.h"
#include "tests/bench/ledger_node.h"
#include "tests/bench/ledger_parts.h"

#define ARENA_BYTES ((size_t)256 << 20)
#define MAP_BYTES ((size_t)1 << 30)
#define DOCUMENT_BYTES ((size_t)8192) /* more than one takes */
#define PAYLOAD_BYTES 256u
#define GROUP 64u
#define FILL_GROUP 128u
#define OPEN_EACH 50u /* one of so many is still open: the others are done with */
#define YEAR_MS (365ull * 24 * 3600 * 1000)
#define ASKED 200u
#define PROOFS 20000u

/* What groups of the race took besides the processor's time in the program. */
struct spent {
	double kernel_us;
	double pages; /* that had to be read from the disk */
	double documents;
};

struct store {
	const char *folder;
	struct ledger *ledger;
	struct config *config;
	struct arena *arena, *lasting;
	struct key *key;
	size_t map_bytes;
	uint64_t documents;
	uint64_t now_ms;
	struct buffer note; /* of the last commit, for the next one; empty: none */
	uint64_t note_size;
	struct find_memory memory;
	struct spent spent;
};

/* ---- Filling ---- */

static void open_store(struct store *store, const char *folder, uint64_t documents)
{
	struct engine *engine;
	const char *message = "no memory", *path;
	enum err err;

	store->map_bytes = MAP_BYTES + documents * DOCUMENT_BYTES;
	store->lasting = arena_new(ARENA_BYTES);
	store->arena = arena_new(ARENA_BYTES);
	if (store->lasting == NULL || store->arena == NULL || key_new(&store->key) != OK)
		measure_fail("no memory");
	store->folder = arena_format(store->lasting, "%s", folder);
	ledger_node_make(folder, store->lasting);
	path = arena_format(store->lasting, "%s/node.yaml", folder);
	if (config_load(path, store->lasting, &store->config, &message) != OK)
		measure_fail("%s", message);
	path = arena_format(store->lasting, "%s/ledger", folder);
	if ((err = engine_lmdb_open(path, store->map_bytes, false, &engine)) != OK ||
	    (err = ledger_open(engine, "vn.sampan.example", false, &store->ledger)) != OK)
		measure_fail("no ledger in %s: %s", folder, err_text(err));
	if ((store->memory.sieve = block_sieve_new()) == NULL)
		measure_fail("no memory");
	buffer_init(&store->note, CHECKPOINT_MAX_BYTES);
	store->now_ms = clock_now_ms() - YEAR_MS;
}

static void close_store(struct store *store)
{
	ledger_close(store->ledger);
	block_sieve_free(store->memory.sieve);
	buffer_clear(&store->note);
	key_free(store->key);
	config_free(store->config);
	arena_free(store->arena);
	arena_free(store->lasting);
}

/* Most are done with when they are old: the work lists hold few of very many. */
static void settle(const struct turn *turn, uint64_t number, uint64_t serial)
{
	struct message message;

	if (serial % OPEN_EACH == 0)
		return;
	if (message_load(turn, number, &message) != OK)
		measure_fail("a message is not there");
	message.state = "issued";
	if (message_save(turn, &message) != OK)
		measure_fail("a message cannot be saved");
}

static void take(struct store *store, const struct turn *turn, bool is_old)
{
	struct intake intake = {.party = LEDGER_NODE_PARTY};
	struct intake_answer answer;
	char payload[PAYLOAD_BYTES];
	uint64_t serial = ++store->documents;

	memset(payload, 'x', sizeof(payload));
	(void)snprintf(payload, sizeof(payload), "<application>%llu</application>",
		       (unsigned long long)serial);
	intake.document = bytes_of(payload, sizeof(payload));
	facts_init(&intake.facts, turn->arena);
	findings_init(&intake.findings, turn->arena);
	ledger_node_facts(serial, turn->arena, &intake.facts);
	if (intake_accept(turn, &intake, &answer) != OK || answer.verdict != INTAKE_ACCEPTED)
		measure_fail("a document was not accepted");
	if (is_old)
		settle(turn, answer.message, serial);
}

static void sign_head(struct store *store)
{
	struct checkpoint checkpoint = {.size = 0};

	buffer_reset(&store->note);
	(void)snprintf(checkpoint.origin, sizeof(checkpoint.origin), "%s",
		       ledger_origin(store->ledger));
	if (ledger_head(store->ledger, &checkpoint.size, &checkpoint.root) != OK ||
	    checkpoint_sign(&checkpoint, store->key, &store->note) != OK)
		measure_fail("the head cannot be signed");
	store->note_size = checkpoint.size;
}

static void take_group(struct store *store, unsigned count, bool is_old)
{
	bool has_more = false;
	struct turn turn = {.config = store->config,
			    .ledger = store->ledger,
			    .arena = store->arena,
			    .now_ms = store->now_ms,
			    .memory = &store->memory};

	arena_clear(store->arena);
	if (ledger_begin(store->ledger, &turn.batch) != OK)
		measure_fail("the ledger takes no batch");
	if (store->note.len > 0 &&
	    batch_put_checkpoint(turn.batch, store->note_size, buffer_bytes(&store->note)) != OK)
		measure_fail("the ledger takes no checkpoint");
	for (unsigned i = 0; i < count; i++)
		take(store, &turn, is_old);
	if (named_begin(&turn) != OK ||
	    block_sieve_step(store->memory.sieve, &turn, &has_more) != OK ||
	    by_state_step(&turn, &has_more) != OK)
		measure_fail("no sieve or index");
	if (ledger_commit(store->ledger, turn.batch) != OK)
		measure_fail("the ledger does not commit");
	sign_head(store);
}

static void fill(struct store *store, uint64_t documents)
{
	uint64_t began_ms = store->now_ms;

	while (store->documents < documents) {
		uint64_t left = documents - store->documents;
		unsigned group = documents < FILL_GROUP * 20 ? GROUP : FILL_GROUP;

		store->now_ms = began_ms + YEAR_MS * store->documents / documents;
		take_group(store, left < group ? (unsigned)left : group, true);
	}
	store->now_ms = began_ms + YEAR_MS;
}

static double kernel_us_of(const struct rusage *usage)
{
	return (double)usage->ru_stime.tv_sec * 1e6 + (double)usage->ru_stime.tv_usec;
}

static void run_group(void *context)
{
	struct store *store = context;
	struct rusage before, after;

	(void)getrusage(RUSAGE_SELF, &before);
	take_group(store, GROUP, false);
	(void)getrusage(RUSAGE_SELF, &after);
	store->spent.kernel_us += kernel_us_of(&after) - kernel_us_of(&before);
	store->spent.pages += (double)(after.ru_majflt - before.ru_majflt);
	store->spent.documents += GROUP;
}

/* ---- What may be asked ---- */

static uint64_t disk_of(const struct store *store)
{
	char path[MEASURE_PATH_BYTES];
	struct stat status;

	(void)snprintf(path, sizeof(path), "%s/ledger/data.mdb", store->folder);
	return stat(path, &status) == 0 ? (uint64_t)status.st_blocks * 512 : 0;
}

static void tell(const struct measure_options *options, json_t *json, const char *name,
		 const char *words, double value)
{
	if (!options->as_json)
		printf("%-62s %12.1f\n", words, value);
	(void)json_object_set_new(json, name, json_real(measure_round(value)));
}

static void measure_proofs(const struct measure_options *options, struct store *store, json_t *json)
{
	struct tree_proof proof;
	struct hash root;
	uint64_t size = 0, step = 7919, number = 1;
	double began_us;

	(void)ledger_head(store->ledger, &size, &root);
	began_us = measure_clock_us(CLOCK_MONOTONIC);
	for (unsigned i = 0; i < PROOFS; i++, number = (number + step) % size + 1)
		if (ledger_prove_inclusion(store->ledger, number, size, &proof) != OK)
			measure_fail("no proof");
	tell(options, json, "inclusionPerSecond", "inclusion proofs a second",
	     PROOFS * 1e6 / (measure_clock_us(CLOCK_MONOTONIC) - began_us));
	began_us = measure_clock_us(CLOCK_MONOTONIC);
	for (unsigned i = 0; i < PROOFS; i++, number = (number + step) % size + 1)
		if (ledger_prove_consistency(store->ledger, number, size, &proof) != OK)
			measure_fail("no proof");
	tell(options, json, "consistencyPerSecond", "consistency proofs a second",
	     PROOFS * 1e6 / (measure_clock_us(CLOCK_MONOTONIC) - began_us));
}

static void measure_verify(const struct measure_options *options, struct store *store, json_t *json)
{
	uint8_t public_key[KEY_PUBLIC_BYTES];
	struct ledger_verdict verdict;
	double began_us = measure_clock_us(CLOCK_MONOTONIC), us;

	key_get_public(store->key, public_key);
	if (ledger_verify(store->ledger, public_key, NULL, NULL, &verdict) != OK ||
	    verdict.first_bad != 0)
		measure_fail("the ledger is not whole");
	us = measure_clock_us(CLOCK_MONOTONIC) - began_us;
	tell(options, json, "verifyPerSecond", "records verified a second",
	     (double)verdict.records * 1e6 / us);
	tell(options, json, "verifyMBPerSecond", "MB of the store verified a second",
	     (double)disk_of(store) / us);
}

static void measure_ready(const struct measure_options *options, struct store *store, json_t *json)
{
	char path[MEASURE_PATH_BYTES];
	struct engine *engine;
	double began_us;

	(void)snprintf(path, sizeof(path), "%s/ledger", store->folder);
	ledger_close(store->ledger);
	began_us = measure_clock_us(CLOCK_MONOTONIC);
	if (engine_lmdb_open(path, store->map_bytes, false, &engine) != OK ||
	    ledger_open(engine, NULL, false, &store->ledger) != OK)
		measure_fail("the ledger cannot be opened again");
	tell(options, json, "readyMs", "ms until it is open",
	     (measure_clock_us(CLOCK_MONOTONIC) - began_us) / 1e3);
}

/* ---- Lists and pages, as the clerk answers ---- */

struct question {
	const char *name, *words;
	enum listing_key keys[3];
	const char *values[3];
	bool is_party; /* asked by the party, not by an officer of the office */
};

static const struct question questions[] = {
	{"worklist",
	 "open applications of one office",
	 {LISTING_STATE, LISTING_OFFICE, LISTING_KEYS},
	 {"lodged", "OFF03"},
	 false},
	{"worklistRare",
	 "open applications of one office that name one importer",
	 {LISTING_STATE, LISTING_OFFICE, LISTING_TAX_CODE},
	 {"lodged", "OFF10", "0000000650"},
	 false},
	{"newest", "the newest of one office", {LISTING_KEYS}, {NULL}, false},
	{"done", "done of one office", {LISTING_STATE, LISTING_KEYS}, {"issued"}, false},
	{"rare",
	 "open applications that name one importer",
	 {LISTING_STATE, LISTING_TAX_CODE, LISTING_KEYS},
	 {"lodged", "0000000650"},
	 false},
	{"taxCode",
	 "all that name one importer",
	 {LISTING_TAX_CODE, LISTING_KEYS},
	 {"0000000650"},
	 true},
	{"reference",
	 "one reference, among the oldest",
	 {LISTING_REFERENCE, LISTING_KEYS},
	 {"R77"},
	 true},
	{"own", "a party's newest", {LISTING_KEYS}, {NULL}, true},
};

static void make_caller(const struct question *question, struct caller *ret_caller)
{
	caller_init(ret_caller);
	ret_caller->proof = CALLER_TOKEN;
	ret_caller->actions = CALLER_ALL_ACTIONS;
	ret_caller->party = LEDGER_NODE_PARTY;
	ret_caller->tax_code = "0100101308";
	ret_caller->roles = CALLER_TRADER;
	if (question->is_party)
		return;
	ret_caller->roles = CALLER_ISSUING_OFFICER;
	ret_caller->party = ret_caller->tax_code = "";
	ret_caller->user = "an";
	ret_caller->issuing_offices = "OFF03 OFF10";
}

/* Pages until 50 rows are there or there are no more; how many pages. */
static unsigned list(struct store *store, const struct question *question, unsigned *ret_rows)
{
	struct turn turn = {.config = store->config,
			    .ledger = store->ledger,
			    .arena = store->arena,
			    .now_ms = store->now_ms};
	struct clerk_list_question asked = {.cursor = "", .limit = LISTING_DEFAULT};
	struct clerk_list_answer answer = {.next = ""};
	struct buffer body, to;
	struct caller caller;
	unsigned pages = 0;

	arena_clear(store->arena);
	make_caller(question, &caller);
	for (unsigned i = 0; i < 3 && question->keys[i] != LISTING_KEYS; i++)
		asked.values[question->keys[i]] = question->values[i];
	*ret_rows = 0;
	do {
		buffer_init(&body, LIMIT_PAYLOAD_BYTES);
		buffer_init(&to, LIMIT_PAYLOAD_BYTES);
		asked.limit = LISTING_DEFAULT - *ret_rows;
		clerk_list_pack(&body, &caller, &asked);
		if (clerk_list_serve(&turn, buffer_bytes(&body), &to) != OK ||
		    clerk_list_unpack_answer(buffer_bytes(&to), store->arena, &answer) != OK)
			measure_fail("no list");
		asked.cursor = arena_format(store->arena, "%s", answer.next);
		*ret_rows += answer.count;
		pages++;
		buffer_clear(&body);
		buffer_clear(&to);
	} while (*ret_rows < LISTING_DEFAULT && asked.cursor[0] != '\0');
	return pages;
}

static void measure_list(const struct measure_options *options, struct store *store,
			 const struct question *question, json_t *json)
{
	unsigned rows = 0, pages = 0, times = options->is_once ? 1 : options->is_quick ? 5 : 15;
	double took_us[15], p50;

	for (unsigned i = 0; i < times; i++) {
		double began_us = measure_clock_us(CLOCK_MONOTONIC);

		pages = list(store, question, &rows);
		took_us[i] = measure_clock_us(CLOCK_MONOTONIC) - began_us;
	}
	p50 = measure_percentile(took_us, times, 0.5) / 1e3;
	if (!options->as_json)
		printf("  %-44s %4u rows %6u pages %9.2f ms\n", question->words, rows, pages, p50);
	(void)json_object_set_new(json, question->name,
				  json_pack("{s:I, s:I, s:f}", "rows", (json_int_t)rows, "pages",
					    (json_int_t)pages, "ms", measure_round(p50)));
}

static void read_page(struct store *store, uint64_t number)
{
	struct turn turn = {.config = store->config,
			    .ledger = store->ledger,
			    .arena = store->arena,
			    .now_ms = store->now_ms};
	struct clerk_read_question asked = {.part = CLERK_READ_MESSAGE, .which = ""};
	const struct question by_party = {.is_party = true};
	struct buffer body, to;
	struct caller caller;

	arena_clear(store->arena);
	make_caller(&by_party, &caller);
	asked.id = arena_format(store->arena, "VN-1-%llu", (unsigned long long)number);
	buffer_init(&body, LIMIT_PAYLOAD_BYTES);
	buffer_init(&to, LIMIT_PAYLOAD_BYTES);
	clerk_read_pack(&body, &caller, &asked);
	if (clerk_read_serve(&turn, buffer_bytes(&body), &to) != OK)
		measure_fail("no page of document %llu", (unsigned long long)number);
	buffer_clear(&body);
	buffer_clear(&to);
}

static void measure_reading(const struct measure_options *options, struct store *store,
			    json_t *json)
{
	json_t *lists = json_object();
	double began_us;

	if (!options->as_json)
		printf("lists of 50 rows, as the clerk answers them, page after page:\n");
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
		measure_list(options, store, &questions[i], lists);
	(void)json_object_set_new(json, "lists", lists);
	began_us = measure_clock_us(CLOCK_MONOTONIC);
	for (unsigned i = 0; i < ASKED; i++)
		read_page(store, 1 + i * 7919 % store->documents);
	tell(options, json, "pageMs", "ms for a document with its timeline",
	     (measure_clock_us(CLOCK_MONOTONIC) - began_us) / 1e3 / ASKED);
}

/* ---- The race ---- */

static json_t *tell_spent(const struct measure_options *options, const struct store *store,
			  uint64_t documents, const struct measure *cost)
{
	const struct spent *spent = &store->spent;
	double kernel_us = spent->kernel_us / spent->documents;
	double pages = spent->pages / spent->documents;

	if (!options->as_json)
		printf("%12llu: %.1f us of CPU (the kernel's: %.1f), %.1f us in all, %.2f pages from the disk\n",
		       (unsigned long long)documents, cost->cpu_us, kernel_us, cost->wall_us,
		       pages);
	return json_pack("{s:I,s:f,s:f}", "documents", (json_int_t)documents, "kernelUs",
			 measure_round(kernel_us), "pagesRead", measure_round(pages));
}

static void compare(const struct measure_options *options, struct store *small, struct store *large,
		    json_t *json)
{
	struct measure_side sides[] = {{"large", run_group, large, GROUP},
				       {"small", run_group, small, GROUP}};
	struct measure_options in_turns = *options;
	uint64_t of_small = small->documents, of_large = large->documents;
	struct measure_result result;

	in_turns.race_us *= 2;
	result = measure_race(&in_turns, &sides[0], &sides[1]);
	if (!options->as_json)
		printf("a document of 256 bytes, 64 in a commit, with so many\n");
	(void)json_object_set_new(json, "small",
				  tell_spent(options, small, of_small, &result.rival));
	(void)json_object_set_new(json, "large",
				  tell_spent(options, large, of_large, &result.ours));
	if (!options->as_json)
		printf("ratio %.2f of CPU, %.2f in all\n", 1 / result.cpu.median,
		       1 / result.wall.median);
	(void)json_object_set_new(json, "cost", measure_json(&result));
	(void)json_object_set_new(json, "ratioCpu",
				  json_real(measure_round(1 / result.cpu.median)));
	(void)json_object_set_new(json, "ratioWall",
				  json_real(measure_round(1 / result.wall.median)));
}

void ledger_growth_measure(const struct measure_options *options,
			   const struct ledger_growth_options *growth, const char *folder,
			   json_t *json)
{
	static struct store small, large;
	char path[MEASURE_PATH_BYTES + 16];
	json_t *grown = json_object();
	double began_us;

	(void)snprintf(path, sizeof(path), "%s/small", folder);
	open_store(&small, path, growth->large); /* it takes part in all rounds */
	(void)snprintf(path, sizeof(path), "%s/large", folder);
	open_store(&large, path, growth->large);
	fill(&small, growth->small);
	began_us = measure_clock_us(CLOCK_MONOTONIC);
	fill(&large, growth->large);
	if (!options->as_json)
		printf("\nAs the ledger grows\n");
	tell(options, grown, "fillPerSecond", "documents a second, 128 in a commit, to fill it",
	     (double)growth->large * 1e6 / (measure_clock_us(CLOCK_MONOTONIC) - began_us));
	tell(options, grown, "bytesPerDocument", "bytes on disk per document of 256",
	     (double)disk_of(&large) / (double)large.documents);
	compare(options, &small, &large, grown);
	measure_ready(options, &large, grown);
	measure_proofs(options, &large, grown);
	measure_reading(options, &large, grown);
	measure_verify(options, &large, grown);
	(void)json_object_set_new(json, "growth", grown);
	close_store(&small);
	close_store(&large);
}
