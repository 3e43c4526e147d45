/*
 * event_words - what each event of the ledger (docs/ledger-format.md) means to a person.
 */
#ifndef NODE_EVENT_WORDS_H
#define NODE_EVENT_WORDS_H

#include <stdbool.h>

/* In Vietnamese or English; of an event without words its name, borrowed. */
const char *event_words(const char *event, bool in_vietnamese);

#endif
