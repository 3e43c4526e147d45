#include "node/certificate.h"

#include "sampan/pack.h"

void certificate_pack(struct buffer *to, const struct certificate_ask *ask)
{
	caller_pack(to, &ask->caller);
	pack_text(to, ask->message);
	pack_u8(to, ask->is_yes);
	repeat_pack(to, &ask->repeat);
}

enum err certificate_unpack(struct bytes bytes, struct arena *arena, struct certificate_ask *ret)
{
	struct unpack from;
	uint8_t is_yes;

	unpack_init(&from, bytes);
	caller_unpack(&from, arena, &ret->caller);
	ret->message = unpack_text(&from, arena);
	is_yes = unpack_u8(&from);
	ret->is_yes = is_yes == 1;
	repeat_unpack(&from, arena, &ret->repeat);
	return is_yes > 1 ? ERR_FORMAT : unpack_end(&from);
}

void certificate_pack_answer(struct buffer *to, const struct certificate_answer *answer)
{
	pack_u8(to, (uint8_t)answer->verdict);
	pack_text(to, answer->state);
}

enum err certificate_unpack_answer(struct bytes bytes, struct arena *arena,
				   struct certificate_answer *ret)
{
	struct unpack from;

	unpack_init(&from, bytes);
	ret->verdict = (enum certificate_verdict)unpack_u8(&from);
	ret->state = unpack_text(&from, arena);
	return unpack_end(&from);
}

enum err certificate_serve(const struct turn *turn, struct bytes question, struct buffer *answer)
{
	struct certificate_answer said;
	struct certificate_ask ask;
	enum err err = certificate_unpack(question, turn->arena, &ask);

	if (err == OK && (err = certificate_say(turn, &ask, &said)) == OK)
		certificate_pack_answer(answer, &said);
	return err;
}
