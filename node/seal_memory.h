/*
 * seal_memory - the file seal/last: the notes that the seal signed last, each on disk before it is
 * given out.
 *
 * SEAL_NOTES slots of one page each, written in turn, each by one write that is durable when it
 * returns; so remembering costs one write in place and no change of the folder. A slot holds a
 * count (from 1, one more for each note; note number n lies in slot (n - 1) % SEAL_NOTES), the note
 * and their SHA-256. A write that power cut short damages only the slot that was written, whose
 * note never left: that slot, and no other, may be damaged. A file with other damage is
 * ERR_CORRUPT.
 *
 * Several are kept because the ledger answers with a note before it has stored it: what was given
 * out is never overwritten before the ledger has it on disk, so that after any crash it gets all of
 * them back (docs/architecture.md, the way of a receipt).
 *
 * An empty file is that of a seal that never signed; a file that is one note, as it was
 * before there were slots, is taken over. Both are then written in the new form, in one step.
 */
#ifndef NODE_SEAL_MEMORY_H
#define NODE_SEAL_MEMORY_H

#include "node/checkpoint.h"

#define SEAL_NOTES 8u
#define SEAL_SLOT_BYTES 4096u

struct seal_note {
	struct checkpoint checkpoint; /* what the note says */
	uint8_t at[CHECKPOINT_MAX_BYTES];
	size_t len;
};

struct seal_memory {
	int fd;
	uint64_t count; /* of notes signed ever */
	struct seal_note notes[SEAL_NOTES];
};

/*
 * public_key and origin: whose notes they must be. ERR_MISSING: no such file; ERR_CORRUPT: damaged,
 * or a note is not by this key for this origin; ERR_IO, ERR_FULL.
 */
enum err seal_memory_open(const char *path, const char *origin,
			  const uint8_t public_key[KEY_PUBLIC_BYTES],
			  struct seal_memory *ret_memory);

/*
 * The same, only reading, for who is not the seal: the seal may write meanwhile. ERR_MISSING also for a
 * file of the form before, or of a seal that never signed.
 */
enum err seal_memory_peek(const char *path, const char *origin,
			  const uint8_t public_key[KEY_PUBLIC_BYTES], struct checkpoint *ret_last);

void seal_memory_close(struct seal_memory *memory); /* also one that is all zero */

/* The newest; NULL before the first. */
const struct seal_note *seal_memory_last(const struct seal_memory *memory);

/*
 * How many are held, and the one that is this many younger than the oldest held. The oldest has len
 * 0 where the write that would have replaced it was cut short.
 */
size_t seal_memory_held(const struct seal_memory *memory);
const struct seal_note *seal_memory_at(const struct seal_memory *memory, size_t index);

/* The note that the next one takes the place of; NULL: none yet. */
const struct seal_note *seal_memory_next_lost(const struct seal_memory *memory);

/*
 * OK: on disk. ERR_IO, ERR_FULL: it is not remembered, and must not be given out; the others are.
 */
enum err seal_memory_put(struct seal_memory *memory, const struct checkpoint *checkpoint,
			 struct bytes note);

#endif
