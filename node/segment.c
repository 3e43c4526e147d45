#include "node/segment.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sampan/pack.h"

#define SIGNED_TEXT "sampan.segment/1"
#define SIGNED_BYTES 256u

void segment_format_name(uint64_t segment, char ret_name[SEGMENT_NAME_BYTES])
{
	(void)snprintf(ret_name, SEGMENT_NAME_BYTES, "segment-%08" PRIu64, segment % 100000000);
}

/* What may stand in a folder before its first segment does. */
static bool is_nothing(const char *name)
{
	static const char *const names[] = {".", "..", "lock", "lost+found"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

enum err segment_find_nothing(const char *folder)
{
	DIR *entries = opendir(folder);
	const struct dirent *entry;
	enum err err = OK;

	if (entries == NULL)
		return errno == EACCES || errno == EPERM ? ERR_DENIED : ERR_IO;
	errno = 0; /* only it tells a folder that cannot be read from its end */
	while (err == OK && (entry = readdir(entries)) != NULL)
		if (!is_nothing(entry->d_name))
			err = ERR_USAGE;
	if (err == OK && errno != 0)
		err = ERR_IO;
	(void)closedir(entries);
	return err;
}

struct hash segment_chain(const struct hash *before, const struct bytes *parts, size_t count)
{
	struct bytes all[8] = {hash_bytes(before)};

	for (size_t i = 0; i < count && i < 7; i++)
		all[i + 1] = parts[i];
	return hash_of_parts(all, count + 1);
}

bool segment_mark_equal(const struct segment_mark *a, const struct segment_mark *b)
{
	return a->number == b->number && a->is_cut == b->is_cut && a->commits == b->commits &&
	       a->size == b->size && a->checkpoint == b->checkpoint &&
	       hash_equal(&a->root, &b->root) && hash_equal(&a->chain, &b->chain);
}

void segment_format_mark(const struct segment_mark *mark, struct buffer *to)
{
	pack_u64(to, mark->number);
	pack_u8(to, mark->is_cut);
	pack_u64(to, mark->commits);
	pack_u64(to, mark->size);
	pack_u64(to, mark->checkpoint);
	pack_fixed(to, mark->root.at, HASH_BYTES);
	pack_fixed(to, mark->chain.at, HASH_BYTES);
}

static bool take_hash(struct unpack *from, struct hash *ret_hash)
{
	const uint8_t *at = unpack_fixed(from, HASH_BYTES);

	if (at != NULL)
		memcpy(ret_hash->at, at, HASH_BYTES);
	return at != NULL;
}

enum err segment_parse_mark(struct bytes body, const uint8_t public_key[KEY_PUBLIC_BYTES],
			    struct segment_mark *ret_mark)
{
	uint8_t text[SIGNED_BYTES] = SIGNED_TEXT;
	struct segment_mark mark = {0};
	const uint8_t *signature;
	struct unpack from;
	size_t len;

	unpack_init(&from, body);
	mark.number = unpack_u64(&from);
	mark.is_cut = unpack_u8(&from) == 1;
	mark.commits = unpack_u64(&from);
	mark.size = unpack_u64(&from);
	mark.checkpoint = unpack_u64(&from);
	if (!take_hash(&from, &mark.root) || !take_hash(&from, &mark.chain))
		return ERR_FORMAT;
	len = body.len - from.left;
	signature = unpack_fixed(&from, KEY_SIGNATURE_BYTES);
	if (signature == NULL || unpack_end(&from) != OK || len > SIGNED_BYTES - 16)
		return ERR_FORMAT;
	memcpy(text + 16, body.at, len);
	if (!key_verify(public_key, bytes_of(text, 16 + len), signature))
		return ERR_DENIED;
	*ret_mark = mark;
	return OK;
}

void segment_format_newest(const struct segment_place *place, struct buffer *to)
{
	const struct segment_mark *mark = &place->mark;
	char chain[HASH_HEX_BYTES], root[HASH_HEX_BYTES];

	hash_format_hex(&mark->chain, chain);
	hash_format_hex(&mark->root, root);
	buffer_put_format(to, "sampan.segments/1\nsegment %" PRIu64 "\noffset %" PRIu64 "\n",
			  place->segment, place->offset);
	buffer_put_format(to, "mark %" PRIu64 "\ncut %d\ncommits %" PRIu64 "\nsize %" PRIu64 "\n",
			  mark->number, mark->is_cut, mark->commits, mark->size);
	buffer_put_format(to, "checkpoint %" PRIu64 "\nroot %s\nchain %s\n", mark->checkpoint, root,
			  chain);
}

/* Whatever reads alike but is not written alike is refused: it is formatted again and compared. */
enum err segment_parse_newest(struct bytes text, struct segment_place *ret_place)
{
	char line[1024], root[80] = "", chain[80] = "";
	struct segment_place place = {0};
	struct segment_mark *mark = &place.mark;
	struct buffer again;
	int cut = 0;
	enum err err;

	if (text.len >= sizeof(line))
		return ERR_FORMAT;
	memcpy(line, text.at, text.len);
	line[text.len] = '\0';
	if (sscanf(line,
		   "sampan.segments/1 segment %" SCNu64 " offset %" SCNu64 " mark %" SCNu64
		   " cut %d commits %" SCNu64 " size %" SCNu64 " checkpoint %" SCNu64
		   " root %79s chain %79s",
		   &place.segment, &place.offset, &mark->number, &cut, &mark->commits, &mark->size,
		   &mark->checkpoint, root, chain) != 9 ||
	    !hash_parse_hex(root, &mark->root) || !hash_parse_hex(chain, &mark->chain))
		return ERR_FORMAT;
	mark->is_cut = cut == 1;
	buffer_init(&again, sizeof(line));
	segment_format_newest(&place, &again);
	err = buffer_error(&again);
	if (err == OK &&
	    (!bytes_equal(buffer_bytes(&again), text) || place.segment == 0 || mark->number == 0))
		err = ERR_FORMAT;
	buffer_clear(&again);
	if (err == OK)
		*ret_place = place;
	return err;
}

bool segment_parse_begin(struct bytes body, struct arena *arena, uint64_t *ret_segment,
			 struct segment_ledger *ret_ledger, struct hash *ret_chain)
{
	struct unpack from;

	unpack_init(&from, body);
	if (unpack_u16(&from) != SEGMENT_VERSION)
		return false;
	*ret_segment = unpack_u64(&from);
	ret_ledger->name = unpack_text(&from, arena);
	ret_ledger->epoch = unpack_u64(&from);
	return take_hash(&from, ret_chain) && unpack_end(&from) == OK;
}

bool segment_take(struct bytes *frames, enum segment_frame *ret_type, struct bytes *ret_body)
{
	size_t len;

	if (frames->len < SEGMENT_HEADER_BYTES)
		return false;
	len = bytes_get_u32(frames->at + 1);
	if (len > frames->len - SEGMENT_HEADER_BYTES)
		return false;
	*ret_type = (enum segment_frame)frames->at[0];
	*ret_body = bytes_of(frames->at + SEGMENT_HEADER_BYTES, len);
	*frames = bytes_of(ret_body->at + len, frames->len - SEGMENT_HEADER_BYTES - len);
	return true;
}
