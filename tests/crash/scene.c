#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "tests/crash/scene.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <lmdb.h>

#include "node/file.h"
#include "node/receipt.h"
#include "node/seal.h"
#include "node/seal_memory.h"
#include "node/setup.h"
#include "sampan/engine_run.h"
#include "sampan/limit.h"
#include "tests/crash/disk.h"
#include "tests/support/patience.h"

#define KEYS_EACH 5u /* of a message, by which it is found */
#define LOOK_MS 2u   /* how often the child is looked at */

static struct config_party parties[] = {
	{"gom", "Gốm sứ Bát Tràng", "0100101308", PARTY_TRADER},
};

/* ---- opening ---- */

static void read_public_key(struct scene *scene)
{
	char origin[CHECKPOINT_ORIGIN_BYTES];
	struct bytes key;
	char *line;

	assert_int_equal(file_read(arena_format(scene->arena, "%s/%s", scene->directory,
						SETUP_LEDGER_PUBLIC),
				   1000, scene->arena, &key),
			 OK);
	line = arena_text(scene->arena, key);
	line[strcspn(line, "\n")] = 0;
	assert_int_equal(checkpoint_parse_key(line, origin, scene->public_key), OK);
}

void scene_open(struct scene *scene)
{
	struct setup setup = {.directory = scene->directory, .country = "VN"};
	const char *message = "";

	memset(scene, 0, sizeof(*scene));
	/* in memory where there is such a folder: what a sync does for the disk is played anyway */
	strcpy(scene->directory, access("/dev/shm", W_OK) == 0 ? "/dev/shm/sampan-cut-XXXXXX"
							       : "/tmp/sampan-cut-XXXXXX");
	assert_non_null(mkdtemp(scene->directory));
	scene->arena = arena_new((size_t)64 * 1024 * 1024);
	scene->passing = arena_new((size_t)64 * 1024 * 1024);
	scene->lodged = calloc(SCENE_LODGED, sizeof(*scene->lodged));
	assert_int_equal(setup_make(&setup, scene->arena, &message), OK);
	assert_int_equal(config_load(arena_format(scene->arena, "%s/node.yaml", scene->directory),
				     scene->arena, &scene->config, &message),
			 OK);
	scene->config->map_bytes = SCENE_MAP_BYTES;
	scene->config->parties = parties;
	scene->config->party_count = sizeof(parties) / sizeof(parties[0]);
	read_public_key(scene);
}

void scene_close(struct scene *scene)
{
	char command[128];

	for (size_t i = 0; i < scene->count; i++)
		free(scene->lodged[i].receipt);
	free(scene->lodged);
	scene->config->parties = NULL; /* not the configuration's */
	scene->config->party_count = 0;
	config_free(scene->config);
	arena_free(scene->passing);
	arena_free(scene->arena);
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", scene->directory);
	assert_int_equal(system(command), 0);
}

const char *scene_store(struct scene *scene)
{
	return arena_format(scene->arena, "%s/ledger/data.mdb", scene->directory);
}

const char *scene_memory(struct scene *scene)
{
	return arena_format(scene->arena, "%s/" SEAL_LAST_FILE, scene->directory);
}

/* ---- the roles ---- */

static void on_patience_over(void *context)
{
	(void)context;
	fail_msg("no answer");
}

static struct role new_role(struct scene *scene, const char *name, struct loop *loop)
{
	return (struct role){.name = name,
			     .config = scene->config,
			     .loop = loop,
			     .arena = arena_new((size_t)16 * 1024 * 1024),
			     .door_fd = -1,
			     .ready_fd = -1};
}

/* The child: one role, as the supervisor's child is one, without the sandbox (which is tried
 * elsewhere). */
static void live(struct scene *scene, uint64_t die_at)
{
	const struct role_table *table = (scene->here & SCENE_LEDGER) ? &role_seal : &role_ledger;
	struct loop *loop;
	struct role role;

	(void)close_range(3, ~0u, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* also of a test that failed */
	if (loop_new(&loop) != OK)
		_exit(1);
	role = new_role(scene, table->name, loop);
	disk_die_at(die_at);
	if (table->open(&role) != OK)
		_exit(2);
	_exit(loop_run(loop) == OK ? 3 : 4);
}

static void begin_child(struct scene *scene, uint64_t die_at)
{
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		live(scene, die_at);
	scene->child = child;
}

static void look_at_child(void *context)
{
	struct scene *scene = context;
	int status;

	if (scene->child == 0 || waitpid((pid_t)scene->child, &status, WNOHANG) != scene->child)
		return;
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	scene->deaths++;
	begin_child(scene, 0);
}

void scene_begin(struct scene *scene, unsigned here, uint64_t die_at)
{
	scene->here = here;
	scene->deaths = 0;
	scene->child = 0;
	if (here != (SCENE_LEDGER | SCENE_SEAL))
		begin_child(scene, die_at);
	assert_int_equal(loop_new(&scene->loop), OK);
	scene->ledger = new_role(scene, "ledger", scene->loop);
	scene->seal = new_role(scene, "seal", scene->loop);
	assert_int_equal(loop_every(scene->loop, PATIENCE_MS, on_patience_over, NULL), OK);
	assert_int_equal(loop_every(scene->loop, LOOK_MS, look_at_child, scene), OK);
	if (here & SCENE_SEAL)
		assert_int_equal(role_seal.open(&scene->seal), OK);
	if (here & SCENE_LEDGER)
		assert_int_equal(role_ledger.open(&scene->ledger), OK);
	assert_int_equal(call_client_open(scene->loop,
					  role_endpoint(scene->config, "ledger", scene->arena),
					  10000, &scene->client),
			 OK);
}

void scene_end(struct scene *scene)
{
	int status;

	if (scene->child != 0) {
		assert_int_equal(kill((pid_t)scene->child, SIGKILL), 0);
		assert_int_equal(waitpid((pid_t)scene->child, &status, 0), scene->child);
	}
	call_client_close(scene->client);
	if (scene->here & SCENE_LEDGER)
		role_ledger.close(&scene->ledger);
	if (scene->here & SCENE_SEAL)
		role_seal.close(&scene->seal);
	loop_free(scene->loop);
	arena_free(scene->ledger.arena);
	arena_free(scene->seal.arena);
}

/* ---- lodging ---- */

static struct bytes document_of(const struct scene_lodged *lodged, struct arena *arena)
{
	char *text = arena_alloc(arena, lodged->len + sizeof(lodged->reference) + 1);
	int len = sprintf(text, "%s ", lodged->reference);

	memset(text + len, 'x', lodged->len);
	return bytes_of(text, (size_t)len + lodged->len);
}

size_t scene_add(struct scene *scene, const char *prefix, size_t number, size_t len)
{
	struct scene_lodged *lodged = &scene->lodged[scene->count];

	assert_true(scene->count < SCENE_LODGED);
	*lodged = (struct scene_lodged){.len = len, .scene = scene};
	(void)snprintf(lodged->reference, sizeof(lodged->reference), "%s-%zu", prefix, number);
	return scene->count++;
}

static void ask(struct scene_lodged *lodged);

static void take_answer(struct scene_lodged *lodged, const struct ledger_accepted *accepted)
{
	struct record record;

	assert_int_equal(receipt_verify(accepted->receipt, lodged->scene->public_key,
					lodged->scene->passing, &record),
			 OK);
	if (lodged->is_answered) {
		assert_int_equal(accepted->verdict, INTAKE_SAME);
		assert_string_equal(accepted->id, lodged->id);
		assert_true(bytes_equal(accepted->receipt,
					bytes_of(lodged->receipt, lodged->receipt_len)));
		return;
	}
	assert_true(accepted->verdict == INTAKE_ACCEPTED || accepted->verdict == INTAKE_SAME);
	lodged->is_answered = true;
	lodged->answered_at = disk_steps();
	(void)snprintf(lodged->id, sizeof(lodged->id), "%s", accepted->id);
	lodged->receipt = malloc(accepted->receipt.len);
	assert_non_null(lodged->receipt);
	memcpy(lodged->receipt, accepted->receipt.at, accepted->receipt.len);
	lodged->receipt_len = accepted->receipt.len;
}

static void on_answer(void *context, enum err err, struct bytes body)
{
	struct scene_lodged *lodged = context;
	struct scene *scene = lodged->scene;
	struct ledger_accepted accepted = {0};

	arena_clear(scene->passing);
	if (err == OK)
		assert_int_equal(ledger_unpack_accepted(body, scene->passing, &accepted), OK);
	if (err != OK || accepted.receipt.len == 0) { /* nothing is promised yet */
		lodged->errors++;
		ask(lodged);
		return;
	}
	take_answer(lodged, &accepted);
	if (--scene->left == 0)
		loop_stop(scene->loop);
}

static void ask(struct scene_lodged *lodged)
{
	const char *const facts[] = {
		"kind",      "vn.import", "schema",       "vn.import/1",
		"lodgedBy",  "trader",    "life",         "declaration",
		"register",  "yes",       "numberPrefix", "1",
		"country",   "VN",        "from",         "0100101308",
		"procedure", "NK01",      "importer",     "0100101308",
		"office",    "03CC",      "reference",    lodged->reference,
		"year",      "2026",      "function",     "01",
		"type",      "1",         "version",      "",
		"meaning",   "original",
	};
	struct scene *scene = lodged->scene;
	struct intake intake = {.party = "gom"};
	struct buffer body;

	arena_clear(scene->passing);
	intake.document = document_of(lodged, scene->passing);
	facts_init(&intake.facts, scene->passing);
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i += 2)
		assert_int_equal(facts_put(&intake.facts, facts[i], facts[i + 1]), OK);
	findings_init(&intake.findings, scene->passing);
	buffer_init(&body, LIMIT_CALL_BYTES);
	ledger_pack_intake(&body, &intake);
	assert_int_equal(
		call_ask(scene->client, LEDGER_ACCEPT, buffer_bytes(&body), on_answer, lodged), OK);
	buffer_clear(&body);
}

void scene_lodge(struct scene *scene, size_t first, size_t count)
{
	if (count == 0)
		return;
	scene->left = count;
	for (size_t i = 0; i < count; i++)
		ask(&scene->lodged[first + i]);
	assert_int_equal(loop_run(scene->loop), OK);
}

/* ---- what is left ---- */

static struct ledger *open_ledger(struct scene *scene)
{
	struct engine *engine;
	struct ledger *ledger;

	assert_int_equal(engine_lmdb_open(arena_format(scene->arena, "%s/ledger", scene->directory),
					  SCENE_MAP_BYTES, false, &engine),
			 OK);
	assert_int_equal(ledger_open(engine, NULL, false, &ledger), OK);
	return ledger;
}

static void verify_one(struct scene *scene, struct ledger *ledger,
		       const struct scene_lodged *lodged)
{
	struct bytes payload, leaf;
	struct record proved, record;

	arena_clear(scene->passing);
	assert_int_equal(receipt_verify(bytes_of(lodged->receipt, lodged->receipt_len),
					scene->public_key, scene->passing, &proved),
			 OK);
	assert_int_equal(ledger_record(ledger, proved.number, scene->passing, &record, &leaf), OK);
	assert_memory_equal(record.salt, proved.salt, sizeof(record.salt));
	assert_int_equal(ledger_payload(ledger, proved.number, 0, scene->passing, &payload), OK);
	assert_true(bytes_equal(payload, document_of(lodged, scene->passing)));
}

static bool count_one(void *context, struct bytes key, struct bytes value)
{
	(void)key;
	(void)value;
	++*(size_t *)context;
	return true;
}

static size_t count_shown(struct ledger *ledger, const char *from, const char *until)
{
	size_t count = 0;

	assert_int_equal(ledger_scan(ledger, bytes_of_text(from), bytes_of_text(until), false,
				     count_one, &count),
			 OK);
	return count;
}

void scene_verify(struct scene *scene, size_t first, size_t count)
{
	struct ledger *ledger = open_ledger(scene);
	struct ledger_verdict verdict;

	for (size_t i = first; i < first + count; i++)
		if (scene->lodged[i].is_answered)
			verify_one(scene, ledger, &scene->lodged[i]);
	assert_int_equal(ledger_verify(ledger, scene->public_key, NULL, NULL, &verdict), OK);
	assert_string_equal(verdict.what, "");
	assert_int_equal(count_shown(ledger, "K", "L"), count_shown(ledger, "M", "N") * KEYS_EACH);
	ledger_close(ledger);
}

static size_t count_stored(MDB_cursor *cursor, uint8_t space)
{
	MDB_val key = {sizeof(space), &space}, value;
	size_t count = 0;
	int code = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);

	for (; code == 0 && *(const uint8_t *)key.mv_data == space; count++)
		code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
	return count;
}

/* Past the engine, which hides where they are. */
struct scene_order scene_order(struct scene *scene)
{
	const char *folder = arena_format(scene->arena, "%s/ledger", scene->directory);
	struct scene_order order;
	MDB_cursor *cursor;
	MDB_txn *txn;
	MDB_env *env;
	MDB_dbi data;

	assert_int_equal(mdb_env_create(&env), 0);
	assert_int_equal(mdb_env_set_maxdbs(env, 2), 0);
	assert_int_equal(mdb_env_open(env, folder, MDB_RDONLY, 0600), 0);
	assert_int_equal(mdb_txn_begin(env, NULL, MDB_RDONLY, &txn), 0);
	assert_int_equal(mdb_dbi_open(txn, "data", 0, &data), 0);
	assert_int_equal(mdb_cursor_open(txn, data, &cursor), 0);
	order.placed = count_stored(cursor, ENGINE_BY_CHANCE);
	order.lists = count_stored(cursor, ENGINE_RUN);
	mdb_cursor_close(cursor);
	mdb_txn_abort(txn);
	mdb_env_close(env);
	return order;
}

struct notes {
	struct scene *scene;
	scene_visit *visit;
	void *context;
};

static bool visit_stored(void *context, struct bytes key, struct bytes value)
{
	struct notes *notes = context;
	struct checkpoint checkpoint;

	(void)key;
	assert_int_equal(checkpoint_verify(value, notes->scene->public_key, &checkpoint), OK);
	notes->visit(notes->context, &checkpoint);
	return true;
}

void scene_notes(struct scene *scene, scene_visit *visit, void *context)
{
	struct notes notes = {scene, visit, context};
	struct ledger *ledger = open_ledger(scene);
	struct seal_memory memory = {0};
	char origin[CHECKPOINT_ORIGIN_BYTES];

	assert_int_equal(ledger_scan(ledger, bytes_of_text("C"), bytes_of_text("D"), false,
				     visit_stored, &notes),
			 OK);
	(void)snprintf(origin, sizeof(origin), "%s", ledger_origin(ledger));
	ledger_close(ledger);
	assert_int_equal(seal_memory_open(scene_memory(scene), origin, scene->public_key, &memory),
			 OK);
	for (size_t i = 0; i < seal_memory_held(&memory); i++)
		if (seal_memory_at(&memory, i)->len > 0)
			visit(context, &seal_memory_at(&memory, i)->checkpoint);
	seal_memory_close(&memory);
}
