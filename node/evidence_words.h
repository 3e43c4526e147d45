/*
 * evidence_words - what the verifier of evidence says, to a person: its codes in words.
 */
#ifndef NODE_EVIDENCE_WORDS_H
#define NODE_EVIDENCE_WORDS_H

#include <stdbool.h>

/* Of a fault (evidence_check.h) or a row (evidence_repeat.h); of an unknown code the code itself. */
const char *evidence_words(const char *code, bool in_vietnamese);

/* The sentences of the page itself. */
enum evidence_sentence {
	EVIDENCE_PROVED,
	EVIDENCE_NOT_PROVED,
	EVIDENCE_LEDGER,
	EVIDENCE_MESSAGE,
	EVIDENCE_SIZE,
	EVIDENCE_FOR,
	EVIDENCE_HIDDEN,
	EVIDENCE_NOT_SHOWN,
	EVIDENCE_GIVEN,
	EVIDENCE_NO_SET,
	EVIDENCE_WITNESSED,
	EVIDENCE_NOT_BELIEVED,
	EVIDENCE_STAMPED,
	EVIDENCE_STAMP_UNKNOWN,
	EVIDENCE_LATE,
	EVIDENCE_RECORD,
	EVIDENCE_BYTE,
	EVIDENCE_ELSEWHERE,
	EVIDENCE_FORK,
	EVIDENCE_FORK_RECORD,
	EVIDENCE_SENTENCES
};
const char *evidence_sentence(enum evidence_sentence sentence, bool in_vietnamese);

/* Every code there is, for tests and pages: NULL ends. */
const char *evidence_words_code(unsigned index);

#endif
