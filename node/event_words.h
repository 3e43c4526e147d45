/*
 * event_words - what each event of the ledger (docs/ledger-format.md) means to a person.
 */
#ifndef NODE_EVENT_WORDS_H
#define NODE_EVENT_WORDS_H

#include <stdbool.h>

/*
 * In Vietnamese or English; of an event without words its name, borrowed. origin is the record's attribute of that
 * name, "" where it has none: of RelayAcceptance it tells what came from a partner from what a partner has.
 */
const char *event_words(const char *event, const char *origin, bool in_vietnamese);

#endif
