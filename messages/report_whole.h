/*
 * report_whole - a report as it was recorded, in the form that interface.md promises.
 *
 * What is recorded of a translation (report_format_brief) is JSON too, and begins with "brief":1.
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
 * list of its own. All else is as in a whole report, and a whole one comes out as it is.
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
