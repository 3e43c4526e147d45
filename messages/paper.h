/*
 * paper - a document as people read it: its groups and fields in order, each by its name and the item
 * that the XSD gives it, into the tree that stylesheets read (sampan/stylesheet.h).
 *
 * <document kind="vn.export/1"> holds <group name="Line" number="2"> and
 * <field name="TransportModeCode" item="MTC"><value>1</value><attribute name="unit">...; <cut/> is at its end where there is more; signatures are
 * left out. A document that is not of a known kind, or not in order, is shown as far as it goes.
 * What a finding speaks of has its path as attribute "path", so that a page can say it there.
 */
#ifndef MESSAGES_PAPER_H
#define MESSAGES_PAPER_H

#include "messages/document.h"
#include "messages/schema.h"
#include "sampan/stylesheet.h"

#define PAPER_FIELDS 10000u /* shown */
#define PAPER_PATHS 100u    /* looked up; findings beyond are shown, but not at their place */

/* What is shown, and which paths findings name ("/Envelope[1]/Body[1]"); all borrowed. */
struct paper {
	struct bytes bytes;
	const char *const *paths;
	size_t path_count;
};

/* Bytes that cannot be read become a document without content. ERR_MEMORY. */
enum err paper_put(const struct schema_set *set, const struct paper *paper, struct arena *arena,
		   struct stylesheet_tree *tree);

#endif
