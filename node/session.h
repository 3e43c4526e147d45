/*
 * session - a person who signed in: begun when the password was right, ended by signing out, by
 * time, or by whatever changes the account.
 *
 * A person has at most CREDENTIAL_SESSIONS; the oldest goes for a new one. Verbs and errors:
 * identity.h; what a session is: credential.h.
 */
#ifndef NODE_SESSION_H
#define NODE_SESSION_H

#include "node/credential.h"

identity_verb session_sign_in, session_sign_out, session_used;

#endif
