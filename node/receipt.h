/*
 * receipt - the proof that a record is in the ledger, for who caused it.
 *
 * JSON: {"format":"sampan.receipt/1","message","event","time","sha256","leafIndex","leaf",
 * "proof":[],"checkpoint"}: sha256 is the hash of the bytes received, leaf the record's bytes in
 * base64, proof the inclusion proof (base64 hashes, leaf to root) under the checkpoint, which is
 * the signed note as text. A receipt is frozen: asked again, it is the same to the byte, because it
 * is made from the first checkpoint that covers the record.
 */
#ifndef NODE_RECEIPT_H
#define NODE_RECEIPT_H

#include "node/checkpoint.h"
#include "node/ledger.h"

/*
 * ERR_UNAVAILABLE: no signed checkpoint covers the record yet (the seal is away): ask later.
 * ERR_LOST: none does, and its epoch is over: those that did were lost with what a restore did not bring back.
 * ERR_MISSING: no such record.
 */
enum err receipt_format(struct ledger *ledger, uint64_t number, struct buffer *to);

/*
 * The same, under this note, which must be the first that covers the record, but need not be stored
 * yet. ERR_CORRUPT: it is no note, or none over this ledger.
 */
enum err receipt_format_under(struct ledger *ledger, uint64_t number, struct bytes note,
			      struct buffer *to);

/*
 * The same in two steps, for who knows of how many records (of the record's epoch) the note will be, before it is
 * signed: begin writes all but the note, end writes that. ERR_CORRUPT as above, for a size that does not fit.
 */
enum err receipt_begin(struct ledger *ledger, uint64_t number, uint64_t size, struct buffer *to);
void receipt_end(struct bytes note, struct buffer *to);

/*
 * Check a receipt offline: leaf under the proof, proof under the checkpoint, checkpoint under the
 * key, sha256 in the leaf.
 * OK: *ret_record is what is proved (texts in the arena). ERR_FORMAT; ERR_CORRUPT: something does
 * not fit; ERR_DENIED: not signed by that key.
 */
enum err receipt_verify(struct bytes receipt, const uint8_t public_key[KEY_PUBLIC_BYTES],
			struct arena *arena, struct record *ret_record);

/*
 * The same, and that it is written byte for byte as receipt_format() writes it (ERR_CORRUPT
 * otherwise). *ret_checkpoint is the one that it is proved by.
 */
enum err receipt_verify_exactly(struct bytes receipt, const uint8_t public_key[KEY_PUBLIC_BYTES],
				struct arena *arena, struct record *ret_record,
				struct checkpoint *ret_checkpoint);

#endif
