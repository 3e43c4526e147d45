/*
 * map_words - what a rule of a map does, as a sentence of phrases in both languages.
 *
 * Internal to map_tell.c. Errors stick in the buffers.
 */
#ifndef MESSAGES_MAP_WORDS_H
#define MESSAGES_MAP_WORDS_H

#include "messages/map_rule.h"
#include "sampan/buffer.h"

/* A sentence under construction. */
struct map_words {
	struct buffer vi;
	struct buffer en;
};

void map_words_init(struct map_words *words);
void map_words_clear(struct map_words *words);

/* Add a phrase behind a comma; {} in it is the value. */
void map_words_put(struct map_words *words, const char *vi, const char *en, const char *value);

/* What the rule says: of a value that it carries to a target, of what it supplies, or of its
 * conditions. */
void map_words_put_carried(struct map_words *words, const struct map_rule *rule,
			   const struct shape *target);
void map_words_put_dropped(struct map_words *words, const char *reason);
void map_words_put_supplied(struct map_words *words, const struct map_rule *rule);
void map_words_put_conditions(struct map_words *words, const struct map_condition *conditions,
			      size_t count);

#endif
