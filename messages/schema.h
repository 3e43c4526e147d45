/*
 * schema - the schema set in force: kinds of documents, their XSDs, the maps between them, the
 * catalogue of findings.
 *
 * Loaded once from a folder (schemas/), then immutable; a new kind or partner's format is a file,
 * not code. The set as a whole has one hash (over the names and bytes of all files, in order of
 * name), which translation records carry.
 *
 * schemas/kinds/ID.xml describes one kind (docs/schemas.md): id, XSD, root, what tells it from
 * others with the same root, and where its facts stand.
 */
#ifndef MESSAGES_SCHEMA_H
#define MESSAGES_SCHEMA_H

#include "messages/document.h"
#include "messages/shape.h"
#include "sampan/facts.h"
#include "sampan/hash.h"

#define SCHEMA_FACT_BYTES 1024u

struct schema_set; /* all of it */
struct schema;     /* one kind in one version */
struct map;        /* messages/map.h */
struct code_list;  /* messages/code_list.h */
struct branch;     /* messages/branch.h */
struct code_set;   /* messages/code_set.h */
struct rule_book;  /* messages/rule.h */

/*
 * Load and check everything below the folder: XSDs compile, kinds name paths that exist, maps fit
 * both shapes.
 * ERR_CONFIG: what is wrong stands in the findings, each with file and line; *ret_set stays
 * untouched.
 * ERR_MISSING: no such folder.
 */
enum err schema_set_load(const char *folder, struct findings *findings,
			 struct schema_set **ret_set);
void schema_set_free(struct schema_set *set);

/*
 * The hash over the whole set (docs/schemas.md says how to recompute it with sha256sum). Borrowed
 * from the set.
 */
const struct hash *schema_set_hash(const struct schema_set *set);

/*
 * A kind by id, "vn.export" (its newest version) or "vn.export/1"; NULL when unknown. Lives as long
 * as the set.
 */
const struct schema *schema_set_find(const struct schema_set *set, const char *id);

/*
 * The kind that an agreement means: as schema_set_find(), but without a version its first. A newer
 * one goes only to who takes it.
 */
const struct schema *schema_set_agreed(const struct schema_set *set, const char *id);

/* All kinds in order of id: 0 to schema_set_count() - 1. */
size_t schema_set_count(const struct schema_set *set);
const struct schema *schema_set_at(const struct schema_set *set, size_t index);

/*
 * The map that leads from one kind to another, in either direction of its file; NULL when there is
 * none.
 */
const struct map *schema_set_map(const struct schema_set *set, const struct schema *from,
				 const struct schema *to);

/* All maps, each direction on its own: 0 to schema_set_map_count() - 1. */
size_t schema_set_map_count(const struct schema_set *set);
const struct map *schema_set_map_at(const struct schema_set *set, size_t index);

/* A code list by name (messages/code_list.h); NULL when there is none. */
const struct code_list *schema_set_list(const struct schema_set *set, const char *name);

/* The list of codes that exist (messages/code_set.h); NULL when there is none of that name. */
const struct code_set *schema_set_codes(const struct schema_set *set, const char *name);

const char *schema_id(const struct schema *schema);      /* "vn.export" */
const char *schema_full_id(const struct schema *schema); /* "vn.export/1" */
/* For how many years payloads of this kind stay in the ledger's store; SCHEMA_KEEP: for ever. */
#define SCHEMA_KEEP UINT32_MAX
uint32_t schema_keep_years(const struct schema *schema);
const char *schema_title(const struct schema *schema, bool in_vietnamese);
const struct shape *schema_shape(const struct schema *schema);
const struct rule_book *schema_rules(const struct schema *schema); /* NULL: none */

/*
 * Which kind is the document? NULL when none fits: then the findings hold "unknown-schema" with
 * root and namespace.
 */
const struct schema *schema_identify(const struct schema_set *set, const struct document *document,
				     struct findings *findings);

/*
 * Check the document against its XSD and, when that finds no error, its rules; all findings, with
 * path, line, value and both languages. Codes: docs/findings.md, docs/rules.md. OK also when there
 * are findings.
 */
enum err schema_check(const struct schema_set *set, const struct schema *schema,
		      const struct document *document, struct findings *findings);

/*
 * The same; day, "2026-11-20", is the day by which rules are chosen where the document does not say
 * its own. NULL: as schema_check().
 */
enum err schema_check_on(const struct schema_set *set, const struct schema *schema,
			 const struct document *document, const char *day,
			 struct findings *findings);

/* Is it a day of the calendar, yyyy-mm-dd? */
bool schema_is_day(const char *text);

/*
 * Against the XSD only: for what a map has made, whose author cannot mend it (docs/rules.md).
 */
enum err schema_check_form(const struct schema_set *set, const struct schema *schema,
			   const struct document *document, struct findings *findings);

/*
 * Is the document surely valid, by our own tables alone (messages/sieve.h)? schema_check_form() asks
 * this first, and libxml2 when the answer is no. The other: a document that a translation has
 * built.
 */
bool schema_passes(const struct schema *schema, const struct document *document);
bool schema_passes_branch(const struct schema *schema, const struct branch *root);

/* What in the kind's XSD our tables do not know, so that libxml2 checks it; NULL: nothing. */
const char *schema_gap(const struct schema *schema);

/*
 * Read the document's facts as its kind describes them. Always set: "kind" (id), "schema" (full
 * id), "reference", "function", "type", "version", "year" ("" where the kind has none). Names in
 * use: docs/architecture.md. A value is cut at SCHEMA_FACT_BYTES, so that the document can
 * always be recorded or refused.
 */
enum err schema_facts(const struct schema *schema, const struct document *document,
		      struct facts *facts);

/* What a kind's file says of this fact without a document ("lodgedBy": "trader agent"); "" when it says nothing. */
const char *schema_fixed_fact(const struct schema *schema, const char *name);

/*
 * Put a finding whose sentences come from the catalogue: {0}, {1} ... in them are replaced by the
 * arguments (ended by NULL), {1} by the catalogue's words for it where it has some. A code that the
 * catalogue does not know is a bug and dies.
 */
enum err schema_finding(const struct schema_set *set, struct findings *findings,
			enum severity severity, const char *code, const char *path, unsigned line,
			const char *value, ...) __attribute__((sentinel));

#endif
