/* qr: a text becomes the path of a QR code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sampan/qr.h"

#define URL \
	"https://127.0.0.1:8443/certificate?number=VN-TH%2026%2F01%2F00417&code=0123456789abcdef"
#define ROOM ((size_t)64 * 1024)
#define MAX_MODULES 177u

static bool dark[MAX_MODULES][MAX_MODULES];

/* Draw the path as a browser does. */
static void draw(const struct buffer *path)
{
	char text[ROOM + 1];
	int taken = 0;
	unsigned x, y, width, back;

	assert_true(path->len < sizeof(text));
	memcpy(text, path->at, path->len);
	text[path->len] = '\0';
	memset(dark, 0, sizeof(dark));
	for (const char *at = text; *at != '\0'; at += taken) {
		assert_int_equal(sscanf(at, "M%u,%uh%uv1h-%uz%n", &x, &y, &width, &back, &taken),
				 4);
		assert_int_equal(width, back);
		assert_true(y < MAX_MODULES && x + width <= MAX_MODULES);
		for (unsigned i = 0; i < width; i++)
			dark[y][x + i] = true;
	}
}

/* ISO/IEC 18004 section 6.3.3: a square of 7 around a square of 3. */
static bool is_finder(unsigned top, unsigned left)
{
	for (unsigned y = 0; y < 7; y++)
		for (unsigned x = 0; x < 7; x++) {
			bool is_ring = y == 0 || y == 6 || x == 0 || x == 6;
			bool is_core = y >= 2 && y <= 4 && x >= 2 && x <= 4;

			if (dark[top + y][left + x] != (is_ring || is_core))
				return false;
		}
	return true;
}

static unsigned make(const char *text, struct buffer *path)
{
	unsigned modules = 0;

	buffer_init(path, ROOM);
	assert_int_equal(qr_path(text, path, &modules), OK);
	return modules;
}

static void it_has_the_marks_of_a_qr_code(void **state)
{
	struct buffer path;
	unsigned modules = make(URL, &path);

	(void)state;
	draw(&path);
	assert_int_equal((modules - 17) % 4, 0);
	assert_true(is_finder(0, 0));
	assert_true(is_finder(0, modules - 7));
	assert_true(is_finder(modules - 7, 0));
	for (unsigned i = 8; i < modules - 8; i++) { /* section 6.3.5: timing */
		assert_int_equal(dark[6][i], i % 2 == 0);
		assert_int_equal(dark[i][6], i % 2 == 0);
	}
	buffer_clear(&path);
}

static void another_text_is_another_code_and_the_same_the_same(void **state)
{
	struct buffer first, again, other;

	(void)state;
	(void)make(URL, &first);
	(void)make(URL, &again);
	(void)make(URL "0", &other);
	assert_true(bytes_equal(buffer_bytes(&first), buffer_bytes(&again)));
	assert_false(bytes_equal(buffer_bytes(&first), buffer_bytes(&other)));
	buffer_clear(&first);
	buffer_clear(&again);
	buffer_clear(&other);
}

static void what_is_empty_or_too_long_has_none(void **state)
{
	char text[QR_TEXT_BYTES + 2];
	struct buffer path;
	unsigned modules = 7;

	(void)state;
	buffer_init(&path, ROOM);
	assert_int_equal(qr_path("", &path, &modules), ERR_USAGE);
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(qr_path(text, &path, &modules), ERR_LIMIT);
	assert_int_equal(path.len, 0);
	assert_int_equal(modules, 7);
	buffer_clear(&path);
	buffer_init(&path, 64);
	assert_int_equal(qr_path(URL, &path, &modules), ERR_LIMIT);
	buffer_clear(&path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_has_the_marks_of_a_qr_code),
		cmocka_unit_test(another_text_is_another_code_and_the_same_the_same),
		cmocka_unit_test(what_is_empty_or_too_long_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
