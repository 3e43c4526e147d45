#include "sampan/engine.h"

enum err engine_get(struct engine *engine, struct bytes key, struct arena *arena,
		    struct bytes *ret_value)
{
	return engine->table->get(engine, key, arena, ret_value);
}

enum err engine_scan(struct engine *engine, struct bytes from, struct bytes until, bool backwards,
		     engine_visit *visit, void *context)
{
	return engine->table->scan(engine, from, until, backwards, visit, context);
}

enum err engine_commit(struct engine *engine, const struct engine_batch *batch, uint64_t *ret_head)
{
	return engine->table->commit(engine, batch, ret_head);
}

enum err engine_head(struct engine *engine, uint64_t *ret_head)
{
	return engine->table->head(engine, ret_head);
}

void engine_close(struct engine *engine)
{
	if (engine != NULL)
		engine->table->close(engine);
}

enum err engine_hold(struct engine *engine, bool is_held)
{
	return engine->table->hold == NULL ? OK : engine->table->hold(engine, is_held);
}

enum err engine_begin(struct engine *engine, const struct engine_batch *batch,
		      engine_prepare *prepare, void *context)
{
	return engine->table->begin(engine, batch, prepare, context);
}

enum err engine_end(struct engine *engine, uint64_t *ret_head)
{
	return engine->table->end(engine, ret_head);
}

int engine_fd(struct engine *engine)
{
	return engine->table->fd == NULL ? -1 : engine->table->fd(engine);
}

enum err engine_start(struct engine *engine)
{
	return engine->table->start == NULL ? OK : engine->table->start(engine);
}
