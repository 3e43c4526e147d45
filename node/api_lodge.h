/*
 * api_lodge - the calls that bring something to the ledger: a document, its attachments, an
 * exporter's word.
 *
 * Each is answered only after the commit that holds what it brought. Lodging goes through the
 * pipeline of all doors; same bytes get the same answer, and an Idempotency-Key (repeat.h) makes it
 * so for any request.
 */
#ifndef NODE_API_LODGE_H
#define NODE_API_LODGE_H

#include "node/api.h"

api_handler api_lodge, api_attach, api_authorise;

/*
 * A paper for the message of the path; name may be "". When it is on disk then() goes on with its SHA-256 in hex,
 * borrowed; NULL: the call is answered. What is wrong with it is answered in both cases.
 */
struct api_paper {
	const char *type, *name;
	struct bytes content;
};
typedef void api_on_attached(struct api_call *call, const char *sha256);
void api_attach_paper(struct api_call *call, const struct api_paper *paper,
		      api_on_attached *then);

/*
 * What the ledger says of what was lodged: 202 where it was taken, with an ETag when it was lodged by what its maker saw;
 * else the problem that err or its verdict is. accepted is not looked at unless err is OK.
 */
void api_lodge_answer(struct api_call *call, enum err err, const struct ledger_accepted *accepted);

#endif
