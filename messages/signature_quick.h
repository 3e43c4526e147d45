/*
 * signature_quick - the short way for documents that are signed as this project signs them
 * (messages/signature_usual.h): the signature is found, taken off and read by its bytes. What is
 * written in any other way takes the long way, which alone makes findings.
 */
#ifndef MESSAGES_SIGNATURE_QUICK_H
#define MESSAGES_SIGNATURE_QUICK_H

#include "messages/signature_sheet.h"

/*
 * Is there one usual signature, and surely no other, at its place, and nothing besides that is taken
 * off? Then the sheet has usual, found (without the node), count and bare, which are the same as by
 * the long way when the bytes are well-formed; and when they are not, the bare bytes are not.
 * Otherwise the sheet is as it was.
 */
bool signature_quick_find(struct bytes bytes, struct signature_sheet *sheet);

/*
 * Where the signature stands as findings write it, without its own step: "/Declaration[1]"; in the
 * arena, NULL: no memory. *ret_line is the line on which it begins.
 */
const char *signature_quick_path(struct bytes bytes, const struct signature_found *found,
				 struct arena *arena, unsigned *ret_line);

#endif
