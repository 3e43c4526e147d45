/* Payloads of a batch, packed before it is committed: while another commit is waited for. */
#include "node/ledger_inside.h"
#include "node/payload.h"

static bool is_to_be_packed(const struct batch_op *op)
{
	return !op->is_delete && op->key.at[0] == SPACE_PAYLOAD &&
	       op->value.len >= PAYLOAD_PACK_MIN_BYTES && op->value.len <= PAYLOAD_PACK_MAX_BYTES;
}

/* Without memory it is packed when it is committed. */
static void pack_one(struct batch *batch, struct batch_op *op)
{
	uint8_t *memory = (uint8_t *)arena_text_room(batch->packed, op->value.len);

	if (memory != NULL)
		op->packed = payload_pack(op->value, memory);
}

bool batch_pack(struct batch *batch, size_t most)
{
	if (batch->is_copied ||
	    (batch->packed == NULL && (batch->packed = arena_new(SIZE_MAX / 2)) == NULL))
		return false;
	for (; batch->looked_at < batch->count && most > 0; batch->looked_at++) {
		struct batch_op *op = &batch->ops[batch->looked_at];

		if (is_to_be_packed(op)) {
			pack_one(batch, op);
			most--;
		}
	}
	return batch->looked_at < batch->count;
}
