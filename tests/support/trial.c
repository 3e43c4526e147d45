#include "tests/support/trial.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sampan/limit.h"
#include "tests/support/changes.h"
#include "tests/support/roundtrip.h"
#include "tests/support/totality.h"

#define INVALID_BYTES (TRIAL_FAULT_BYTES / 2)

static void die(const char *what, const char *about)
{
	fprintf(stderr, "trial: %s: %s\n", what, about);
	abort();
}

/* ---- libxml2's word on a document ---- */

static void ignore(void *context, const char *format, ...)
{
	(void)context;
	(void)format;
}

static void keep_first(void *context, const char *format, ...)
{
	char *fault = context;
	va_list arguments;

	if (fault[0] != '\0')
		return;
	va_start(arguments, format);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	vsnprintf(fault, INVALID_BYTES, format, arguments);
#pragma GCC diagnostic pop
	va_end(arguments);
}

static xmlSchema *compile(const char *path)
{
	xmlSchemaParserCtxt *parser = xmlSchemaNewParserCtxt(path);
	xmlSchema *xsd;

	if (parser == NULL)
		die("no memory", path);
	xmlSchemaSetParserErrors(parser, ignore, ignore, NULL);
	xsd = xmlSchemaParse(parser);
	xmlSchemaFreeParserCtxt(parser);
	if (xsd == NULL)
		die("does not compile", path);
	return xsd;
}

/* Of the bytes: nothing of ours in between. "" when it is valid. */
static void validate(xmlSchema *xsd, struct bytes bytes, char ret_fault[INVALID_BYTES])
{
	xmlDoc *doc = xmlReadMemory((const char *)bytes.at, (int)bytes.len, NULL, NULL,
				    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
					    XML_PARSE_HUGE);
	xmlSchemaValidCtxt *validator = xmlSchemaNewValidCtxt(xsd);

	ret_fault[0] = '\0';
	xmlSchemaSetValidErrors(validator, keep_first, ignore, ret_fault);
	if (doc == NULL)
		snprintf(ret_fault, INVALID_BYTES, "not well-formed");
	else if (xmlSchemaValidateDoc(validator, doc) != 0 && ret_fault[0] == '\0')
		snprintf(ret_fault, INVALID_BYTES, "not valid");
	xmlSchemaFreeValidCtxt(validator);
	xmlFreeDoc(doc);
}

/* ---- What may be said of a document that is not sent ---- */

/* docs/findings.md: what a value of the source, or the lack of one, can be the cause of. */
static bool is_reason(const char *code)
{
	static const char *const codes[] = {"precondition",
					    "precondition-missing",
					    "map-takes-nothing",
					    "value-missing",
					    "value-not-convertible",
					    "too-many",
					    "link-broken",
					    "link-twice",
					    "must-carry",
					    "value-too-long",
					    "value-empty",
					    "value-too-short",
					    "value-length",
					    "value-pattern",
					    "value-not-in-list",
					    "value-too-small",
					    "value-too-large",
					    "value-too-many-digits",
					    "value-too-many-decimals",
					    "value-not-number",
					    "value-not-date",
					    "value-not-boolean",
					    "translation-too-large"};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		if (strcmp(code, codes[i]) == 0)
			return true;
	}
	return false;
}

/* Must one of several elements stand somewhere? */
static bool has_choice(const struct grammar *part)
{
	if (part->kind == GRAMMAR_CHOICE && part->min > 0)
		return true;
	for (size_t i = 0; i < part->part_count; i++) {
		if (has_choice(part->parts[i]))
			return true;
	}
	return part->content != NULL && has_choice(part->content);
}

/* That none of the elements of a choice is there is told of the next element, by the XSD. */
static bool is_about_a_choice(const struct trial *trial, const char *code)
{
	return (strcmp(code, "element-misplaced") == 0 || strcmp(code, "element-missing") == 0) &&
	       (has_choice(trial->wishes.to.root) || has_choice(trial->wishes.from.root));
}

static bool is_held_for_a_reason(struct trial *trial, const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		if ((is_reason(finding->code) || is_about_a_choice(trial, finding->code)) &&
		    finding->path[0] == '/' && finding->vi[0] != '\0' && finding->en[0] != '\0')
			continue;
		snprintf(trial->fault, TRIAL_FAULT_BYTES,
			 "held for a reason that is none: %s %s: %s", finding->code, finding->path,
			 finding->en);
		return false;
	}
	return true;
}

/* SAMPAN_HELD=1: print why each document is held, to see what the generator should know. */
static void tell_held(const struct map *map, const struct findings *findings)
{
	if (getenv("SAMPAN_HELD") != NULL)
		printf("held %s %s: %s %s \"%.60s\"\n", schema_full_id(map_from(map)),
		       schema_full_id(map_to(map)), findings->items[0].code,
		       findings->items[0].path, findings->items[0].value);
}

/* ---- One translation ---- */

struct outcome {
	bool is_sent;
	struct translation translation;
	struct bytes json; /* the heap's */
};

static void forget(struct outcome *outcome)
{
	free((void *)(uintptr_t)outcome->json.at);
	outcome->json = (struct bytes){0};
}

static bool translate(struct trial *trial, const struct map *map, const struct document *document,
		      const struct facts *facts, struct outcome *ret_outcome)
{
	struct findings findings;
	enum err err;

	*ret_outcome = (struct outcome){0};
	findings_init(&findings, trial->arena);
	err = translate_document(trial->set, document, map_from(map), map_to(map), facts,
				 trial->arena, &findings, &ret_outcome->translation);
	if (err != OK) {
		snprintf(trial->fault, TRIAL_FAULT_BYTES, "error %d", (int)err);
		return false;
	}
	if (findings_has_errors(&findings)) {
		if (map == trial->map)
			snprintf(trial->held, sizeof(trial->held), "%s", findings.items[0].code);
		tell_held(map, &findings);
		return is_held_for_a_reason(trial, &findings);
	}
	ret_outcome->is_sent = true;
	ret_outcome->json = totality_json(&ret_outcome->translation.report);
	return true;
}

static bool is_same_again(struct trial *trial, const struct document *document,
			  const struct facts *facts, const struct outcome *outcome)
{
	struct outcome again;
	bool is_same;

	if (!translate(trial, trial->map, document, facts, &again))
		return false;
	is_same = again.is_sent == outcome->is_sent && bytes_equal(again.json, outcome->json) &&
		  bytes_equal(again.translation.output, outcome->translation.output);
	forget(&again);
	if (!is_same)
		snprintf(trial->fault, TRIAL_FAULT_BYTES, "another result the second time");
	return is_same;
}

static bool is_accounted_for(struct trial *trial, struct bytes source,
			     const struct outcome *outcome, bool is_forth)
{
	struct totality totality = {.sources = &source,
				    .source_count = 1,
				    .outputs = &outcome->translation.output,
				    .output_count = 1,
				    .json = outcome->json,
				    .carries = trial->carries,
				    .carry_count = is_forth ? trial->carry_count : 0,
				    .cuts = is_forth ? trial->cuts : NULL,
				    .cut_count = trial->cut_count};
	char invalid[INVALID_BYTES];

	if (totality_check_all(&totality, trial->fault) > 0 ||
	    changes_check(outcome->json, trial->fault) > 0)
		return false;
	validate(is_forth ? trial->to_xsd : trial->from_xsd, outcome->translation.output, invalid);
	if (invalid[0] != '\0')
		snprintf(trial->fault, TRIAL_FAULT_BYTES, "the output is not valid: %s", invalid);
	return invalid[0] == '\0';
}

/* ---- And back ---- */

static bool is_the_same_up_to_losses(struct trial *trial, const struct outcome *forth,
				     const struct outcome *back)
{
	struct roundtrip roundtrip = {.forth = forth->json,
				      .back = back->json,
				      .shared = trial->shared,
				      .shared_count = trial->shared_count};

	trial->is_returned = true;
	return roundtrip_check(&roundtrip, trial->fault) == 0 &&
	       (!trial->is_strict ||
		totality_check_return(&forth->translation.report, back->translation.output,
				      trial->fault) == 0);
}

static bool comes_back(struct trial *trial, const struct outcome *forth, struct choices *choices)
{
	struct document *document = NULL;
	struct outcome back = {0};
	struct findings findings;
	struct facts facts;
	bool holds = false;

	findings_init(&findings, trial->arena);
	facts_init(&facts, trial->arena);
	wishes_put_facts(&trial->back, choices, &facts);
	if (document_read(forth->translation.output, LIMIT_DOCUMENT_BYTES, &findings, &document) !=
		    OK ||
	    document == NULL) {
		snprintf(trial->fault, TRIAL_FAULT_BYTES, "the output cannot be read");
		return false;
	}
	if (translate(trial, trial->inverse, document, &facts, &back))
		holds = !back.is_sent ||
			(is_accounted_for(trial, forth->translation.output, &back, false) &&
			 is_the_same_up_to_losses(trial, forth, &back));
	if (holds && back.is_sent && trial->on_report != NULL)
		trial->on_report(trial->context, trial->inverse, back.json,
				 back.translation.output);
	document_free(document);
	forget(&back);
	return holds;
}

/* ---- One document ---- */

static bool holds_of(struct trial *trial, const struct document *document, struct choices *choices)
{
	struct outcome outcome = {0};
	struct facts facts;
	bool holds;

	facts_init(&facts, trial->arena);
	wishes_put_facts(&trial->wishes, choices, &facts);
	holds = translate(trial, trial->map, document, &facts, &outcome) &&
		is_same_again(trial, document, &facts, &outcome);
	if (holds && outcome.is_sent) {
		trial->is_translated = true;
		holds = is_accounted_for(trial, document->bytes, &outcome, true) &&
			(trial->inverse == NULL || comes_back(trial, &outcome, choices));
		if (holds && trial->on_report != NULL)
			trial->on_report(trial->context, trial->map, outcome.json,
					 outcome.translation.output);
	}
	forget(&outcome);
	return holds;
}

bool trial_holds(struct trial *trial, struct bytes bytes, struct choices *choices)
{
	struct document *document = NULL;
	char invalid[INVALID_BYTES];
	struct findings findings;
	bool is_sound = false;

	trial->fault[0] = trial->held[0] = '\0';
	trial->is_translated = trial->is_returned = false;
	trial->arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	findings_init(&findings, trial->arena);
	validate(trial->from_xsd, bytes, invalid);
	if (invalid[0] != '\0')
		snprintf(trial->fault, TRIAL_FAULT_BYTES, "the document is not valid: %s", invalid);
	else if (document_read(bytes, LIMIT_DOCUMENT_BYTES, &findings, &document) != OK ||
		 document == NULL)
		snprintf(trial->fault, TRIAL_FAULT_BYTES, "the document cannot be read: %s",
			 findings.count == 0 ? "" : findings.items[0].en);
	else
		is_sound = holds_of(trial, document, choices);
	document_free(document);
	arena_free(trial->arena);
	trial->arena = NULL;
	return is_sound;
}

/* ---- One map ---- */

static const char *attribute(const xmlNode *node, const char *name)
{
	const xmlAttr *found = xmlHasNsProp(node, BAD_CAST name, NULL);

	return found == NULL || found->children == NULL ? NULL
							: (const char *)found->children->content;
}

/* Paths that may lose nothing, in this direction. */
static void read_carries(struct trial *trial)
{
	for (const xmlNode *node = xmlDocGetRootElement(trial->wishes.map)->children; node != NULL;
	     node = node->next) {
		const char *way = node->type == XML_ELEMENT_NODE ? attribute(node, "way") : NULL;
		bool is_back = way != NULL && strcmp(way, "back") == 0;

		if (node->type == XML_ELEMENT_NODE && xmlStrEqual(node->name, BAD_CAST "carry") &&
		    is_back == trial->wishes.is_back && trial->carry_count < TRIAL_CARRIES)
			trial->carries[trial->carry_count++] = attribute(node, "path");
	}
}

/* The source path of a rule below the groups around it. */
static const char *whole_path(const struct trial *trial, const xmlNode *rule)
{
	const char *side = trial->wishes.is_back ? "to" : "from", *path = "";

	for (; rule != NULL && rule->type == XML_ELEMENT_NODE; rule = rule->parent) {
		const char *step =
			xmlStrEqual(rule->name, BAD_CAST "map") ? NULL : attribute(rule, side);

		if (step == NULL || strcmp(step, ".") == 0)
			continue;
		path = arena_format(trial->kept, "%s%s%s", step, *path == '\0' ? "" : "/", path);
		if (*step == '/')
			break;
	}
	return path;
}

/* Rules that may cut, in this direction. */
static void read_cuts(struct trial *trial, const xmlNode *rules)
{
	for (const xmlNode *rule = rules->children; rule != NULL; rule = rule->next) {
		if (rule->type != XML_ELEMENT_NODE)
			continue;
		if (attribute(rule, "cut") != NULL && trial->cut_count < TRIAL_CARRIES)
			trial->cuts[trial->cut_count++] = whole_path(trial, rule);
		read_cuts(trial, rule);
	}
}

static bool is_list_of_both(const struct trial *trial, const xmlNode *first, const xmlNode *second)
{
	const char *target = trial->wishes.is_back ? "from" : "to";

	return second->type == XML_ELEMENT_NODE && xmlStrEqual(first->name, BAD_CAST "value") &&
	       xmlStrEqual(second->name, BAD_CAST "value") &&
	       strcmp(attribute(first, target), attribute(second, target)) == 0;
}

/* Rules that write one list, which is shared out on the way back. */
static void read_shared(struct trial *trial, const xmlNode *rules)
{
	for (const xmlNode *first = rules->children; first != NULL; first = first->next) {
		if (first->type != XML_ELEMENT_NODE)
			continue;
		for (const xmlNode *second = first->next; second != NULL; second = second->next) {
			if (!is_list_of_both(trial, first, second) ||
			    trial->shared_count + 2 > TRIAL_SHARED)
				continue;
			trial->shared[trial->shared_count++] = whole_path(trial, first);
			trial->shared[trial->shared_count++] = whole_path(trial, second);
		}
		read_shared(trial, first);
	}
}

void trial_open(struct trial *trial, const char *folder, const struct schema_set *set,
		const struct map *map)
{
	const char *from = schema_full_id(map_from(map)), *to = schema_full_id(map_to(map));

	*trial = (struct trial){.set = set, .map = map, .kept = arena_new((size_t)256 << 20)};
	trial->inverse = schema_set_map(set, map_to(map), map_from(map));
	wishes_open(folder, from, to, trial->kept, &trial->wishes);
	if (trial->inverse != NULL) {
		wishes_open(folder, to, from, trial->kept, &trial->back);
		wishes_learn(&trial->wishes, &trial->back);
	}
	trial->from_xsd = compile(trial->wishes.from.xsd);
	trial->to_xsd = compile(trial->wishes.to.xsd);
	read_carries(trial);
	read_cuts(trial, xmlDocGetRootElement(trial->wishes.map));
	read_shared(trial, xmlDocGetRootElement(trial->wishes.map));
}

void trial_close(struct trial *trial)
{
	xmlSchemaFree(trial->from_xsd);
	xmlSchemaFree(trial->to_xsd);
	wishes_close(&trial->wishes);
	if (trial->inverse != NULL)
		wishes_close(&trial->back);
	arena_free(trial->kept);
}
