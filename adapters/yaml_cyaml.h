/*
 * yaml - read one YAML file by a libcyaml schema, with messages that name file, line, column and
 * what was expected (yaml_cyaml.c). Only the adapters of the configuration include it; others see
 * config.h.
 */
#ifndef ADAPTERS_YAML_CYAML_H
#define ADAPTERS_YAML_CYAML_H

#include <cyaml/cyaml.h>

#include "sampan/arena.h"
#include "sampan/err.h"
#include "sampan/form.h"
#include "sampan/limit.h"

#define YAML_MAX_ITEMS 100000u
#define YAML_WORDS_OF_BOOL 2u

extern const cyaml_strval_t yaml_words_of_bool[YAML_WORDS_OF_BOOL];

/* Short names for tables of keys. */
#define YAML_MUST CYAML_FLAG_POINTER
#define YAML_MAY (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)
#define YAML_TEXT(key, flags, type, member) \
	CYAML_FIELD_STRING_PTR(key, flags, type, member, 0, LIMIT_FACT_BYTES)
/* libcyaml's own takes all that is not one of its words of denial for true: a slip of the pen, too. */
#define YAML_BOOL(key, type, member) \
	CYAML_FIELD_ENUM(key, CYAML_FLAG_OPTIONAL, type, member, yaml_words_of_bool, \
			 YAML_WORDS_OF_BOOL)
#define YAML_LIST(key, flags, type, member, count, entry) \
	CYAML_FIELD_SEQUENCE_COUNT(key, flags, type, member, count, entry, 0, YAML_MAX_ITEMS)
#define YAML_MAPPING(type, fields) \
	{ \
		CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, type, fields) \
	}
#define YAML_ROOT(type, fields) \
	{ \
		CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, type, fields) \
	}

/* The form of one text of a struct, which libcyaml cannot check. */
struct yaml_rule {
	const char *key;
	size_t offset; /* of a const char * */
	form_test *test;
	bool is_optional;
};

#define YAML_RULE(key, type, member, test, is_optional) \
	{ \
		key, offsetof(type, member), test, is_optional \
	}

struct yaml_file {
	struct arena *arena; /* of the values, texts and messages; borrowed */
	const char *path;    /* borrowed */
	const char *text;    /* the file's content */
	const char *message; /* set when something is wrong: "FILE:LINE:COLUMN: what; expected
			      * ..." */
};

/*
 * Load the file; the value and its texts live in the arena. ERR_MISSING: no such file; ERR_LIMIT:
 * larger than 1 MiB; ERR_CONFIG: not YAML, a key that is not known, missing or given twice, a value
 * of the wrong type. file->message says it.
 */
enum err yaml_load(const char *path, const cyaml_schema_value_t *schema, struct arena *arena,
		   struct yaml_file *ret_file, void **ret_value);

/*
 * Hold an item to its rules; texts that were not given become "". ERR_CONFIG: file->message says
 * which and where.
 */
enum err yaml_obey(struct yaml_file *file, const struct yaml_rule *rules, size_t count, void *item);

/*
 * Complain about the value of a key (or, with key NULL, about a list's entry): finds its line and
 * column, sets file->message and returns ERR_CONFIG.
 */
enum err yaml_complain(struct yaml_file *file, const char *key, const char *value,
		       const char *expected);

#endif
