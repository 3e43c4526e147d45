/*
 * api_read - the calls that read one message: its state and timeline, and its downloads, byte for
 * byte as they are in the ledger, in pieces, so that no answer takes more memory than one piece.
 *
 * A download has its SHA-256 as ETag; If-None-Match is answered with 304. What is outside the
 * caller's scope is shown for a reason (header "Sampan-Reason") to whom the table of access.h lets,
 * after the ledger has recorded it.
 */
#ifndef NODE_API_READ_H
#define NODE_API_READ_H

#include "node/api.h"
#include "node/clerk_read.h"

api_handler api_read_message, api_read_document, api_read_translation, api_read_report,
	api_read_receipt, api_read_attachment, api_read_evidence;

/*
 * Have the ledger record a reading beyond the caller's scope, for the reason that the caller has. The
 * callback is asked as for api_ask(); api_read_recorded() says of its answer whether it is on record:
 * ERR_DENIED when the caller may not any more.
 */
void api_read_record(struct api_call *call, const struct clerk_read_question *question,
		     api_on_answer *callback);
enum err api_read_recorded(const struct api_call *call, enum err err, struct bytes body);

#endif
