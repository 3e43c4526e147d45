/*
 * objection - what the node itself finds wrong with a lodgement whose document is in order: sender,
 * identity, order of events.
 *
 * The codes and their sentences stand in one table here, because the roles that decide this parse
 * no XML and so have no catalogue.
 */
#ifndef NODE_OBJECTION_H
#define NODE_OBJECTION_H

#include "sampan/finding.h"

enum objection {
	OBJECTION_NOT_LODGEABLE,   /* this kind is never lodged by a party */
	OBJECTION_NOT_ALLOWED,     /* the party has not the role that makes this kind */
	OBJECTION_TOKEN_LIMITED,   /* the credential is for other kinds or actions */
	OBJECTION_SENDER_MISMATCH, /* the document says another sender than the door does */
	OBJECTION_NO_MANDATE, /* the trader it names lets nobody else lodge it, or not any more */
	OBJECTION_WRONG_COUNTRY,      /* it stands under another country's law */
	OBJECTION_UNKNOWN_PROCEDURE,  /* no such procedure code, or not for this kind */
	OBJECTION_NO_REFERENCE,       /* nothing to know it by */
	OBJECTION_IDENTITY_USED,      /* same identity, other bytes */
	OBJECTION_DUPLICATE,          /* same certificate or declaration number in a new message */
	OBJECTION_ORIGINAL_UNKNOWN,   /* it speaks of something unknown here: parked */
	OBJECTION_PARKED_TOO_MANY,    /* the party has had as many of these kept as a day has */
	OBJECTION_NOT_ACTED_ON,       /* a cancellation or supplement of something known: noted */
	OBJECTION_NOT_CANCELLABLE,    /* it cancels what is cancelled already or cannot be */
	OBJECTION_ORIGINAL_CANCELLED, /* it changes what was cancelled */
	OBJECTION_NOT_IN_STATE, /* it decides what cannot be decided in the state that the value names */
	OBJECTION_SAME_PERSON,   /* four eyes: the same person ordered, inspected or clears */
	OBJECTION_NOT_INSPECTED, /* its lane demands an inspection before it is cleared */
	OBJECTION_NO_REASON,     /* it needs a reason and gives none */
	OBJECTION_NO_LANE,       /* there is no such lane */
	OBJECTION_NO_DECLARATION, /* a certificate is used for a declaration that is not here, or not in force */
	OBJECTION_NO_ITEM,    /* the certificate has no such goods item */
	OBJECTION_OTHER_UNIT, /* the item is certified, or written off, in another unit */
	OBJECTION_BALANCE, /* less than that is left of the item; {0} item, {1} asked, {2} left, {3} unit */
	OBJECTION_USES_FULL, /* there are BALANCE_USES already */
	OBJECTION_UNSETTLED, /* more was used on paper than the electronic copy certifies: reverse that first */
	OBJECTION_COPY_DIFFERS, /* what a paper recorded by hand and its electronic copy do not say alike */
	OBJECTION_ISSUED_HERE,     /* this country's own certificate, recorded by hand */
	OBJECTION_ISSUED_AHEAD,    /* a certificate of a day to come */
	OBJECTION_PAPER_ENDED,     /* a paper that no declaration can bring any more */
	OBJECTION_OTHER_ADDRESSEE, /* an answer goes to somebody else than whose the document is */
	OBJECTION_OTHER_OFFICE,    /* a person records it for an office that is not theirs */
	OBJECTION_NO_REQUEST,      /* an answer to what was not asked, or not last */
	OBJECTION_DUE_OVER,        /* an answer is asked for by a day that is over */
	OBJECTION_NOT_USED,        /* nothing was written off that could be reversed */
	OBJECTION_CERTIFICATE_EXPIRED, /* the declaration came after its last day */
	OBJECTION_CERTIFICATE_USED, /* what takes a declaration back while a certificate is written off for it */
	OBJECTION_OFFICE_NOT_SIGNED, /* a certificate is taken back without its office's signature */
	OBJECTION_NATIONAL_FORM,     /* a hub form, where the country has a form of its own */
	OBJECTION_NOT_EXPORTER, /* only the certificate's exporter may authorise its transmission */
	OBJECTION_WORKER_CRASHED, /* it made the worker die three times: set aside */
	OBJECTION_DAMAGED,        /* what is kept of it here can be read no more: set aside */
	OBJECTION_TOO_COSTLY, /* reading or translating it takes more memory than a worker has */
	OBJECTION_UNKNOWN_SENDER,  /* a folder that belongs to no registered party */
	OBJECTION_TOO_LARGE,       /* file larger than the node takes */
	OBJECTION_BEYOND_LIMITS,   /* longer than a record can hold (limit.h) */
	OBJECTION_FRAME_TOO_LARGE, /* larger than a frame of the link holds */
	OBJECTION_NOT_SIGNED,      /* the seal refused to sign it */
	OBJECTION_NAME_TAKEN,      /* the partner has another document under the delivery's name */
	OBJECTION_KIND_MISMATCH,   /* a partner's frame says another kind than its document is */
	OBJECTION_NO_AGREEMENT,    /* no agreement lets this partner send this kind */
	OBJECTION_NO_MAP,          /* no map leads to the kind that is owed */
	OBJECTION_SIGNATURE_NOT_YOURS, /* it is signed by somebody else than who sends it */
	OBJECTION_NO_OFFICE_KEY,       /* the seal has no key of the issuing office */
	OBJECTION_NUMBER_TAKEN,        /* the certificate's number is not the office's next one */
	OBJECTION_GOODS_CERTIFIED,  /* the goods of this declaration have a certificate in force */
	OBJECTION_DECISION_PENDING, /* decided already, or not in a state to be */
	OBJECTION_ANOTHER_ORIGINAL, /* it was opened from one message, and speaks of another */
	OBJECTION_NO_INBOX          /* the party's folder is not there */
};

/* Add the objection to the findings; value is what was met (may be ""). */
enum err objection_put(struct findings *findings, enum objection objection, const char *value);

/* The same, of those whose sentence has gaps: what stands in {0}, {1} ... (messages/sentence.h). ERR_MEMORY. */
enum err objection_put_said(struct findings *findings, enum objection objection, const char *value,
			    const char *const *said, size_t count);

/* Is it because of the state of what the document speaks of? By code. */
bool objection_is_of_state(const char *code);

/* The stable code, such as "sender-mismatch". */
const char *objection_code(enum objection objection);

#endif
