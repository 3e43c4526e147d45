/*
 * signature_seat - a document made ready to be signed: in canonical form, with the place where the
 * signature will sit.
 *
 * What is signed is what is written out: the document as document_read() gives it, without comments
 * and processing instructions, in Exclusive XML Canonicalization 1.0. The place is the same that
 * verifying looks at (messages/signature_sheet.h): the last child of the root, or in VNSW's envelope
 * inside Body/Signature or SystemSignature, which are added when they are not there.
 */
#ifndef MESSAGES_SIGNATURE_SEAT_H
#define MESSAGES_SIGNATURE_SEAT_H

#include "messages/document.h"
#include "sampan/buffer.h"
#include "sampan/hash.h"

struct signature_seat {
	struct bytes before; /* both in the arena */
	struct bytes after;
	struct hash digest; /* of the document without the signature: its reference's digest */
};

/*
 * Make it ready; changes document->xml, which is of no other use then. is_system: the envelope's
 * SystemSignature instead of Body/Signature; of no meaning elsewhere. ERR_EXISTS: it is signed
 * already, or its place holds something. ERR_FORMAT: an envelope without Body. ERR_LIMIT: longer
 * than a document may be.
 */
enum err signature_seat_make(struct document *document, bool is_system, struct arena *arena,
			     struct signature_seat *ret_seat);

#endif
