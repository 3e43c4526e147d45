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
static uint64_t readings, fails_at;

static enum err get(struct engine *engine, struct bytes key, struct arena *arena,
		    struct bytes *ret_value)
{
	return ++readings == fails_at ? ERR_IO : sound->get(engine, key, arena, ret_value);
}

static enum err scan(struct engine *engine, struct bytes from, struct bytes until, bool backwards,
		     engine_visit *visit, void *context)
{
	if (from.at[0] != SPACE_SIEVE && ++readings == fails_at)
		return ERR_IO;
	return sound->scan(engine, from, until, backwards, visit, context);
}

uint64_t index_change_fail_each_in(struct node_fixture *fixture, index_change_look *look)
{
	static struct engine_table failing;
	struct ledger_verdict verdict = {.what = ""};
	enum err err;

	sound = fixture->engine->table;
	failing = *sound;
	failing.get = get;
	failing.scan = scan;
	fixture->engine->table = &failing;
	fails_at = 0;
	do {
		fails_at++;
		readings = 0;
		err = look(fixture, &verdict);
		if (verdict.first_bad != 0 || err != (readings >= fails_at ? ERR_IO : OK))
			fail_msg("reading %" PRIu64 ": %s %s", fails_at, err_name(err),
				 verdict.what);
	} while (readings >= fails_at);
	fixture->engine->table = sound;
	return readings;
}

static enum err look_at_indexes(struct node_fixture *fixture, struct ledger_verdict *verdict)
{
	uint64_t entries = 0;

	return index_check(fixture->turn.ledger, 1, NULL, NULL, verdict, &entries);
}

uint64_t index_change_fail_each(struct node_fixture *fixture)
{
	return index_change_fail_each_in(fixture, look_at_indexes);
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
