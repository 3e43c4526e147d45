/*
 * audit - a record of who did or looked at what, with the names that people know: of persons and
 * parties, and of the document that was read.
 *
 * Who may see the record may see these: an id leads nobody to who it was. Contents are not among them.
 */
#ifndef NODE_AUDIT_H
#define NODE_AUDIT_H

#include <jansson.h>

#include "node/record.h"
#include "node/turn.h"

/*
 * The record as view_record_new() gives it, and: actorName, the person's or party's name, "" where there is
 * none; names, of the accounts and parties that the attributes name; read, of what was read: schema,
 * reference, number, office, where it is a message. NULL: no memory, or the record cannot be shown.
 */
json_t *audit_record_new(const struct turn *turn, const struct record *record);

#endif
