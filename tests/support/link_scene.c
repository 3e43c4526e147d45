#include "tests/support/link_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

const uint8_t link_scene_out_nonce[LINK_NONCE_BYTES] = "nonce of sender";
const uint8_t link_scene_in_nonce[LINK_NONCE_BYTES] = "of the receiver";
const uint8_t link_scene_new_nonce[LINK_NONCE_BYTES] = "another process";

struct link_frame link_scene_frame_of(uint64_t number, const char *text)
{
	struct link_frame frame = {.epoch = 1, .number = number, .content = bytes_of_text(text)};

	frame.hash = hash_of(frame.content);
	return frame;
}

struct link_wire link_scene_message_of(enum link_wire_kind kind, const uint8_t *to,
				       const uint8_t *from)
{
	struct link_wire message = {.kind = kind, .epoch = 1};

	memcpy(message.to, to, LINK_NONCE_BYTES);
	memcpy(message.from, from, LINK_NONCE_BYTES);
	return message;
}

struct link_wire link_scene_wire_frame(const struct link_frame *frame)
{
	struct link_wire message =
		link_scene_message_of(LINK_WIRE_FRAME, link_scene_in_nonce, link_scene_out_nonce);

	message.serial = 1;
	message.epoch = frame->epoch;
	message.number = frame->number;
	message.hash = frame->hash;
	message.content = frame->content;
	return message;
}

struct link_wire link_scene_wire_number(enum link_wire_kind kind, uint64_t number, const char *text)
{
	struct link_wire message =
		link_scene_message_of(kind, link_scene_out_nonce, link_scene_in_nonce);

	message.serial = 1;
	message.number = number;
	if (number > 0)
		message.hash = link_scene_frame_of(number, text).hash;
	message.content = bytes_of_text("checkpoint");
	return message;
}

void link_scene_step(struct link_scene *scene, bool is_out, struct link_event event)
{
	static const struct link_event unproven = {.kind = LINK_UNPROVEN};

	event.now_ms = scene->now_ms;
	if (is_out)
		link_out_step(scene->out, &event, &scene->effects);
	else
		link_in_step(scene->in, &event, &scene->effects);
	/* here nothing is signed yet: tests of what is shown step the machine themselves */
	if (is_out && scene->effects.count == 1 && scene->effects.items[0].kind == LINK_PROVE)
		link_scene_step(scene, true, unproven);
}

void link_scene_hear(struct link_scene *scene, bool is_out, struct link_wire message)
{
	buffer_clear(&scene->heard);
	buffer_init(&scene->heard, LIMIT_FRAME_BYTES);
	link_wire_format(&scene->heard, &message);
	assert_int_equal(buffer_error(&scene->heard), OK);
	link_scene_step(
		scene, is_out,
		(struct link_event){.kind = LINK_MESSAGE, .content = buffer_bytes(&scene->heard)});
}

void link_scene_loaded(struct link_scene *scene, uint64_t number, const char *text)
{
	link_scene_step(scene, true,
			(struct link_event){.kind = LINK_LOADED,
					    .frame = link_scene_frame_of(number, text)});
}

void link_scene_ledger_says(struct link_scene *scene, enum link_event_kind kind, uint64_t number,
			    const char *text)
{
	link_scene_step(scene, false,
			(struct link_event){.kind = kind,
					    .number = number,
					    .frame = link_scene_frame_of(number, text)});
}

size_t link_scene_count_of(const struct link_scene *scene, enum link_effect_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < scene->effects.count; i++)
		count += scene->effects.items[i].kind == kind;
	return count;
}

const struct link_effect *link_scene_effect_of(const struct link_scene *scene,
					       enum link_effect_kind kind)
{
	assert_int_equal(link_scene_count_of(scene, kind), 1);
	for (size_t i = 0;; i++)
		if (scene->effects.items[i].kind == kind)
			return &scene->effects.items[i];
}

/* The one message that the last step sent. */
struct link_wire link_scene_said(const struct link_scene *scene)
{
	struct link_wire message;

	assert_int_equal(link_wire_parse(link_scene_effect_of(scene, LINK_SEND)->content, &message),
			 OK);
	return message;
}

void link_scene_assert_says(const struct link_scene *scene, enum link_wire_kind kind,
			    uint64_t number)
{
	struct link_wire message = link_scene_said(scene);

	assert_int_equal(message.kind, kind);
	assert_int_equal(message.number, number);
}

void link_scene_assert_loads(const struct link_scene *scene, uint64_t behind)
{
	assert_int_equal(link_scene_effect_of(scene, LINK_LOAD)->number, behind);
}

void link_scene_assert_stopped(const struct link_scene *scene, const char *text)
{
	assert_non_null(strstr(link_scene_effect_of(scene, LINK_ALARM)->text, text));
	assert_int_equal(link_scene_said(scene).kind, LINK_WIRE_ALARM);
	assert_true(bytes_equal(link_scene_said(scene).content,
				bytes_of_text(link_scene_effect_of(scene, LINK_ALARM)->text)));
}

static bool find_hash(void *context, uint64_t epoch, uint64_t number, struct hash *ret_hash)
{
	struct link_scene *scene = context;
	struct hash zero = {{0}};

	assert_int_equal(epoch, 1);
	assert_true(number >= 1 && number <= LINK_SCENE_HORIZON);
	if (hash_equal(&scene->known[number], &zero))
		return false;
	*ret_hash = scene->known[number];
	return true;
}

/* A sender that has started, and a receiver that has `number` frames with the text "old". */
void link_scene_open(struct link_scene *scene, uint64_t number)
{
	struct link_position position = {.epoch = number > 0, .number = number};

	*scene = (struct link_scene){.now_ms = 1000};
	if (number > 0)
		position.hash = link_scene_frame_of(number, "old").hash;
	for (uint64_t i = 1; i <= number; i++)
		scene->known[i] = link_scene_frame_of(i, "old").hash;
	assert_int_equal(link_out_new("th.example", 1, LINK_SCENE_WINDOW_BYTES,
				      link_scene_out_nonce, &scene->out),
			 OK);
	assert_int_equal(link_in_new(&position, link_scene_in_nonce, find_hash, scene, &scene->in),
			 OK);
	assert_int_equal(link_in_set_checkpoint(scene->in, bytes_of_text("checkpoint")), OK);
	link_scene_step(scene, true, (struct link_event){.kind = LINK_START, .number = number});
}

void link_scene_close(struct link_scene *scene)
{
	link_out_free(scene->out);
	link_in_free(scene->in);
	buffer_clear(&scene->heard);
}

/* A sender with an open session, to which the receiver said that it has nothing yet. */
void link_scene_open_sender(struct link_scene *scene)
{
	link_scene_open(scene, 0);
	link_scene_hear(scene, true, link_scene_wire_number(LINK_WIRE_WELCOME, 0, ""));
	assert_int_equal(link_out_state(scene->out), LINK_OUT_OPEN);
	link_scene_assert_loads(scene, 0);
}

struct link_wire link_scene_hello(void)
{
	struct link_wire message =
		link_scene_message_of(LINK_WIRE_HELLO, link_scene_in_nonce, link_scene_out_nonce);

	message.serial = 1;
	message.content = bytes_of_text("th.example");
	return message;
}

/* A receiver with a session. */
void link_scene_open_receiver(struct link_scene *scene, uint64_t number)
{
	link_scene_open(scene, number);
	link_scene_hear(scene, false, link_scene_hello());
	link_scene_assert_says(scene, LINK_WIRE_WELCOME, number);
}

void link_scene_give(struct link_scene *scene, uint64_t number, const char *text)
{
	struct link_frame frame = link_scene_frame_of(number, text);

	link_scene_hear(scene, false, link_scene_wire_frame(&frame));
}
