#include "messages/shape_text.h"

#include <string.h>

#include "messages/canonical.h"
#include "sampan/limit.h"

static void put_step(struct buffer *to, const struct shape *shape)
{
	buffer_put_text(to, shape->is_attribute ? "/@" : "/");
	buffer_put_text(to, shape->name);
	buffer_put_text(to, shape->is_attribute ? "" : "[1]");
}

/* Exclusive c14n section 3: a namespace is declared where it begins to be used. */
static void put_namespace(struct buffer *to, const struct shape *shape)
{
	const char *above = shape->parent == NULL ? "" : shape->parent->namespace;

	if (strcmp(shape->namespace, above) == 0)
		return;
	buffer_put_text(to, " xmlns=\"");
	canonical_put_value(to, bytes_of_text(shape->namespace));
	buffer_put_text(to, "\"");
}

static void put_opens(struct buffer *to, const struct shape *shape)
{
	buffer_put_text(to, shape->is_attribute ? " " : "<");
	buffer_put_text(to, shape->name);
	if (!shape->is_attribute)
		put_namespace(to, shape);
	buffer_put_text(to, shape->is_attribute ? "=\"" : ">");
}

static void put_closes(struct buffer *to, const struct shape *shape)
{
	buffer_put_text(to, shape->is_attribute ? "" : "</");
	buffer_put_text(to, shape->is_attribute ? "" : shape->name);
	buffer_put_text(to, shape->is_attribute ? "\"" : ">");
}

static enum err make(void (*put)(struct buffer *, const struct shape *), const struct shape *shape,
		     struct arena *arena, struct bytes *ret_text)
{
	struct buffer buffer;
	enum err err;

	buffer_init(&buffer, LIMIT_FACT_BYTES);
	put(&buffer, shape);
	err = buffer_error(&buffer);
	if (err == OK) {
		uint8_t *copy = arena_alloc(arena, buffer.len + SHAPE_SLACK);

		err = copy == NULL ? ERR_MEMORY : OK;
		if (copy != NULL)
			*ret_text = bytes_of(memcpy(copy, buffer.at, buffer.len), buffer.len);
	}
	buffer_clear(&buffer);
	return err;
}

enum err shape_text_set(struct shape *shape, struct arena *arena)
{
	enum err err;

	if ((err = make(put_step, shape, arena, &shape->step)) != OK ||
	    (err = make(put_opens, shape, arena, &shape->opens)) != OK)
		return err;
	return make(put_closes, shape, arena, &shape->closes);
}
