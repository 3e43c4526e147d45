/*
 * index_registry - the registry of identities compared with the records that made it: no account, credential or mandate
 * is more, less or something else than its records say, each stands in its indexes, and nothing else does; the same of
 * the notes for the next shift.
 * For index_check.h. Not compared is what no record holds: verifiers of passwords, hashes of sessions, sign-ins left.
 */
#ifndef NODE_INDEX_REGISTRY_H
#define NODE_INDEX_REGISTRY_H

#include "node/index_look.h"

index_look_at_record index_registry_of_record;

/* Entries of SPACE_ACCOUNT, SPACE_CREDENTIAL, SPACE_MANDATE, SPACE_IDENTITY. */
index_look_at_entry index_registry_account, index_registry_credential, index_registry_mandate,
	index_registry_listed;

#endif
