#include "messages/signature_form.h"

#include <string.h>
#include <strings.h>

#include "messages/document.h"
#include "messages/signature_method.h"
#include "messages/word.h"
#include "sampan/base64.h"

struct reading {
	const struct signature_sheet *sheet;
	const struct signature_found *found;
	struct arena *arena;
	struct signature_form *form;
	struct signature_fault fault;
	enum err err;
};

static bool fail(struct reading *reading, const char *code, const xmlNode *node, const char *value)
{
	if (reading->fault.code == NULL)
		reading->fault = (struct signature_fault){code, node, value};
	if (value == NULL)
		reading->err = ERR_MEMORY;
	return false;
}

static bool fail_form(struct reading *reading, const xmlNode *node)
{
	return fail(reading, "signature-form", node, node == NULL ? "" : (const char *)node->name);
}

/* ---- Elements ---- */

static const xmlNode *element_from(const xmlNode *node)
{
	while (node != NULL && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node;
}

static const xmlNode *first(const xmlNode *parent)
{
	return element_from(parent->children);
}

static const xmlNode *next(const xmlNode *node)
{
	return element_from(node->next);
}

static bool is_ds(const xmlNode *node, const char *name)
{
	return node != NULL && node->ns != NULL &&
	       strcmp((const char *)node->ns->href, SIGNATURE_DSIG) == 0 &&
	       strcmp((const char *)node->name, name) == 0;
}

/* Only these attributes, none of them in a namespace. */
static bool has_only(struct reading *reading, const xmlNode *node, const char *attributes)
{
	for (const xmlAttr *attribute = node->properties; attribute != NULL;
	     attribute = attribute->next)
		if (attribute->ns != NULL || !word_is_in(attributes, (const char *)attribute->name))
			return fail(reading, "signature-form", (const xmlNode *)attribute,
				    (const char *)attribute->name);
	return true;
}

static bool has_no_text(struct reading *reading, const xmlNode *node)
{
	for (xmlNode *child = node->children; child != NULL; child = child->next)
		if (child->type != XML_ELEMENT_NODE && !xmlIsBlankNode(child))
			return fail_form(reading, node);
	return true;
}

/* A ds element that holds elements and these attributes. A missing one is told at its parent. */
static bool expect(struct reading *reading, const xmlNode *node, const xmlNode *parent,
		   const char *name, const char *attributes)
{
	if (node == NULL)
		return fail(reading, "signature-lacks", parent, name);
	if (!is_ds(node, name))
		return fail_form(reading, node);
	return has_only(reading, node, attributes) && has_no_text(reading, node);
}

/* As expect(), of an element that holds only text; *ret_text is in the arena. */
static bool expect_text(struct reading *reading, const xmlNode *node, const xmlNode *parent,
			const char *name, const char **ret_text)
{
	if (node == NULL)
		return fail(reading, "signature-lacks", parent, name);
	if (!is_ds(node, name))
		return fail_form(reading, node);
	if (!has_only(reading, node, "Id"))
		return false;
	if (first(node) != NULL)
		return fail_form(reading, first(node));
	*ret_text = document_text(node, reading->arena);
	if (*ret_text == NULL)
		reading->err = ERR_MEMORY;
	return *ret_text != NULL;
}

static const char *attribute_of(const xmlNode *node, const char *name)
{
	for (const xmlAttr *attribute = node->properties; attribute != NULL;
	     attribute = attribute->next)
		if (attribute->ns == NULL && strcmp((const char *)attribute->name, name) == 0)
			return attribute->children == NULL
				       ? ""
				       : (const char *)attribute->children->content;
	return NULL;
}

/* The element's Algorithm; it must be empty: parameters such as prefix lists are not known. */
static const char *algorithm_of(struct reading *reading, const xmlNode *node, const xmlNode *parent,
				const char *name)
{
	const char *uri;

	if (!expect(reading, node, parent, name, "Algorithm"))
		return NULL;
	uri = attribute_of(node, "Algorithm");
	if (first(node) != NULL) {
		(void)fail_form(reading, first(node));
		return NULL;
	}
	if (uri == NULL)
		(void)fail(reading, "signature-lacks", node, "Algorithm");
	return uri;
}

/* Base64 as XML has it: white space anywhere (XML Schema part 2, section 3.2.16). */
static bool read_base64(struct reading *reading, const xmlNode *node, const char *text,
			size_t max_bytes, struct bytes *ret_bytes)
{
	size_t len = strlen(text), kept = 0;
	char *plain = arena_alloc(reading->arena, len + 1);
	struct buffer bytes;
	bool is_good;

	if (plain == NULL) {
		reading->err = ERR_MEMORY;
		return false;
	}
	for (size_t i = 0; i < len; i++)
		if (!bytes_is_space((uint8_t)text[i]))
			plain[kept++] = text[i];
	buffer_init(&bytes, max_bytes);
	is_good = base64_parse(bytes_of(plain, kept), &bytes) == OK && bytes.len > 0;
	if (is_good) {
		ret_bytes->at = arena_copy(reading->arena, buffer_bytes(&bytes));
		ret_bytes->len = bytes.len;
	}
	buffer_clear(&bytes);
	if (is_good && ret_bytes->at == NULL)
		reading->err = ERR_MEMORY;
	return is_good ? reading->err == OK : fail_form(reading, node);
}

/* ---- References ---- */

/* An attribute that some reader takes for an identifier. */
static bool is_id(const xmlAttr *attribute)
{
	return strcasecmp((const char *)attribute->name, "id") == 0 &&
	       attribute->children != NULL && attribute->children->content != NULL;
}

/* How many elements from here on carry the identifier, under any of its names. */
static size_t count_id(const xmlNode *root, const char *id)
{
	const xmlNode *node = root;
	size_t count = 0;

	while (node != NULL) {
		for (const xmlAttr *attribute = node->type == XML_ELEMENT_NODE ? node->properties
									       : NULL;
		     attribute != NULL; attribute = attribute->next)
			count += is_id(attribute) &&
				 strcmp((const char *)attribute->children->content, id) == 0;
		if (node->type == XML_ELEMENT_NODE && node->children != NULL) {
			node = node->children;
			continue;
		}
		while (node != root && node->next == NULL)
			node = node->parent;
		node = node == root ? NULL : node->next;
	}
	return count;
}

/* The part that "#id" means: one that this program reads, and nothing else carries the id. */
static enum signature_part part_named(const struct reading *reading, const char *id)
{
	const struct signature_sheet *sheet = reading->sheet;

	for (size_t i = 0; i < SIGNATURE_PARTS && *id != 0; i++) {
		const char *own =
			sheet->parts[i] == NULL ? NULL : attribute_of(sheet->parts[i], "Id");

		if (own != NULL && strcmp(own, id) == 0)
			return sheet->parts_met[i] == 1 &&
					       count_id(xmlDocGetRootElement(sheet->xml), id) == 1
				       ? (enum signature_part)i
				       : SIGNATURE_PARTS;
	}
	return SIGNATURE_PARTS;
}

static bool is_within(const xmlNode *node, const xmlNode *part)
{
	while (node != NULL && node != part)
		node = node->parent;
	return node == part;
}

static bool read_part(struct reading *reading, const xmlNode *node,
		      struct signature_reference *reference)
{
	const char *uri = attribute_of(node, "URI");

	if (uri == NULL)
		return fail(reading, "signature-lacks", node, "URI");
	reference->part = *uri == 0     ? SIGNATURE_WHOLE
			  : *uri == '#' ? part_named(reading, uri + 1)
					: SIGNATURE_PARTS;
	for (size_t i = 0; i < reading->form->reference_count; i++)
		if (reading->form->references[i].part == reference->part)
			return fail(reading, "signature-reference", node, uri);
	return reference->part != SIGNATURE_PARTS ||
	       fail(reading, "signature-reference", node, uri);
}

/* At most enveloped-signature and then one canonical form; without the latter the inclusive one
 * (XML Signature 1.1 section 4.4.3.2). */
static bool read_transforms(struct reading *reading, const xmlNode *node,
			    struct signature_reference *reference, bool *ret_enveloped)
{
	if (!expect(reading, node, node, "Transforms", "") || first(node) == NULL)
		return fail_form(reading, node);
	for (const xmlNode *child = first(node); child != NULL; child = next(child)) {
		const char *uri = algorithm_of(reading, child, node, "Transform");
		enum signature_c14n c14n =
			uri == NULL ? SIGNATURE_C14N_NONE : signature_method_c14n(uri);

		if (uri == NULL)
			return false;
		if (strcmp(uri, SIGNATURE_ENVELOPED) == 0 && child == first(node))
			*ret_enveloped = true;
		else if (c14n != SIGNATURE_C14N_NONE && next(child) == NULL)
			reference->c14n = c14n;
		else
			return fail(reading, "signature-algorithm", child, uri);
	}
	return true;
}

static bool read_digest(struct reading *reading, const xmlNode *node, const xmlNode *parent,
			struct signature_reference *reference)
{
	const char *uri = algorithm_of(reading, node, parent, "DigestMethod"), *text = "";
	struct bytes value = {0};

	if (uri == NULL)
		return false;
	reference->digest = signature_method_digest(uri);
	if (reference->digest == DIGEST_NONE)
		return fail(reading, "signature-algorithm", node, uri);
	node = next(node);
	if (!expect_text(reading, node, parent, "DigestValue", &text) ||
	    !read_base64(reading, node, text, DIGEST_MAX_BYTES, &value))
		return false;
	if (value.len != digest_size(reference->digest))
		return fail_form(reading, node);
	memcpy(reference->value, value.at, value.len);
	return next(node) == NULL || fail_form(reading, next(node));
}

static bool read_reference(struct reading *reading, const xmlNode *node)
{
	struct signature_form *form = reading->form;
	struct signature_reference reference = {.node = node, .c14n = SIGNATURE_C14N_INCLUSIVE};
	const xmlNode *child = first(node);
	bool is_enveloped = false;

	if (!expect(reading, node, form->info, "Reference", "URI Id"))
		return false;
	if (form->reference_count == SIGNATURE_REFERENCES)
		return fail(reading, "signature-reference", node, "Reference");
	if (!read_part(reading, node, &reference))
		return false;
	if (is_ds(child, "Transforms")) {
		if (!read_transforms(reading, child, &reference, &is_enveloped))
			return false;
		child = next(child);
	}
	if (!is_enveloped && is_within(form->element, reading->sheet->parts[reference.part]))
		return fail(reading, "signature-lacks", node, SIGNATURE_ENVELOPED);
	if (!read_digest(reading, child, node, &reference))
		return false;
	form->references[form->reference_count++] = reference;
	return true;
}

/* Together they must be one of the sets that the profile names. */
static unsigned parts_of(const struct signature_form *form)
{
	unsigned parts = 0;

	for (size_t i = 0; i < form->reference_count; i++)
		parts |= 1u << form->references[i].part;
	return parts;
}

static bool is_known_set(unsigned parts)
{
	return parts == 1u << SIGNATURE_WHOLE || parts == 1u << SIGNATURE_CONTENT ||
	       parts == 1u << SIGNATURE_ALL_BODY ||
	       parts == (1u << SIGNATURE_HEADER | 1u << SIGNATURE_CONTENT) ||
	       parts == (1u << SIGNATURE_HEADER | 1u << SIGNATURE_ALL_BODY);
}

bool signature_form_is_whole(const struct signature_form *form)
{
	return (parts_of(form) & (1u << SIGNATURE_WHOLE | 1u << SIGNATURE_HEADER)) != 0;
}

const char *signature_form_covers(const struct signature_form *form)
{
	if (parts_of(form) == 1u << SIGNATURE_WHOLE)
		return "document";
	return signature_form_is_whole(form) ? "header content" : "content";
}

/* ---- The parts of ds:Signature ---- */

static bool read_info(struct reading *reading, const xmlNode *node)
{
	struct signature_form *form = reading->form;
	const xmlNode *child = first(node);
	const struct signature_method *method;
	const char *uri;

	form->info = node;
	if ((uri = algorithm_of(reading, child, node, "CanonicalizationMethod")) == NULL)
		return false;
	if ((form->c14n = signature_method_c14n(uri)) == SIGNATURE_C14N_NONE)
		return fail(reading, "signature-algorithm", child, uri);
	child = next(child);
	if ((uri = algorithm_of(reading, child, node, "SignatureMethod")) == NULL)
		return false;
	if ((method = signature_method_named(bytes_of_text(uri))) == NULL)
		return fail(reading, "signature-algorithm", child, uri);
	form->algorithm = method->algorithm;
	form->digest = method->digest;
	form->algorithm_uri = method->uri;
	child = next(child);
	if (child == NULL)
		return fail(reading, "signature-lacks", node, "Reference");
	for (; child != NULL; child = next(child))
		if (!read_reference(reading, child))
			return false;
	return is_known_set(parts_of(form)) ||
	       fail(reading, "signature-reference", form->references[0].node,
		    attribute_of(form->references[0].node, "URI"));
}

/* What else X509Data says (subject, serial) is not looked at: the certificate says it itself. */
static bool read_x509_data(struct reading *reading, const xmlNode *node)
{
	struct signature_form *form = reading->form;
	const char *text = "";

	if (!expect(reading, node, node, "X509Data", "Id"))
		return false;
	for (const xmlNode *child = first(node); child != NULL; child = next(child)) {
		if (is_ds(child, "X509SubjectName") || is_ds(child, "X509IssuerSerial") ||
		    is_ds(child, "X509SKI"))
			continue;
		if (!expect_text(reading, child, node, "X509Certificate", &text))
			return false;
		if (form->certificate_count == TRUST_SHOWN)
			return fail_form(reading, child);
		if (!read_base64(reading, child, text, TRUST_CERTIFICATE_BYTES,
				 &form->certificates[form->certificate_count]))
			return false;
		form->certificate_count++;
	}
	return true;
}

/* A bare key or a name of one may stand there, as some programs write them; nobody looks at it. */
static bool read_key_info(struct reading *reading, const xmlNode *node)
{
	if (!expect(reading, node, reading->form->element, "KeyInfo", "Id") || node == NULL)
		return false;
	for (const xmlNode *child = first(node); child != NULL; child = next(child)) {
		if (is_ds(child, "KeyValue") || is_ds(child, "KeyName"))
			continue;
		if (!is_ds(child, "X509Data"))
			return fail_form(reading, child);
		if (!read_x509_data(reading, child))
			return false;
	}
	return reading->form->certificate_count > 0 ||
	       fail(reading, "signature-lacks", node, "X509Certificate");
}

static bool read_signature(struct reading *reading, const xmlNode *element)
{
	const xmlNode *child = first(element);
	const char *text = "";

	reading->form->element = element;
	if (reading->found->end - reading->found->begin > SIGNATURE_FORM_BYTES)
		return fail_form(reading, element);
	if (!expect(reading, element, element, "Signature", "Id") ||
	    !expect(reading, child, element, "SignedInfo", "Id") || !read_info(reading, child))
		return false;
	child = next(child);
	if (!expect_text(reading, child, element, "SignatureValue", &text) ||
	    !read_base64(reading, child, text, TRUST_SIGNATURE_BYTES, &reading->form->value))
		return false;
	child = next(child);
	if (!read_key_info(reading, child))
		return false;
	child = next(child);
	return child == NULL || fail_form(reading, child);
}

enum err signature_form_read(const struct signature_sheet *sheet,
			     const struct signature_found *found, struct arena *arena,
			     struct signature_form *ret_form, struct signature_fault *ret_fault)
{
	struct signature_form form = {0};
	struct reading reading = {.sheet = sheet, .found = found, .arena = arena, .form = &form};
	bool is_good = read_signature(&reading, found->element);

	if (reading.err != OK)
		return reading.err;
	*ret_fault = reading.fault;
	if (is_good)
		*ret_form = form;
	return OK;
}
