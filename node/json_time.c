#include "node/json_time.h"

#include "sampan/clock.h"

json_t *json_time_new(uint64_t time_ms)
{
	char text[CLOCK_TEXT_BYTES];

	if (time_ms == 0)
		return json_null();
	clock_format(time_ms, text);
	return json_string(text);
}
