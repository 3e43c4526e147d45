/*
 * api_identity - the HTTP calls about identities: tokens, mandates, accounts, and who changed them
 * (docs/access.md). What the caller may is decided in clerk and ledger, by identity.h.
 */
#ifndef NODE_API_IDENTITY_H
#define NODE_API_IDENTITY_H

#include "node/api.h"

#define API_IDENTITY_BODY 8192u

/* GET: the lists of identity_list.h. */
api_handler api_identity_users, api_identity_tokens, api_identity_mandates, api_identity_audit;

/* POST /v1/tokens: {"name","party"|"user","kinds","actions","until"} -> 201 {"number","token"} */
api_handler api_identity_make_token;

/* POST /v1/mandates: {"principal","agent","kinds","from","until"} -> 201 {"number"} */
api_handler api_identity_give_mandate;

/* POST /v1/mandates/{number}/confirmation; DELETE /v1/mandates/{number}, /v1/tokens/{number}: 204 */
api_handler api_identity_confirm_mandate, api_identity_revoke_mandate, api_identity_revoke_token;

/* The same of a verb of identity.h whose facts came otherwise; answered with status when it was done. */
void api_identity_change(struct api_call *call, const char *verb, unsigned status,
			 const struct facts *facts);

#endif
