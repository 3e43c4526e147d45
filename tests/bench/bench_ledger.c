/*
 * bench_ledger - durable commits of the ledger against bare LMDB with the same bytes.
 *
 * Both write payloads of 10 KB, 1, 10 or 100 for each commit, beside the program (a real disk),
 * with LMDB's full durability. Bare LMDB puts the payload under its number and nothing else. What
 * the ledger adds is the cost of what it promises: a record with salt, the payload's hash, the
 * tree, the head. Syncs are counted, not assumed: fdatasync(), fsync(), msync() and writes to files
 * opened with O_DSYNC, by taking these calls of the C library over.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <ftw.h>
#include <lmdb.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "node/ledger.h"
#include "sampan/clock.h"
#include "tests/bench/measure.h"

#define PAYLOAD_BYTES 10240u
#define MAP_BYTES ((size_t)8 << 30)
#define MAX_GROUP 100u
#define RECORD_ARENA_BYTES ((size_t)1 << 20)

/* ---- Syncs ---- */

static uint64_t syncs;

int fdatasync(int fd)
{
	static int (*real)(int);

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "fdatasync");
	syncs++;
	return real(fd);
}

int fsync(int fd)
{
	static int (*real)(int);

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "fsync");
	syncs++;
	return real(fd);
}

int msync(void *at, size_t len, int flags)
{
	static int (*real)(void *, size_t, int);

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "msync");
	syncs++;
	return real(at, len, flags);
}

ssize_t pwrite(int fd, const void *from, size_t len, off_t offset)
{
	static ssize_t (*real)(int, const void *, size_t, off_t);
	int flags = fcntl(fd, F_GETFL);

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "pwrite");
	syncs += flags >= 0 && (flags & O_DSYNC) != 0;
	return real(fd, from, len, offset);
}

/* ---- Both sides ---- */

struct store {
	struct ledger *ledger;
	struct arena *arena;
	MDB_env *env;
	MDB_dbi data;
	unsigned group;
	uint64_t number;
	uint64_t syncs;
	uint64_t documents;
	uint8_t payload[PAYLOAD_BYTES];
};

/* No two payloads are the same. */
static struct bytes next_payload(struct store *store)
{
	bytes_put_u64(store->payload, ++store->number);
	return bytes_of(store->payload, sizeof(store->payload));
}

static void append(struct store *store, struct batch *batch)
{
	struct record record = {.time_ms = clock_now_ms(),
				.event = "SubmissionAcceptance",
				.actor = "party:bench",
				.payloads = {{.role = "document"}},
				.payload_count = 1};
	struct bytes payload = next_payload(store);
	uint64_t number;

	facts_init(&record.attributes, store->arena);
	if (batch_append(batch, &record, &payload, 1, &number) != OK)
		measure_fail("the ledger takes no record");
}

static void run_ledger(void *context)
{
	struct store *store = context;
	uint64_t before = syncs;
	struct batch *batch;
	enum err err;

	arena_clear(store->arena);
	if (ledger_begin(store->ledger, &batch) != OK)
		measure_fail("the ledger takes no batch");
	for (unsigned i = 0; i < store->group; i++)
		append(store, batch);
	if ((err = ledger_commit(store->ledger, batch)) != OK)
		measure_fail("the ledger does not commit: %s", err_text(err));
	store->syncs += syncs - before;
	store->documents += store->group;
}

static void check(int code)
{
	if (code != 0)
		measure_fail("LMDB: %s", mdb_strerror(code));
}

static void run_lmdb(void *context)
{
	struct store *store = context;
	uint64_t before = syncs;
	MDB_txn *txn;

	check(mdb_txn_begin(store->env, NULL, 0, &txn));
	for (unsigned i = 0; i < store->group; i++) {
		struct bytes payload = next_payload(store);
		uint8_t key[8];
		MDB_val name = {sizeof(key), key};
		MDB_val value = {payload.len, (void *)(uintptr_t)payload.at};

		bytes_put_u64(key, store->number);
		check(mdb_put(txn, store->data, &name, &value, 0));
	}
	check(mdb_txn_commit(txn));
	store->syncs += syncs - before;
	store->documents += store->group;
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

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	return remove(path);
}

static double per_document(const struct store *store)
{
	return (double)store->syncs / (double)store->documents;
}

static json_t *report(const struct measure_options *options, const struct measure_result *result,
		      const struct store *ours, const struct store *rival)
{
	if (!options->as_json)
		printf("%5u %12.1f %12.1f %8.2f %8.2f %14.2f %10.2f\n", ours->group,
		       result->ours.wall_us, result->rival.wall_us, result->wall.median,
		       result->cpu.median, per_document(ours), per_document(rival));
	return json_pack("{s:I, s:o, s:f, s:f}", "perCommit", (json_int_t)ours->group, "lmdb",
			 measure_json(result), "syncsPerDocument",
			 measure_round(per_document(ours)), "syncsPerDocumentRival",
			 measure_round(per_document(rival)));
}

static void race(const struct measure_options *options, unsigned group, const char *folder,
		 json_t *json)
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
	json_array_append_new(json_object_get(json, "cases"),
			      report(options, &result, &ours, &rival));
	if (group == MAX_GROUP)
		json_object_set_new(json, "ratio",
				    json_pack("{s:f}", "lmdb", measure_round(result.wall.median)));
	ledger_close(ours.ledger);
	arena_free(ours.arena);
	mdb_env_close(rival.env);
}

int main(int argc, char **argv)
{
	static const unsigned groups[] = {1, 10, MAX_GROUP};
	struct measure_options options;
	char folder[MEASURE_PATH_BYTES];
	json_t *json = json_pack("{s:s, s:s, s:[]}", "bench", "ledger", "of",
				 "wall time, 100 documents per commit", "cases");

	measure_begin(argc, argv, &options);
	options.round_us *= 2;
	(void)snprintf(folder, sizeof(folder), "%s/ledger-XXXXXX", options.folder);
	if (mkdtemp(folder) == NULL)
		measure_fail("no folder can be made in %s", options.folder);
	if (!options.as_json)
		printf("ledger: documents of 10 KB, wall us per document, and rival / ours (higher "
		       "is "
		       "better)\n%5s %12s %12s %8s %8s %14s %10s\n",
		       "group", "ours", "bare LMDB", "ratio", "of CPU", "syncs/document", "LMDB's");
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		race(&options, groups[i], folder, json);
	if (options.as_json)
		measure_print_json(json);
	else
		json_decref(json);
	(void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return EX_OK;
}
