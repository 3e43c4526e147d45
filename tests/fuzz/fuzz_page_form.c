/*
 * Whatever bytes come as a form: what is read lies in its room or in the body, and is text. The first
 * line is the Content-Type.
 */
#include <assert.h>
#include <string.h>

#include "messages/utf8.h"
#include "node/page_form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROOM_BYTES 4096u
#define TYPE_BYTES 200u

static char memory[ROOM_BYTES];

static void look_at_field(const char *text)
{
	assert(text >= memory && text < memory + sizeof(memory));
	assert(utf8_first_wrong(bytes_of_text(text)) == strlen(text));
	for (; *text != '\0'; text++)
		if (text[0] == '\r' && text[1] == '\n')
			text++;
		else
			assert((unsigned char)*text >= 0x20);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct page_form_room room = {memory, sizeof(memory), true};
	const uint8_t *end = size == 0 ? NULL : memchr(data, '\n', size);
	struct page_form form = {0};
	char type[TYPE_BYTES + 1];
	struct bytes body;

	if (end == NULL || (size_t)(end - data) > TYPE_BYTES)
		return 0;
	memcpy(type, data, (size_t)(end - data));
	type[end - data] = '\0';
	body = bytes_of(end + 1, size - (size_t)(end - data) - 1);
	if (page_form_read(type, body, room, &form) != OK)
		return 0;
	assert(form.count <= PAGE_FORM_FIELDS);
	for (size_t i = 0; i < form.count; i++) {
		look_at_field(form.fields[i].name);
		look_at_field(form.fields[i].value);
		assert(page_form_value(&form, form.fields[i].name) == form.fields[i].value);
	}
	assert(form.file.len == 0 ||
	       (form.file.at >= body.at && form.file.at + form.file.len <= body.at + body.len));
	return 0;
}
