/*
 * issued - what is noted when a certificate is issued, beside its life (certificate.h): its number and the
 * code that opens its public page, the goods that it certifies, the certificate that it replaces.
 */
#ifndef NODE_ISSUED_H
#define NODE_ISSUED_H

#include "node/message.h"

/* The fact that holds the code: 16 characters of base 32, 80 bits that nobody can guess. */
#define ISSUED_CODE "publicCode"
#define ISSUED_CODE_BYTES 17u

/*
 * Note them. The certificate it names as replaced, of the same issuing authority and exporter, is "replaced"
 * from now on, if it was in force, and its timeline says by which; of any other nothing is changed. The caller
 * saves the certificate.
 */
enum err issued_note(const struct turn *turn, struct message *certificate);

/* The certificate that was issued here under this number. ERR_MISSING: none. */
enum err issued_find(const struct turn *turn, const char *number, struct message *ret_certificate);

/*
 * The same for who is not known, and shows the code that is on the paper. ERR_MISSING: there is no such
 * number, or it has another code: who asks cannot tell which. The code may stand in capitals, with blanks and
 * dashes in it, and with o, i and l for the digits that they look like.
 */
enum err issued_show(const struct turn *turn, const char *number, const char *code,
		     struct message *ret_certificate);

#endif
