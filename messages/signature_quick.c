#include "messages/signature_quick.h"

#include <stdlib.h>

#include "messages/signature_usual.h"

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

/* ---- The signature ---- */

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

static bool find_usual(struct bytes bytes, struct signature_usual *usual,
		       struct signature_found *ret_found)
{
	const uint8_t *begin = find(bytes, SIGNATURE_USUAL_OPEN);
	size_t before = begin == NULL ? 0 : (size_t)(begin - bytes.at);

	if (begin == NULL || !signature_usual_read(bytes_of(begin, bytes.len - before), usual))
		return false;
	ret_found->begin = before;
	ret_found->end = before + usual->len;
	ret_found->place = place_of(bytes_of(bytes.at, before),
				    bytes_of(begin + usual->len, bytes.len - ret_found->end));
	return ret_found->place != SIGNATURE_NOWHERE;
}

/* ---- What would make it unsure that there is no other one ---- */

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

/* References to characters; of white space they say nothing that a namespace could be made of. */
static bool may_hide_text(struct bytes bytes)
{
	const uint8_t *at;

	while ((at = find(bytes, "&#")) != NULL) {
		bytes = bytes_of(at, bytes.len - (size_t)(at - bytes.at));
		if (!bytes_has_prefix(bytes, bytes_of_text("&#x9;")) &&
		    !bytes_has_prefix(bytes, bytes_of_text("&#xA;")) &&
		    !bytes_has_prefix(bytes, bytes_of_text("&#xD;")))
			return true;
		bytes = bytes_of(at + 2, bytes.len - 2);
	}
	return false;
}

typedef uint8_t block __attribute__((vector_size(16)));

static block load(const uint8_t *at)
{
	block bytes;

	memcpy(&bytes, at, sizeof(bytes));
	return bytes;
}

static bool is_any(block bits)
{
	uint64_t halves[2];

	memcpy(halves, &bits, sizeof(bits));
	return (halves[0] | halves[1]) != 0;
}

struct pairs {
	bool is_remark;    /* "<!" or "<?" */
	bool is_reference; /* "&#" */
	bool is_id;        /* "Id" */
};

/* All in one pass, as it is made over every signed document. */
static struct pairs find_pairs(struct bytes bytes)
{
	block remarks = {0}, references = {0}, ids = {0};
	struct pairs pairs = {false};
	size_t i = 0;

	for (; i + sizeof(block) < bytes.len; i += sizeof(block)) {
		block here = load(bytes.at + i), next = load(bytes.at + i + 1);

		remarks |= (block)((here == '<') & ((next == '!') | (next == '?')));
		references |= (block)((here == '&') & (next == '#'));
		ids |= (block)((here == 'I') & (next == 'd'));
	}
	pairs = (struct pairs){is_any(remarks), is_any(references), is_any(ids)};
	for (; i + 1 < bytes.len; i++) {
		uint8_t here = bytes.at[i], next = bytes.at[i + 1];

		pairs.is_remark |= here == '<' && (next == '!' || next == '?');
		pairs.is_reference |= here == '&' && next == '#';
		pairs.is_id |= here == 'I' && next == 'd';
	}
	return pairs;
}

/*
 * Where there is no comment, instruction or CDATA, each "<" of what is well-formed begins a tag, so
 * that the signature is an element, and what looks like the end of the root is.
 */
static bool is_sure(struct bytes bare)
{
	struct pairs pairs = find_pairs(bare);

	return !pairs.is_remark && find(bare, SIGNATURE_NAMESPACE) == NULL &&
	       (!pairs.is_reference || !may_hide_text(bare)) &&
	       (!pairs.is_id || !may_hold_id(bare));
}

/* ---- Both ---- */

static bool take_off(struct bytes bytes, const struct signature_found *found,
		     struct bytes *ret_bare)
{
	size_t behind = bytes.len - found->end, len = found->begin + behind;
	uint8_t *bare = malloc(len);

	if (bare == NULL)
		return false;
	memcpy(bare, bytes.at, found->begin);
	memcpy(bare + found->begin, bytes.at + found->end, behind);
	*ret_bare = bytes_of(bare, len);
	if (is_sure(*ret_bare))
		return true;
	free(bare);
	return false;
}

bool signature_quick_find(struct bytes bytes, struct signature_sheet *sheet)
{
	struct signature_found found = {0};
	struct signature_usual *usual = malloc(sizeof(*usual));
	struct bytes bare = {0};

	if (usual == NULL || !find_usual(bytes, usual, &found) || !take_off(bytes, &found, &bare)) {
		free(usual);
		return false;
	}
	sheet->usual = usual;
	sheet->found[0] = found;
	sheet->count = 1;
	sheet->bare = bare;
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
