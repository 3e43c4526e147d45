#include <stdlib.h>
#include <string.h>

#include "messages/sieve_table.h"

/* Text that has the white space it would have after XML Schema's normalisation. */
#define REPLACED "[^\\t\\n\\r]*"
#define COLLAPSED "([^\\s]+( [^\\s]+)*)?"

static const struct builtin {
	const char *name;
	enum lexical lexical;
	const char *pattern;
	const char *low;
	const char *high;
} builtins[] = {
	{"string", LEXICAL_STRING, NULL, NULL, NULL},
	{"anySimpleType", LEXICAL_STRING, NULL, NULL, NULL},
	{"normalizedString", LEXICAL_STRING, REPLACED, NULL, NULL},
	{"token", LEXICAL_STRING, COLLAPSED, NULL, NULL},
	{"decimal", LEXICAL_DECIMAL, NULL, NULL, NULL},
	{"integer", LEXICAL_INTEGER, NULL, NULL, NULL},
	{"nonNegativeInteger", LEXICAL_UNSIGNED, NULL, NULL, NULL},
	{"positiveInteger", LEXICAL_UNSIGNED, NULL, "1", NULL},
	{"nonPositiveInteger", LEXICAL_INTEGER, NULL, NULL, "0"},
	{"negativeInteger", LEXICAL_INTEGER, NULL, NULL, "-1"},
	{"long", LEXICAL_INTEGER, NULL, NULL, NULL}, /* has more digits than are looked at */
	{"int", LEXICAL_INTEGER, NULL, "-2147483648", "2147483647"},
	{"short", LEXICAL_INTEGER, NULL, "-32768", "32767"},
	{"byte", LEXICAL_INTEGER, NULL, "-128", "127"},
	{"unsignedLong", LEXICAL_UNSIGNED, NULL, NULL, NULL},
	{"unsignedInt", LEXICAL_UNSIGNED, NULL, NULL, "4294967295"},
	{"unsignedShort", LEXICAL_UNSIGNED, NULL, NULL, "65535"},
	{"unsignedByte", LEXICAL_UNSIGNED, NULL, NULL, "255"},
	{"boolean", LEXICAL_BOOLEAN, NULL, NULL, NULL},
	{"date", LEXICAL_DATE, NULL, NULL, NULL},
	{"dateTime", LEXICAL_DATE_TIME, NULL, NULL, NULL},
	{"time", LEXICAL_TIME, NULL, NULL, NULL},
	{"gYear", LEXICAL_YEAR, NULL, NULL, NULL},
	{"gYearMonth", LEXICAL_YEAR_MONTH, NULL, NULL, NULL},
	{"anyURI", LEXICAL_URI, NULL, NULL, NULL},
	{"language", LEXICAL_LANGUAGE, NULL, NULL, NULL},
	{"NMTOKEN", LEXICAL_NMTOKEN, NULL, NULL, NULL},
	{"Name", LEXICAL_NAME, NULL, NULL, NULL},
	{"NCName", LEXICAL_NCNAME, NULL, NULL, NULL},
};

/* What a restriction's facets are gathered in. */
struct facets {
	struct sieve_loader *loader;
	struct sieve_simple *simple;
	const char *pattern; /* the step's patterns as one: any of them may match */
	bool is_unknown;
};

static bool is_number(const struct sieve_simple *simple)
{
	return simple->lexical == LEXICAL_DECIMAL || simple->lexical == LEXICAL_INTEGER ||
	       simple->lexical == LEXICAL_UNSIGNED;
}

static bool has_characters(const struct sieve_simple *simple)
{
	return simple->lexical == LEXICAL_STRING || simple->lexical == LEXICAL_NMTOKEN ||
	       simple->lexical == LEXICAL_NAME || simple->lexical == LEXICAL_NCNAME;
}

/* ---- Facets ---- */

static bool read_number(const char *value, uint32_t *ret_number)
{
	char *end;
	unsigned long number = strtoul(value, &end, 10);

	*ret_number = (uint32_t)number;
	return *value >= '0' && *value <= '9' && *end == '\0' && number < UINT32_MAX;
}

static void narrow(uint32_t *most, uint32_t number)
{
	if (number < *most)
		*most = number;
}

static bool put_length(struct facets *facets, const char *name, const char *value)
{
	struct sieve_simple *simple = facets->simple;
	uint32_t length;

	if (!has_characters(simple) || !read_number(value, &length))
		return false;
	if (strcmp(name, "minLength") != 0)
		narrow(&simple->max_length, length);
	if (strcmp(name, "maxLength") != 0 && length > simple->min_length)
		simple->min_length = length;
	return true;
}

static bool put_digits(struct facets *facets, const char *name, const char *value)
{
	struct sieve_simple *simple = facets->simple;
	uint32_t digits;

	if (!is_number(simple) || !read_number(value, &digits))
		return false;
	narrow(strcmp(name, "totalDigits") == 0 ? &simple->total_digits : &simple->fraction_digits,
	       digits);
	simple->has_digits = true;
	return true;
}

/* The narrower of two bounds; of two equal ones that which excludes. */
static void put_narrower(struct sieve_bound *to, const struct sieve_bound *bound, bool is_low)
{
	int order = to->is_set ? decimal_compare(&bound->value, &to->value) : 0;

	if (!is_low)
		order = -order;
	if (!to->is_set || order > 0 || (order == 0 && bound->is_exclusive))
		*to = *bound;
}

static bool put_bound(struct facets *facets, const char *name, const char *value)
{
	struct sieve_simple *simple = facets->simple;
	const char *copy = sieve_load_copy(facets->loader, value);
	bool is_low = strncmp(name, "min", 3) == 0;
	struct sieve_bound bound = {.is_set = true,
				    .is_exclusive = strstr(name, "Exclusive") != NULL};

	if (copy == NULL || !is_number(simple) ||
	    !lexical_decimal(bytes_of_text(copy), &bound.value))
		return false;
	put_narrower(is_low ? &simple->low : &simple->high, &bound, is_low);
	simple->has_digits = true;
	return true;
}

static bool put_white_space(struct facets *facets, const char *name, const char *value);

/* Patterns of one step are alternatives. */
static bool put_pattern(struct facets *facets, const char *name, const char *value)
{
	(void)name;
	facets->pattern =
		facets->pattern == NULL
			? arena_format(facets->loader->arena, "(%s)", value)
			: arena_format(facets->loader->arena, "%s|(%s)", facets->pattern, value);
	return facets->pattern != NULL;
}

/* Read together, by put_words(). */
static bool put_enumeration(struct facets *facets, const char *name, const char *value)
{
	(void)facets;
	(void)name;
	return value != NULL;
}

static const struct facet {
	const char *name;
	bool (*put)(struct facets *, const char *name, const char *value);
} known[] = {
	{"length", put_length},         {"minLength", put_length},
	{"maxLength", put_length},      {"totalDigits", put_digits},
	{"fractionDigits", put_digits}, {"minInclusive", put_bound},
	{"maxInclusive", put_bound},    {"minExclusive", put_bound},
	{"maxExclusive", put_bound},    {"whiteSpace", put_white_space},
	{"pattern", put_pattern},       {"enumeration", put_enumeration},
};

static void put_facet(struct facets *facets, const xmlNode *node)
{
	const char *value = xsd_attribute(node, "value");
	bool is_put = false;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (value != NULL && xsd_is(node, known[i].name))
			is_put = known[i].put(facets, known[i].name, value);
	}
	if (is_put && sieve_load_has_only(facets->loader, node, "value fixed id"))
		return;
	facets->is_unknown = true;
	sieve_load_gap(facets->loader, node, (const char *)node->name);
}

static int compare_words(const void *a, const void *b)
{
	const struct bytes *first = a, *second = b;

	if (first->len != second->len)
		return first->len < second->len ? -1 : 1;
	return bytes_compare(*first, *second);
}

/* The enumeration of this step; the one of the base stays in force beside it. */
static void put_words(struct facets *facets, const xmlNode *restriction)
{
	struct sieve_words *words = sieve_load_alloc(facets->loader, 1, sizeof(*words));
	size_t room = xmlChildElementCount((xmlNode *)(uintptr_t)restriction);

	if (words == NULL || (words->items = sieve_load_alloc(facets->loader, room + 1,
							      sizeof(*words->items))) == NULL)
		return;
	for (const xmlNode *node = restriction->children; node != NULL; node = node->next) {
		if (xsd_is(node, "enumeration") && xsd_attribute(node, "value") != NULL)
			words->items[words->count++] = bytes_of_text(
				sieve_load_copy(facets->loader, xsd_attribute(node, "value")));
	}
	if (words->count == 0)
		return;
	qsort(words->items, words->count, sizeof(*words->items), compare_words);
	words->next = facets->simple->words;
	facets->simple->words = words;
}

/* ---- Patterns ---- */

static void add_text(struct facets *facets, const char *text)
{
	struct sieve_simple *simple = facets->simple;
	const char **texts =
		sieve_load_alloc(facets->loader, simple->text_count + 1, sizeof(*texts));

	if (texts == NULL)
		return;
	for (size_t i = 0; i < simple->text_count; i++)
		texts[i] = simple->texts[i];
	texts[simple->text_count++] = text;
	simple->texts = texts;
	simple->pattern = NULL;
}

static bool put_white_space(struct facets *facets, const char *name, const char *value)
{
	(void)name;
	if (strcmp(value, "collapse") == 0 && facets->simple->lexical == LEXICAL_STRING) {
		facets->simple->is_collapsed = true;
		add_text(facets, COLLAPSED);
	} else if (strcmp(value, "replace") == 0 && facets->simple->lexical == LEXICAL_STRING)
		add_text(facets, REPLACED);
	else
		return strcmp(value, "preserve") == 0 || strcmp(value, "collapse") == 0;
	return true;
}

static void compile(struct facets *facets, const xmlNode *node)
{
	struct sieve_simple *simple = facets->simple;
	enum err err;

	if (facets->pattern != NULL)
		add_text(facets, facets->pattern);
	if (simple->pattern != NULL || simple->text_count == 0 || facets->loader->err != OK)
		return;
	err = pattern_compile(simple->texts, simple->text_count, facets->loader->arena,
			      &simple->pattern);
	if (err == ERR_MEMORY)
		facets->loader->err = err;
	if (err == OK)
		return;
	facets->is_unknown = true;
	sieve_load_gap(facets->loader, node, simple->texts[simple->text_count - 1]);
}

/* ---- Types ---- */

static const struct sieve_simple unknown = {.lexical = LEXICAL_NONE};

static void set_bound(struct sieve_simple *simple, struct sieve_bound *bound, const char *text)
{
	if (text == NULL)
		return;
	bound->is_set = lexical_decimal(bytes_of_text(text), &bound->value);
	simple->has_digits = true;
}

/* libxml2 does not take white space away from dates and some integers, though it should. */
static bool may_be_trimmed(const struct builtin *builtin)
{
	return builtin->lexical == LEXICAL_DECIMAL || strcmp(builtin->name, "token") == 0;
}

static struct sieve_simple *make_builtin(struct sieve_loader *loader, const xmlNode *node,
					 const struct builtin *builtin)
{
	struct sieve_simple *simple = sieve_load_alloc(loader, 1, sizeof(*simple));
	struct facets facets = {.loader = loader, .simple = simple, .pattern = builtin->pattern};

	if (simple == NULL)
		return NULL;
	*simple = (struct sieve_simple){.lexical = builtin->lexical,
					.is_collapsed = may_be_trimmed(builtin),
					.max_length = UINT32_MAX,
					.total_digits = UINT32_MAX,
					.fraction_digits = UINT32_MAX};
	set_bound(simple, &simple->low, builtin->low);
	set_bound(simple, &simple->high, builtin->high);
	compile(&facets, node);
	return simple;
}

static const struct sieve_simple *builtin_called(struct sieve_loader *loader, const xmlNode *node,
						 const char *name)
{
	const char *colon = strchr(name, ':'), *local = colon == NULL ? name : colon + 1;
	const struct sieve_simple *simple = NULL;

	for (size_t i = 0; i < sizeof(builtins) / sizeof(builtins[0]); i++) {
		if (strcmp(builtins[i].name, local) != 0)
			continue;
		simple = sieve_load_known(loader, &builtins[i]);
		if (simple == NULL) {
			simple = make_builtin(loader, node, &builtins[i]);
			sieve_load_learn(loader, &builtins[i], simple);
		}
	}
	if (simple == NULL)
		sieve_load_gap(loader, node, name);
	return simple == NULL ? &unknown : simple;
}

const struct sieve_simple *sieve_simple_restrict(struct sieve_loader *loader,
						 const xmlNode *restriction,
						 const struct sieve_simple *base)
{
	struct sieve_simple *simple = sieve_load_alloc(loader, 1, sizeof(*simple));
	struct facets facets = {.loader = loader, .simple = simple};

	if (simple == NULL)
		return &unknown;
	*simple = *base;
	for (const xmlNode *node = sieve_load_part(restriction->children); node != NULL;
	     node = sieve_load_part(node->next)) {
		if (!xsd_is(node, "attribute"))
			put_facet(&facets, node);
	}
	put_words(&facets, restriction);
	compile(&facets, restriction);
	return facets.is_unknown || loader->err != OK ? &unknown : simple;
}

/* Only xs:restriction with a named base; lists, unions and types within it are not known. */
static const struct sieve_simple *read_simple(struct sieve_loader *loader, const xmlNode *type)
{
	const xmlNode *restriction = sieve_load_part(type->children);
	const char *base = restriction == NULL ? NULL : xsd_attribute(restriction, "base");
	const struct sieve_simple *simple = sieve_load_known(loader, type);

	if (simple != NULL)
		return simple;
	/* a type that restricts itself is no type: until it is read nothing is of it */
	sieve_load_learn(loader, type, &unknown);
	if (base == NULL || !xsd_is(restriction, "restriction") ||
	    sieve_load_part(restriction->next) != NULL ||
	    !sieve_load_has_only(loader, restriction, "base id") ||
	    !sieve_load_has_only(loader, type, "name id")) {
		sieve_load_gap(loader, type, (const char *)type->name);
		return &unknown;
	}
	simple = sieve_simple_restrict(loader, restriction,
				       sieve_simple_of(loader, restriction, base));
	sieve_load_learn(loader, type, simple);
	return simple;
}

const struct sieve_simple *sieve_simple_of(struct sieve_loader *loader, const xmlNode *node,
					   const char *type_name)
{
	const xmlNode *type = sieve_load_part(node->children);

	if (type_name == NULL)
		return type != NULL && xsd_is(type, "simpleType")
			       ? read_simple(loader, type)
			       : builtin_called(loader, node, "string");
	if (xsd_is_builtin(node, type_name))
		return builtin_called(loader, node, type_name);
	type = xsd_resolve(&loader->xsd, "simpleType", node, type_name);
	if (type != NULL)
		return read_simple(loader, type);
	sieve_load_gap(loader, node, type_name);
	return &unknown;
}
