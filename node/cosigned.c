#include "node/cosigned.h"

#include <string.h>

#include "node/cosignature.h"

#define KEY_BYTES 11u                                     /* space, size, country */
#define LINES_BYTES ((size_t)CHECKPOINT_COSIGNED_BYTES - CHECKPOINT_MAX_BYTES)

static struct turn_key key_of(uint64_t number)
{
	struct turn_key key = turn_key(SPACE_COSIGNATURE);

	turn_key_add_number(&key, number);
	return key;
}

enum err cosigned_put(const struct turn *turn, const char *partner, uint64_t size,
		      struct bytes line)
{
	struct turn_key key =
		key_of(ledger_base(turn->ledger, ledger_epoch(turn->ledger)) + size);
	struct bytes known;
	enum err err;

	turn_key_add_bytes(&key, partner, 2);
	err = turn_get(turn, &key, &known);
	return err == ERR_MISSING ? batch_put(turn->batch, turn_key_bytes(&key), line) : err;
}

struct gathered {
	uint64_t size; /* of the first that was met; 0: none yet */
	struct buffer lines;
};

static bool gather(void *context, struct bytes key, struct bytes value)
{
	struct gathered *gathered = context;
	uint64_t size = key.len == KEY_BYTES ? bytes_get_u64(key.at + 1) : 0;

	if (size == 0 || (gathered->size != 0 && size != gathered->size))
		return false;
	if (value.len == 0 || value.at[value.len - 1] != '\n')
		return true; /* an older program kept it: the next would become its end */
	gathered->size = size;
	if (gathered->lines.len + value.len > LINES_BYTES)
		return false; /* more witnesses than a note has room for */
	buffer_put(&gathered->lines, value);
	return buffer_error(&gathered->lines) == OK;
}

/* The lines of the first size from `from` on, as far as `until`. */
static enum err find(struct ledger *ledger, const struct turn_key *from,
		     const struct turn_key *until, struct gathered *ret_gathered)
{
	enum err err;

	*ret_gathered = (struct gathered){.size = 0};
	buffer_init(&ret_gathered->lines, LINES_BYTES);
	err = ledger_scan(ledger, turn_key_bytes(from), turn_key_bytes(until), false, gather,
			  ret_gathered);
	return err != OK ? err : buffer_error(&ret_gathered->lines);
}

enum err cosigned_lines(struct ledger *ledger, uint64_t number, struct arena *arena,
			struct bytes *ret_lines)
{
	struct turn_key from = key_of(number), until = key_of(number + 1);
	struct gathered gathered;
	enum err err = find(ledger, &from, &until, &gathered);

	if (err == OK)
		err = buffer_give(&gathered.lines, arena, ret_lines);
	buffer_clear(&gathered.lines);
	return err;
}

/* Note and lines as one note. */
static enum err join(struct bytes note, struct bytes lines, struct arena *arena,
		     struct bytes *ret_note)
{
	struct buffer all;
	enum err err;

	buffer_init(&all, CHECKPOINT_MAX_BYTES + LINES_BYTES);
	buffer_put(&all, note);
	buffer_put(&all, lines);
	err = buffer_give(&all, arena, ret_note);
	buffer_clear(&all);
	return err;
}

enum err cosigned_covering(struct ledger *ledger, uint64_t number, struct arena *arena,
			   struct bytes *ret_note, uint64_t *ret_size)
{
	struct turn_key from = key_of(number), space = turn_key(SPACE_COSIGNATURE);
	struct turn_key until = turn_key_after(&space);
	struct gathered gathered;
	struct bytes note;
	enum err err = find(ledger, &from, &until, &gathered);

	if (err == OK && gathered.size == 0)
		err = ERR_MISSING;
	if (err == OK)
		err = ledger_checkpoint_first_covering(ledger, gathered.size, arena, &note);
	if (err == OK)
		err = join(note, buffer_bytes(&gathered.lines), arena, ret_note);
	if (err == OK)
		*ret_size = gathered.size;
	buffer_clear(&gathered.lines);
	return err;
}

enum err cosigned_newest(struct ledger *ledger, struct arena *arena, struct bytes *ret_note)
{
	struct checkpoint checkpoint;
	struct bytes note, lines;
	enum err err = ledger_checkpoint_last(ledger, arena, &note);

	if (err == OK)
		err = checkpoint_parse(note, &checkpoint);
	if (err == OK)
		err = cosigned_lines(
			ledger, ledger_base(ledger, ledger_epoch(ledger)) + checkpoint.size, arena,
			&lines);
	return err != OK ? err : join(note, lines, arena, ret_note);
}
