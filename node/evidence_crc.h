/*
 * evidence_crc - the checksum that the container (zip.h) needs of each content: read once from the
 * ledger, and remembered by the content's hash, under which it never changes.
 */
#ifndef NODE_EVIDENCE_CRC_H
#define NODE_EVIDENCE_CRC_H

#include "node/evidence.h"
#include "node/turn.h"

/* Of a payload of a record. Errors as ledger_payload_piece(). */
enum err evidence_crc_of(const struct turn *turn, const struct evidence_record *of, size_t index,
			 uint32_t *ret_crc);

#endif
