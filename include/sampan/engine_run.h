/*
 * engine_run - an engine that keeps keys which come by chance in the order in which they came, and puts
 * them in order when there are many.
 *
 * A key found by chance costs a page of the store for each document. So pairs whose key begins with
 * ENGINE_BY_CHANCE are not put under their own keys at once: all that one commit changes of them is one pair,
 * a list, under ENGINE_RUN and the number of the commit (u64), and is known in memory. When there are
 * `limit` of them, the commits that follow put them where they belong, in order, some with each, and then
 * delete their lists, from the oldest on. So lists and places never leave anything out, whatever
 * commit was the last; where both have a key the list holds, and among lists the newest.
 *
 * A list is a u32 count, then of each key: its length u8, the key, u8 1 when it was deleted and else 0, and the
 * value with its length u32 before it.
 *
 * Whoever only reads keeps the lists in memory too, and reads those that are new before it looks
 * for such a key. Keys that begin with ENGINE_RUN are shown to nobody, and nobody puts them.
 */
#ifndef SAMPAN_ENGINE_RUN_H
#define SAMPAN_ENGINE_RUN_H

#include "sampan/engine.h"

#define ENGINE_BY_CHANCE 'K'
#define ENGINE_RUN '+'

/*
 * As engine_lmdb_open() does it: 32,768, some 5 MB. The suites that cut power and kill link with a smaller one
 * (tests/crash/run_limit.c), so that keys are put in order within a run.
 */
extern const size_t engine_run_limit;

/*
 * Over an engine (taken: closed with this one, also when this fails), which has no begin(). commit() may run
 * while another thread calls get() and scan(), where inner's may. ERR_CORRUPT: a list is damaged.
 */
enum err engine_run_open(struct engine *inner, size_t limit, bool read_only,
			 struct engine **ret_engine);

#endif
