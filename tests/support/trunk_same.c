#include "tests/support/trunk_same.h"

#include <assert.h>
#include <string.h>

#include "messages/trunk_xml.h"

static void expect_same(const struct branch *one, const struct branch *other)
{
	struct bytes text = trunk_text(one);

	assert(strcmp(one->shape->name, other->shape->name) == 0);
	assert(strcmp(one->shape->namespace, other->shape->namespace) == 0);
	assert(one->shape->is_attribute == other->shape->is_attribute);
	assert(one->line == other->line);
	assert(bytes_equal(text, trunk_text(other)));
	assert((one->text == NULL) == (other->text == NULL));
	assert(text.at[text.len] == 0);
}

void trunk_same_expect(const struct document *document)
{
	const struct trunk *trunk = document->trunk;
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct trunk other;

	assert(arena != NULL && trunk->bound_to == NULL);
	assert(document_need_xml(document) == OK);
	assert(trunk_of_xml(document->xml, arena, &other) == OK);
	assert(trunk->count == other.count);
	for (uint32_t i = 0; i < trunk->count; i++) {
		const struct branch *one = &trunk->items[i], *same = &other.items[i];

		expect_same(one, same);
		assert(trunk->after[i] == other.after[i]);
		assert((one->parent == NULL) == (same->parent == NULL));
		assert(one->parent == NULL ||
		       one->parent - trunk->items == same->parent - other.items);
	}
	arena_free(arena);
}
