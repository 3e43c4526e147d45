/*
 * paper - a document as people read it: its groups and fields in order, each by its name and the item
 * that the XSD gives it, into the tree that stylesheets read (sampan/stylesheet.h).
 *
 * <document kind="vn.export/1"> holds <group name="Line" number="2"> and
 * <field name="TransportModeCode" item="MTC"><value>1</value><attribute name="unit">...; <cut/> is at its end where there is more; signatures are
 * left out. A document that is not of a known kind, or not in order, is shown as far as it goes.
 */
#ifndef MESSAGES_PAPER_H
#define MESSAGES_PAPER_H

#include "messages/document.h"
#include "messages/schema.h"
#include "sampan/stylesheet.h"

#define PAPER_FIELDS 10000u /* shown */

/* Bytes that cannot be read become a document without content. ERR_MEMORY. */
enum err paper_put(const struct schema_set *set, struct bytes bytes, struct arena *arena,
		   struct stylesheet_tree *tree);

#endif
