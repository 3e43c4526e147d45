#include "tests/support/index_change.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "node/index_check.h"

struct ledger_verdict index_change_judge(struct node_fixture *fixture, uint64_t since)
{
	struct ledger_verdict verdict = {.what = ""};
	uint64_t entries = 0;

	assert_int_equal(index_check(fixture->turn.ledger, since, NULL, NULL, &verdict, &entries),
			 OK);
	return verdict;
}

/* ---- A store that fails once ---- */

static const struct engine_table *sound;
static uint64_t gets, fails_at;

static enum err get(struct engine *engine, struct bytes key, struct arena *arena,
		    struct bytes *ret_value)
{
	return ++gets == fails_at ? ERR_IO : sound->get(engine, key, arena, ret_value);
}

uint64_t index_change_fail_each(struct node_fixture *fixture)
{
	static struct engine_table failing;
	struct ledger_verdict verdict = {.what = ""};
	uint64_t entries = 0, errors = 0;

	sound = fixture->engine->table;
	failing = *sound;
	failing.get = get;
	fixture->engine->table = &failing;
	fails_at = 0;
	do {
		fails_at++;
		gets = 0;
		errors += index_check(fixture->turn.ledger, 1, NULL, NULL, &verdict, &entries) ==
			  ERR_IO;
		if (verdict.first_bad != 0)
			fail_msg("reading %" PRIu64 ": %s", fails_at, verdict.what);
	} while (gets >= fails_at);
	fixture->engine->table = sound;
	assert_true(errors <= fails_at && fails_at - errors <= INDEX_CHANGE_UNSAID);
	return errors;
}

void index_change(struct node_fixture *fixture, struct bytes key, const struct bytes *value)
{
	struct engine_put put = {key, value == NULL ? (struct bytes){0} : *value};
	struct engine_batch batch = {.puts = &put,
				     .put_count = value == NULL ? 0 : 1,
				     .deletes = &key,
				     .delete_count = value == NULL ? 1 : 0};

	assert_int_equal(engine_head(fixture->engine, &batch.expected_head), OK);
	assert_int_equal(engine_commit(fixture->engine, &batch, NULL), OK);
}

static bool keep(void *context, struct bytes key, struct bytes value)
{
	struct index_change_keys *keys = context;

	assert_true(keys->count < INDEX_CHANGE_KEYS);
	keys->keys[keys->count] = bytes_of(arena_copy(keys->arena, key), key.len);
	keys->values[keys->count++] = bytes_of(arena_copy(keys->arena, value), value.len);
	return true;
}

void index_change_gather(struct node_fixture *fixture, char space, struct index_change_keys *keys)
{
	uint8_t from = (uint8_t)space, until = (uint8_t)(space + 1);

	*keys = (struct index_change_keys){.arena = fixture->arena};
	assert_int_equal(engine_scan(fixture->engine, bytes_of(&from, 1), bytes_of(&until, 1),
				     false, keep, keys),
			 OK);
	assert_true(keys->count > 0);
}
