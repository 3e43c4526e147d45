/*
 * index_registry - the registry of identities compared with the records that made it: no account, credential or mandate
 * is more, less or something else than its records say, each stands in its indexes, and nothing else does; the same of
 * the notes for the next shift.
 * For index_check.h. Not compared is what no record holds: verifiers of passwords, hashes of sessions, sign-ins left.
 */
#ifndef NODE_INDEX_REGISTRY_H
#define NODE_INDEX_REGISTRY_H

#include "node/turn.h"

/* What the record leads to: NULL where all of it is there, or the store could not say. The text is static. */
const char *index_registry_of_record(const struct turn *turn, const struct record *record);

/* What an entry of SPACE_ACCOUNT, SPACE_CREDENTIAL, SPACE_MANDATE or SPACE_IDENTITY says wrongly; else NULL. */
const char *index_registry_of_entry(const struct turn *turn, const struct turn_key *key,
				    struct bytes value);

#endif
