#include "messages/scan_canonical.h"

/* First, of the element's own prefix (so that it is used), and where it changes something. */
static bool is_canonical_declaration(const struct scan_names *names,
				     const struct scan_name *element,
				     const struct scan_attribute *attribute)
{
	const struct scan_name *name = attribute->name;
	struct bytes own = bytes_of(element->text.at, element->prefix_len);
	struct bytes prefix =
		name->prefix_len == 0 ? (struct bytes){0} : bytes_of_text(name->local);
	const char *before = scan_name_uri(names, prefix);

	return bytes_equal(prefix, own) &&
	       (before == NULL || strcmp(before, attribute->value.from) != 0);
}

/* Without prefix, and behind the one before in the order of their names. */
static bool is_canonical_attribute(const struct scan_attribute *attribute,
				   const struct scan_attribute *before)
{
	return attribute->name->prefix_len == 0 &&
	       (before == NULL || scan_name_declares(before->name) ||
		bytes_compare(before->name->text, attribute->name->text) < 0);
}

bool scan_canonical_tag(const struct scan_names *names, const struct scan_name *element,
			const struct scan_attribute *attributes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct scan_attribute *attribute = &attributes[i];

		if (scan_name_declares(attribute->name)
			    ? i > 0 || !is_canonical_declaration(names, element, attribute)
			    : !is_canonical_attribute(attribute, i == 0 ? NULL : attribute - 1))
			return false;
	}
	return true;
}
