/*
 * schema_set - what the files schema*.c share: the inside of a schema set and of a kind. Nobody
 * else includes it.
 */
#ifndef MESSAGES_SCHEMA_SET_H
#define MESSAGES_SCHEMA_SET_H

#include <libxml/xmlschemas.h>

#include "messages/catalogue.h"
#include "messages/schema.h"
#include "messages/sieve.h"

#if LIBXML_VERSION >= 21200
typedef const xmlError *schema_error;
#else
typedef xmlError *schema_error;
#endif

struct schema_when {
	const char *path;
	const char *equals; /* words with spaces between; NULL: existing is enough */
};

struct schema_fact {
	const char *name;
	const char *path;      /* without its attribute; NULL for a constant */
	const char *attribute; /* NULL: the element's text */
	const char *value;     /* of a constant */
	uint32_t first;        /* characters kept; 0: all */
	bool is_words;         /* all values at the path, each once (schema_table.h) */
};

struct schema_table {
	const char *name;
	const char *path;
	struct schema_fact *columns; /* their paths begin at an element of the table's path */
	size_t column_count;
};

/* What a document of the kind is for the life of what it speaks of: the first that fits. */
struct schema_event {
	const char *is;   /* the event: docs/states.md */
	const char *fact; /* has one of the words of equals */
	const char *equals;
	const char *has; /* a fact that must be there too; NULL: none */
};

struct schema_meaning {
	const char *function;
	const char *type; /* NULL: any */
	const char *is;
};

struct schema_key {
	const char *fact;  /* "key.NAME" or "only.NAME" */
	const char *parts; /* fact names with spaces between */
};

struct schema {
	const char *id;
	const char *full_id;
	uint32_t version;
	uint32_t keep_years; /* SCHEMA_KEEP: for ever */
	const char *vi;
	const char *en;
	const char *root;
	const char *namespace;
	const struct shape *shape;
	xmlSchema *xsd;
	const struct sieve *sieve; /* of the same XSD */
	struct schema_when *whens;
	size_t when_count;
	struct schema_fact *facts;
	size_t fact_count;
	struct schema_meaning *meanings;
	size_t meaning_count;
	struct schema_key *keys;
	size_t key_count;
	struct schema_table *tables;
	size_t table_count;
	struct schema_event *events;
	size_t event_count;
	const struct rule_book *rules; /* NULL: none */
};

struct schema_set {
	struct arena *arena;
	struct hash hash;
	struct catalogue catalogue;
	struct schema **schemas; /* in order of id, then of version */
	size_t schema_count;
	const struct map **maps;
	size_t map_count;
	struct code_list **lists;
	size_t list_count;
	struct code_set **codes;
	size_t code_count;
};

/*
 * Read a kind's document, which is valid against kind.xsd; `file` is its name for findings, folder
 * that of the set. All memory is of the arena, but (*ret_schema)->xsd, which the caller frees.
 * ERR_CONFIG: findings say why.
 */
enum err schema_kind_read(const char *folder, const char *file, const struct document *document,
			  struct arena *arena, struct findings *findings,
			  struct schema **ret_schema);

/*
 * Compile an XSD of the set's folder. xsd_open() has shown that all it refers to stands beside it.
 * ERR_CONFIG: findings say why, `from` being the file that asked for it.
 */
enum err schema_xsd_compile(const char *folder, const char *name, struct findings *findings,
			    xmlSchema **ret_xsd);

/* As schema_check_form, against any XSD and by libxml2 alone; shape may be NULL. */
enum err schema_check_xsd(const struct schema_set *set, xmlSchema *xsd, const struct shape *shape,
			  const struct document *document, struct findings *findings);

#endif
