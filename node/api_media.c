#include "node/api_media.h"

#include <string.h>
#include <strings.h>

#include "messages/word.h"

#define MAX_RANGES 32u /* of an Accept header; what stands behind them is not looked at */
#define Q_ALL 1000u

/* One element of a list: up to the separator, without blanks. */
static bool next_part(struct bytes *list, uint8_t separator, struct bytes *ret)
{
	struct bytes rest = {0};
	const uint8_t *end;

	if (list->at == NULL || list->len == 0)
		return false;
	end = memchr(list->at, separator, list->len);
	*ret = bytes_of(list->at, end == NULL ? list->len : (size_t)(end - list->at));
	if (end != NULL)
		rest = bytes_of(end + 1, list->len - (size_t)(end + 1 - list->at));
	*list = rest;
	*ret = bytes_trimmed(*ret);
	return true;
}

static bool is_text(struct bytes bytes, const char *text)
{
	return bytes.len == strlen(text) &&
	       strncasecmp((const char *)bytes.at, text, bytes.len) == 0;
}

/* "0.25" as 250; RFC 9110 section 12.4.2. False: no weight. */
static bool read_weight(struct bytes text, unsigned *ret)
{
	unsigned weight = 0, unit = Q_ALL / 10;

	if (text.len == 0 || text.len > 5 || (text.at[0] != '0' && text.at[0] != '1') ||
	    (text.len > 1 && text.at[1] != '.'))
		return false;
	weight = (unsigned)(text.at[0] - '0') * Q_ALL;
	for (size_t i = 2; i < text.len; i++, unit /= 10) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		weight += (unsigned)(text.at[i] - '0') * unit;
	}
	*ret = weight;
	return weight <= Q_ALL;
}

struct range {
	struct bytes type; /* "text/html", or "text/" for all of them, or "" for everything */
	unsigned weight;
};

static bool read_range(struct bytes text, struct range *ret)
{
	struct bytes part;
	bool is_good = true;

	if (!next_part(&text, ';', &ret->type) || memchr(ret->type.at, '/', ret->type.len) == NULL)
		return false;
	ret->weight = Q_ALL;
	if (is_text(ret->type, "*/*"))
		ret->type.len = 0;
	else if (ret->type.len > 2 && memcmp(ret->type.at + ret->type.len - 2, "/*", 2) == 0)
		ret->type.len--;
	while (is_good && next_part(&text, ';', &part))
		if (part.len > 2 && (part.at[0] == 'q' || part.at[0] == 'Q') && part.at[1] == '=')
			is_good = read_weight(bytes_of(part.at + 2, part.len - 2), &ret->weight);
	return is_good;
}

/* The weight that the most specific range gives to a type. */
static unsigned weight_of(struct bytes type, const struct range *ranges, size_t count)
{
	unsigned weight = 0;
	size_t best = 0; /* length of the range, plus 1 */

	for (size_t i = 0; i < count; i++) {
		struct bytes range = ranges[i].type;
		bool fits = range.len == 0 ||
			    (range.len <= type.len &&
			     (range.len == type.len || range.at[range.len - 1] == '/') &&
			     strncasecmp((const char *)range.at, (const char *)type.at,
					 range.len) == 0);

		if (fits && range.len + 1 > best) {
			best = range.len + 1;
			weight = ranges[i].weight;
		}
	}
	return weight;
}

enum err api_media_choose(const char *accept, const char *gives, struct arena *arena,
			  const char **ret)
{
	struct range ranges[MAX_RANGES] = {{.weight = Q_ALL}};
	struct bytes list = bytes_of_text(accept), part, type, best = {0};
	size_t count = accept == NULL ? 1 : 0;
	unsigned most = 0;

	while (count < MAX_RANGES && next_part(&list, ',', &part))
		if (part.len > 0 && read_range(part, &ranges[count]))
			count++;
	while (word_next(&gives, &type)) {
		unsigned weight = weight_of(type, ranges, count);

		if (weight > most) {
			most = weight;
			best = type;
		}
	}
	*ret = most == 0 ? NULL : arena_text(arena, best);
	return most > 0 && *ret == NULL ? ERR_MEMORY : OK;
}

static bool is_utf8(struct bytes charset)
{
	if (charset.len >= 2 && charset.at[0] == '"')
		charset = bytes_of(charset.at + 1, charset.len - 2);
	return is_text(charset, "utf-8") || is_text(charset, "us-ascii");
}

bool api_media_is_taken(const char *content_type, const char *takes)
{
	struct bytes text = bytes_of_text(content_type), type, part, word;
	bool is_taken = false;

	if (!next_part(&text, ';', &type))
		return false;
	while (!is_taken && word_next(&takes, &word))
		is_taken = type.len == word.len &&
			   strncasecmp((const char *)type.at, (const char *)word.at, word.len) == 0;
	while (next_part(&text, ';', &part))
		if (part.len > 8 && strncasecmp((const char *)part.at, "charset=", 8) == 0 &&
		    !is_utf8(bytes_of(part.at + 8, part.len - 8)))
			return false;
	return is_taken;
}

/* "<" and what can follow it in a document, behind a byte order mark and blanks. */
static bool is_xml(struct bytes bytes)
{
	if (bytes_has_prefix(bytes, bytes_of("\xEF\xBB\xBF", 3)))
		bytes = bytes_of(bytes.at + 3, bytes.len - 3);
	bytes = bytes_trimmed(bytes);
	return bytes.len > 1 && bytes.at[0] == '<' &&
	       (bytes.at[1] == '?' || bytes.at[1] == '!' || bytes.at[1] == '_' ||
		(bytes.at[1] >= 'A' && bytes.at[1] <= 'Z') ||
		(bytes.at[1] >= 'a' && bytes.at[1] <= 'z') || bytes.at[1] >= 0x80);
}

const char *api_media_of(struct bytes bytes)
{
	static const struct {
		const char *magic;
		size_t len;
		const char *type;
	} kinds[] = {
		{"%PDF-", 5, "application/pdf"},
		{"\x89PNG\r\n\x1a\n", 8, "image/png"},
		{"\xFF\xD8\xFF", 3, "image/jpeg"},
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (bytes_has_prefix(bytes, bytes_of(kinds[i].magic, kinds[i].len)))
			return kinds[i].type;
	return is_xml(bytes) ? "application/xml" : NULL;
}
