/* What is seen of a commit that goes on in the engine's thread, before and behind its end. The conformance
 * suite runs over this engine too (tests/test_engine.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <poll.h>
#include <semaphore.h>

#include <cmocka.h>

#include "sampan/engine_ahead.h"

static struct bytes text(const char *at)
{
	return bytes_of_text(at);
}

/* Joins "key=value " of what a scan meets. */
static bool join(void *context, struct bytes key, struct bytes value)
{
	char *joined = context;
	size_t len = strlen(joined);

	(void)snprintf(joined + len, 200 - len, "%.*s=%.*s ", (int)key.len, (const char *)key.at,
		       (int)value.len, (const char *)value.at);
	return true;
}

static void assert_scan(struct engine *engine, const char *from, const char *until, bool backwards,
			const char *expected)
{
	char joined[200] = "";

	assert_int_equal(engine_scan(engine, text(from), text(until), backwards, join, joined), OK);
	assert_string_equal(joined, expected);
}

static void assert_get(struct engine *engine, const char *key, const char *value)
{
	struct arena *arena = arena_new(1000);
	struct bytes got = {0};
	enum err err = engine_get(engine, text(key), arena, &got);

	assert_int_equal(err, value == NULL ? ERR_MISSING : OK);
	assert_true(value == NULL || bytes_equal(got, text(value)));
	arena_free(arena);
}

static void assert_head(struct engine *engine, uint64_t expected)
{
	uint64_t head = UINT64_MAX;

	assert_int_equal(engine_head(engine, &head), OK);
	assert_int_equal(head, expected);
}

/* An engine whose commit waits for `go`, so that what is seen meanwhile does not depend on luck. */
struct waiting_engine {
	struct engine engine;
	struct engine *inner;
	sem_t go;
};

static struct waiting_engine *waiting_of(struct engine *engine)
{
	return (struct waiting_engine *)engine;
}

static enum err waiting_get(struct engine *engine, struct bytes key, struct arena *arena,
			    struct bytes *ret_value)
{
	return engine_get(waiting_of(engine)->inner, key, arena, ret_value);
}

static enum err waiting_scan(struct engine *engine, struct bytes from, struct bytes until,
			     bool backwards, engine_visit *visit, void *context)
{
	return engine_scan(waiting_of(engine)->inner, from, until, backwards, visit, context);
}

static enum err waiting_commit(struct engine *engine, const struct engine_batch *batch,
			       uint64_t *ret_head)
{
	assert_int_equal(sem_wait(&waiting_of(engine)->go), 0);
	return engine_commit(waiting_of(engine)->inner, batch, ret_head);
}

static enum err waiting_head(struct engine *engine, uint64_t *ret_head)
{
	return engine_head(waiting_of(engine)->inner, ret_head);
}

static void waiting_close(struct engine *engine)
{
	engine_close(waiting_of(engine)->inner);
	sem_destroy(&waiting_of(engine)->go);
	free(waiting_of(engine));
}

static const struct engine_table waiting_table = {.get = waiting_get,
						  .scan = waiting_scan,
						  .commit = waiting_commit,
						  .head = waiting_head,
						  .close = waiting_close};

/* Over the simulated engine, with a=1 c=3 e=5 in it, and a commit of a=9 b=2 without c begun. */
static struct waiting_engine *begin_upon(struct engine **ret_engine)
{
	static struct engine_put first[3], puts[2];
	static struct bytes gone;
	struct engine_batch batch = {.puts = first, .put_count = 3};
	struct waiting_engine *waiting = calloc(1, sizeof(*waiting));

	first[0] = (struct engine_put){text("a"), text("1")};
	first[1] = (struct engine_put){text("c"), text("3")};
	first[2] = (struct engine_put){text("e"), text("5")};
	puts[0] = (struct engine_put){text("b"), text("2")};
	puts[1] = (struct engine_put){text("a"), text("9")};
	gone = text("c");
	assert_non_null(waiting);
	waiting->engine.table = &waiting_table;
	assert_int_equal(engine_sim_open(&waiting->inner), OK);
	assert_int_equal(sem_init(&waiting->go, 0, 0), 0);
	assert_int_equal(engine_commit(waiting->inner, &batch, NULL), OK);
	assert_int_equal(engine_ahead_open(&waiting->engine, ret_engine), OK);
	batch = (struct engine_batch){.puts = puts,
				      .put_count = 2,
				      .deletes = &gone,
				      .delete_count = 1,
				      .expected_head = 1};
	assert_int_equal(engine_begin(*ret_engine, &batch, NULL, NULL), OK);
	return waiting;
}

static void a_commit_under_way_is_seen_as_if_it_were_done(void **state)
{
	struct engine *engine;
	struct waiting_engine *waiting = begin_upon(&engine);
	uint64_t head = 0;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		assert_head(engine, 2);
		assert_get(engine, "a", "9");
		assert_get(engine, "b", "2");
		assert_get(engine, "c", NULL);
		assert_get(engine, "e", "5");
		assert_get(engine, "f", NULL);
		assert_scan(engine, "", "", false, "a=9 b=2 e=5 ");
		assert_scan(engine, "", "", true, "e=5 b=2 a=9 ");
		assert_scan(engine, "b", "e", false, "b=2 ");
		assert_scan(engine, "c", "d", true, "");
		if (i > 0)
			continue;
		assert_int_equal(sem_post(&waiting->go), 0);
		assert_int_equal(engine_end(engine, &head), OK);
		assert_int_equal(head, 2);
	}
	engine_close(engine);
}

static void a_commit_that_failed_is_seen_no_more(void **state)
{
	static const struct engine_faults faults = {.fail_commit_at = 1, .fail_with = ERR_FULL};
	struct engine *engine;
	struct waiting_engine *waiting = begin_upon(&engine);
	struct engine_put put = {text("f"), text("6")};
	struct engine_batch batch = {.puts = &put, .put_count = 1, .expected_head = 1};
	struct pollfd over = {.fd = engine_fd(engine), .events = POLLIN};

	(void)state;
	engine_sim_set_faults(waiting->inner, &faults);
	assert_int_equal(poll(&over, 1, 0), 0);
	assert_int_equal(sem_post(&waiting->go), 0);
	assert_int_equal(poll(&over, 1, 60000), 1);
	assert_int_equal(engine_end(engine, NULL), ERR_FULL);
	assert_int_equal(poll(&over, 1, 0), 0);
	assert_head(engine, 1);
	assert_scan(engine, "", "", false, "a=1 c=3 e=5 ");
	assert_int_equal(sem_post(&waiting->go), 0);
	assert_int_equal(engine_commit(engine, &batch, NULL), OK);
	assert_head(engine, 2);
	engine_close(engine);
}

static void a_commit_under_way_is_waited_for_before_the_store_is_closed(void **state)
{
	struct engine *engine;
	struct waiting_engine *waiting = begin_upon(&engine);

	(void)state;
	assert_int_equal(sem_post(&waiting->go), 0);
	engine_close(engine); /* the sanitizers would see a thread that goes on */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_commit_under_way_is_seen_as_if_it_were_done),
		cmocka_unit_test(a_commit_that_failed_is_seen_no_more),
		cmocka_unit_test(a_commit_under_way_is_waited_for_before_the_store_is_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
