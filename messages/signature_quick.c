#include "messages/signature_quick.h"

#include <stdlib.h>

#include "messages/document.h"
#include "messages/signature_plain.h"

#define OPEN "<ds:Signature xmlns:ds=\"" SIGNATURE_NAMESPACE "\">"
#define CLOSE "</ds:Signature>"

static const uint8_t *find(struct bytes in, const char *text)
{
	return memmem(in.at, in.len, text, strlen(text));
}

static bool take(struct bytes *rest, const char *text)
{
	struct bytes begin = bytes_trimmed(*rest);

	if (!bytes_has_prefix(begin, bytes_of_text(text)))
		return false;
	*rest = bytes_of(begin.at + strlen(text), begin.len - strlen(text));
	return true;
}

/* Only the end tag of the root is left; that it is the root's is seen when the bare bytes are read. */
static bool is_end_of_root(struct bytes rest)
{
	return take(&rest, "</") && rest.len > 1 && rest.at[rest.len - 1] == '>' &&
	       memchr(rest.at, '>', rest.len - 1) == NULL && memchr(rest.at, '<', rest.len) == NULL;
}

static bool is_end_of_envelope(struct bytes rest)
{
	return take(&rest, "</Signature>") && take(&rest, "</Body>") &&
	       take(&rest, "</Envelope>") && rest.len == 0;
}

static bool ends_with(struct bytes bytes, const char *text)
{
	size_t len = strlen(text);

	return bytes.len >= len && memcmp(bytes.at + bytes.len - len, text, len) == 0;
}

/*
 * A comment or CDATA around it would not be closed in the bare bytes, which are then not
 * well-formed.
 */
static enum signature_place place_of(struct bytes before, struct bytes after)
{
	after = bytes_trimmed(after);
	if (is_end_of_root(after))
		return SIGNATURE_ROOT;
	if (is_end_of_envelope(after) && ends_with(before, "<Signature>") &&
	    bytes_has_prefix(bytes_trimmed(before), bytes_of_text("<Envelope>")))
		return SIGNATURE_BODY;
	return SIGNATURE_NOWHERE;
}

static bool find_range(struct bytes bytes, struct signature_found *ret_found)
{
	const uint8_t *begin = find(bytes, OPEN), *end;
	struct bytes rest;

	if (begin == NULL)
		return false;
	rest = bytes_of(begin, bytes.len - (size_t)(begin - bytes.at));
	end = find(rest, CLOSE);
	if (end == NULL)
		return false;
	end += strlen(CLOSE);
	ret_found->begin = (size_t)(begin - bytes.at);
	ret_found->end = (size_t)(end - bytes.at);
	ret_found->place = place_of(bytes_of(bytes.at, ret_found->begin),
				    bytes_of(end, bytes.len - ret_found->end));
	return ret_found->place != SIGNATURE_NOWHERE &&
	       memchr(begin, '\n', (size_t)(end - begin)) == NULL;
}

/* May an attribute Id stand there? Also a text that looks like one. */
static bool may_hold_id(struct bytes bytes)
{
	const uint8_t *at;

	while (bytes.len > 0 && (at = memchr(bytes.at, 'I', bytes.len)) != NULL) {
		size_t before = (size_t)(at - bytes.at), behind = bytes.len - before - 1;

		if (before > 0 && bytes_is_space(at[-1]) && behind > 1 && at[1] == 'd' &&
		    (at[2] == '=' || bytes_is_space(at[2])))
			return true;
		bytes = bytes_of(at + 1, behind);
	}
	return false;
}

/* What is found wrong is told by the long way. */
static xmlDoc *read_fragment(struct bytes bytes, const struct findings *findings)
{
	struct findings ignored = *findings;
	xmlDoc *fragment = NULL;

	if (document_parse(bytes, NULL, &ignored, &fragment) != OK)
		return NULL;
	return fragment;
}

bool signature_quick_find(struct bytes bytes, const struct findings *findings,
			  struct signature_sheet *sheet)
{
	struct signature_found found = {0};
	uint8_t *bare;
	size_t len;

	if (!find_range(bytes, &found))
		return false;
	len = bytes.len - (found.end - found.begin);
	bare = malloc(len);
	if (bare == NULL)
		return false;
	memcpy(bare, bytes.at, found.begin);
	memcpy(bare + found.begin, bytes.at + found.end, bytes.len - found.end);
	if (signature_plain_is(bytes_trimmed(bytes_of(bare, len))) &&
	    find(bytes_of(bare, len), SIGNATURE_NAMESPACE) == NULL &&
	    !may_hold_id(bytes_of(bare, len)))
		sheet->fragment = read_fragment(
			bytes_of(bytes.at + found.begin, found.end - found.begin), findings);
	if (sheet->fragment == NULL) {
		free(bare);
		return false;
	}
	found.element = xmlDocGetRootElement(sheet->fragment);
	sheet->found[0] = found;
	sheet->count = 1;
	sheet->bare = bytes_of(bare, len);
	return true;
}

const char *signature_quick_path(struct bytes bytes, const struct signature_found *found,
				 struct arena *arena, unsigned *ret_line)
{
	struct bytes rest = bytes_of(bytes.at + found->end, bytes.len - found->end);
	const uint8_t *colon, *at = bytes.at, *end = bytes.at + found->begin;
	unsigned line = 1;

	while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		line++;
		at++;
	}
	*ret_line = line;
	if (found->place == SIGNATURE_BODY)
		return arena_text(arena, bytes_of_text("/Envelope[1]/Body[1]/Signature[1]"));
	/* the root's local name, out of its end tag */
	(void)take(&rest, "</");
	rest = bytes_trimmed(rest);
	rest = bytes_trimmed(bytes_of(rest.at, rest.len - 1));
	colon = memchr(rest.at, ':', rest.len);
	if (colon != NULL)
		rest = bytes_of(colon + 1, rest.len - (size_t)(colon + 1 - rest.at));
	return arena_format(arena, "/%.*s[1]", (int)rest.len, (const char *)rest.at);
}
