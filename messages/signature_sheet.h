/*
 * signature_sheet - where the XML signatures of a document stand, found while it is read.
 *
 * A signature speaks about a document and is no part of what the document says: it is found first
 * and taken off, so that XSD, rules, facts and maps see the document that was signed and nothing
 * else. The bytes as received stay as they are; what is read on is a copy in which the element
 * ds:Signature, and the attribute Id of the nodes that a signature may refer to, are left out (their
 * line ends stay, so that findings name the same lines).
 *
 * Three places are known (docs/signatures.md): the last child of the root, and in VNSW's envelope
 * inside Body/Signature and SystemSignature. What stands elsewhere is not taken off: it is refused.
 * Pure, no cryptography.
 */
#ifndef MESSAGES_SIGNATURE_SHEET_H
#define MESSAGES_SIGNATURE_SHEET_H

#include <libxml/tree.h>

#include "sampan/bytes.h"
#include "sampan/err.h"
#include "sampan/finding.h"

#define SIGNATURE_NAMESPACE "http://www.w3.org/2000/09/xmldsig#"

enum signature_place {
	SIGNATURE_NOWHERE, /* no place for one */
	SIGNATURE_ROOT,    /* last child of the root */
	SIGNATURE_BODY,    /* /Envelope/Body/Signature/ds:Signature */
	SIGNATURE_SYSTEM,  /* /Envelope/SystemSignature/ds:Signature */
	SIGNATURE_PLACES
};

/* What a signature may refer to by "#id"; the root is the whole document. */
enum signature_part {
	SIGNATURE_WHOLE,
	SIGNATURE_HEADER,   /* /Envelope/Header */
	SIGNATURE_ALL_BODY, /* /Envelope/Body */
	SIGNATURE_CONTENT,  /* /Envelope/Body/Content */
	SIGNATURE_PARTS
};

/* The longest name of a namespace in a signed document: each element may have to write it again. */
#define SIGNATURE_URI_BYTES 1024u

/* Elements kept; more are only counted. */
#define SIGNATURE_FOUND 8u

struct signature_usual; /* messages/signature_usual.h */

struct signature_found {
	xmlNode *element; /* ds:Signature */
	enum signature_place place;
	size_t begin, end; /* its bytes */
};

/* Either xml is there, or one usual signature without its node (messages/signature_quick.h). */
struct signature_sheet {
	struct signature_usual *usual; /* NULL: it is xml; owned */
	xmlDoc *xml;                   /* the whole document, without comments; owned */
	struct signature_found found[SIGNATURE_FOUND];
	size_t count;                      /* ds:Signature met, also beyond SIGNATURE_FOUND */
	size_t parts_met[SIGNATURE_PARTS]; /* how many elements there are of each */
	xmlNode *parts[SIGNATURE_PARTS];   /* the first of them; NULL: none */
	bool has_instruction;              /* a processing instruction stands in the document */
	bool has_long_uri;                 /* a namespace's name is over SIGNATURE_URI_BYTES */
	struct bytes bare;                 /* the bytes without signatures; owned */
};

/*
 * Read the sheet of bytes that passed the checks of document_read(). OK with *ret_sheet NULL: the
 * document names no signature, or it is not readable and the findings say why. Cheap when there is
 * none: one search.
 */
enum err signature_sheet_read(struct bytes bytes, struct findings *findings,
			      struct signature_sheet **ret_sheet);

/*
 * See to it that xml is there; what was usual is gone then, and the bare bytes are made anew. OK
 * without xml: the bytes are not readable, and the findings say why.
 */
enum err signature_sheet_complete(struct signature_sheet *sheet, struct bytes bytes,
				  struct findings *findings);

/* NULL is accepted. */
void signature_sheet_free(struct signature_sheet *sheet);

#endif
