/*
 * hand_over - the note that somebody leaves for the next shift of their office. Part of the registry (identity.h):
 * the record HandedOver says who, when and for which office, its payload is the text. Only people of that office
 * read the text; who audits sees that there is one.
 *
 * An office is a customs office or an issuing office, without sub-section: who is of a sub-section is of its office.
 */
#ifndef NODE_HAND_OVER_H
#define NODE_HAND_OVER_H

#include "node/identity.h"

#define HAND_OVER_NOTES 10u      /* that are shown */
#define HAND_OVER_OFFICES 64u    /* of one person */
#define HAND_OVER_CODE_BYTES 36u /* of an office */

struct hand_over_office {
	char code[HAND_OVER_CODE_BYTES];
	enum access_desk desk;
};

/* The offices of somebody where they may do this, each once; at most HAND_OVER_OFFICES. */
size_t hand_over_offices(const struct caller *caller, enum access_action action,
			 struct hand_over_office ret_offices[HAND_OVER_OFFICES]);

/* Is it this office? desk: as hand_over_desk(); "" is any, so that the first of the code is meant. */
bool hand_over_is(const struct hand_over_office *office, const char *code, const char *desk);

/*
 * The verb "hand-over": office, desk ("": hand_over_is()), text. By a person for an office of theirs
 * (ACCESS_HAND_OVER_NOTE), else ERR_DENIED. The newest note of the office said again by the same person is not put twice. Refused "no-text": nothing to read.
 */
identity_verb hand_over_note;

struct hand_over_read {
	uint64_t number;
	uint64_t time_ms;
	const char *actor; /* "user:NAME" */
	struct bytes text; /* UTF-8; empty when its payload is archived */
};

const char *hand_over_desk(enum access_desk desk); /* "customs", "issuing" */

/*
 * The newest notes for an office of this party, the newest first; in the turn's arena. Of the newest 80 of its code, where
 * two desks have the same.
 */
enum err hand_over_list(const struct turn *turn, const char *party,
			const struct hand_over_office *office,
			struct hand_over_read ret_notes[HAND_OVER_NOTES], size_t *ret_count);

/*
 * For verification: the entries that the record of a note has, the second where it is the newest of its office. In the
 * turn's arena. As ledger_payload(): the text is gone, and with it what would stand in the second.
 */
#define HAND_OVER_ENTRIES 2u
enum err hand_over_entries(const struct turn *turn, const struct record *record,
			   struct identity_entry ret_entries[HAND_OVER_ENTRIES], size_t *ret_count);

#endif
