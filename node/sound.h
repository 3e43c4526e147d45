/*
 * sound - do the schema set, the routes and the partners' agreements of a configuration fit
 * together?
 *
 * What a worker would meet: better said before a node runs, by one process, than by each of them
 * again and again.
 */
#ifndef NODE_SOUND_H
#define NODE_SOUND_H

#include "sampan/config.h"

/* What is wrong is said on stderr, one line each. OK; ERR_CONFIG, ERR_MISSING: it does not fit. */
enum err sound_check(const struct config *config);

#endif
