/*
 * docs/http.md: its examples, run as they stand against the nodes that the demo keeps, are answered
 * as they say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/file.h"
#include "sampan/arena.h"
#include "sampan/buffer.h"

#define PAGE "docs/http.md"
#define PAGE_BYTES ((size_t)1024 * 1024)
#define PLACE "/tmp/http-town"
#define CODES 64u

static struct arena *arena;
static char folder[64] = "/tmp/sampan-http-docs-XXXXXX";
static unsigned expected[CODES];
static size_t expected_count;

/* Each status goes to a file, in order; everything else is the page's. */
static const char prelude[] =
	"set -euo pipefail\n"
	"trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n"
	"curl() { command curl -w '%{stderr}STATUS %{http_code}\\n' \"$@\" 2>>\"$CODES\"; }\n";

/* "# 202 ..." behind a curl. */
static void expect(const char *line, size_t len)
{
	const char *mark = NULL;

	for (size_t i = 0; i + 5 <= len; i++)
		if (line[i] == '#' && line[i + 1] == ' ' && line[i + 2] >= '2' &&
		    line[i + 2] <= '5')
			mark = line + i + 2;
	if (mark == NULL)
		return;
	assert_true(expected_count < CODES);
	expected[expected_count++] = (unsigned)strtoul(mark, NULL, 10);
}

/* One text for another, everywhere. */
static struct bytes replace(struct bytes text, const char *from, const char *to)
{
	struct buffer out;
	struct bytes replaced;
	size_t len = strlen(from);

	buffer_init(&out, PAGE_BYTES);
	for (size_t i = 0; i < text.len;) {
		if (text.len - i >= len && memcmp(text.at + i, from, len) == 0) {
			buffer_put_text(&out, to);
			i += len;
		} else {
			buffer_put_byte(&out, text.at[i++]);
		}
	}
	assert_int_equal(buffer_give(&out, arena, &replaced), OK);
	buffer_clear(&out);
	return replaced;
}

static const char *program(void)
{
	char path[4096];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	assert_true(len > 0);
	path[len] = '\0';
	for (int i = 0; i < 3; i++)
		*strrchr(path, '/') = '\0';
	return arena_format(arena, "%s/sampan", path);
}

/* All examples of the page, one after the other, as one script. */
static const char *write_script(void)
{
	const char *path = arena_format(arena, "%s.sh", folder), *line, *end;
	struct bytes page, script;
	struct buffer out;
	bool is_example = false;

	assert_int_equal(file_read(PAGE, PAGE_BYTES, arena, &page), OK);
	buffer_init(&out, PAGE_BYTES);
	buffer_put_text(&out, prelude);
	for (line = (const char *)page.at; *line != '\0'; line = end) {
		size_t len = strcspn(line, "\n");

		end = line + len + (line[len] == '\n');
		if (strncmp(line, "```", 3) == 0)
			is_example = !is_example && strncmp(line, "```sh", 5) == 0;
		else if (is_example) {
			expect(line, len);
			buffer_put(&out, bytes_of(line, (size_t)(end - line)));
		}
	}
	assert_int_equal(buffer_give(&out, arena, &script), OK);
	buffer_clear(&out);
	script = replace(replace(script, PLACE, folder), "build/sampan", program());
	assert_int_equal(file_replace(path, script), OK);
	return path;
}

static void every_example_is_answered_as_it_says(void **state)
{
	const char *script, *codes, *at;
	struct bytes answered;
	size_t count = 0;

	(void)state;
	script = write_script();
	codes = arena_format(arena, "%s.codes", folder);
	assert_true(expected_count >= 20);
	assert_int_equal(setenv("CODES", codes, 1), 0);
	if (system(arena_format(arena, "bash %s >%s.out 2>&1", script, folder)) != 0)
		fail_msg("the examples ended early: see %s.out and %s", folder, codes);
	assert_int_equal(file_read(codes, PAGE_BYTES, arena, &answered), OK);
	for (at = strstr((const char *)answered.at, "STATUS "); at != NULL;
	     at = strstr(at + 1, "STATUS "), count++)
		if (count >= expected_count || strtoul(at + 7, NULL, 10) != expected[count])
			fail_msg("request %zu was answered %.3s: see %s.out", count + 1, at + 7,
				 folder);
	assert_int_equal(count, expected_count);
	assert_int_equal(system(arena_format(arena, "rm -rf %s %s.*", folder, folder)), 0);
}

static int set_up(void **state)
{
	(void)state;
	arena = arena_new(16 * PAGE_BYTES);
	assert_non_null(mkdtemp(folder));
	return arena == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_example_is_answered_as_it_says),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
