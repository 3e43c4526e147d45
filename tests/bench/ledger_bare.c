/*
 * ledger_bare - durable commits of the ledger against bare LMDB with the same bytes: what the promises
 * cost.
 *
 * Both are called in this process, with payloads of 8 KB, 1 or 64 for each commit, and LMDB's full
 * durability. Bare LMDB puts the payload under its number and nothing else. The ledger adds a record
 * with salt, the payload's hash, the tree, the head.
 */
#include <lmdb.h>
#include <sys/stat.h>

#include "node/ledger.h"
#include "sampan/clock.h"
#include "tests/bench/ledger_parts.h"
#include "tests/bench/queue.h"

#define MAP_BYTES ((size_t)8 << 30)
#define MAX_GROUP 64u
#define RECORD_ARENA_BYTES ((size_t)1 << 20)

/* ---- Both sides ---- */

struct store {
	struct ledger *ledger;
	struct arena *arena;
	MDB_env *env;
	MDB_dbi data;
	unsigned group;
	uint64_t number;
};

static void append(struct store *store, struct batch *batch)
{
	struct record record = {.time_ms = clock_now_ms(),
				.event = "SubmissionAcceptance",
				.actor = "party:bench",
				.payloads = {{.role = "document"}},
				.payload_count = 1};
	struct bytes payload = queue_payload();
	uint64_t number;

	facts_init(&record.attributes, store->arena);
	if (batch_append(batch, &record, &payload, 1, &number) != OK)
		measure_fail("the ledger takes no record");
}

static void run_ledger(void *context)
{
	struct store *store = context;
	struct batch *batch;
	enum err err;

	arena_clear(store->arena);
	if (ledger_begin(store->ledger, &batch) != OK)
		measure_fail("the ledger takes no batch");
	for (unsigned i = 0; i < store->group; i++)
		append(store, batch);
	if ((err = ledger_commit(store->ledger, batch)) != OK)
		measure_fail("the ledger does not commit: %s", err_text(err));
}

static void check(int code)
{
	if (code != 0)
		measure_fail("LMDB: %s", mdb_strerror(code));
}

static void run_lmdb(void *context)
{
	struct store *store = context;
	MDB_txn *txn;

	check(mdb_txn_begin(store->env, NULL, 0, &txn));
	for (unsigned i = 0; i < store->group; i++) {
		struct bytes payload = queue_payload();
		uint8_t key[8];
		MDB_val name = {sizeof(key), key};
		MDB_val value = {payload.len, (void *)(uintptr_t)payload.at};

		bytes_put_u64(key, ++store->number);
		check(mdb_put(txn, store->data, &name, &value, 0));
	}
	check(mdb_txn_commit(txn));
}

static void open_ledger(struct store *store, const char *folder)
{
	struct engine *engine;
	enum err err;

	if ((err = engine_lmdb_open(folder, MAP_BYTES, false, &engine)) != OK ||
	    (err = ledger_open(engine, "bench.example", false, &store->ledger)) != OK)
		measure_fail("the ledger cannot be made in %s: %s", folder, err_text(err));
	if ((store->arena = arena_new(RECORD_ARENA_BYTES)) == NULL)
		measure_fail("no memory");
}

static void open_lmdb(struct store *store, const char *folder)
{
	MDB_txn *txn;

	if (mkdir(folder, 0700) != 0)
		measure_fail("%s cannot be made", folder);
	check(mdb_env_create(&store->env));
	check(mdb_env_set_mapsize(store->env, MAP_BYTES));
	check(mdb_env_open(store->env, folder, MDB_NORDAHEAD, 0600));
	check(mdb_txn_begin(store->env, NULL, 0, &txn));
	check(mdb_dbi_open(txn, NULL, 0, &store->data));
	check(mdb_txn_commit(txn));
}

/* ---- Races ---- */

static json_t *report(const struct measure_options *options, const struct measure_result *result,
		      unsigned group)
{
	if (!options->as_json)
		printf("%7u %12.1f %12.1f %8.2f %8.2f\n", group, result->ours.wall_us,
		       result->rival.wall_us, result->wall.median, result->cpu.median);
	return json_pack("{s:I, s:o}", "perCommit", (json_int_t)group, "lmdb",
			 measure_json(result));
}

static json_t *race(const struct measure_options *options, unsigned group, const char *folder)
{
	static struct store ours, rival;
	struct measure_side sides[] = {{"ours", run_ledger, &ours, group},
				       {"lmdb", run_lmdb, &rival, group}};
	char path[MEASURE_PATH_BYTES + 16];
	struct measure_result result;

	ours = (struct store){.group = group};
	rival = (struct store){.group = group};
	(void)snprintf(path, sizeof(path), "%s/ours-%u", folder, group);
	open_ledger(&ours, path);
	(void)snprintf(path, sizeof(path), "%s/lmdb-%u", folder, group);
	open_lmdb(&rival, path);
	result = measure_race(options, &sides[0], &sides[1]);
	ledger_close(ours.ledger);
	arena_free(ours.arena);
	mdb_env_close(rival.env);
	return report(options, &result, group);
}

void ledger_bare_race(const struct measure_options *options, const char *folder, json_t *json)
{
	static const unsigned groups[] = {1, MAX_GROUP};
	json_t *cases = json_array();

	if (!options->as_json)
		printf("\nThe ledger alone against bare LMDB, wall us per document, and LMDB ÷ ours\n"
		       "%7s %12s %12s %8s %8s\n",
		       "commit", "ours", "bare LMDB", "ratio", "of CPU");
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		(void)json_array_append_new(cases, race(options, groups[i], folder));
	(void)json_object_set_new(json, "bare", cases);
}
