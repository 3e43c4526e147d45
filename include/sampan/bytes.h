/*
 * bytes - a borrowed range of bytes.
 *
 * A plain value. It owns nothing: who hands one out says how long the range lives. An empty range
 * may have a NULL start.
 */
#ifndef SAMPAN_BYTES_H
#define SAMPAN_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
	const uint8_t *at;
	size_t len;
};

/*
 * The bytes of a text without its final zero; lives as long as the text. NULL gives the empty
 * range.
 */
static inline struct bytes bytes_of_text(const char *text)
{
	return (struct bytes){(const uint8_t *)text, text == NULL ? 0 : strlen(text)};
}

/* A range over memory that the caller keeps. */
static inline struct bytes bytes_of(const void *at, size_t len)
{
	return (struct bytes){(const uint8_t *)at, len};
}

static inline bool bytes_equal(struct bytes a, struct bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

/* Order as memcmp does, a prefix before what it is a prefix of: negative, 0 or positive. */
int bytes_compare(struct bytes a, struct bytes b);

/* Does the range begin with the prefix? */
bool bytes_has_prefix(struct bytes range, struct bytes prefix);

/* Is it XML white space: blank, tab, line end? */
static inline bool bytes_is_space(uint8_t byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* The range without XML white space at both ends. */
static inline struct bytes bytes_trimmed(struct bytes range)
{
	while (range.len > 0 && bytes_is_space(range.at[0]))
		range = bytes_of(range.at + 1, range.len - 1);
	while (range.len > 0 && bytes_is_space(range.at[range.len - 1]))
		range.len--;
	return range;
}

/*
 * Overwrites a secret in memory that the caller owns and may write to, so that no core file has it.
 * The compiler does not leave it out. An empty range is left alone.
 */
static inline void bytes_wipe(struct bytes secret)
{
	if (secret.len > 0)
		explicit_bzero((void *)(uintptr_t)secret.at, secret.len);
}

/*
 * Big-endian integers: the store's byte order is the ledger's order. The caller guarantees 4 or 8
 * bytes.
 */
void bytes_put_u32(uint8_t *at, uint32_t value);
void bytes_put_u64(uint8_t *at, uint64_t value);
uint32_t bytes_get_u32(const uint8_t *at);
uint64_t bytes_get_u64(const uint8_t *at);

#endif
