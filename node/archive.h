/*
 * archive - payloads that were moved out of the ledger's store, into files beside it.
 *
 * Leaves, hashes and proofs stay; under SPACE_ARCHIVED stands where the bytes are now. Whoever reads a
 * payload gets it from there as before, as long as the file is in the folder; it is hashed again like
 * any other. A file that was taken elsewhere is told by its name. Files are written once and never
 * changed: docs/ledger-format.md (Archives).
 */
#ifndef NODE_ARCHIVE_H
#define NODE_ARCHIVE_H

#include "node/ledger.h"
#include "node/turn.h"

#define ARCHIVE_FOLDER "archive" /* in the ledger's folder */

struct archive_place {
	uint64_t number; /* of the record */
	size_t index;
	char name[ARCHIVE_NAME_BYTES]; /* of the file: "payloads-000001" */
	uint64_t offset;               /* of the entry in it */
	uint64_t len;                  /* of the payload as it is stored */
};

/* Read payloads from the archives in this folder of the store ("NODE/ledger"). ERR_MEMORY. */
enum err archive_use(struct ledger *ledger, const char *ledger_folder);

/* Where a payload is. ERR_MISSING: not in an archive. ERR_CORRUPT, ERR_VERSION. */
enum err archive_find(struct ledger *ledger, uint64_t number, size_t index,
		      struct archive_place *ret_place);

/* Its bytes as stored. ERR_ARCHIVED: the file is not here. ERR_CORRUPT: another entry is there. */
enum err archive_read(struct ledger *ledger, const struct archive_place *place, uint64_t number,
		      size_t index, struct arena *arena, struct bytes *ret_stored);

/* The name of the archive that was not here when one was asked for last; "": that never was. */
const char *archive_away(const struct ledger *ledger);

/* ---- moving payloads there ---- */

struct archive_writer;

/*
 * A new file in ledger_folder/archive (made), with the next number that is neither there nor on record: a
 * file that is elsewhere comes back under its name. ERR_IO, ERR_FULL, ERR_LIMIT; of ledger_scan().
 */
enum err archive_writer_open(struct ledger *ledger, const char *ledger_folder,
			     struct archive_writer **ret_writer);
/* What was put since the last sync is taken away again, and the file where there was none. NULL is accepted. */
void archive_writer_close(struct archive_writer *writer);

/* Copy a payload into it; ret_place says where it will be, once archive_writer_sync() was OK. */
enum err archive_writer_put(struct archive_writer *writer, uint64_t number, size_t index,
			    struct bytes stored, struct archive_place *ret_place);
enum err archive_writer_sync(struct archive_writer *writer);

/*
 * In the ledger role: the payloads at these places leave the store, once each was read back from the
 * file and is what the store holds; a record PayloadsArchived says how many went where, by an
 * operator's word. One that is archived already is passed over. ERR_CORRUPT, ERR_ARCHIVED: the
 * file does not hold it; ERR_MISSING: there is no such payload. Then nothing is moved.
 */
enum err archive_move(const struct turn *turn, const struct archive_place *places, size_t count,
		      const char *operator_name);

/* The question that carries them: LEDGER_ARCHIVE. */
#define ARCHIVE_AT_ONCE 256u
void archive_pack(struct buffer *to, const struct archive_place *places, size_t count,
		  const char *operator_name);
enum err archive_serve(const struct turn *turn, struct bytes body);

/* ---- which ---- */

#define ARCHIVE_KEEP UINT32_MAX

/* For how many years payloads of a kind ("vn.export/1") stay; ARCHIVE_KEEP: for ever. */
typedef uint32_t archive_policy(const void *context, const char *schema);

/* A payload that may go, as stored; borrowed until it returns. Anything but OK ends the search. */
typedef enum err archive_visit(void *context, uint64_t number, size_t index, struct bytes stored);

/*
 * All payloads in the store of messages that are at an end (nothing is owed of them any more) and were
 * received longer ago than their kind's policy says, and of refusals likewise. What belongs to no
 * message (cards, keys, alarms) stays. A year counts 366 days.
 */
enum err archive_each_due(struct ledger *ledger, uint64_t now_ms, archive_policy *policy,
			  const void *policy_context, archive_visit *visit, void *context);

#endif
