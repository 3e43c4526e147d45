#include "messages/schema.h"

#include <assert.h>
#include <string.h>

#include "messages/bind.h"
#include "messages/rule.h"
#include "messages/rule_date.h"
#include "messages/schema_set.h"
#include "messages/sentence.h"
#include "messages/word.h"
#include "sampan/limit.h"

const char *schema_id(const struct schema *schema)
{
	return schema->id;
}

uint32_t schema_keep_years(const struct schema *schema)
{
	return schema->keep_years;
}

const char *schema_full_id(const struct schema *schema)
{
	return schema->full_id;
}

const char *schema_title(const struct schema *schema, bool in_vietnamese)
{
	return in_vietnamese ? schema->vi : schema->en;
}

const struct shape *schema_shape(const struct schema *schema)
{
	return schema->shape;
}

const struct rule_book *schema_rules(const struct schema *schema)
{
	return schema->rules;
}

static bool holds(const struct schema_when *when, const struct trunk *trunk)
{
	const struct branch *branch = trunk_find(trunk, &trunk->items[0], when->path);
	const char *words = when->equals;
	struct bytes text, word;

	if (branch == NULL || words == NULL)
		return branch != NULL;
	text = bytes_trimmed(trunk_text(branch));
	while (word_next(&words, &word))
		if (bytes_equal(word, text))
			return true;
	return false;
}

static bool fits(const struct schema *schema, const struct trunk *trunk)
{
	const struct shape *root = trunk->items[0].shape;

	if (strcmp(schema->root, root->name) != 0 ||
	    strcmp(schema->namespace, root->namespace) != 0)
		return false;
	for (size_t i = 0; i < schema->when_count; i++)
		if (!holds(&schema->whens[i], trunk))
			return false;
	return true;
}

/* The one that asks for more knows the document better: a body tells more than a function code. */
static bool is_closer(const struct schema *schema, const struct schema *best)
{
	return best == NULL ||
	       (schema->when_count > best->when_count && strcmp(schema->id, best->id) != 0);
}

const struct schema *schema_identify(const struct schema_set *set, const struct document *document,
				     struct findings *findings)
{
	const struct trunk *trunk = document->trunk;
	const struct branch *root = &trunk->items[0];
	const struct schema *best = NULL;

	/* from the back: of two versions that both fit, the newer */
	for (size_t i = set->schema_count; i > 0; i--)
		if (fits(set->schemas[i - 1], trunk) && is_closer(set->schemas[i - 1], best))
			best = set->schemas[i - 1];
	if (best != NULL)
		return best;
	(void)schema_finding(set, findings, SEVERITY_ERROR, "unknown-schema",
			     trunk_path(trunk, root, findings->arena), root->line,
			     root->shape->namespace, root->shape->name, root->shape->namespace,
			     NULL);
	return NULL;
}

enum err schema_check_form(const struct schema_set *set, const struct schema *schema,
			   const struct document *document, struct findings *findings)
{
	if (schema_passes(schema, document))
		return OK;
	return schema_check_xsd(set, schema->xsd, schema->shape, document, findings);
}

/* Rules count on what the XSD demands: of an invalid document they would say nothing of use. */
enum err schema_check_on(const struct schema_set *set, const struct schema *schema,
			 const struct document *document, const char *day,
			 struct findings *findings)
{
	size_t errors = findings->errors;
	enum err err = schema_check_form(set, schema, document, findings);

	if (err != OK || findings->errors > errors)
		return err;
	return rule_check(schema->rules, document, day, findings);
}

bool schema_is_day(const char *text)
{
	int32_t day;

	return rule_date_parse(bytes_of_text(text), DATE_FORM_ISO_DATE, &day);
}

enum err schema_check(const struct schema_set *set, const struct schema *schema,
		      const struct document *document, struct findings *findings)
{
	return schema_check_on(set, schema, document, NULL, findings);
}

bool schema_passes(const struct schema *schema, const struct document *document)
{
	const struct trunk *trunk = document->trunk;

	if (trunk == NULL)
		return false;
	if (trunk->bound_to != schema->shape || !trunk->is_judged) {
		if (trunk->bound_to != NULL && document_read_again(document) != OK)
			return false;
		bind_trunk(document->trunk, schema->shape, schema->sieve);
	}
	return document->trunk->passes;
}

bool schema_passes_branch(const struct schema *schema, const struct branch *root)
{
	return sieve_passes_branch(schema->sieve, root);
}

const char *schema_gap(const struct schema *schema)
{
	return sieve_gap(schema->sieve);
}

/* Words stand for what is expected, which is {1}. */
static const char *fill(struct arena *arena, const char *sentence, const char *const *arguments,
			size_t count, const char *words)
{
	const char *all[SENTENCE_ARGUMENTS];

	for (size_t i = 0; i < count; i++)
		all[i] = i == 1 && words != NULL ? words : arguments[i];
	return sentence_fill(arena, sentence, all, count);
}

enum err schema_finding(const struct schema_set *set, struct findings *findings,
			enum severity severity, const char *code, const char *path, unsigned line,
			const char *value, ...)
{
	const struct catalogue_entry *entry = catalogue_find(&set->catalogue, code);
	const struct catalogue_entry *words = NULL;
	const char *arguments[SENTENCE_ARGUMENTS], *argument;
	struct finding finding = {
		.severity = severity, .code = code, .path = path, .line = line, .value = value};
	size_t count = 0;
	va_list list;

	assert(entry != NULL);
	if (findings->count >= LIMIT_FINDINGS) /* only counted: sentences would cost */
		return findings_put(findings, &finding);
	va_start(list, value);
	while ((argument = va_arg(list, const char *)) != NULL && count < SENTENCE_ARGUMENTS)
		arguments[count++] = argument;
	va_end(list);
	if (count > 1)
		words = catalogue_words(&set->catalogue, code, arguments[1]);
	finding.vi = fill(findings->arena, entry->vi, arguments, count,
			  words == NULL ? NULL : words->vi);
	finding.en = fill(findings->arena, entry->en, arguments, count,
			  words == NULL ? NULL : words->en);
	if (finding.vi == NULL || finding.en == NULL)
		return ERR_MEMORY;
	return findings_put(findings, &finding);
}
