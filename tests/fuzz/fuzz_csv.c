/*
 * A table of goods for a form: whatever its bytes are, cells are bounded text without control characters, rows
 * are counted, and reading ends. tests/test_fuzz_corpus.c calls it with tests/fuzz/corpus/csv/.
 */
#include <assert.h>
#include <string.h>

#include "messages/csv.h"
#include "messages/utf8.h"

#define FUZZ_CSV_ROWS 200u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at_cell(const char *text)
{
	assert(strlen(text) < CSV_CELL_BYTES);
	assert(utf8_first_wrong(bytes_of_text(text)) == strlen(text));
	for (; *text != '\0'; text++)
		assert((unsigned char)*text >= 0x20 || *text == '\t');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new((size_t)64 * 1024 * 1024);
	struct csv_row row;
	struct csv csv;
	size_t before = 0;

	assert(arena != NULL);
	if (csv_begin(&csv, bytes_of(data, size)))
		while (csv.row < FUZZ_CSV_ROWS && csv_next(&csv, arena, &row)) {
			assert(csv.row > before && row.count <= CSV_COLUMNS);
			before = csv.row;
			for (size_t i = 0; i < row.count; i++)
				look_at_cell(row.cells[i]);
		}
	arena_free(arena);
	return 0;
}
