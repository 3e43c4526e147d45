/*
 * The epochs of a ledger: which numbers stand in which tree.
 */
#include "node/ledger_inside.h"

static bool take_span(void *context, struct bytes key, struct bytes value)
{
	struct ledger *ledger = context;
	const struct ledger_span *last = &ledger->spans[ledger->span_count - 1];
	struct ledger_span span;

	if (key.len != 9 || value.len != 8 || ledger->span_count == LEDGER_EPOCHS)
		return ledger->span_count = 0, false;
	span = (struct ledger_span){bytes_get_u64(value.at), bytes_get_u64(key.at + 1)};
	if (span.epoch <= last->epoch || span.base <= last->base)
		return ledger->span_count = 0, false;
	ledger->spans[ledger->span_count++] = span;
	return true;
}

enum err ledger_load_spans(struct ledger *ledger, uint64_t epoch, uint64_t count)
{
	static const uint8_t begin = SPACE_EPOCH, end = SPACE_EPOCH + 1;
	enum err err;

	ledger->spans[0] = (struct ledger_span){1, 0};
	ledger->span_count = 1;
	err = engine_scan(ledger->engine, bytes_of(&begin, 1), bytes_of(&end, 1), false, take_span,
			  ledger);
	if (err != OK)
		return err;
	if (ledger->span_count == 0 || ledger->spans[ledger->span_count - 1].epoch != epoch ||
	    ledger->spans[ledger->span_count - 1].base > count)
		return ERR_CORRUPT;
	ledger->base = ledger->spans[ledger->span_count - 1].base;
	return OK;
}

const struct ledger_span *ledger_span_of(const struct ledger *ledger, uint64_t number)
{
	size_t i = ledger->span_count - 1;

	while (i > 0 && ledger->spans[i].base >= number)
		i--;
	return &ledger->spans[i];
}

uint64_t ledger_epoch_of(const struct ledger *ledger, uint64_t number)
{
	return ledger_span_of(ledger, number)->epoch;
}

uint64_t ledger_base(const struct ledger *ledger, uint64_t epoch)
{
	for (size_t i = 0; i < ledger->span_count; i++)
		if (ledger->spans[i].epoch == epoch)
			return ledger->spans[i].base;
	return 0;
}

uint64_t ledger_count(const struct ledger *ledger)
{
	return ledger->base + ledger->tree.size;
}

enum err ledger_tree(struct ledger *ledger, uint64_t *ret_size, struct hash *ret_root)
{
	uint64_t count;
	enum err err = ledger_head(ledger, &count, ret_root);

	if (err == OK)
		*ret_size = count - ledger->base;
	return err;
}
