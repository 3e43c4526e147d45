#include "tests/support/evidence_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sampan/buffer.h"
#include "tests/support/evidence_scene.h"

#define MAX_BYTES ((size_t)64 << 20)

struct evidence_parts evidence_parts_of(struct bytes file)
{
	const struct zip_item *items;
	struct zip_place place;
	struct evidence_parts parts;

	assert_int_equal(
		zip_read(file, evidence_scene.fixture->arena, &items, &parts.count, &place), OK);
	assert_true(parts.count <= 64);
	memcpy(parts.items, items, parts.count * sizeof(*items));
	return parts;
}

static enum err fetch(void *context, size_t part, uint64_t offset, size_t max_bytes,
		      struct bytes *ret_bytes)
{
	const struct evidence_parts *parts = context;

	*ret_bytes = bytes_of(parts->items[part].content.at + offset, max_bytes);
	return OK;
}

struct bytes evidence_parts_join(struct evidence_parts *parts)
{
	struct zip_part frames[64];
	const struct zip_source source = {
		.parts = frames, .count = parts->count, .fetch = fetch, .context = parts};
	struct buffer file;
	struct bytes bytes;
	uint64_t size;

	for (size_t i = 0; i < parts->count; i++)
		frames[i] =
			(struct zip_part){parts->items[i].name, zip_crc(0, parts->items[i].content),
					  parts->items[i].content.len};
	assert_int_equal(zip_size(frames, parts->count, &size), OK);
	buffer_init(&file, MAX_BYTES);
	assert_int_equal(zip_piece(&source, 0, MAX_BYTES, &file), OK);
	assert_int_equal(buffer_give(&file, evidence_scene.fixture->arena, &bytes), OK);
	return bytes;
}

struct zip_item *evidence_parts_find(struct evidence_parts *parts, const char *name)
{
	size_t i = 0;

	while (i < parts->count && strcmp(parts->items[i].name, name) != 0)
		i++;
	assert_true(i < parts->count);
	return &parts->items[i];
}

void evidence_parts_replace(struct zip_item *item, const char *old, const char *new)
{
	const uint8_t *at = memmem(item->content.at, item->content.len, old, strlen(old));
	struct buffer text;

	assert_non_null(at);
	buffer_init(&text, MAX_BYTES);
	buffer_put(&text, bytes_of(item->content.at, (size_t)(at - item->content.at)));
	buffer_put_text(&text, new);
	at += strlen(old);
	buffer_put(&text, bytes_of(at, (size_t)(item->content.at + item->content.len - at)));
	assert_int_equal(buffer_give(&text, evidence_scene.fixture->arena, &item->content), OK);
}
