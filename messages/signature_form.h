/*
 * signature_form - one ds:Signature read against the profile (docs/signatures.md).
 *
 * Whatever the profile does not name is a fault, and reading ends there: no key, no digest, no
 * certificate was looked at before. What is left is plain values within the bounds below.
 */
#ifndef MESSAGES_SIGNATURE_FORM_H
#define MESSAGES_SIGNATURE_FORM_H

#include "messages/signature_c14n.h"
#include "messages/signature_sheet.h"
#include "sampan/trust.h"

#define SIGNATURE_FORM_BYTES (128u * 1024) /* the longest ds:Signature */
#define SIGNATURE_REFERENCES 2u

struct signature_reference {
	const xmlNode *node;      /* ds:Reference */
	enum signature_part part; /* what it refers to */
	enum signature_c14n c14n;
	enum digest digest;
	uint8_t value[DIGEST_MAX_BYTES];
};

struct signature_form {
	const xmlNode *element; /* ds:Signature */
	const xmlNode *info;    /* ds:SignedInfo */
	enum signature_c14n c14n;
	enum trust_algorithm algorithm;
	enum digest digest;
	const char *algorithm_uri;
	struct signature_reference references[SIGNATURE_REFERENCES];
	size_t reference_count;
	struct bytes value;                     /* in the arena, as the certificates */
	struct bytes certificates[TRUST_SHOWN]; /* DER, 1 to TRUST_SHOWN */
	size_t certificate_count;
};

/* The first thing that is outside the profile. */
struct signature_fault {
	const char *code; /* of the finding: "signature-form", "signature-algorithm" ... */
	const xmlNode *node;
	const char *value; /* what was met, in the arena or the sheet */
};

/*
 * Read what was found at a place. OK with *ret_fault.code NULL: *ret_form is set. OK with a code: it
 * is outside the profile.
 */
enum err signature_form_read(const struct signature_sheet *sheet,
			     const struct signature_found *found, struct arena *arena,
			     struct signature_form *ret_form, struct signature_fault *ret_fault);

/* Does it speak for the header too, or only for the content? */
bool signature_form_is_whole(const struct signature_form *form);

/* "document", "header content" or "content". */
const char *signature_form_covers(const struct signature_form *form);

#endif
