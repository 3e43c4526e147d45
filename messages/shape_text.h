/*
 * shape_text - what of a shape is written in every document, made once when it is loaded.
 */
#ifndef MESSAGES_SHAPE_TEXT_H
#define MESSAGES_SHAPE_TEXT_H

#include "messages/shape.h"

/* Set step, opens and closes; the parent's namespace is known. ERR_MEMORY. */
enum err shape_text_set(struct shape *shape, struct arena *arena);

#endif
