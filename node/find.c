#include "node/find.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sampan/engine_run.h"

_Static_assert(SPACE_KEY == (enum space)ENGINE_BY_CHANCE, "the engine keeps these as they come");

#define PLACE_BYTES 4u
#define DIGEST_BYTES 16u
#define ENTRY_BYTES (8u + HASH_BYTES)

/* What a text is about: the part of this number, which other texts of the same document have too. */
static const struct topic {
	const char *name;
	unsigned part;
	const char *ends; /* characters that end it */
} topics[] = {
	{"identity", 3, "|"},
	{"reference", 3, "|"},
	{"application", 2, "|"},
	{"find", 1, ""},
	{"certificate", 2, "|"},
	{"authorisation", 2, "|"},
	{"only.certificate", 2, "|"},
	{"registered", 2, "|"},
	{"arrival", 2, "|/"},
	{"attachment", 1, "|"},
	{"issued", 1, ""},
	{"certified", 2, ""},
	{"applied", 2, ""},
	{"exported", 2, ""},
	{"named", 1, "|"},
};

static struct bytes topic_of(const char *text)
{
	size_t name_len = strcspn(text, "|");

	for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++) {
		const char *part = text;

		if (strlen(topics[i].name) != name_len ||
		    strncmp(topics[i].name, text, name_len) != 0)
			continue;
		for (unsigned n = 0; n < topics[i].part && part != NULL; n++)
			part = (part = strchr(part, '|')) == NULL ? NULL : part + 1;
		if (part != NULL)
			return bytes_of(part, strcspn(part, topics[i].ends));
	}
	return bytes_of_text(text);
}

/* Where a text stands within a block. */
struct name {
	uint8_t place[PLACE_BYTES];
	uint8_t digest[DIGEST_BYTES];
};

/*
 * Keys of one document lie in one place: what is found by chance costs a page of the store each
 * time, and a document has several.
 */
static struct name name_of(const char *text)
{
	struct hash place = hash_of(topic_of(text));
	struct hash hash = hash_of(bytes_of_text(text));
	struct name name;

	memcpy(name.place, place.at, PLACE_BYTES);
	memcpy(name.digest, hash.at, DIGEST_BYTES);
	return name;
}

static struct turn_key key_of(uint32_t block, const struct name *name)
{
	struct turn_key key = turn_key(SPACE_KEY);
	uint8_t at[4];

	bytes_put_u32(at, block);
	turn_key_add_bytes(&key, at, sizeof(at));
	turn_key_add_bytes(&key, name->place, PLACE_BYTES);
	turn_key_add_bytes(&key, name->digest, DIGEST_BYTES);
	return key;
}

static struct block_sieve *sieve_of(const struct turn *turn)
{
	return turn->memory == NULL ? NULL : turn->memory->sieve;
}

static enum err read_entry(const struct turn *turn, const struct turn_key *key,
			   struct find_entry *ret_entry)
{
	struct bytes value;
	enum err err = turn_get(turn, key, &value);

	if (err != OK)
		return err;
	if (value.len != ENTRY_BYTES)
		return ERR_CORRUPT;
	ret_entry->message = bytes_get_u64(value.at);
	memcpy(ret_entry->document.at, value.at + 8, HASH_BYTES);
	return OK;
}

enum err find_get(const struct turn *turn, const char *text, struct find_entry *ret_entry)
{
	struct name name = name_of(text);
	uint32_t place = bytes_get_u32(name.place), block = 0;
	enum err err = block_sieve_newest(turn, &block);

	if (err != OK)
		return err;
	block++;
	while (block_sieve_before(sieve_of(turn), turn, place, &block)) {
		struct turn_key key = key_of(block, &name);

		if ((err = read_entry(turn, &key, ret_entry)) != ERR_MISSING)
			return err;
	}
	return ERR_MISSING;
}

enum err find_put(const struct turn *turn, const char *text, const struct find_entry *entry)
{
	struct name name = name_of(text);
	uint8_t value[ENTRY_BYTES];
	struct turn_key key;
	uint32_t block = 0;
	enum err err = block_sieve_newest(turn, &block);

	if (err != OK)
		return err;
	block_sieve_add(sieve_of(turn), block, bytes_get_u32(name.place));
	key = key_of(block, &name);
	bytes_put_u64(value, entry->message);
	memcpy(value + 8, entry->document.at, HASH_BYTES);
	return batch_put(turn->batch, turn_key_bytes(&key), bytes_of(value, sizeof(value)));
}

/* ---- All about one value ---- */

static struct bytes value_of(const char *value)
{
	return bytes_of(value, strcspn(value, "|"));
}

bool find_is_about(const char *text, const char *value)
{
	return bytes_equal(topic_of(text), value_of(value));
}

struct about {
	uint64_t *messages;
	size_t count;
	uint64_t before;
	bool is_full;
};

static bool take(void *context, struct bytes key, struct bytes value)
{
	struct about *about = context;
	uint64_t message = value.len == ENTRY_BYTES ? bytes_get_u64(value.at) : 0;

	(void)key;
	if (message == 0 || (about->before != 0 && message >= about->before))
		return true;
	about->is_full = about->count == FIND_ABOUT_KEYS;
	if (!about->is_full)
		about->messages[about->count++] = message;
	return !about->is_full;
}

static enum err take_block(const struct turn *turn, uint32_t block, uint32_t place,
			   struct about *about)
{
	struct turn_key from = turn_key(SPACE_KEY), until;
	uint8_t at[4];

	bytes_put_u32(at, block);
	turn_key_add_bytes(&from, at, sizeof(at));
	bytes_put_u32(at, place);
	turn_key_add_bytes(&from, at, sizeof(at));
	until = turn_key_after(&from);
	return ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until), false, take,
			   about);
}

static int newer_first(const void *a, const void *b)
{
	uint64_t first = *(const uint64_t *)a, second = *(const uint64_t *)b;

	return first < second ? 1 : first > second ? -1 : 0;
}

static size_t leave_each_once(uint64_t *messages, size_t count)
{
	size_t left = 0;

	qsort(messages, count, sizeof(*messages), newer_first);
	for (size_t i = 0; i < count; i++)
		if (left == 0 || messages[left - 1] != messages[i])
			messages[left++] = messages[i];
	return left;
}

enum err find_about(const struct turn *turn, const char *value, uint64_t before,
		    uint64_t **ret_messages, size_t *ret_count)
{
	struct about about = {.before = before};
	struct hash hash = hash_of(value_of(value));
	uint32_t place = bytes_get_u32(hash.at), block = 0;
	enum err err = block_sieve_newest(turn, &block);

	about.messages = arena_alloc_array(turn->arena, FIND_ABOUT_KEYS, sizeof(*about.messages));
	if (about.messages == NULL)
		return ERR_MEMORY;
	block++;
	while (err == OK && !about.is_full &&
	       block_sieve_before(sieve_of(turn), turn, place, &block))
		err = take_block(turn, block, place, &about);
	if (err != OK || about.is_full)
		return err != OK ? err : ERR_LIMIT;
	*ret_messages = about.messages;
	*ret_count = leave_each_once(about.messages, about.count);
	return OK;
}

const char *find_text(const struct turn *turn, ...)
{
	size_t len = 0;
	const char *part;
	va_list parts;
	char *text, *at;

	va_start(parts, turn);
	while ((part = va_arg(parts, const char *)) != NULL)
		len += strlen(part) + 1;
	va_end(parts);
	if ((text = at = arena_alloc(turn->arena, len + 1)) == NULL)
		return NULL;
	va_start(parts, turn);
	while ((part = va_arg(parts, const char *)) != NULL) {
		if (at > text) /* nothing stands between what is empty and the first part */
			*at++ = '|';
		at = stpcpy(at, part);
	}
	va_end(parts);
	return text;
}
