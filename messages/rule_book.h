/*
 * rule_book - what the files rule*.c share: the rules of one kind as they are read. Nobody else
 * includes it.
 *
 * The names of a kind form a tree of steps that is walked beside the document; where a name ends, a
 * tap puts the value into the name's slot. Rules speak of slots only.
 */
#ifndef MESSAGES_RULE_BOOK_H
#define MESSAGES_RULE_BOOK_H

#include "messages/code_set.h"
#include "messages/rule.h"
#include "messages/rule_date.h"
#include "messages/rule_form.h"
#include "messages/rule_number.h"

#define RULE_TESTS 16u
#define RULE_NAMES 8u /* that one test may look at */
#define RULE_NO_SLOT UINT32_MAX

struct rule_words {
	const char *const *items;
	size_t count;
};

struct rule_tap {
	uint32_t slot;
	char split;                   /* 0: the value as a whole */
	const struct rule_form *part; /* NULL: all of it */
	struct rule_words words;      /* none: any value */
	const struct rule_tap *next;
};

struct rule_step {
	const struct shape *shape;
	const char *where;  /* only where this child ... */
	const char *equals; /* ... has this value; both NULL: always */
	const struct rule_step *parent;
	struct rule_step *first;
	struct rule_step *next;
	const struct rule_tap *taps;
};

struct rule_operand {
	uint32_t slot;
	bool is_inside; /* the rule's `each`: only values of that element count */
	bool is_date;
	enum date_form form;
};

enum rule_relation {
	RULE_PRESENT,
	RULE_ABSENT,
	RULE_UNIQUE,
	RULE_EQUAL,
	RULE_NOT_EQUAL,
	RULE_AT_LEAST,
	RULE_AT_MOST,
	RULE_ABOVE,
	RULE_BELOW,
	RULE_BEFORE,
	RULE_AFTER,
	RULE_NOT_BEFORE,
	RULE_NOT_AFTER,
	RULE_SAME,
	RULE_NOT_SAME,
	RULE_AMONG,
	RULE_NOT_AMONG,
	RULE_IN_LIST,
	RULE_FORM,
	RULE_CONTAINS,
	RULE_DATE,
	RULE_CHECK_DIGIT,
	RULE_ASCII,
	RULE_PLAIN,
	RULE_LENGTH
};

/* What the value is held against. */
enum rule_side_kind {
	RULE_SIDE_NONE,
	RULE_SIDE_NUMBER,
	RULE_SIDE_OTHER,
	RULE_SIDE_SUM,
	RULE_SIDE_COUNT
};

struct rule_test {
	enum rule_relation relation;
	struct rule_operand names[RULE_NAMES];
	size_t name_count;
	enum rule_side_kind side;
	struct rule_operand other;
	struct rule_operand of_each; /* slot RULE_NO_SLOT: none */
	struct rule_number number;
	struct rule_number within;
	struct rule_distance plus;
	struct rule_words words;
	const struct code_set *list;
	uint32_t first; /* characters of the value that count; 0: all */
	const struct rule_form *form;
	size_t min, max;   /* characters */
	const char *shown; /* {1} of the sentence where no value stands there */
};

struct rule_tests {
	struct rule_test *items;
	size_t count;
};

struct rule {
	struct rule_card card;
	struct rule_operand each; /* slot RULE_NO_SLOT: once for the document */
	struct rule_tests whens, unlesses, musts;
	int32_t valid_from, valid_to;
	const struct rule_operand *judged; /* names of the day, first one first */
	size_t judged_count;
	const struct rule *next;
};

struct rule_book {
	struct rule_step root;
	uint32_t slot_count;
	const struct rule *first;
	struct rule *last;
};

/* ---- A document's values ---- */

struct rule_value {
	const struct branch *branch; /* element or attribute */
	struct bytes text;
	uint32_t at;  /* place in the walk */
	uint32_t end; /* of an element: what is from `at` up to here stands in it */
};

struct rule_values {
	struct rule_value *items;
	size_t count;
	size_t room;
};

/* One list for each slot, in order of `at`. All memory is of the arena. */
enum err rule_gather(const struct rule_book *book, const struct document *document,
		     struct arena *arena, struct rule_values **ret_slots);

/* ---- Tests of one value ---- */

enum rule_answer { RULE_NO, RULE_YES, RULE_UNKNOWN };

/* The other side of a test, found once for all values. */
struct rule_side {
	bool is_known;
	struct rule_number number;
	int32_t day;
	struct bytes text;
};

/* Relations of single values, that is neither present, absent nor unique. */
enum rule_answer rule_test_value(const struct rule_test *test, const struct rule_operand *name,
				 struct bytes value, const struct rule_side *side);

bool rule_test_has_word(const struct rule_words *words, struct bytes value);
bool rule_test_is_number(enum rule_relation relation);
bool rule_test_is_date(enum rule_relation relation);

#endif
