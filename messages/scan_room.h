/*
 * scan_room - how much room a document needs, before it is read. Only for scan.c.
 */
#ifndef MESSAGES_SCAN_ROOM_H
#define MESSAGES_SCAN_ROOM_H

#include "sampan/bytes.h"

/* It has at most so many elements and attributes, or is refused; at most LIMIT_DOCUMENT_VALUES. */
size_t scan_room(struct bytes bytes);

#endif
