#include "sampan/clock.h"

#include <assert.h>
#include <sys/timex.h>
#include <time.h>

#define LAST_MS UINT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

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

static char *put_digits(char *at, unsigned number, unsigned digits, char behind)
{
	for (unsigned i = digits; i-- > 0; number /= 10)
		at[i] = (char)('0' + number % 10);
	at[digits] = behind;
	return at + digits + 1;
}

void clock_format(uint64_t time_ms, char ret_text[CLOCK_TEXT_BYTES])
{
	uint64_t written_ms = time_ms < LAST_MS ? time_ms : LAST_MS;
	time_t seconds = (time_t)(written_ms / 1000);
	char text[CLOCK_TEXT_BYTES + 1], *at = text;
	struct tm tm;

	gmtime_r(&seconds, &tm);
	at = put_digits(at, (unsigned)tm.tm_year + 1900, 4, '-');
	at = put_digits(at, (unsigned)tm.tm_mon + 1, 2, '-');
	at = put_digits(at, (unsigned)tm.tm_mday, 2, 'T');
	at = put_digits(at, (unsigned)tm.tm_hour, 2, ':');
	at = put_digits(at, (unsigned)tm.tm_min, 2, ':');
	at = put_digits(at, (unsigned)tm.tm_sec, 2, '.');
	at = put_digits(at, (unsigned)(written_ms % 1000), 3, 'Z');
	assert(at == text + CLOCK_TEXT_BYTES - 1);
	*at = '\0';
	for (size_t i = 0; i < CLOCK_TEXT_BYTES; i++)
		ret_text[i] = text[i];
}
