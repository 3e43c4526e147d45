#include "messages/scan_name.h"

#include <string.h>

#define XMLNS "xmlns"

/* Namespaces in XML 1.0 section 3: nobody may declare or redeclare these. */
static const char *const reserved[] = {"http://www.w3.org/XML/1998/namespace",
				       "http://www.w3.org/2000/xmlns/"};

void scan_name_init(struct scan_names *names, struct trunk *trunk)
{
	*names = (struct scan_names){.trunk = trunk, .scope = 1, .last_scope = 1};
}

/* ---- Names ---- */

static bool is_letter(uint8_t byte)
{
	return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || byte == '_';
}

/* Namespaces in XML 1.0 section 4: at most one colon, and a name on both sides of it. */
static bool split(struct bytes text, uint32_t *ret_prefix_len)
{
	const uint8_t *colon = memchr(text.at, ':', text.len), *end = text.at + text.len;

	*ret_prefix_len = colon == NULL ? 0 : (uint32_t)(colon - text.at);
	if (colon == NULL)
		return is_letter(text.at[0]);
	return is_letter(text.at[0]) && colon + 1 < end && is_letter(colon[1]) &&
	       memchr(colon + 1, ':', (size_t)(end - colon - 1)) == NULL;
}

static size_t chain_of(const struct scan_name *name)
{
	size_t count = 0;

	for (; name != NULL; name = name->next)
		count++;
	return count;
}

struct scan_name *scan_name_add(struct scan_names *names, struct bytes text, uint32_t hash)
{
	struct scan_name **bucket = &names->buckets[hash % SCAN_BUCKETS], *name;
	uint32_t prefix_len;

	names->is_unsure = !split(text, &prefix_len) || names->count == SCAN_NAMES ||
			   text.len > LIMIT_NAME_BYTES || chain_of(*bucket) == SCAN_CHAIN;
	if (names->is_unsure || (name = arena_alloc(names->trunk->arena, sizeof(*name))) == NULL)
		return NULL;
	name->text = text;
	name->hash = hash;
	name->prefix_len = prefix_len;
	name->local =
		arena_text(names->trunk->arena, bytes_of(text.at + prefix_len + (prefix_len > 0),
							 text.len - prefix_len - (prefix_len > 0)));
	name->next = *bucket;
	*bucket = name;
	names->count++;
	return name->local == NULL ? NULL : name;
}

/* ---- Namespaces ---- */

bool scan_name_declares(const struct scan_name *name)
{
	struct bytes text = name->text;

	return text.len >= strlen(XMLNS) && memcmp(text.at, XMLNS, strlen(XMLNS)) == 0 &&
	       (name->prefix_len == strlen(XMLNS) || text.len == strlen(XMLNS));
}

static bool is_reserved(struct bytes prefix, const char *uri)
{
	return (prefix.len >= 3 && memcmp(prefix.at, "xml", 3) == 0) ||
	       (prefix.len > 0 && uri[0] == '\0') || strcmp(uri, reserved[0]) == 0 ||
	       strcmp(uri, reserved[1]) == 0;
}

bool scan_name_bind(struct scan_names *names, const struct scan_name *name, const char *uri,
		    uint32_t first_binding)
{
	struct bytes prefix =
		name->prefix_len == 0 ? bytes_of(NULL, 0) : bytes_of_text(name->local);

	if (strlen(uri) > LIMIT_NAME_BYTES || is_reserved(prefix, uri) ||
	    names->binding_count == SCAN_BINDINGS || ++names->declared > SCAN_DECLARATIONS)
		return false;
	for (uint32_t i = first_binding; i < names->binding_count; i++)
		if (bytes_equal(names->bindings[i].prefix, prefix))
			return false;
	if (names->binding_count == first_binding)
		names->scope = ++names->last_scope;
	names->bindings[names->binding_count].prefix = prefix;
	names->bindings[names->binding_count++].uri = uri;
	return true;
}

/* Not xml, which needs no declaration. */
const char *scan_name_uri(const struct scan_names *names, struct bytes prefix)
{
	for (uint32_t i = names->binding_count; i > 0; i--)
		if (bytes_equal(names->bindings[i - 1].prefix, prefix))
			return names->bindings[i - 1].uri;
	return prefix.len == 0 ? "" : NULL;
}

static const struct shape *label_of(struct scan_names *names, struct scan_name *name,
				    const char *uri, bool is_attribute)
{
	struct scan_label *label = name->labels;
	size_t count = 0;

	for (; label != NULL; label = label->next, count++)
		if (label->is_attribute == is_attribute &&
		    strcmp(label->shape->namespace, uri) == 0)
			return label->shape;
	names->is_unsure = count >= SCAN_CHAIN;
	if (names->is_unsure || (label = arena_alloc(names->trunk->arena, sizeof(*label))) == NULL)
		return NULL;
	*label = (struct scan_label){
		.shape = trunk_label(names->trunk, name->local, uri, is_attribute),
		.is_attribute = is_attribute,
		.next = name->labels};
	name->labels = label;
	return label->shape;
}

const struct shape *scan_name_resolve(struct scan_names *names, struct scan_name *name,
				      bool is_attribute)
{
	struct bytes prefix = bytes_of(name->text.at, name->prefix_len);
	const char *uri = is_attribute && prefix.len == 0 ? "" : scan_name_uri(names, prefix);
	const struct shape *shape;

	names->is_unsure = uri == NULL;
	if (uri == NULL || (shape = label_of(names, name, uri, is_attribute)) == NULL)
		return NULL;
	if (is_attribute) {
		name->attribute = shape;
		name->attribute_scope = names->scope;
	} else {
		name->element = shape;
		name->element_scope = names->scope;
	}
	return shape;
}
