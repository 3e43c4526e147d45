/*
 * api_session - signing in and out over HTTP, and who one is (docs/access.md).
 *
 * POST /v1/session {"name","password"}: 200 with the session's cookie and its CSRF token, 401 for
 * whatever is wrong, 429 with Retry-After. Always a new session: a cookie that came along is not
 * looked at. GET: the caller as the node knows it. DELETE: signs out.
 * PUT /v1/session/password {"old","new"}: 204; all sessions of the account end.
 */
#ifndef NODE_API_SESSION_H
#define NODE_API_SESSION_H

#include "node/api.h"

#define API_SESSION_BODY 4096u

api_handler api_session_sign_in, api_session_show, api_session_sign_out, api_session_password;

/* Sign in with what another form of request said; the call is answered as by api_session_sign_in(). */
void api_session_begin(struct api_call *call, const char *name, struct bytes password);

#endif
