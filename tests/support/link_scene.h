/*
 * link_scene - a sender and a receiver of a link, stepped by hand, and the words to judge what they
 * do (tests/test_link_*.c).
 *
 * The texts of frames stand for their contents; what a receiver has from before holds the text
 * "old".
 */
#ifndef TESTS_SUPPORT_LINK_SCENE_H
#define TESTS_SUPPORT_LINK_SCENE_H

#include "node/link_wire.h"

#define LINK_SCENE_WINDOW_BYTES 100u
#define LINK_SCENE_HORIZON 20u

extern const uint8_t link_scene_out_nonce[LINK_NONCE_BYTES];
extern const uint8_t link_scene_in_nonce[LINK_NONCE_BYTES];
extern const uint8_t link_scene_new_nonce[LINK_NONCE_BYTES];

struct link_scene {
	struct link_out *out;
	struct link_in *in;
	uint64_t now_ms;
	struct link_effects effects; /* of the last step */
	struct buffer heard;         /* the last message, from which effects may borrow */
	struct hash known[LINK_SCENE_HORIZON + 1]; /* what lookup finds */
};

struct link_frame link_scene_frame_of(uint64_t number, const char *text);
struct link_wire link_scene_message_of(enum link_wire_kind kind, const uint8_t *to,
				       const uint8_t *from);
struct link_wire link_scene_wire_frame(const struct link_frame *frame);
struct link_wire link_scene_wire_number(enum link_wire_kind kind, uint64_t number,
					const char *text);
void link_scene_step(struct link_scene *scene, bool is_out, struct link_event event);
void link_scene_hear(struct link_scene *scene, bool is_out, struct link_wire message);
void link_scene_loaded(struct link_scene *scene, uint64_t number, const char *text);
void link_scene_ledger_says(struct link_scene *scene, enum link_event_kind kind, uint64_t number,
			    const char *text);
size_t link_scene_count_of(const struct link_scene *scene, enum link_effect_kind kind);
const struct link_effect *link_scene_effect_of(const struct link_scene *scene,
					       enum link_effect_kind kind);
struct link_wire link_scene_said(const struct link_scene *scene);
void link_scene_assert_says(const struct link_scene *scene, enum link_wire_kind kind,
			    uint64_t number);
void link_scene_assert_loads(const struct link_scene *scene, uint64_t behind);
void link_scene_assert_stopped(const struct link_scene *scene, const char *text);
void link_scene_open(struct link_scene *scene, uint64_t number);
void link_scene_close(struct link_scene *scene);
void link_scene_open_sender(struct link_scene *scene);
struct link_wire link_scene_hello(void);
void link_scene_open_receiver(struct link_scene *scene, uint64_t number);
void link_scene_give(struct link_scene *scene, uint64_t number, const char *text);

#endif
