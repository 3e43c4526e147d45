/*
 * report_whole - a report as it was recorded, in the form that interface.md promises.
 *
 * What is recorded of a translation (report_format_brief) is JSON too, and begins with "brief":2.
 * Its rows are lists of the members' values in their order, without the names:
 *
 *   fields    source, target, value
 *   changed   source, target, from, to, reason
 *   dropped   source, value, reason
 *   supplied  target, value, origin, ref
 *
 * and at last, where the row has some, an object with "sourceDocument" and "document". A path is two
 * items: how many bytes it begins with as the last such path of its side did, and the rest; or one,
 * a text, which is the path and is not gone on from. reason, origin and ref are texts, or the place
 * (from 0) among the first 64 of these texts in the report; a ref that is a path of the source is a
 * list of its own.
 *
 * Rows that look like earlier ones of their kind, under another element, as those of lines of goods
 * do, stand together in one list that begins with a list of five numbers: how far back the row
 * stands that the first looks like, from 1 to 128 (and so the second to the one behind it); where in
 * that row's source path (its ref's, of what is supplied) the digits of an index stand, from 0, and
 * the index that is put for them; and both for the target. A path with 0 for its place stays as it
 * is. Then come the values of all rows (of changed two each, from and to), where 0 is the value of
 * the row that it looks like. All other members are that row's. A path so made is not gone on from.
 *
 *   [0,"/D[1]/Line[1]/Code[1]","1",0],[11,"/Name[1]","a",0],[[2,11,2,0,0],"2","b"]
 *
 * All else is as in a whole report, and a whole one comes out as it is. What begins with "brief":1
 * is the same without rows that look like others, as it was recorded before.
 */
#ifndef MESSAGES_REPORT_WHOLE_H
#define MESSAGES_REPORT_WHOLE_H

#include "sampan/buffer.h"
#include "sampan/err.h"

/*
 * Put the whole report behind what the buffer holds. It takes time as long as what is read and
 * written. ERR_FORMAT: it begins like a brief one and is none, or something in it leads to what is
 * not there; ERR_LIMIT: the buffer's bound; ERR_MEMORY.
 */
enum err report_whole(struct bytes recorded, struct buffer *to);

#endif
