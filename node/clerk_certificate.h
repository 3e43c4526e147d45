/*
 * clerk_certificate - what the clerk says of a certificate to who is not known and holds the paper:
 * its number opens nothing without the code that stands on it too.
 */
#ifndef NODE_CLERK_CERTIFICATE_H
#define NODE_CLERK_CERTIFICATE_H

#include "node/turn.h"

/*
 * CLERK_CERTIFICATE: number and code -> {"number","state"}: the number asked for; state "": there is no such certificate, or
 * it has another code. Nothing else of it is said.
 */
enum err clerk_certificate_serve(const struct turn *turn, struct bytes question, struct buffer *to);

/*
 * Where its public page is: "https://.../certificate?number=...&code=...", in the turn's arena. "": it has no
 * code, or there is no door over HTTPS. NULL: no memory.
 */
struct message;
const char *clerk_certificate_url(const struct turn *turn, const struct message *certificate);

#endif
