#include "sampan/finding.h"

#include <string.h>

#include "messages/utf8.h"
#include "sampan/limit.h"
#include "sampan/pack.h"

#define VALUE_BYTES 200u

void findings_init(struct findings *findings, struct arena *arena)
{
	*findings = (struct findings){.arena = arena};
}

static enum err make_room(struct findings *findings)
{
	size_t room = findings->room == 0 ? 8 : findings->room * 2;
	struct finding *items;

	if (findings->count < findings->room)
		return OK;
	items = arena_alloc_array(findings->arena, room, sizeof(*items));
	if (items == NULL)
		return ERR_MEMORY;
	if (findings->count > 0)
		memcpy(items, findings->items, findings->count * sizeof(*items));
	findings->items = items;
	findings->room = room;
	return OK;
}

enum err findings_put(struct findings *findings, const struct finding *finding)
{
	struct finding copy = *finding;
	enum err err;

	if (finding->severity == SEVERITY_ERROR)
		findings->errors++;
	if (findings->count >= LIMIT_FINDINGS) {
		findings->beyond++;
		return OK;
	}
	copy.code = arena_text(findings->arena, bytes_of_text(finding->code));
	copy.path = arena_text(findings->arena, bytes_of_text(finding->path));
	copy.value = arena_text(findings->arena,
				utf8_within(bytes_of_text(finding->value), VALUE_BYTES));
	copy.vi = arena_text(findings->arena, bytes_of_text(finding->vi));
	copy.en = arena_text(findings->arena, bytes_of_text(finding->en));
	if (copy.code == NULL || copy.path == NULL || copy.value == NULL || copy.vi == NULL ||
	    copy.en == NULL)
		return ERR_MEMORY;
	if ((err = make_room(findings)) != OK)
		return err;
	findings->items[findings->count++] = copy;
	return OK;
}

bool findings_has_errors(const struct findings *findings)
{
	return findings->errors > 0;
}

const char *severity_name(enum severity severity)
{
	static const char *const names[] = {"note", "warning", "error"};

	return names[severity];
}

void findings_pack(struct buffer *to, const struct findings *findings)
{
	pack_u64(to, findings->errors);
	pack_u64(to, findings->beyond);
	pack_u32(to, (uint32_t)findings->count);
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		pack_u8(to, (uint8_t)finding->severity);
		pack_u32(to, finding->line);
		pack_text(to, finding->code);
		pack_text(to, finding->path);
		pack_text(to, finding->value);
		pack_text(to, finding->vi);
		pack_text(to, finding->en);
	}
}

enum err findings_unpack(struct bytes from, struct findings *findings)
{
	struct unpack reader;
	uint64_t errors, beyond;
	uint32_t count;
	enum err err;

	unpack_init(&reader, from);
	errors = unpack_u64(&reader);
	beyond = unpack_u64(&reader);
	count = unpack_count(&reader, 25);
	for (uint32_t i = 0; i < count && !reader.failed; i++) {
		uint8_t severity = unpack_u8(&reader);
		struct finding finding = {.line = unpack_u32(&reader)};

		finding.code = unpack_text(&reader, findings->arena);
		finding.path = unpack_text(&reader, findings->arena);
		finding.value = unpack_text(&reader, findings->arena);
		finding.vi = unpack_text(&reader, findings->arena);
		finding.en = unpack_text(&reader, findings->arena);
		if (reader.failed || severity > SEVERITY_ERROR)
			return ERR_FORMAT;
		finding.severity = (enum severity)severity;
		if ((err = findings_put(findings, &finding)) != OK)
			return err;
	}
	if (unpack_end(&reader) != OK)
		return ERR_FORMAT;
	findings->errors = errors;
	findings->beyond = beyond;
	return OK;
}
