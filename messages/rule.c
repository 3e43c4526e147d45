#include "messages/rule.h"

#include <stdlib.h>
#include <string.h>

#include "messages/rule_name.h"
#include "messages/xsd.h"

/* A test that is being read: its element, its rule's kind and `each`. */
struct reading {
	struct rule_reader *reader;
	const struct rule_kind *kind;
	const struct rule_name *each; /* NULL: none */
	const xmlNode *node;
};

/* What attributes a relation wants besides name and is. */
enum wants {
	WANTS_NOTHING,
	WANTS_NUMBER,
	WANTS_DATE,
	WANTS_OTHER,
	WANTS_WORDS,
	WANTS_LIST,
	WANTS_FORM,
	WANTS_LENGTH,
	WANTS_DATE_NAME
};

static const struct {
	const char *word;
	enum rule_relation relation;
	enum wants wants;
} relations[] = {
	{"present", RULE_PRESENT, WANTS_NOTHING},    {"absent", RULE_ABSENT, WANTS_NOTHING},
	{"unique", RULE_UNIQUE, WANTS_NOTHING},      {"equal", RULE_EQUAL, WANTS_NUMBER},
	{"not-equal", RULE_NOT_EQUAL, WANTS_NUMBER}, {"at-least", RULE_AT_LEAST, WANTS_NUMBER},
	{"at-most", RULE_AT_MOST, WANTS_NUMBER},     {"above", RULE_ABOVE, WANTS_NUMBER},
	{"below", RULE_BELOW, WANTS_NUMBER},         {"before", RULE_BEFORE, WANTS_DATE},
	{"after", RULE_AFTER, WANTS_DATE},           {"not-before", RULE_NOT_BEFORE, WANTS_DATE},
	{"not-after", RULE_NOT_AFTER, WANTS_DATE},   {"same", RULE_SAME, WANTS_OTHER},
	{"not-same", RULE_NOT_SAME, WANTS_OTHER},    {"among", RULE_AMONG, WANTS_WORDS},
	{"not-among", RULE_NOT_AMONG, WANTS_WORDS},  {"contains", RULE_CONTAINS, WANTS_WORDS},
	{"in-list", RULE_IN_LIST, WANTS_LIST},       {"form", RULE_FORM, WANTS_FORM},
	{"date", RULE_DATE, WANTS_DATE_NAME},        {"iso-6346", RULE_CHECK_DIGIT, WANTS_NOTHING},
	{"ascii", RULE_ASCII, WANTS_NOTHING},        {"plain", RULE_PLAIN, WANTS_NOTHING},
	{"length", RULE_LENGTH, WANTS_LENGTH},
};

static void fault(const struct reading *reading, const char *value, const char *attribute)
{
	rule_name_fault(reading->reader, reading->node, "rule-value-wrong",
			value == NULL ? "" : value, attribute);
}

static const char *attribute_of(const struct reading *reading, const char *name)
{
	return xsd_attribute(reading->node, name);
}

/* ---- Operands ---- */

static bool read_operand(const struct reading *reading, const char *word,
			 struct rule_operand *ret_operand)
{
	const struct rule_name *name = rule_name_find(reading->kind, word);

	if (name == NULL) {
		rule_name_fault(reading->reader, reading->node, "rule-name-unknown", word,
				schema_full_id(reading->kind->schema));
		return false;
	}
	*ret_operand = name->operand;
	ret_operand->is_inside =
		reading->each != NULL && rule_name_is_in(reading->kind, name, reading->each);
	return true;
}

/* All names of a test stand in the rule's `each`, or none does. */
static void read_names(const struct reading *reading, struct rule_test *test)
{
	struct rule_words words = rule_name_words(reading->reader, attribute_of(reading, "name"));

	if (words.count == 0 || words.count > RULE_NAMES) {
		fault(reading, attribute_of(reading, "name"), "name");
		return;
	}
	for (size_t i = 0; i < words.count; i++) {
		if (!read_operand(reading, words.items[i], &test->names[i]))
			return;
		if (test->names[i].is_inside != test->names[0].is_inside) {
			rule_name_fault(reading->reader, reading->node, "rule-outside",
					words.items[i], reading->each->name);
			return;
		}
	}
	test->name_count = words.count;
}

/* ---- The other side ---- */

static void read_number(const struct reading *reading, const char *name,
			struct rule_number *ret_number)
{
	const char *text = attribute_of(reading, name);

	if (text != NULL && (*text == '-' || !rule_number_parse(bytes_of_text(text), ret_number)))
		fault(reading, text, name);
}

/* Exactly one of number, other, sum-of, count-of. */
static void read_side(const struct reading *reading, struct rule_test *test)
{
	static const struct {
		const char *name;
		enum rule_side_kind kind;
	} sides[] = {{"number", RULE_SIDE_NUMBER},
		     {"other", RULE_SIDE_OTHER},
		     {"sum-of", RULE_SIDE_SUM},
		     {"count-of", RULE_SIDE_COUNT}};
	const char *text = NULL;

	for (size_t i = 0; i < 4; i++) {
		const char *value = attribute_of(reading, sides[i].name);

		if (value == NULL)
			continue;
		if (text != NULL)
			fault(reading, value, sides[i].name);
		text = value;
		test->side = sides[i].kind;
	}
	if (text == NULL)
		fault(reading, attribute_of(reading, "is"), "number");
	else if (test->side == RULE_SIDE_NUMBER)
		read_number(reading, "number", &test->number);
	else
		(void)read_operand(reading, text, &test->other);
	read_number(reading, "within", &test->within);
	text = attribute_of(reading, "of-each");
	if (text != NULL)
		(void)read_operand(reading, text, &test->of_each);
}

static void read_other(const struct reading *reading, struct rule_test *test)
{
	const char *other = attribute_of(reading, "other");

	test->side = RULE_SIDE_OTHER;
	if (other == NULL)
		fault(reading, attribute_of(reading, "is"), "other");
	else
		(void)read_operand(reading, other, &test->other);
}

static void check_dates(const struct reading *reading, const struct rule_test *test)
{
	bool are_dates = test->side == RULE_SIDE_NONE || test->other.is_date;

	for (size_t i = 0; i < test->name_count; i++)
		are_dates &= test->names[i].is_date;
	if (!are_dates)
		fault(reading, attribute_of(reading, "name"), "date");
}

static void read_date(const struct reading *reading, struct rule_test *test)
{
	const char *plus = attribute_of(reading, "plus");

	read_other(reading, test);
	if (plus != NULL && !rule_date_parse_distance(plus, &test->plus))
		fault(reading, plus, "plus");
	check_dates(reading, test);
}

static void read_words(const struct reading *reading, struct rule_test *test)
{
	test->words = rule_name_words(reading->reader, attribute_of(reading, "words"));
	if (test->words.count == 0 && test->relation != RULE_IN_LIST)
		fault(reading, attribute_of(reading, "words"), "words");
}

static void read_list(const struct reading *reading, struct rule_test *test)
{
	const char *name = attribute_of(reading, "list");

	read_words(reading, test);
	if (name == NULL) {
		fault(reading, attribute_of(reading, "is"), "list");
		return;
	}
	test->list = schema_set_codes(reading->reader->set, name);
	if (test->list == NULL)
		rule_name_fault(reading->reader, reading->node, "rule-list-unknown", name, "");
}

static void read_form(const struct reading *reading, struct rule_test *test)
{
	const char *form = attribute_of(reading, "form");

	if (form != NULL && rule_form_parse(form, reading->reader->arena, &test->form) != OK)
		reading->reader->err = ERR_MEMORY;
	if (test->form == NULL)
		fault(reading, form, "form");
}

static size_t read_count(const struct reading *reading, const char *name, size_t otherwise)
{
	const char *text = attribute_of(reading, name);

	return text == NULL ? otherwise : strtoul(text, NULL, 10);
}

static void read_length(const struct reading *reading, struct rule_test *test)
{
	test->min = read_count(reading, "min", 0);
	test->max = read_count(reading, "max", SIZE_MAX);
	if (test->min > test->max)
		fault(reading, attribute_of(reading, "min"), "min");
}

static void read_wanted(const struct reading *reading, enum wants wants, struct rule_test *test)
{
	switch (wants) {
	case WANTS_NUMBER:
		read_side(reading, test);
		break;
	case WANTS_DATE:
		read_date(reading, test);
		break;
	case WANTS_OTHER:
		read_other(reading, test);
		break;
	case WANTS_WORDS:
		read_words(reading, test);
		break;
	case WANTS_LIST:
		read_list(reading, test);
		break;
	case WANTS_FORM:
		read_form(reading, test);
		break;
	case WANTS_LENGTH:
		read_length(reading, test);
		break;
	case WANTS_DATE_NAME:
		check_dates(reading, test);
		break;
	case WANTS_NOTHING:
		break;
	}
}

/* ---- Tests ---- */

/* What stands in {1} where no value of the document does. */
static const char *shown_of(const struct reading *reading)
{
	static const char *const names[] = {"number", "words", "form", "list", "max"};
	const char *text = NULL;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && text == NULL; i++)
		text = rule_name_attribute(reading->reader, reading->node, names[i]);
	return text == NULL ? "" : text;
}

/*
 * What would cost the square of the document is refused: a demand that is not of the element, and a
 * value outside held against one of the element.
 */
static void check_places(const struct reading *reading, const struct rule_test *test)
{
	bool is_inside = test->name_count > 0 && test->names[0].is_inside;
	bool is_must = strcmp((const char *)reading->node->name, "must") == 0;

	if (reading->each == NULL || test->name_count == 0 || is_inside)
		return;
	if (is_must || test->other.is_inside || test->of_each.is_inside)
		rule_name_fault(reading->reader, reading->node, "rule-outside",
				attribute_of(reading, "name"), reading->each->name);
}

static void read_test(const struct reading *reading, struct rule_test *test)
{
	const char *is = attribute_of(reading, "is");
	bool is_must = strcmp((const char *)reading->node->name, "must") == 0;
	size_t i = 0;

	while (i + 1 < sizeof(relations) / sizeof(relations[0]) &&
	       strcmp(relations[i].word, is) != 0)
		i++;
	*test = (struct rule_test){.relation = relations[i].relation,
				   .of_each = {.slot = RULE_NO_SLOT},
				   .first = (uint32_t)read_count(reading, "first", 0),
				   .shown = shown_of(reading)};
	if (strcmp(relations[i].word, is) != 0 || (test->relation == RULE_UNIQUE && !is_must))
		fault(reading, is, "is");
	read_names(reading, test);
	if (!reading->reader->has_faults)
		read_wanted(reading, relations[i].wants, test);
	check_places(reading, test);
}

static struct rule_tests read_tests(struct reading *reading, const xmlNode *rule, const char *word)
{
	struct rule_reader *reader = reading->reader;
	bool has_faults = reader->has_faults;
	struct rule_tests tests = {
		.items = rule_name_keep(reader, arena_alloc_array(reader->arena, RULE_TESTS,
								  sizeof(*tests.items)))};

	for (const xmlNode *node = rule->children; node != NULL && tests.items != NULL;
	     node = node->next) {
		if (node->type != XML_ELEMENT_NODE || strcmp((const char *)node->name, word) != 0)
			continue;
		reading->node = node;
		reader->has_faults = false;
		if (tests.count == RULE_TESTS)
			fault(reading, word, "rule");
		else
			read_test(reading, &tests.items[tests.count++]);
		has_faults |= reader->has_faults;
	}
	reader->has_faults = has_faults;
	return tests;
}

/* ---- Rules ---- */

static const char *sentence_of(struct rule_reader *reader, const xmlNode *rule, const char *name)
{
	const xmlNode *node = document_find(rule, name);

	return node == NULL ? "" : rule_name_keep(reader, document_text(node, reader->arena));
}

static const char *date_of(struct rule_reader *reader, const xmlNode *node, const char *name,
			   int32_t *day)
{
	const char *text = rule_name_attribute(reader, node, name);

	if (text != NULL && !rule_date_parse(bytes_of_text(text), DATE_FORM_ISO_DATE, day))
		rule_name_fault(reader, node, "rule-value-wrong", text, name);
	return text == NULL ? "" : text;
}

static enum severity severity_of(const xmlNode *node, const struct rule_kind *kind)
{
	const char *word = xsd_attribute(node, "severity");
	enum severity severity = SEVERITY_NOTE;

	while (severity < SEVERITY_ERROR && strcmp(severity_name(severity), word) != 0)
		severity++;
	return severity < kind->highest ? severity : kind->highest;
}

static void read_card(struct reading *reading, const xmlNode *node, struct rule *rule)
{
	struct rule_reader *reader = reading->reader;

	rule->valid_from = INT32_MIN;
	rule->valid_to = INT32_MAX;
	rule->card = (struct rule_card){
		.code = rule_name_attribute(reader, node, "code"),
		.severity = severity_of(node, reading->kind),
		.valid_from = date_of(reader, node, "valid-from", &rule->valid_from),
		.valid_to = date_of(reader, node, "valid-to", &rule->valid_to),
		.vi = sentence_of(reader, node, "vi"),
		.en = sentence_of(reader, node, "en"),
		.file = reader->file};
	rule->judged = reading->kind->judged;
	rule->judged_count = reading->kind->judged_count;
	if (rule->judged_count == 0 && (*rule->card.valid_from != 0 || *rule->card.valid_to != 0))
		rule_name_fault(reader, node, "rule-day-missing", rule->card.code,
				schema_full_id(reading->kind->schema));
}

static void read_each(struct reading *reading, const xmlNode *node, struct rule *rule)
{
	const char *word = xsd_attribute(node, "each");

	rule->each.slot = RULE_NO_SLOT;
	reading->each = NULL;
	if (word == NULL)
		return;
	reading->node = node;
	if (!read_operand(reading, word, &rule->each))
		return;
	reading->each = rule_name_find(reading->kind, word);
	if (reading->each->step->shape->is_leaf || reading->each->step->shape->is_attribute)
		fault(reading, word, "each");
}

static void add(struct rule_book *book, struct rule *rule)
{
	if (book->last == NULL)
		book->first = rule;
	else
		book->last->next = rule;
	book->last = rule;
}

static void read_for_kind(struct rule_reader *reader, const struct rule_kind *kind,
			  const xmlNode *node)
{
	struct rule *rule = rule_name_keep(reader, arena_alloc(reader->arena, sizeof(*rule)));
	struct reading reading = {.reader = reader, .kind = kind, .node = node};

	if (rule == NULL)
		return;
	read_card(&reading, node, rule);
	read_each(&reading, node, rule);
	rule->whens = read_tests(&reading, node, "when");
	rule->unlesses = read_tests(&reading, node, "unless");
	rule->musts = read_tests(&reading, node, "must");
	add(kind->book, rule);
}

static const struct rule_kind *kind_called(const struct rule_reader *reader, const char *id)
{
	for (size_t i = 0; i < reader->kind_count; i++)
		if (strcmp(schema_full_id(reader->kinds[i].schema), id) == 0)
			return &reader->kinds[i];
	return NULL;
}

/* For the kinds that the rule says, else for all that the file has names for. */
static void read_rule(struct rule_reader *reader, const xmlNode *node)
{
	const char *kinds = xsd_attribute(node, "kinds");
	struct rule_words words = rule_name_words(reader, kinds);

	for (size_t i = 0; kinds == NULL && i < reader->kind_count; i++)
		read_for_kind(reader, &reader->kinds[i], node);
	for (size_t i = 0; i < words.count; i++) {
		const struct rule_kind *kind = kind_called(reader, words.items[i]);

		if (kind == NULL)
			rule_name_fault(reader, node, "rule-kind-unknown", words.items[i], "");
		else
			read_for_kind(reader, kind, node);
	}
}

static void read_children(struct rule_reader *reader, const xmlNode *root, const char *name,
			  void (*read)(struct rule_reader *, const xmlNode *))
{
	bool has_faults = reader->has_faults;

	for (const xmlNode *node = root->children; node != NULL && reader->err == OK;
	     node = node->next) {
		if (node->type != XML_ELEMENT_NODE || strcmp((const char *)node->name, name) != 0)
			continue;
		reader->has_faults = false;
		read(reader, node);
		has_faults |= reader->has_faults;
	}
	reader->has_faults = has_faults;
}

enum err rule_read(const struct schema_set *set, const char *file, const struct document *document,
		   struct arena *arena, struct findings *findings, struct rule_book **books)
{
	const xmlNode *root = document_root(document);
	struct rule_reader reader = {
		.set = set, .arena = arena, .findings = findings, .books = books, .err = OK};

	reader.file = rule_name_keep(&reader, arena_text(arena, bytes_of_text(file)));
	reader.kinds = rule_name_keep(
		&reader, arena_alloc_array(arena, xmlChildElementCount((xmlNode *)root) + 1,
					   sizeof(*reader.kinds)));
	read_children(&reader, root, "names", rule_name_read);
	/* names that are not known would be told again of each rule */
	if (!reader.has_faults)
		read_children(&reader, root, "rule", read_rule);
	return reader.err != OK ? reader.err : reader.has_faults ? ERR_CONFIG : OK;
}

const struct rule_card *rule_card_at(const struct rule_book *book, size_t index)
{
	const struct rule *rule = book == NULL ? NULL : book->first;

	for (; rule != NULL && index > 0; index--)
		rule = rule->next;
	return rule == NULL ? NULL : &rule->card;
}
