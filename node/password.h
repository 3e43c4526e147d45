/*
 * password - reading a password from who sits at the terminal, or from standard input; never from
 * an argument.
 */
#ifndef NODE_PASSWORD_H
#define NODE_PASSWORD_H

#include "sampan/err.h"
#include "sampan/secret.h"

#define PASSWORD_BYTES 1024u /* the longest */
#define PASSWORD_SHORTEST 12u

/*
 * Read one: at a terminal without showing it, and twice when is_new; else the first line of
 * standard input. What comes out, without the line end, is wiped by the caller. ERR_USAGE: too
 * short (of a new one) or too long, not UTF-8, not the same twice; said on stderr. ERR_MISSING:
 * nothing came.
 */
enum err password_read(const char *prompt, bool is_new, char ret_password[PASSWORD_BYTES + 1]);

/* Read a new one and make its verifier. */
enum err password_read_verifier(char ret_verifier[SECRET_VERIFIER_BYTES]);

#endif
