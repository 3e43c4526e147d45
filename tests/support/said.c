#include "tests/support/said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define SAID_BYTES 4096u

void said_begin(struct said *said)
{
	said->file = tmpfile();
	said->kept = dup(STDERR_FILENO);
	assert_true(said->file != NULL && said->kept >= 0);
	assert_true(dup2(fileno(said->file), STDERR_FILENO) >= 0);
}

unsigned said_count(const struct said *said, const char *text)
{
	char all[SAID_BYTES] = "";
	ssize_t len = pread(fileno(said->file), all, sizeof(all) - 1, 0);
	unsigned count = 0;

	assert_true(len >= 0 && (size_t)len < sizeof(all) - 1);
	for (const char *at = all; (at = strstr(at, text)) != NULL; at++)
		count++;
	return count;
}

void said_end(struct said *said)
{
	assert_true(dup2(said->kept, STDERR_FILENO) >= 0);
	(void)close(said->kept);
	assert_int_equal(fclose(said->file), 0);
}
