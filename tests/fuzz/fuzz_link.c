/*
 * Whatever the bytes: they are read as a message, and as a script of what happens to a sender and a
 * receiver. libFuzzer calls it with its own bytes; tests/test_link.c with those of
 * tests/fuzz/corpus/link/ and with random ones.
 *
 * A script is a list of steps: kind, then what the kind needs. A message may come as raw bytes or
 * be made with a right tag, since chance would not find one.
 */
#include <assert.h>
#include <string.h>

#include "node/link_wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t fuzz_nonces[3][LINK_NONCE_BYTES] = {"sender", "receiver", "stranger"};

struct fuzz {
	struct unpack script;
	struct link_out *out;
	struct link_in *in;
	uint64_t now_ms;
	uint64_t committed, acknowledged;
	size_t loads, proofs, takes; /* open, of the sender */
	size_t judgements, finds;    /* open, of the receiver */
};

/* What is read is written again to the same bytes: there is one way to write a message. */
static void fuzz_wire(struct bytes bytes)
{
	struct link_wire message;
	struct buffer again;

	if (link_wire_parse(bytes, &message) != OK)
		return;
	buffer_init(&again, LIMIT_FRAME_BYTES);
	link_wire_format(&again, &message);
	assert(buffer_error(&again) == OK);
	assert(bytes_equal(buffer_bytes(&again), bytes));
	buffer_clear(&again);
}

static bool fuzz_lookup(void *context, uint64_t epoch, uint64_t number, struct hash *ret_hash)
{
	(void)context;
	(void)epoch;
	if (number % 3 == 0)
		return false;
	*ret_hash = hash_of(bytes_of(&number, sizeof(number)));
	return true;
}

static struct bytes fuzz_content(struct fuzz *fuzz)
{
	size_t len = unpack_u8(&fuzz->script);

	if (len > fuzz->script.left)
		len = fuzz->script.left;
	return bytes_of(unpack_fixed(&fuzz->script, len), len);
}

static void fuzz_made_message(struct fuzz *fuzz, struct buffer *to)
{
	struct link_wire message = {0};

	message.kind = (enum link_wire_kind)(LINK_WIRE_HELLO + unpack_u8(&fuzz->script) % 11);
	memcpy(message.to, fuzz_nonces[unpack_u8(&fuzz->script) % 3], LINK_NONCE_BYTES);
	memcpy(message.from, fuzz_nonces[unpack_u8(&fuzz->script) % 3], LINK_NONCE_BYTES);
	message.serial = unpack_u8(&fuzz->script);
	message.epoch = unpack_u8(&fuzz->script);
	message.number = unpack_u8(&fuzz->script);
	message.content = fuzz_content(fuzz);
	message.hash = hash_of(message.content);
	link_wire_format(to, &message);
	assert(buffer_error(to) == OK);
	fuzz_wire(buffer_bytes(to));
}

static void fuzz_judge_effect(struct fuzz *fuzz, bool is_out, const struct link_effect *effect)
{
	switch (effect->kind) {
	case LINK_SEND:
		fuzz_wire(effect->content);
		break;
	case LINK_LOAD:
		assert(is_out && fuzz->loads == 0);
		fuzz->loads++;
		break;
	case LINK_ACKNOWLEDGED:
		assert(is_out && effect->number > fuzz->acknowledged);
		fuzz->acknowledged = effect->number;
		break;
	case LINK_COMMIT:
		assert(!is_out && effect->frame.number > fuzz->committed);
		break;
	case LINK_PROVE:
		assert(is_out && fuzz->proofs == 0);
		fuzz->proofs++;
		break;
	case LINK_COSIGNED:
		assert(is_out && effect->number > 0 && effect->content.len > 0);
		break;
	case LINK_WITNESS:
		assert(!is_out && fuzz->judgements == 0);
		fuzz->judgements++;
		break;
	case LINK_RECALL:
		assert(!is_out && fuzz->finds == 0);
		fuzz->finds++;
		break;
	case LINK_TAKE:
	case LINK_SETTLE:
		assert(is_out && fuzz->takes == 0);
		fuzz->takes++;
		break;
	case LINK_ALARM:
		assert(strlen(effect->text) > 0);
		break;
	}
}

static void fuzz_step(struct fuzz *fuzz, bool is_out, struct link_event event)
{
	struct link_effects effects;

	event.now_ms = fuzz->now_ms;
	if (is_out)
		link_out_step(fuzz->out, &event, &effects);
	else
		link_in_step(fuzz->in, &event, &effects);
	assert(effects.count <= LINK_EFFECTS);
	for (size_t i = 0; i < effects.count; i++)
		fuzz_judge_effect(fuzz, is_out, &effects.items[i]);
}

static void fuzz_one_event(struct fuzz *fuzz)
{
	uint8_t choice = unpack_u8(&fuzz->script);
	bool is_out = choice & 1;
	struct link_event event = {.kind = (enum link_event_kind)(choice / 4 % (LINK_HALT + 1))};
	struct buffer made;

	buffer_init(&made, LIMIT_FRAME_BYTES);
	fuzz->now_ms += (uint64_t)unpack_u8(&fuzz->script) * 100;
	event.random = unpack_u8(&fuzz->script);
	event.number = unpack_u8(&fuzz->script);
	event.frame.epoch = 1;
	event.is_unsettled = choice & 2;
	event.frame.number = event.number;
	event.frame.content = fuzz_content(fuzz);
	event.frame.hash = hash_of(event.frame.content);
	event.content = event.frame.content;
	if (event.kind == LINK_MESSAGE && (choice & 2)) {
		fuzz_made_message(fuzz, &made);
		event.content = buffer_bytes(&made);
	}
	if (event.kind == LINK_LOADED || event.kind == LINK_NOTHING || event.kind == LINK_AWAY)
		fuzz->loads = is_out ? 0 : fuzz->loads;
	if (is_out && (event.kind == LINK_PROVED || event.kind == LINK_UNPROVEN))
		fuzz->proofs = 0;
	if (!is_out && (event.kind == LINK_WITNESSED || event.kind == LINK_UNWITNESSED ||
			event.kind == LINK_HALT))
		fuzz->judgements = 0;
	if (is_out && (event.kind == LINK_TAKEN || event.kind == LINK_UNTAKEN ||
		       event.kind == LINK_SETTLED))
		fuzz->takes = 0;
	if (!is_out && (event.kind == LINK_FOUND || event.kind == LINK_UNFOUND))
		fuzz->finds = 0;
	if (event.kind == LINK_COMMITTED && !is_out && event.number > fuzz->committed)
		fuzz->committed = event.number;
	if (event.kind == LINK_START && is_out && event.number > fuzz->acknowledged)
		fuzz->acknowledged = event.number;
	fuzz_step(fuzz, is_out, event);
	buffer_clear(&made);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct link_position nothing = {0};
	struct fuzz fuzz = {.now_ms = 1};

	fuzz_wire(bytes_of(data, size));
	unpack_init(&fuzz.script, bytes_of(data, size));
	assert(link_out_new("fuzz", 1, 300, fuzz_nonces[0], &fuzz.out) == OK);
	assert(link_in_new(&nothing, fuzz_nonces[1], fuzz_lookup, NULL, &fuzz.in) == OK);
	fuzz_step(&fuzz, true, (struct link_event){.kind = LINK_START});
	while (fuzz.script.left > 0 && !fuzz.script.failed)
		fuzz_one_event(&fuzz);
	link_out_free(fuzz.out);
	link_in_free(fuzz.in);
	return 0;
}
