/*
 * signature_usual - ds:Signature as this project writes it (messages/signature_write.h), read by its
 * bytes: no tree is made, and SignedInfo needs no canonical form to be made of one.
 *
 * Elements without content may also be written as empty, as others do it; beside that there is one
 * way to write it, with prefix ds:, no white space, one reference to the whole document and SHA-256.
 * Two answers: "yes" says that it is well-formed and inside the profile; "no" only says that
 * messages/signature_form.h must look.
 */
#ifndef MESSAGES_SIGNATURE_USUAL_H
#define MESSAGES_SIGNATURE_USUAL_H

#include "messages/signature_form.h"
#include "messages/signature_method.h"

#define SIGNATURE_USUAL_OPEN "<ds:Signature xmlns:ds=\"" SIGNATURE_DSIG "\">"

/* Borrowed from the bytes; texts in base64, as they stand there. */
struct signature_usual {
	const struct signature_method *method;
	struct bytes digest, value;
	struct bytes certificates[TRUST_SHOWN];
	size_t certificate_count; /* 1 to TRUST_SHOWN */
	size_t len;               /* of the element */
};

/* Does such an element stand where the bytes begin? */
bool signature_usual_read(struct bytes bytes, struct signature_usual *ret_usual);

/*
 * As signature_form_read() gives it, but without nodes; in the arena. OK with *ret_is_good false:
 * something is too long or no base64.
 */
enum err signature_usual_form(const struct signature_usual *usual, struct arena *arena,
			      struct signature_form *ret_form, bool *ret_is_good);

/* SignedInfo in canonical form. */
void signature_usual_put_info(const struct signature_usual *usual, struct buffer *to);

#endif
