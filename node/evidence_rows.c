#include "node/evidence_rows.h"

#include <inttypes.h>
#include <string.h>

enum err evidence_rows_say(struct evidence_repeat *repeat, const struct evidence_record *of,
			   const char *code, const char *detail)
{
	size_t room = repeat->room == 0 ? 32 : 2 * repeat->room;
	struct evidence_row *rows = repeat->rows;

	if (repeat->count == repeat->room) {
		rows = arena_alloc_array(repeat->arena, room, sizeof(*rows));
		if (rows == NULL)
			return ERR_MEMORY;
		if (repeat->count > 0)
			memcpy(rows, repeat->rows, repeat->count * sizeof(*rows));
		repeat->rows = rows;
		repeat->room = room;
	}
	detail = arena_text(repeat->arena, bytes_of_text(detail));
	if (detail == NULL)
		return ERR_MEMORY;
	rows[repeat->count++] = (struct evidence_row){of->number, code, detail};
	return OK;
}

enum err evidence_rows_fail(struct evidence_repeat *repeat, const struct evidence_record *of,
			    const char *code, size_t payload)
{
	char name[EVIDENCE_NAME_BYTES];
	const char *part, *where = arena_format(repeat->arena, "%" PRIu64, of->number);

	if (payload >= of->record.payload_count ||
	    !evidence_name_payload(&of->record, payload, name))
		evidence_name_leaf(of->number, name);
	part = arena_text(repeat->arena, bytes_of_text(name));
	if (part == NULL || where == NULL)
		return ERR_MEMORY;
	repeat->fault = (struct evidence_fault){.code = code, .part = part, .where = where};
	return ERR_FORMAT;
}
