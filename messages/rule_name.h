/*
 * rule_name - the names of a rule file: what they are called, and where they stand in each kind.
 *
 * Internal to rule.c. Errors stick: after the first ERR_MEMORY nothing more is done; what is wrong
 * with the file is put as a finding, and reading goes on.
 */
#ifndef MESSAGES_RULE_NAME_H
#define MESSAGES_RULE_NAME_H

#include "messages/rule_book.h"

/* One place of a name; a name with several has several of these. */
struct rule_name {
	const char *name;
	struct rule_operand operand;
	const struct rule_step *step;
	const struct rule_name *next;
};

struct rule_kind {
	const struct schema *schema;
	struct rule_book *book;
	enum severity highest;
	const struct rule_name *names;
	struct rule_operand *judged;
	size_t judged_count;
};

struct rule_reader {
	const struct schema_set *set;
	const char *file;
	struct arena *arena;
	struct findings *findings;
	struct rule_book **books;
	struct rule_kind *kinds;
	size_t kind_count;
	bool has_faults;
	enum err err;
};

/* Put a finding about the file; its sentence has value as {0} and more as {1}. */
void rule_name_fault(struct rule_reader *reader, const xmlNode *node, const char *code,
		     const char *value, const char *more);

/* NULL becomes ERR_MEMORY; returns what it was given. */
void *rule_name_keep(struct rule_reader *reader, void *memory);

/* An attribute copied to the arena; NULL when there is none. */
const char *rule_name_attribute(struct rule_reader *reader, const xmlNode *node, const char *name);

/* The words of a text, as word_split(). NULL text has none. */
struct rule_words rule_name_words(struct rule_reader *reader, const char *text);

/* Read one <names>: it becomes the next of reader->kinds, which has room. */
void rule_name_read(struct rule_reader *reader, const xmlNode *node);

/* The name's first place; NULL when the kind does not have it. */
const struct rule_name *rule_name_find(const struct rule_kind *kind, const char *name);

/* Do all places of the name stand in the element `each`? */
bool rule_name_is_in(const struct rule_kind *kind, const struct rule_name *name,
		     const struct rule_name *each);

#endif
