/* Whatever a worker has had recorded as a report: made whole it is never longer than the bound; and
 * what came of it, given in again, neither. */
#include <assert.h>

#include "messages/report_whole.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer whole, again;

	buffer_init(&whole, 65536);
	buffer_init(&again, 65536);
	if (report_whole(bytes_of(data, size), &whole) == OK)
		(void)report_whole(buffer_bytes(&whole), &again);
	assert(whole.len <= 65536 && again.len <= 65536);
	buffer_clear(&whole);
	buffer_clear(&again);
	return 0;
}
