/*
 * engine_ahead - an engine that commits in a thread of its own, so that the next batch can be built
 * meanwhile.
 *
 * Over any engine whose commit() may run while another thread calls its get() and scan(), such as
 * LMDB. From engine_begin() on get() and scan() show the store as it will be when that commit is done,
 * although it is not durable yet: who must know what is durable waits for engine_end(). When the commit fails,
 * engine_end() says so, and what was shown of it is gone. One commit at a time; all calls come from one
 * thread. Nothing else of the store changes, on disk neither.
 */
#ifndef SAMPAN_ENGINE_AHEAD_H
#define SAMPAN_ENGINE_AHEAD_H

#include "sampan/engine.h"

/*
 * Over an engine (taken: closed with this one, also when this fails). The thread has all signals
 * blocked, and begins with engine_start() or the first engine_begin(). ERR_MEMORY, ERR_IO.
 */
enum err engine_ahead_open(struct engine *inner, struct engine **ret_engine);

#endif
