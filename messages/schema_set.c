#include "messages/schema_set.h"

#include <stdlib.h>
#include <string.h>

#include "messages/code_list.h"
#include "messages/code_set.h"
#include "messages/map.h"
#include "messages/rule.h"
#include "messages/schema_files.h"
#include "messages/xsd.h"
#include "sampan/limit.h"

#define CATALOGUE "catalogue/findings.xml"
#define KIND_XSD "kind.xsd"
#define MAP_XSD "map.xsd"
#define RULE_XSD "rule.xsd"

struct loading {
	const char *folder;
	struct schema_set *set;
	struct schema_files files;
	struct findings *findings;
	xmlSchema *kind_xsd;
	xmlSchema *map_xsd;
	xmlSchema *rule_xsd; /* compiled when there is a file of rules */
	struct rule_book **books;
};

static bool is_in(const struct schema_file *file, const char *folder, const char *ending)
{
	size_t len = strlen(file->name), folder_len = strlen(folder), ending_len = strlen(ending);

	return len >= folder_len + ending_len && strncmp(file->name, folder, folder_len) == 0 &&
	       strcmp(file->name + len - ending_len, ending) == 0;
}

/* The file's name without folder and ending. */
static char *stem(struct loading *loading, const struct schema_file *file)
{
	const char *slash = strrchr(file->name, '/');
	const char *name = slash == NULL ? file->name : slash + 1;

	return arena_text(loading->set->arena, bytes_of(name, (size_t)(strrchr(name, '.') - name)));
}

static enum err fault(struct loading *loading, const char *name, const char *value, const char *vi,
		      const char *en)
{
	enum err err = schema_files_fault(loading->findings, "schema-kind", name, 0, value, vi, en);

	return err == OK ? ERR_CONFIG : err;
}

/*
 * What a check finds in a file of the set itself is told with the file's name in the place of the
 * path.
 */
static enum err move_findings(struct loading *loading, const struct findings *from,
			      const char *name)
{
	enum err err = OK;

	for (size_t i = 0; i < from->count && err == OK; i++) {
		struct finding finding = from->items[i];

		finding.path = name;
		err = findings_put(loading->findings, &finding);
	}
	return err == OK && findings_has_errors(from) ? ERR_CONFIG : err;
}

static enum err read_file(struct loading *loading, const struct schema_file *file,
			  struct document **ret_document)
{
	struct findings refusals;
	enum err err;

	findings_init(&refusals, loading->set->arena);
	err = document_read_xml(file->bytes, LIMIT_DOCUMENT_BYTES, &refusals, ret_document);
	return err == OK && *ret_document == NULL ? move_findings(loading, &refusals, file->name)
						  : err;
}

static enum err load_catalogue(struct loading *loading, const struct schema_file *file)
{
	struct document *document = NULL;
	enum err err = read_file(loading, file, &document);

	if (err == OK)
		err = catalogue_read(file->name, document, loading->set->arena, loading->findings,
				     &loading->set->catalogue);
	document_free(document);
	return err;
}

static enum err load_list(struct loading *loading, const struct schema_file *file)
{
	struct schema_set *set = loading->set;
	const char *name = stem(loading, file);

	if (name == NULL)
		return ERR_MEMORY;
	return code_list_parse(name, file->bytes, set->arena, loading->findings,
			       &set->lists[set->list_count++]);
}

static enum err load_codes(struct loading *loading, const struct schema_file *file)
{
	struct schema_set *set = loading->set;
	const char *name = stem(loading, file);
	struct code_set *codes = NULL;
	enum err err;

	if (name == NULL)
		return ERR_MEMORY;
	err = code_set_parse(name, file->bytes, set->arena, loading->findings, &codes);
	if (err == OK)
		set->codes[set->code_count++] = codes;
	return err;
}

/* Read a file that the XSD describes. */
static enum err read_valid(struct loading *loading, const struct schema_file *file, xmlSchema *xsd,
			   struct document **ret_document)
{
	struct document *document = NULL;
	struct findings faults;
	enum err err = read_file(loading, file, &document);

	if (err != OK)
		return err;
	findings_init(&faults, loading->set->arena);
	err = schema_check_xsd(loading->set, xsd, NULL, document, &faults);
	if (err == OK)
		err = move_findings(loading, &faults, file->name);
	if (err == OK)
		*ret_document = document;
	else
		document_free(document);
	return err;
}

static enum err load_kind(struct loading *loading, const struct schema_file *file)
{
	struct schema_set *set = loading->set;
	struct document *document = NULL;
	struct schema *schema;
	enum err err;

	if ((err = read_valid(loading, file, loading->kind_xsd, &document)) == OK &&
	    (err = schema_kind_read(loading->folder, file->name, document, set->arena,
				    loading->findings, &schema)) == OK)
		set->schemas[set->schema_count++] = schema;
	document_free(document);
	return err;
}

static enum err map_twice(struct loading *loading, const struct schema_file *file,
			  const struct map *map)
{
	enum err err = schema_files_fault(
		loading->findings, "map-twice", file->name, 0, schema_full_id(map_to(map)),
		"Đã có bản đồ khác giữa hai loại này.",
		"Another map leads from the one kind to the other already.");

	return err == OK ? ERR_CONFIG : err;
}

/* Two maps from one kind to another would leave it to the order of files which one is used. */
static enum err add_map(struct loading *loading, const struct schema_file *file,
			const struct map *map)
{
	struct schema_set *set = loading->set;

	if (map == NULL)
		return OK;
	if (schema_set_map(set, map_from(map), map_to(map)) != NULL)
		return map_twice(loading, file, map);
	set->maps[set->map_count++] = map;
	return OK;
}

static enum err load_map(struct loading *loading, const struct schema_file *file)
{
	const struct map *forth = NULL, *back = NULL;
	struct document *document = NULL;
	enum err err = read_valid(loading, file, loading->map_xsd, &document);

	if (err == OK)
		err = map_read(loading->set, file->name, document, loading->set->arena,
			       loading->findings, &forth, &back);
	if (err == OK)
		err = add_map(loading, file, forth);
	if (err == OK)
		err = add_map(loading, file, back);
	document_free(document);
	return err;
}

static enum err load_rules(struct loading *loading, const struct schema_file *file)
{
	struct schema_set *set = loading->set;
	struct document *document = NULL;
	enum err err;

	if (loading->rule_xsd == NULL &&
	    (err = schema_xsd_compile(loading->folder, RULE_XSD, loading->findings,
				      &loading->rule_xsd)) != OK)
		return err;
	if ((err = read_valid(loading, file, loading->rule_xsd, &document)) == OK)
		err = rule_read(set, file->name, document, set->arena, loading->findings,
				loading->books);
	document_free(document);
	return err;
}

static int compare_schemas(const void *a, const void *b)
{
	const struct schema *first = *(struct schema *const *)a,
			    *second = *(struct schema *const *)b;
	int order = strcmp(first->id, second->id);

	if (order != 0)
		return order;
	return first->version < second->version ? -1 : first->version > second->version;
}

static enum err sort_kinds(struct loading *loading)
{
	struct schema_set *set = loading->set;

	if (set->schema_count > 0)
		qsort(set->schemas, set->schema_count, sizeof(*set->schemas), compare_schemas);
	for (size_t i = 1; i < set->schema_count; i++)
		if (compare_schemas(&set->schemas[i - 1], &set->schemas[i]) == 0)
			return fault(loading, "kinds", set->schemas[i]->full_id,
				     "Hai tệp mô tả cùng một loại và phiên bản.",
				     "Two files describe the same kind and version.");
	return OK;
}

static enum err compile_xsds(struct loading *loading)
{
	enum err err = schema_xsd_compile(loading->folder, KIND_XSD, loading->findings,
					  &loading->kind_xsd);

	return err != OK ? err
			 : schema_xsd_compile(loading->folder, MAP_XSD, loading->findings,
					      &loading->map_xsd);
}

/* All files of a folder are read even when one is wrong, so that all faults are told at once. */
static enum err load_all(struct loading *loading, const char *folder, const char *ending,
			 enum err (*load)(struct loading *, const struct schema_file *))
{
	enum err first = OK;

	for (size_t i = 0; i < loading->files.count; i++) {
		enum err err = OK;

		if (is_in(&loading->files.items[i], folder, ending))
			err = load(loading, &loading->files.items[i]);
		if (err != OK && err != ERR_CONFIG)
			return err;
		first = first == OK ? err : first;
	}
	return first;
}

static enum err load_all_rules(struct loading *loading)
{
	struct schema_set *set = loading->set;
	enum err err;

	loading->books =
		arena_alloc_array(set->arena, set->schema_count + 1, sizeof(*loading->books));
	if (loading->books == NULL)
		return ERR_MEMORY;
	err = load_all(loading, "rules/", ".xml", load_rules);
	for (size_t i = 0; i < set->schema_count; i++)
		set->schemas[i]->rules = loading->books[i];
	return err;
}

static enum err allocate(struct schema_set *set, size_t file_count)
{
	set->schemas = arena_alloc_array(set->arena, file_count + 1, sizeof(*set->schemas));
	set->lists = arena_alloc_array(set->arena, file_count + 1, sizeof(*set->lists));
	set->codes = arena_alloc_array(set->arena, file_count + 1, sizeof(*set->codes));
	set->maps = arena_alloc_array(set->arena, 2 * file_count + 1, sizeof(*set->maps));
	return set->schemas == NULL || set->lists == NULL || set->codes == NULL || set->maps == NULL
		       ? ERR_MEMORY
		       : OK;
}

static enum err load_lists_and_kinds(struct loading *loading)
{
	static const struct {
		const char *folder;
		const char *ending;
		enum err (*load)(struct loading *, const struct schema_file *);
	} steps[] = {{"lists/", ".tsv", load_list},
		     {"lists/", ".codes", load_codes},
		     {"kinds/", ".xml", load_kind}};
	enum err first = OK;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		enum err err = load_all(loading, steps[i].folder, steps[i].ending, steps[i].load);

		if (err != OK && err != ERR_CONFIG)
			return err;
		first = first == OK ? err : first;
	}
	return first;
}

/*
 * Without catalogue or with a wrong list or kind, what builds on them would only repeat the fault.
 */
static enum err load(struct loading *loading)
{
	struct schema_set *set = loading->set;
	enum err err, rules;

	if ((err = schema_files_load(loading->folder, set->arena, &loading->files)) != OK ||
	    (err = schema_files_hash(&loading->files, &set->hash)) != OK ||
	    (err = allocate(set, loading->files.count)) != OK ||
	    (err = load_all(loading, CATALOGUE, "", load_catalogue)) != OK)
		return err;
	if (set->catalogue.count == 0)
		return fault(loading, CATALOGUE, "", "Không có danh mục câu thông báo.",
			     "There is no catalogue of sentences.");
	if ((err = compile_xsds(loading)) != OK)
		return err;
	if ((err = load_lists_and_kinds(loading)) != OK || (err = sort_kinds(loading)) != OK)
		return err;
	rules = load_all_rules(loading);
	if (rules != OK && rules != ERR_CONFIG)
		return rules;
	err = load_all(loading, "maps/", ".xml", load_map);
	return err == OK ? rules : err;
}

enum err schema_set_load(const char *folder, struct findings *findings, struct schema_set **ret_set)
{
	struct schema_set *set = calloc(1, sizeof(*set));
	struct loading loading = {.folder = folder, .set = set, .findings = findings};
	enum err err = ERR_MEMORY;

	if (set == NULL || (set->arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES)) == NULL)
		goto out;
	err = load(&loading);
out:
	xmlSchemaFree(loading.kind_xsd);
	xmlSchemaFree(loading.map_xsd);
	xmlSchemaFree(loading.rule_xsd);
	if (err == OK)
		*ret_set = set;
	else
		schema_set_free(set);
	return err;
}

void schema_set_free(struct schema_set *set)
{
	if (set == NULL)
		return;
	for (size_t i = 0; i < set->schema_count; i++)
		xmlSchemaFree(set->schemas[i]->xsd);
	arena_free(set->arena);
	free(set);
}

const struct hash *schema_set_hash(const struct schema_set *set)
{
	return &set->hash;
}

const struct schema *schema_set_find(const struct schema_set *set, const char *id)
{
	for (size_t i = set->schema_count; i > 0; i--)
		if (strcmp(set->schemas[i - 1]->id, id) == 0 ||
		    strcmp(set->schemas[i - 1]->full_id, id) == 0)
			return set->schemas[i - 1];
	return NULL;
}

const struct schema *schema_set_agreed(const struct schema_set *set, const char *id)
{
	for (size_t i = 0; i < set->schema_count; i++)
		if (strcmp(set->schemas[i]->id, id) == 0 ||
		    strcmp(set->schemas[i]->full_id, id) == 0)
			return set->schemas[i];
	return NULL;
}

size_t schema_set_count(const struct schema_set *set)
{
	return set->schema_count;
}

const struct schema *schema_set_at(const struct schema_set *set, size_t index)
{
	return set->schemas[index];
}

const struct map *schema_set_map(const struct schema_set *set, const struct schema *from,
				 const struct schema *to)
{
	for (size_t i = 0; i < set->map_count; i++)
		if (map_from(set->maps[i]) == from && map_to(set->maps[i]) == to)
			return set->maps[i];
	return NULL;
}

size_t schema_set_map_count(const struct schema_set *set)
{
	return set->map_count;
}

const struct map *schema_set_map_at(const struct schema_set *set, size_t index)
{
	return set->maps[index];
}

const struct code_list *schema_set_list(const struct schema_set *set, const char *name)
{
	for (size_t i = 0; i < set->list_count; i++)
		if (strcmp(code_list_name(set->lists[i]), name) == 0)
			return set->lists[i];
	return NULL;
}

const struct code_set *schema_set_codes(const struct schema_set *set, const char *name)
{
	for (size_t i = 0; i < set->code_count; i++)
		if (strcmp(code_set_name(set->codes[i]), name) == 0)
			return set->codes[i];
	return NULL;
}
