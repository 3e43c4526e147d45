/*
 * clerk_said - what an office said in a notice, for whom it concerns: which papers it asks for, why it
 * refuses, and what it adds in its own words.
 *
 * It is read off the facts of the notice (tables "papers", "reasons", "faults" and "remarks" of its
 * kind's file). Who may read what a notice speaks of may read this of it; the names of officers are
 * not in it. Codes are words of the pages (schemas/views/words.xml), the rest is text as it came.
 */
#ifndef NODE_CLERK_SAID_H
#define NODE_CLERK_SAID_H

#include <jansson.h>

#include "node/message.h"

/*
 * "said" of a record of a timeline: {"reasons": [{"code", "text"}], "papers": [{"code", "text", "due"}],
 * "remarks"}; nothing is put when the record tells of no such notice, or of one that says nothing.
 */
void clerk_said_put_record(const struct turn *turn, const struct record *record, json_t *json);

/*
 * "said" of a row of a list: what the last such notice said, with its event, while the message stands
 * as that left it: papers are asked, it is rejected, not accepted, or cancelled by customs.
 */
void clerk_said_put_row(const struct turn *turn, const struct message *message, json_t *row);

#endif
