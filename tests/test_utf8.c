/*
 * Is it UTF-8, and where not: what is looked at sixteen bytes at once against one character after
 * the other, wherever it stands.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "messages/utf8.h"

#define TEXT_BYTES 80u

/* RFC 3629 section 3, by the number that a character stands for. */
static size_t character_at(const uint8_t *at, size_t left)
{
	static const uint32_t least[] = {0, 1, 0x80, 0x800, 0x10000};
	size_t len = at[0] < 0x80   ? 1
		     : at[0] < 0xC0 ? 0
		     : at[0] < 0xE0 ? 2
		     : at[0] < 0xF0 ? 3
		     : at[0] < 0xF8 ? 4
				    : 0;
	uint32_t sign = len == 1 ? at[0] : at[0] & (0x7Fu >> len);

	if (len == 0 || len > left)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if (at[i] >> 6 != 2)
			return 0;
		sign = sign << 6 | (at[i] & 0x3Fu);
	}
	return sign < least[len] || sign > 0x10FFFF || (sign >= 0xD800 && sign < 0xE000) ? 0 : len;
}

static size_t slowly(const uint8_t *text, size_t len)
{
	size_t at = 0, step;

	for (; at < len; at += step)
		if ((step = character_at(text + at, len - at)) == 0)
			break;
	return at;
}

static void assert_same(const uint8_t *text, size_t len)
{
	size_t found = utf8_first_wrong(bytes_of(text, len));

	if (found != slowly(text, len))
		fail_msg("%zu, not %zu of %zu", found, slowly(text, len), len);
}

/* Behind "â", and before letters or before the end. */
static void put(uint8_t *text, size_t at, const uint8_t *signs, size_t count)
{
	memset(text, 'a', TEXT_BYTES);
	memcpy(text + 20, "\xc3\xa2", 2);
	memcpy(text + at, signs, count);
	assert_same(text, TEXT_BYTES);
	assert_same(text, at + count);
}

static void any_two_bytes_are_judged_alike_wherever_they_stand(void **state)
{
	uint8_t text[TEXT_BYTES];

	(void)state;
	for (size_t at = 0; at + 2 < TEXT_BYTES; at += at < 12 || at > 50 ? 7 : 1)
		for (unsigned pair = 0; pair < 0x10000; pair++)
			put(text, at, (const uint8_t[]){(uint8_t)(pair >> 8), (uint8_t)pair}, 2);
}

static void any_first_bytes_of_four_are_judged_alike(void **state)
{
	static const uint8_t later[] = {0,    'a',  0x7F, 0x80, 0x8F, 0x90,
					0x9F, 0xA0, 0xBF, 0xC3, 0xE1, 0xF0};
	const size_t count = sizeof(later);
	uint8_t text[TEXT_BYTES];

	(void)state;
	for (size_t at = 26; at < 37; at++)
		for (size_t i = 0; i < 0x40 * count * count * count; i++)
			put(text, at,
			    (const uint8_t[]){(uint8_t)(0xC0 + i % 0x40), later[i / 0x40 % count],
					      later[i / 0x40 / count % count],
					      later[i / 0x40 / count / count]},
			    4);
}

static void vietnamese_and_what_is_not_the_shortest_form(void **state)
{
	static const char good[] =
		"<Description>Bộ đồ thờ cúng loại nhỏ bằng gốm sứ Bát Tràng, men ngọc khắc chìm 😀</Description>";
	uint8_t text[sizeof(good)];

	(void)state;
	memcpy(text, good, sizeof(good));
	assert_int_equal(utf8_first_wrong(bytes_of(text, sizeof(text) - 1)), sizeof(text) - 1);
	assert_int_equal(utf8_first_wrong(bytes_of(text, sizeof(text))), sizeof(text) - 1);
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		text[i] ^= 0x80;
		assert_same(text, sizeof(text) - 1);
		text[i] ^= 0x80;
	}
	assert_int_equal(utf8_first_wrong(bytes_of("<a>\xc0\xaf</a>", 8)), 3);
	assert_int_equal(utf8_first_wrong((struct bytes){0}), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_two_bytes_are_judged_alike_wherever_they_stand),
		cmocka_unit_test(any_first_bytes_of_four_are_judged_alike),
		cmocka_unit_test(vietnamese_and_what_is_not_the_shortest_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
