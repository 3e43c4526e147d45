#include "node/link_turn.h"

#include <assert.h>
#include <stdio.h>

/* larger buffers are given back, so that one large frame is not kept for ever */
#define KEPT_BYTES ((size_t)64 * 1024)

void link_turn_init(struct link_turn *turn)
{
	*turn = (struct link_turn){0};
	for (size_t i = 0; i < LINK_TURN_SENDS; i++)
		buffer_init(&turn->sends[i], LIMIT_FRAME_BYTES);
}

void link_turn_clear(struct link_turn *turn)
{
	for (size_t i = 0; i < LINK_TURN_SENDS; i++)
		buffer_clear(&turn->sends[i]);
}

void link_turn_begin(struct link_turn *turn, struct link_effects *ret_effects)
{
	for (size_t i = 0; i < LINK_TURN_SENDS; i++) {
		if (turn->sends[i].room > KEPT_BYTES)
			buffer_clear(&turn->sends[i]);
		else
			buffer_reset(&turn->sends[i]);
	}
	turn->send_count = 0;
	turn->effects = ret_effects;
	ret_effects->count = 0;
}

void link_turn_put(struct link_turn *turn, const struct link_effect *effect)
{
	assert(turn->effects->count < LINK_EFFECTS);
	turn->effects->items[turn->effects->count++] = *effect;
}

void link_turn_send(struct link_turn *turn, const struct link_wire *message)
{
	struct link_effect effect = {.kind = LINK_SEND};
	struct buffer *to;

	assert(turn->send_count < LINK_TURN_SENDS);
	to = &turn->sends[turn->send_count++];
	link_wire_format(to, message);
	if (buffer_error(to) != OK)
		return;
	effect.content = buffer_bytes(to);
	link_turn_put(turn, &effect);
}

static void put_alarm(struct link_turn *turn)
{
	struct link_effect effect = {.kind = LINK_ALARM, .text = turn->text};

	link_turn_put(turn, &effect);
}

void link_turn_alarm(struct link_turn *turn, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(turn->text, sizeof(turn->text), format, arguments);
	va_end(arguments);
	put_alarm(turn);
}

/* It will stand in quotes in a line of the log. */
static bool is_harmless(uint8_t character)
{
	return character >= ' ' && character <= '~' && character != '"';
}

void link_turn_alarm_of_partner(struct link_turn *turn, struct bytes text)
{
	int len = snprintf(turn->text, sizeof(turn->text), "the partner says: ");

	for (size_t i = 0; i < text.len && (size_t)len + 1 < sizeof(turn->text); i++)
		turn->text[len++] = (char)(is_harmless(text.at[i]) ? text.at[i] : '?');
	turn->text[len] = 0;
	put_alarm(turn);
}

uint64_t link_turn_delay_ms(uint64_t first_ms, uint64_t max_ms, unsigned tries, uint64_t random)
{
	uint64_t delay_ms = tries >= 20 ? max_ms : first_ms << tries;

	if (delay_ms > max_ms)
		delay_ms = max_ms;
	return delay_ms - random % (delay_ms / 2 + 1);
}
