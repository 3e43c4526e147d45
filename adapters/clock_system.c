#include "sampan/clock.h"

#include <assert.h>
#include <stdio.h>
#include <sys/timex.h>
#include <time.h>

static uint64_t read_ms(clockid_t id)
{
	struct timespec now;
	int failed = clock_gettime(id, &now);

	assert(failed == 0);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint64_t clock_now_ms(void)
{
	return read_ms(CLOCK_REALTIME);
}

uint64_t clock_monotonic_ms(void)
{
	return read_ms(CLOCK_MONOTONIC);
}

bool clock_is_synchronised(void)
{
	struct timex state = {.modes = 0};
	int answer = adjtimex(&state);

	return answer >= 0 && answer != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}

void clock_format(uint64_t time_ms, char ret_text[CLOCK_TEXT_BYTES])
{
	time_t seconds = (time_t)(time_ms / 1000);
	char text[96];
	struct tm tm;
	int len;

	assert(time_ms / 1000 <= 253402300799u); /* 9999-12-31T23:59:59Z */
	gmtime_r(&seconds, &tm);
	len = snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d.%03uZ", tm.tm_year + 1900,
		       tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
		       (unsigned)(time_ms % 1000));
	assert(len == CLOCK_TEXT_BYTES - 1);
	for (size_t i = 0; i < CLOCK_TEXT_BYTES; i++)
		ret_text[i] = text[i];
}
