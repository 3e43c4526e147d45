#include "messages/xsd.h"

#include <assert.h>
#include <string.h>

#include "messages/schema_files.h"
#include "sampan/limit.h"

#define CODE "schema-profile"

const char *xsd_attribute(const xmlNode *node, const char *name)
{
	const xmlAttr *attribute = node->properties;

	while (attribute != NULL &&
	       (attribute->ns != NULL || strcmp((const char *)attribute->name, name) != 0))
		attribute = attribute->next;
	if (attribute == NULL)
		return NULL;
	return attribute->children == NULL ? "" : (const char *)attribute->children->content;
}

bool xsd_is(const xmlNode *node, const char *kind)
{
	return node->type == XML_ELEMENT_NODE && node->ns != NULL &&
	       strcmp((const char *)node->ns->href, XSD_NAMESPACE) == 0 &&
	       strcmp((const char *)node->name, kind) == 0;
}

const struct xsd_file *xsd_file_of(const struct xsd *xsd, const xmlNode *node)
{
	size_t i = 0;

	while (i < xsd->count && xsd->files[i].document->xml != node->doc)
		i++;
	assert(i < xsd->count);
	return &xsd->files[i];
}

enum err xsd_fault(const struct xsd *xsd, const xmlNode *node, const char *value, const char *vi,
		   const char *en)
{
	const char *name = arena_format(xsd->arena, "xsd/%s", xsd_file_of(xsd, node)->name);
	enum err err;

	if (name == NULL)
		return ERR_MEMORY;
	err = schema_files_fault(xsd->findings, CODE, name, document_line(node), value, vi, en);
	return err == OK ? ERR_CONFIG : err;
}

const xmlNode *xsd_find(const struct xsd *xsd, const char *kind, const char *namespace,
			struct bytes name)
{
	for (size_t i = 0; i < xsd->count; i++) {
		const xmlNode *root = document_root(xsd->files[i].document);

		if (strcmp(xsd->files[i].namespace, namespace) != 0)
			continue;
		for (const xmlNode *node = root->children; node != NULL; node = node->next)
			if (xsd_is(node, kind) &&
			    bytes_equal(bytes_of_text(xsd_attribute(node, "name")), name))
				return node;
	}
	return NULL;
}

/* The namespace of a qualified name at a node, "" for none; *ret_local is its local part. */
static const char *split_name(const xmlNode *node, const char *qualified_name,
			      struct bytes *ret_local)
{
	const char *colon = strchr(qualified_name, ':');
	size_t prefix_len = colon == NULL ? 0 : (size_t)(colon - qualified_name);

	*ret_local = bytes_of_text(colon == NULL ? qualified_name : colon + 1);
	for (; node != NULL && node->type == XML_ELEMENT_NODE; node = node->parent)
		for (const xmlNs *ns = node->nsDef; ns != NULL; ns = ns->next)
			if (bytes_equal(bytes_of_text((const char *)ns->prefix),
					bytes_of(qualified_name, prefix_len)))
				return (const char *)ns->href;
	return "";
}

bool xsd_is_builtin(const xmlNode *node, const char *qualified_name)
{
	struct bytes local;

	return strcmp(split_name(node, qualified_name, &local), XSD_NAMESPACE) == 0;
}

const xmlNode *xsd_resolve(const struct xsd *xsd, const char *kind, const xmlNode *node,
			   const char *qualified_name)
{
	struct bytes local;
	const char *in = split_name(node, qualified_name, &local);

	if (*in == 0 && strchr(qualified_name, ':') == NULL &&
	    xsd_attribute(xmlDocGetRootElement(node->doc), "targetNamespace") == NULL)
		in = xsd_file_of(xsd, node)->namespace;
	return xsd_find(xsd, kind, in, local);
}

static enum err add_file(struct xsd *xsd, const char *name, const char *namespace,
			 const xmlNode *from);

static enum err add_referred(struct xsd *xsd, const xmlNode *reference)
{
	const char *location = xsd_attribute(reference, "schemaLocation");
	const char *namespace =
		xsd_is(reference, "include") ? xsd_file_of(xsd, reference)->namespace : "";

	if (location == NULL || *location == 0 || strpbrk(location, "/\\:") != NULL)
		return xsd_fault(xsd, reference, location,
				 "schemaLocation phải là tên một tệp trong cùng thư mục.",
				 "schemaLocation must name a file of the same folder.");
	for (size_t i = 0; i < xsd->count; i++)
		if (strcmp(xsd->files[i].name, location) == 0)
			return OK;
	if (xsd->count == XSD_FILES)
		return xsd_fault(xsd, reference, location, "XSD dùng quá nhiều tệp.",
				 "The XSD is made of too many files.");
	return add_file(xsd, location, namespace, reference);
}

static enum err read_document(struct xsd *xsd, const char *name, const xmlNode *from,
			      struct document **ret_document)
{
	const char *path = arena_format(xsd->arena, "%s/%s", xsd->folder, name);
	const char *label = arena_format(xsd->arena, "xsd/%s", name);
	struct findings refusals;
	struct bytes bytes;
	enum err err;

	if (path == NULL || label == NULL)
		return ERR_MEMORY;
	if ((err = schema_files_read(path, xsd->arena, &bytes)) != OK) {
		if (err == ERR_MEMORY)
			return err;
		if (from != NULL)
			return xsd_fault(xsd, from, name, "Không đọc được tệp XSD này.",
					 "This XSD file cannot be read.");
		err = schema_files_fault(xsd->findings, CODE, label, 0, "",
					 "Không đọc được tệp XSD này.",
					 "This XSD file cannot be read.");
		return err == OK ? ERR_CONFIG : err;
	}
	findings_init(&refusals, xsd->arena);
	err = document_read_xml(bytes, LIMIT_DOCUMENT_BYTES, &refusals, ret_document);
	if (err != OK || *ret_document != NULL)
		return err;
	err = schema_files_fault(xsd->findings, CODE, label, refusals.items[0].line, "",
				 refusals.items[0].vi, refusals.items[0].en);
	return err == OK ? ERR_CONFIG : err;
}

static enum err add_file(struct xsd *xsd, const char *name, const char *namespace,
			 const xmlNode *from)
{
	struct document *document = NULL;
	const char *target;
	const xmlNode *root;
	enum err err;

	if ((err = read_document(xsd, name, from, &document)) != OK)
		return err;
	root = document_root(document);
	target = xsd_attribute(root, "targetNamespace");
	xsd->files[xsd->count++] =
		(struct xsd_file){.name = name,
				  .document = document,
				  .namespace = target == NULL ? namespace : target};
	if (!xsd_is(root, "schema"))
		return xsd_fault(xsd, root, (const char *)root->name, "Đây không phải XML Schema.",
				 "This is not an XML Schema.");
	for (const xmlNode *node = root->children; node != NULL && err == OK; node = node->next)
		if (xsd_is(node, "include") || xsd_is(node, "import"))
			err = add_referred(xsd, node);
	return err;
}

enum err xsd_open(const char *path, struct arena *arena, struct findings *findings,
		  struct xsd *ret_xsd)
{
	const char *slash = strrchr(path, '/');

	*ret_xsd = (struct xsd){.arena = arena, .findings = findings};
	ret_xsd->folder =
		slash == NULL ? "." : arena_text(arena, bytes_of(path, (size_t)(slash - path)));
	if (ret_xsd->folder == NULL)
		return ERR_MEMORY;
	path = arena_text(arena, bytes_of_text(slash == NULL ? path : slash + 1));
	return path == NULL ? ERR_MEMORY : add_file(ret_xsd, path, "", NULL);
}

void xsd_clear(struct xsd *xsd)
{
	for (size_t i = 0; i < xsd->count; i++)
		document_free(xsd->files[i].document);
	xsd->count = 0;
}
