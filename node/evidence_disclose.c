/*
 * Who is shown what: one table of events, and what of their contents (docs/evidence.md). What is not
 * in it, only a court sees.
 */
#include <stdlib.h>
#include <string.h>

#include "messages/word.h"
#include "node/evidence.h"

enum whose {
	NOBODYS,
	EVERYBODYS,  /* of the broker and of each partner */
	OWN,         /* of the broker */
	OF_DELIVERY, /* of the broker, and of the partner that the delivery is owed to */
	OF_PARTNER   /* of the broker, and of the partner that caused it */
};

/* clang-format off */
static const struct {
	const char *event;
	enum whose whose;
	const char *contents; /* of these a partner sees what it may see of the record */
} table[] = {
	{"SubmissionAcceptance", OWN, ""},
	{"SubmissionRejection", OWN, ""},
	{"Registered", OWN, ""},
	{"Amended", OWN, ""},
	{"RegistrationRefused", OWN, ""},
	{"Issued", OWN, ""},
	{"OfficeLodged", OWN, ""},
	{"Replaced", OWN, ""},
	{"ProcedureClosed", OWN, ""},
	{"Authorised", OWN, ""},
	{"Withheld", OWN, ""},
	{"AttachmentAccepted", OWN, ""},
	{"DeliveryOwed", OF_DELIVERY, ""},
	{"DeliveryNotOwed", OWN, ""},
	{"DeliveryRenewed", OF_DELIVERY, ""},
	{"Translated", OF_DELIVERY, "output"},
	{"Canonicalised", OF_DELIVERY, "output"},
	{"Signed", OF_DELIVERY, "signature"},
	{"KeyRotated", EVERYBODYS, "certificate"},
	{"TrustRecorded", OWN, ""},
	{"RelayAcceptance", OF_PARTNER, "document"},
	{"RelayRejection", OWN, ""},
	{"ArrivalChecked", OWN, ""},
	{"ArrivalParked", OWN, ""},
	{"Followed", OWN, ""},
	{"Cancelled", OWN, ""},
	{"PapersAsked", OWN, ""},
	{"Supplemented", OWN, ""},
	{"InspectionOrdered", OWN, ""},
	{"Inspected", OWN, ""},
	{"Routed", OWN, ""},
	{"Cleared", OWN, ""},
	{"Rejected", OWN, ""},
	{"Invalidated", OWN, ""},
	{"ReceiptStated", OWN, ""},
	{"Accepted", OWN, ""},
	{"NotAccepted", OWN, ""},
	{"Used", OWN, ""},
	{"Reversed", OWN, ""},
	{"Expired", OWN, ""},
	{"CopyArrived", OWN, ""},
	{"CertificateUsed", OWN, ""},
	{"Questioned", OWN, ""},
	{"Answered", OWN, ""},
	{"NotConfirmed", OWN, ""},
	{"ProcedurePaused", OWN, ""},
	{"ProcedureResumed", OWN, ""},
	{"ContentHandover", OWN, ""},
	{"DeliveryHeld", OWN, ""},
};
/* clang-format on */

#define EVENTS (sizeof(table) / sizeof(table[0]))

static size_t row_of(const char *event)
{
	size_t i = 0;

	while (i < EVENTS && strcmp(table[i].event, event) != 0)
		i++;
	return i;
}

static bool is_person(const char *text)
{
	return strncmp(text, "user:", 5) == 0 || strncmp(text, "operator:", 9) == 0;
}

static bool names_person(const struct record *record)
{
	for (size_t i = 0; i < record->attributes.count; i++)
		if (is_person(record->attributes.items[i].value))
			return true;
	return false;
}

/* Of people a broker is shown its own: who spoke for the party that lodged the message. */
static bool is_of_others(const struct evidence_disclose *disclose, const struct record *record)
{
	if (is_person(record->actor))
		return true;
	return names_person(record) &&
	       (disclose->view.reader != EVIDENCE_BROKER || disclose->view.is_recipient ||
		disclose->lodger == NULL || strcmp(disclose->lodger, record->actor) != 0);
}

/* The records of authorities and certificates begin lives of their own. */
static bool begins_message(const struct record *record)
{
	return record->number == record->message &&
	       word_is_in("SubmissionAcceptance SubmissionRejection RelayAcceptance",
			  record->event);
}

static bool is_partner(const struct evidence_view *view, const char *text)
{
	return strncmp(text, "partner:", 8) == 0 && strcmp(text + 8, view->partner) == 0;
}

static uint64_t delivery_of(const struct record *record)
{
	if (strcmp(record->event, "DeliveryOwed") == 0)
		return record->number;
	return strtoull(facts_get_or_empty(&record->attributes, "delivery"), NULL, 10);
}

void evidence_disclose_see(struct evidence_disclose *disclose, const struct record *record)
{
	if (begins_message(record))
		disclose->lodger = record->actor;
	if (strcmp(record->event, "DeliveryOwed") == 0 &&
	    is_partner(&disclose->view, facts_get_or_empty(&record->attributes, "to")) &&
	    disclose->count < EVIDENCE_DELIVERIES)
		disclose->deliveries[disclose->count++] = record->number;
}

static bool is_of_delivery(const struct evidence_disclose *disclose, const struct record *record)
{
	uint64_t delivery = delivery_of(record);

	for (size_t i = 0; i < disclose->count; i++)
		if (disclose->deliveries[i] == delivery)
			return true;
	return false;
}

static bool is_of_partner(const struct evidence_disclose *disclose, const struct record *record,
			  enum whose whose)
{
	switch (whose) {
	case EVERYBODYS:
		return true;
	case OF_DELIVERY:
		return is_of_delivery(disclose, record);
	case OF_PARTNER:
		return is_partner(&disclose->view, record->actor);
	case NOBODYS:
	case OWN:
		break;
	}
	return false;
}

bool evidence_disclose_record(const struct evidence_disclose *disclose, const struct record *record)
{
	size_t row = row_of(record->event);

	if (disclose->view.reader == EVIDENCE_COURT)
		return true;
	if (row == EVENTS || is_of_others(disclose, record))
		return false;
	return disclose->view.reader == EVIDENCE_BROKER ||
	       is_of_partner(disclose, record, table[row].whose);
}

bool evidence_disclose_payload(const struct evidence_disclose *disclose,
			       const struct record *record, size_t index)
{
	if (!evidence_disclose_record(disclose, record))
		return false;
	return disclose->view.reader != EVIDENCE_PARTNER ||
	       word_is_in(table[row_of(record->event)].contents, record->payloads[index].role);
}
