#include "node/stamped.h"

#include <string.h>

#include "node/checkpoint.h"
#include "sampan/pack.h"
#include "sampan/stamp.h"

#define KEY_BYTES 9u /* space, number */

static struct turn_key key_of(uint64_t number)
{
	struct turn_key key = turn_key(SPACE_STAMP);

	turn_key_add_number(&key, number);
	return key;
}

/* ---- Reading ---- */

struct finding_one {
	struct arena *arena;
	struct stamped *stamped;
	enum err err;
};

static bool take(void *context, struct bytes key, struct bytes value)
{
	struct finding_one *finding = context;
	struct stamped *stamped = finding->stamped;
	const uint8_t *copy = arena_copy(finding->arena, value);
	struct unpack from;

	if (copy == NULL || key.len != KEY_BYTES) {
		finding->err = copy == NULL ? ERR_MEMORY : ERR_CORRUPT;
		return false;
	}
	unpack_init(&from, bytes_of(copy, value.len));
	stamped->number = bytes_get_u64(key.at + 1);
	stamped->time_ms = unpack_u64(&from);
	stamped->authority = unpack_text(&from, finding->arena);
	stamped->token = unpack_bytes(&from);
	finding->err = unpack_end(&from) == OK ? OK : ERR_CORRUPT;
	return false;
}

static enum err find(struct ledger *ledger, uint64_t number, bool backwards, struct arena *arena,
		     struct stamped *ret_stamped)
{
	struct turn_key from = key_of(number), space = turn_key(SPACE_STAMP);
	struct turn_key until = turn_key_after(&space);
	struct stamped stamped = {0};
	struct finding_one finding = {.arena = arena, .stamped = &stamped, .err = ERR_MISSING};
	enum err err = ledger_scan(ledger, turn_key_bytes(&from), turn_key_bytes(&until), backwards,
				   take, &finding);

	if (err == OK && (err = finding.err) == OK)
		*ret_stamped = stamped;
	return err;
}

enum err stamped_last(struct ledger *ledger, struct arena *arena, struct stamped *ret_stamped)
{
	return find(ledger, 0, true, arena, ret_stamped);
}

enum err stamped_covering(struct ledger *ledger, uint64_t number, struct arena *arena,
			  struct stamped *ret_stamped)
{
	return find(ledger, number, false, arena, ret_stamped);
}

/* ---- Between roles ---- */

void stamped_pack(struct buffer *to, const struct stamped *stamped, const struct hash *note)
{
	pack_u64(to, stamped->number);
	pack_fixed(to, note->at, HASH_BYTES);
	pack_u64(to, stamped->time_ms);
	pack_text(to, stamped->authority);
	pack_bytes(to, stamped->token);
}

static enum err put(const struct turn *turn, const struct stamped *stamped)
{
	struct turn_key key = key_of(stamped->number);
	struct buffer value;
	struct bytes known;
	enum err err = turn_get(turn, &key, &known);

	if (err != ERR_MISSING)
		return err;
	buffer_init(&value, 2 * STAMP_MAX_BYTES);
	pack_u64(&value, stamped->time_ms);
	pack_text(&value, stamped->authority);
	pack_bytes(&value, stamped->token);
	err = buffer_error(&value);
	if (err == OK)
		err = batch_put(turn->batch, turn_key_bytes(&key), buffer_bytes(&value));
	buffer_clear(&value);
	return err;
}

/* Is it a checkpoint of this ledger, to the byte? */
static enum err compare(const struct turn *turn, uint64_t number, const struct hash *note)
{
	uint64_t base = ledger_base(turn->ledger, ledger_epoch_of(turn->ledger, number));
	struct checkpoint checkpoint;
	struct bytes stored;
	struct hash hash;
	enum err err = ledger_checkpoint_first_covering(turn->ledger, number, turn->arena, &stored);

	if (err != OK)
		return err == ERR_MISSING ? ERR_CONFLICT : err;
	if (checkpoint_parse(stored, &checkpoint) != OK)
		return ERR_CORRUPT;
	hash = hash_of(stored);
	return checkpoint.size == number - base && hash_equal(&hash, note) ? OK : ERR_CONFLICT;
}

enum err stamped_serve(const struct turn *turn, struct bytes body)
{
	struct stamped stamped;
	const uint8_t *at;
	struct unpack from;
	struct hash note;
	enum err err;

	unpack_init(&from, body);
	stamped.number = unpack_u64(&from);
	at = unpack_fixed(&from, HASH_BYTES);
	stamped.time_ms = unpack_u64(&from);
	stamped.authority = unpack_text(&from, turn->arena);
	stamped.token = unpack_bytes(&from);
	if (unpack_end(&from) != OK || strlen(stamped.authority) >= STAMP_NAME_BYTES)
		return ERR_FORMAT;
	if (stamped.token.len > STAMP_MAX_BYTES)
		return ERR_LIMIT;
	memcpy(note.at, at, HASH_BYTES);
	err = compare(turn, stamped.number, &note);
	return err == OK ? put(turn, &stamped) : err;
}

enum err stamped_answer(const struct turn *turn, struct bytes question, struct buffer *to)
{
	struct checkpoint checkpoint = {0};
	struct stamped last = {0};
	struct bytes note = {0};
	enum err err;

	if (question.len > 0)
		return ERR_FORMAT;
	err = ledger_checkpoint_last(turn->ledger, turn->arena, &note);
	if (err == OK)
		err = checkpoint_parse(note, &checkpoint);
	if (err == OK)
		err = stamped_last(turn->ledger, turn->arena, &last);
	if (err != OK && err != ERR_MISSING)
		return err;
	pack_u64(to, checkpoint.size == 0 ? 0
					  : ledger_base(turn->ledger, ledger_epoch(turn->ledger)) +
						    checkpoint.size);
	pack_bytes(to, note);
	pack_u64(to, last.number);
	pack_u64(to, last.time_ms);
	return buffer_error(to);
}

enum err stamped_unpack_news(struct bytes bytes, struct stamped_news *ret_news)
{
	struct stamped_news news;
	struct unpack from;
	enum err err;

	unpack_init(&from, bytes);
	news.number = unpack_u64(&from);
	news.note = unpack_bytes(&from);
	news.last_number = unpack_u64(&from);
	news.last_time_ms = unpack_u64(&from);
	if ((err = unpack_end(&from)) == OK)
		*ret_news = news;
	return err;
}
