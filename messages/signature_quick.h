/*
 * signature_quick - the short way for documents that are signed as this project signs them
 * (messages/signature_write.h): the signature is found by its bytes, and only it is made into a
 * tree. What is written in any other way takes the long way, which alone makes findings.
 */
#ifndef MESSAGES_SIGNATURE_QUICK_H
#define MESSAGES_SIGNATURE_QUICK_H

#include "messages/signature_sheet.h"

/*
 * Is there one signature, surely at its place, without line ends, the document without it in
 * canonical form as it stands (but for white space around it), and no Id in it? Then the sheet has
 * fragment, found, count and bare; otherwise it is as it was. Findings stay as they are.
 */
bool signature_quick_find(struct bytes bytes, const struct findings *findings,
			  struct signature_sheet *sheet);

/*
 * Where the signature stands as findings write it, without its own step: "/Declaration[1]"; in the
 * arena, NULL: no memory. *ret_line is the line on which it begins.
 */
const char *signature_quick_path(struct bytes bytes, const struct signature_found *found,
				 struct arena *arena, unsigned *ret_line);

#endif
