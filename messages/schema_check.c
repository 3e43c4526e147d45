#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/schema_set.h"
#include "messages/sentence.h"
#include "messages/xsd.h"
#include "sampan/limit.h"

struct check {
	const struct schema_set *set;
	const struct shape *shape; /* of the root; may be NULL */
	struct findings *findings;
	struct arena *arena;
	const xmlNode *faulty; /* whose value the last finding was about */
	enum err err;
};

struct fault {
	int error; /* the parser's code */
	const xmlNode *element;
	const xmlNode *node;   /* the element, or its attribute that is meant */
	const char *attribute; /* its name; NULL for the element */
	const char *message;
	const char *words[3];
};

static const char *or_empty(const char *text)
{
	return text == NULL ? "" : text;
}

static const struct shape *shape_of(const struct check *check, const xmlNode *element)
{
	const struct shape *parent;

	if (element->parent == NULL || element->parent->type != XML_ELEMENT_NODE)
		return check->shape;
	parent = shape_of(check, element->parent);
	return parent == NULL
		       ? NULL
		       : shape_element(parent, bytes_of_text((const char *)element->name),
				       element->ns == NULL ? "" : (const char *)element->ns->href);
}

static const struct shape *shape_of_fault(const struct check *check, const struct fault *fault)
{
	const struct shape *shape = shape_of(check, fault->element);
	char name[LIMIT_NAME_BYTES + 2];

	if (shape == NULL || fault->attribute == NULL)
		return shape;
	(void)snprintf(name, sizeof(name), "@%s", fault->attribute);
	return shape_child(shape, bytes_of_text(name));
}

/* "Code (VNACCS EPC)" where the XSD knows the item, else "Code"; NULL for memory. */
static const char *label(struct check *check, const char *name, const struct shape *shape)
{
	static const struct {
		const char *source;
		const char *prefix;
	} sources[] = {{"vnaccs", "VNACCS "}, {"wco", "WCO "}};
	const char *prefix = "";

	if (shape == NULL || *shape->item == 0)
		return arena_text(check->arena, bytes_of_text(name));
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (strcmp(shape->item_of, sources[i].source) == 0)
			prefix = sources[i].prefix;
	return arena_format(check->arena, "%s (%s%s)", name, prefix, shape->item);
}

static const char *label_of(struct check *check, const struct fault *fault)
{
	return label(check,
		     fault->attribute != NULL ? fault->attribute
					      : (const char *)fault->element->name,
		     shape_of_fault(check, fault));
}

static const char *value_of(struct check *check, const struct fault *fault)
{
	if (fault->attribute != NULL)
		return or_empty(xsd_attribute(fault->element, fault->attribute));
	return document_text(fault->element, check->arena);
}

static void put(struct check *check, const struct fault *fault, const char *code, const char *value,
		const char *first, const char *second)
{
	const char *name = label_of(check, fault);
	const char *path = document_path(fault->node, check->arena);

	if (name == NULL || path == NULL || value == NULL || first == NULL || second == NULL) {
		check->err = ERR_MEMORY;
		return;
	}
	check->err =
		schema_finding(check->set, check->findings, SEVERITY_ERROR, code, path,
			       document_line(fault->element), value, name, first, second, NULL);
}

/* ---- Values: of one value only the first thing that is wrong ---- */

static void put_value(struct check *check, const struct fault *fault, const char *code,
		      const char *first, const char *second)
{
	const char *value;

	if (check->faulty == fault->node)
		return;
	check->faulty = fault->node;
	value = value_of(check, fault);
	if (value != NULL && value[strspn(value, " \t\r\n")] == 0)
		code = "value-empty";
	put(check, fault, code, value, first, second);
}

/* libxml2 gives the value before the numbers only where an attribute is meant. */
static void on_length(struct check *check, const struct fault *fault)
{
	const char *actual = fault->words[fault->attribute != NULL];
	const char *allowed = fault->words[1 + (fault->attribute != NULL)];
	const char *code = fault->error == XML_SCHEMAV_CVC_MAXLENGTH_VALID   ? "value-too-long"
			   : fault->error == XML_SCHEMAV_CVC_MINLENGTH_VALID ? "value-too-short"
									     : "value-length";

	put_value(check, fault, code, or_empty(allowed), or_empty(actual));
}

static void on_pattern(struct check *check, const struct fault *fault)
{
	put_value(check, fault, "value-pattern", or_empty(fault->words[1]), "");
}

/* libxml2's list is 'A', 'B': the quotes are left away. */
static void on_enumeration(struct check *check, const struct fault *fault)
{
	char *list = arena_text(check->arena, bytes_of_text(fault->words[1]));
	size_t len = 0;

	for (size_t i = 0; list != NULL && list[i] != 0; i++)
		if (list[i] != '\'')
			list[len++] = list[i];
	if (list != NULL)
		list[len] = 0;
	put_value(check, fault, "value-not-in-list", list, "");
}

static void on_range(struct check *check, const struct fault *fault)
{
	bool is_low = fault->error == XML_SCHEMAV_CVC_MININCLUSIVE_VALID ||
		      fault->error == XML_SCHEMAV_CVC_MINEXCLUSIVE_VALID;

	put_value(check, fault, is_low ? "value-too-small" : "value-too-large",
		  or_empty(fault->words[1]), "");
}

static void on_digits(struct check *check, const struct fault *fault)
{
	put_value(check, fault,
		  fault->error == XML_SCHEMAV_CVC_TOTALDIGITS_VALID ? "value-too-many-digits"
								    : "value-too-many-decimals",
		  or_empty(fault->words[1]), "");
}

/*
 * After a facet's error the same is said once more of the type: that is merged, the node being the
 * same.
 */
static void on_type(struct check *check, const struct fault *fault)
{
	static const struct {
		const char *base;
		const char *code;
	} codes[] = {
		{"decimal", "value-not-number"},
		{"integer", "value-not-number"},
		{"nonNegativeInteger", "value-not-number"},
		{"positiveInteger", "value-not-number"},
		{"int", "value-not-number"},
		{"long", "value-not-number"},
		{"short", "value-not-number"},
		{"unsignedInt", "value-not-number"},
		{"date", "value-not-date"},
		{"dateTime", "value-not-date"},
		{"time", "value-not-date"},
		{"gYear", "value-not-date"},
		{"boolean", "value-not-boolean"},
	};
	const struct shape *shape = shape_of_fault(check, fault);
	const char *code = "value-wrong", *base = shape == NULL ? "" : shape->base;

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(codes[i].base, base) == 0)
			code = codes[i].code;
	put_value(check, fault, code, base, "");
}

/* ---- Structure ---- */

/* The next local name in "Expected is one of ( {urn:x}a, b )"; empty at the end. */
static struct bytes next_expected(const char **at)
{
	struct bytes name;

	*at += strspn(*at, "( ,");
	if (**at == '{') {
		*at += strcspn(*at, "}");
		*at += **at == '}';
	}
	name = bytes_of(*at, strcspn(*at, " ,)"));
	*at += name.len;
	return name;
}

static const char *first_expected(const struct fault *fault)
{
	const char *at = strstr(fault->message, "Expected is ");

	at = at == NULL ? NULL : strchr(at, '(');
	return at == NULL ? "" : at;
}

/* All of them with their items. */
static const char *expected(struct check *check, const struct fault *fault,
			    const struct shape *parent)
{
	const char *at = first_expected(fault), *text;
	struct buffer list;
	struct bytes name;

	buffer_init(&list, LIMIT_FACT_BYTES);
	while ((name = next_expected(&at)).len > 0) {
		const char *copy = arena_text(check->arena, name);

		buffer_put_text(&list, list.len > 0 ? ", " : "");
		if (copy != NULL)
			buffer_put_text(&list,
					label(check, copy,
					      parent == NULL ? NULL : shape_child(parent, name)));
	}
	if (list.len == 0)
		buffer_put_text(&list, "–");
	text = buffer_error(&list) == OK ? arena_text(check->arena, buffer_bytes(&list)) : NULL;
	buffer_clear(&list);
	return text;
}

/* An element that must stand before the one met: it was left out. NULL when there is none. */
static const struct shape *left_out(const struct fault *fault, const struct shape *parent,
				    const struct shape *met)
{
	const char *at = first_expected(fault);
	struct bytes name;

	while ((name = next_expected(&at)).len > 0) {
		const struct shape *shape = shape_child(parent, name);

		if (shape != NULL && shape->min > 0 && shape->order < met->order)
			return shape;
	}
	return NULL;
}

static void put_missing(struct check *check, const struct fault *fault, const xmlNode *parent,
			const char *what)
{
	const char *name = label(check, (const char *)parent->name, shape_of(check, parent));
	const char *path = document_path(parent, check->arena);

	if (name == NULL || path == NULL || what == NULL) {
		check->err = ERR_MEMORY;
		return;
	}
	check->err = schema_finding(check->set, check->findings, SEVERITY_ERROR, "element-missing",
				    path, document_line(fault->element), "", name, what, NULL);
}

static const char *namespace_of(const xmlNode *node)
{
	return node->ns == NULL ? "" : or_empty((const char *)node->ns->href);
}

static void on_unexpected(struct check *check, const struct fault *fault)
{
	const struct shape *parent = shape_of(check, fault->element->parent);
	const struct shape *met = shape_of(check, fault->element);
	const char *code = "element-misplaced";
	const struct shape *missing;

	if (met == NULL)
		code = "element-unexpected";
	else if (strcmp(met->namespace, namespace_of(fault->element)) != 0)
		code = "element-namespace";
	else if (parent != NULL && (missing = left_out(fault, parent, met)) != NULL) {
		put_missing(check, fault, fault->element->parent,
			    label(check, missing->name, missing));
		return;
	}
	put(check, fault, code, value_of(check, fault), expected(check, fault, parent), "");
}

static void on_content(struct check *check, const struct fault *fault)
{
	if (strstr(fault->message, "Missing child") != NULL)
		put_missing(check, fault, fault->element,
			    expected(check, fault, shape_of(check, fault->element)));
	else if (fault->element->parent->type == XML_ELEMENT_NODE)
		on_unexpected(check, fault);
}

/* libxml2 speaks of the element that may hold only text; the fault is the first element in it. */
static void on_element_in_text(struct check *check, const struct fault *fault)
{
	struct fault inner = *fault;

	inner.element = xmlFirstElementChild((xmlNode *)fault->element);
	inner.node = inner.element;
	if (inner.element != NULL)
		put(check, &inner, "element-unexpected", value_of(check, &inner), "–", "");
}

static void on_text(struct check *check, const struct fault *fault)
{
	put(check, fault, "text-not-allowed", value_of(check, fault), "", "");
}

static void on_attribute_unexpected(struct check *check, const struct fault *fault)
{
	put(check, fault, "attribute-unexpected", value_of(check, fault),
	    (const char *)fault->element->name, "");
}

static void on_attribute_missing(struct check *check, const struct fault *fault)
{
	const char *name = or_empty(fault->words[0]);

	put(check, fault, "attribute-missing", "", name, "");
}

static void on_other(struct check *check, const struct fault *fault)
{
	const char *colon = strstr(fault->message, "': ");
	struct bytes message = bytes_of_text(colon == NULL ? fault->message : colon + 3);

	while (message.len > 0 && strchr(" .\n", message.at[message.len - 1]) != NULL)
		message.len--;
	put(check, fault, "xsd", value_of(check, fault), arena_text(check->arena, message), "");
}

static const struct {
	int error;
	void (*handle)(struct check *, const struct fault *);
} handlers[] = {
	{XML_SCHEMAV_CVC_PATTERN_VALID, on_pattern},
	{XML_SCHEMAV_CVC_MAXLENGTH_VALID, on_length},
	{XML_SCHEMAV_CVC_MINLENGTH_VALID, on_length},
	{XML_SCHEMAV_CVC_LENGTH_VALID, on_length},
	{XML_SCHEMAV_CVC_ENUMERATION_VALID, on_enumeration},
	{XML_SCHEMAV_CVC_MININCLUSIVE_VALID, on_range},
	{XML_SCHEMAV_CVC_MAXINCLUSIVE_VALID, on_range},
	{XML_SCHEMAV_CVC_MINEXCLUSIVE_VALID, on_range},
	{XML_SCHEMAV_CVC_MAXEXCLUSIVE_VALID, on_range},
	{XML_SCHEMAV_CVC_TOTALDIGITS_VALID, on_digits},
	{XML_SCHEMAV_CVC_FRACTIONDIGITS_VALID, on_digits},
	{XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1, on_type},
	{XML_SCHEMAV_ELEMENT_CONTENT, on_content},
	{XML_SCHEMAV_CVC_COMPLEX_TYPE_2_1, on_text},
	{XML_SCHEMAV_CVC_COMPLEX_TYPE_2_2, on_element_in_text},
	{XML_SCHEMAV_CVC_COMPLEX_TYPE_2_3, on_text},
	{XML_SCHEMAV_CVC_TYPE_3_1_1, on_attribute_unexpected},
	{XML_SCHEMAV_CVC_TYPE_3_1_2, on_element_in_text},
	{XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_1, on_attribute_unexpected},
	{XML_SCHEMAV_CVC_COMPLEX_TYPE_4, on_attribute_missing},
};

static void handle(struct check *check, const struct fault *fault)
{
	for (size_t i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++)
		if (handlers[i].error == fault->error) {
			handlers[i].handle(check, fault);
			return;
		}
	on_other(check, fault);
}

/* libxml2 names the attribute only in its message: "Element 'a', attribute 'b': ..." */
static void find_attribute(struct fault *fault)
{
	const char *colon = strstr(fault->message, "': ");
	const char *at = strstr(fault->message, ", attribute '");
	struct bytes name;

	if (at == NULL || colon == NULL || at > colon)
		return;
	at += strlen(", attribute '");
	if (*at == '{')
		at += strcspn(at, "}") + 1;
	name = bytes_of(at, strcspn(at, "'"));
	for (const xmlAttr *attribute = fault->element->properties; attribute != NULL;
	     attribute = attribute->next)
		if (bytes_equal(bytes_of_text((const char *)attribute->name), name)) {
			fault->node = (const xmlNode *)attribute;
			fault->attribute = (const char *)attribute->name;
		}
}

static void on_error(void *context, schema_error error)
{
	struct check *check = context;
	struct fault fault = {.error = error->code,
			      .element = error->node,
			      .node = error->node,
			      .message = or_empty(error->message),
			      .words = {error->str1, error->str2, error->str3}};

	if (check->err != OK || error->level < XML_ERR_ERROR)
		return;
	if (error->domain != XML_FROM_SCHEMASV || fault.element == NULL ||
	    fault.element->type != XML_ELEMENT_NODE) {
		check->err = error->code == XML_ERR_NO_MEMORY ? ERR_MEMORY : ERR_CORRUPT;
		return;
	}
	if (check->findings->count >= LIMIT_FINDINGS) {
		check->err = findings_put(check->findings,
					  &(struct finding){.severity = SEVERITY_ERROR});
		return;
	}
	find_attribute(&fault);
	handle(check, &fault);
}

enum err schema_check_xsd(const struct schema_set *set, xmlSchema *xsd, const struct shape *shape,
			  const struct document *document, struct findings *findings)
{
	struct check check = {
		.set = set, .shape = shape, .findings = findings, .arena = findings->arena};
	xmlSchemaValidCtxt *validator = xmlSchemaNewValidCtxt(xsd);
	size_t errors = findings->errors;
	int result;

	if (validator == NULL)
		return ERR_MEMORY;
	if ((check.err = document_need_xml(document)) != OK) {
		xmlSchemaFreeValidCtxt(validator);
		return check.err;
	}
	xmlSchemaSetValidStructuredErrors(validator, on_error, &check);
	result = xmlSchemaValidateDoc(validator, document->xml);
	if (result < 0 && check.err == OK)
		check.err = ERR_MEMORY;
	/* what is invalid must never pass because its message was not understood */
	if (result > 0 && check.err == OK && findings->errors == errors)
		check.err = schema_finding(set, findings, SEVERITY_ERROR, "xsd", "", 0, "",
					   (const char *)document_root(document)->name, "-", NULL);
	xmlSchemaFreeValidCtxt(validator);
	return check.err;
}
