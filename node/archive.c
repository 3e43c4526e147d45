#include "node/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/ledger_inside.h"
#include "node/message.h"
#include "sampan/pack.h"

#define PLACE_VERSION 1u
#define PLACE_BYTES 256u
#define BEGIN "sampan.archive/1\n"
#define ENTRY_BYTES 13u /* number, index, length */
#define LAST_FILE 999999u
#define YEAR_MS ((uint64_t)366 * 86400 * 1000)
#define SCRATCH_BYTES ((size_t)2 * LIMIT_PAYLOAD_BYTES)

/* ---- where a payload is ---- */

static struct ledger_key key_of(uint64_t number, size_t index)
{
	struct ledger_key key = ledger_payload_key(number, index);

	key.at[0] = SPACE_ARCHIVED;
	return key;
}

enum err archive_use(struct ledger *ledger, const char *ledger_folder)
{
	free(ledger->archives);
	return asprintf(&ledger->archives, "%s/" ARCHIVE_FOLDER, ledger_folder) < 0 ? ERR_MEMORY
										    : OK;
}

/* Only names that we give: an entry must not lead elsewhere. */
static bool is_name(const char *name)
{
	return strlen(name) == 15 && strncmp(name, "payloads-", 9) == 0 &&
	       strspn(name + 9, "0123456789") == 6;
}

static enum err parse(struct bytes value, struct arena *arena, struct archive_place *ret_place)
{
	struct unpack from;
	const char *name;

	unpack_init(&from, value);
	if (unpack_u16(&from) > PLACE_VERSION)
		return ERR_VERSION;
	name = unpack_text(&from, arena);
	ret_place->offset = unpack_u64(&from);
	ret_place->len = unpack_u64(&from);
	if (unpack_end(&from) != OK || !is_name(name) || ret_place->len > LIMIT_PAYLOAD_BYTES)
		return ERR_CORRUPT;
	memcpy(ret_place->name, name, strlen(name) + 1);
	return OK;
}

enum err archive_find(struct ledger *ledger, uint64_t number, size_t index,
		      struct archive_place *ret_place)
{
	struct ledger_key key = key_of(number, index);
	struct archive_place place = {.number = number, .index = index};
	struct bytes value;
	enum err err;

	arena_clear(ledger->scratch);
	err = engine_get(ledger->engine, ledger_key_bytes(&key), ledger->scratch, &value);
	if (err == OK)
		err = parse(value, ledger->scratch, &place);
	if (err == OK)
		*ret_place = place;
	return err;
}

static enum err read_at(int fd, uint8_t *at, size_t len, uint64_t offset)
{
	while (len > 0) {
		ssize_t got = pread(fd, at, len, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? ERR_IO : ERR_CORRUPT;
		at += got;
		offset += (uint64_t)got;
		len -= (size_t)got;
	}
	return OK;
}

const char *archive_away(const struct ledger *ledger)
{
	return ledger->away;
}

enum err archive_read(struct ledger *ledger, const struct archive_place *place, uint64_t number,
		      size_t index, struct arena *arena, struct bytes *ret_stored)
{
	uint8_t entry[ENTRY_BYTES];
	char path[PATH_MAX];
	uint8_t *at;
	enum err err;
	int fd;

	(void)snprintf(ledger->away, sizeof(ledger->away), "%s", place->name);
	if (ledger->archives == NULL)
		return ERR_ARCHIVED;
	(void)snprintf(path, sizeof(path), "%s/%s", ledger->archives, place->name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? ERR_ARCHIVED : ERR_IO;
	ledger->away[0] = '\0';
	err = read_at(fd, entry, sizeof(entry), place->offset);
	if (err == OK && (bytes_get_u64(entry) != number || entry[8] != index ||
			  bytes_get_u32(entry + 9) != place->len))
		err = ERR_CORRUPT;
	at = err == OK ? arena_alloc(arena, (size_t)place->len + 1) : NULL;
	if (err == OK && at == NULL)
		err = ERR_MEMORY;
	if (err == OK)
		err = read_at(fd, at, (size_t)place->len, place->offset + ENTRY_BYTES);
	(void)close(fd);
	if (err == OK)
		*ret_stored = bytes_of(at, (size_t)place->len);
	return err;
}

/* ---- writing a file ---- */

struct archive_writer {
	FILE *file;
	char name[ARCHIVE_NAME_BYTES];
	char folder[PATH_MAX - 64];
	uint64_t offset;
	uint64_t synced; /* up to here somebody may have been told of it; 0: nobody of anything */
};

static enum err err_of_errno(void)
{
	return errno == ENOSPC || errno == EDQUOT ? ERR_FULL : ERR_IO;
}

struct last {
	struct arena *arena;
	unsigned number;
	enum err err;
};

static bool visit_place(void *context, struct bytes key, struct bytes value)
{
	struct last *last = context;
	struct archive_place place;
	unsigned number;

	(void)key;
	arena_clear(last->arena);
	if ((last->err = parse(value, last->arena, &place)) != OK)
		return false;
	number = (unsigned)strtoul(place.name + strlen("payloads-"), NULL, 10);
	if (number > last->number)
		last->number = number;
	return true;
}

/* Of the files that hold something of this ledger, wherever they are; 0: there are none. */
static enum err find_last(struct ledger *ledger, unsigned *ret_number)
{
	const uint8_t from[] = {SPACE_ARCHIVED}, until[] = {SPACE_ARCHIVED + 1};
	struct last last = {.arena = arena_new(SCRATCH_BYTES)};
	enum err err = last.arena == NULL
			       ? ERR_MEMORY
			       : ledger_scan(ledger, bytes_of(from, 1), bytes_of(until, 1), false,
					     visit_place, &last);

	arena_free(last.arena);
	*ret_number = last.number;
	return err != OK ? err : last.err;
}

static enum err make_file(struct archive_writer *writer, unsigned last)
{
	char path[PATH_MAX];
	int fd = -1;

	for (unsigned n = last + 1; fd < 0 && n <= LAST_FILE; n++) {
		(void)snprintf(writer->name, sizeof(writer->name), "payloads-%06u", n);
		(void)snprintf(path, sizeof(path), "%s/%s", writer->folder, writer->name);
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd < 0 && errno != EEXIST)
			return err_of_errno();
	}
	if (fd < 0)
		return ERR_LIMIT;
	if ((writer->file = fdopen(fd, "w")) == NULL) {
		(void)close(fd);
		return ERR_MEMORY;
	}
	writer->offset = strlen(BEGIN);
	return fputs(BEGIN, writer->file) < 0 ? err_of_errno() : OK;
}

enum err archive_writer_open(struct ledger *ledger, const char *ledger_folder,
			     struct archive_writer **ret_writer)
{
	struct archive_writer *writer = calloc(1, sizeof(*writer));
	unsigned last = 0;
	enum err err = OK;

	if (writer == NULL)
		return ERR_MEMORY;
	if ((size_t)snprintf(writer->folder, sizeof(writer->folder), "%s/" ARCHIVE_FOLDER,
			     ledger_folder) >= sizeof(writer->folder))
		err = ERR_LIMIT;
	else if (mkdir(writer->folder, 0700) != 0 && errno != EEXIST)
		err = err_of_errno();
	if (err == OK && (err = find_last(ledger, &last)) == OK)
		err = make_file(writer, last);
	if (err != OK)
		archive_writer_close(writer);
	else
		*ret_writer = writer;
	return err;
}

/* What was not synced nobody refers to, and where the disk is full it is in the way. */
static void cut_off(const struct archive_writer *writer)
{
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/%s", writer->folder, writer->name);
	if (writer->synced == 0)
		(void)unlink(path);
	else
		(void)!truncate(path, (off_t)writer->synced);
}

void archive_writer_close(struct archive_writer *writer)
{
	if (writer == NULL)
		return;
	if (writer->file != NULL) {
		(void)fclose(writer->file);
		cut_off(writer);
	}
	free(writer);
}

enum err archive_writer_put(struct archive_writer *writer, uint64_t number, size_t index,
			    struct bytes stored, struct archive_place *ret_place)
{
	struct archive_place place = {
		.number = number, .index = index, .offset = writer->offset, .len = stored.len};
	uint8_t entry[ENTRY_BYTES];

	memcpy(place.name, writer->name, sizeof(place.name));
	bytes_put_u64(entry, number);
	entry[8] = (uint8_t)index;
	bytes_put_u32(entry + 9, (uint32_t)stored.len);
	if (fwrite(entry, 1, sizeof(entry), writer->file) != sizeof(entry) ||
	    fwrite(stored.at, 1, stored.len, writer->file) != stored.len)
		return err_of_errno();
	writer->offset += sizeof(entry) + stored.len;
	*ret_place = place;
	return OK;
}

enum err archive_writer_sync(struct archive_writer *writer)
{
	int fd = open(writer->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum err err = fd < 0 || fflush(writer->file) != 0 || fsync(fileno(writer->file)) != 0 ||
				       fsync(fd) != 0
			       ? err_of_errno()
			       : OK;

	if (fd >= 0)
		(void)close(fd);
	if (err == OK)
		writer->synced = writer->offset;
	return err;
}

/* ---- leaving the store ---- */

static enum err put_place(struct batch *batch, const struct archive_place *place)
{
	struct ledger_key key = key_of(place->number, place->index);
	struct buffer value;
	enum err err;

	buffer_init(&value, PLACE_BYTES);
	pack_u16(&value, PLACE_VERSION);
	pack_text(&value, place->name);
	pack_u64(&value, place->offset);
	pack_u64(&value, place->len);
	err = buffer_error(&value);
	if (err == OK)
		err = batch_put_any(batch, ledger_key_bytes(&key), buffer_bytes(&value));
	buffer_clear(&value);
	return err;
}

/* Nothing leaves the store that could not be read back. */
static enum err move(const struct turn *turn, const struct archive_place *place, uint64_t *count)
{
	struct ledger_key key = ledger_payload_key(place->number, place->index);
	struct archive_place there;
	struct bytes stored, copy;
	enum err err;

	if (place->index >= LIMIT_RECORD_PAYLOADS || !is_name(place->name))
		return ERR_USAGE;
	err = batch_get(turn->batch, ledger_key_bytes(&key), turn->arena, &stored);
	if (err == ERR_MISSING)
		return archive_find(turn->ledger, place->number, place->index, &there);
	if (err == OK)
		err = archive_read(turn->ledger, place, place->number, place->index, turn->arena,
				   &copy);
	if (err != OK)
		return err;
	if (!bytes_equal(stored, copy))
		return ERR_CORRUPT;
	++*count;
	err = put_place(turn->batch, place);
	return err != OK ? err : batch_delete_any(turn->batch, ledger_key_bytes(&key));
}

static enum err record_move(const struct turn *turn, const char *name, uint64_t count,
			    const char *operator_name)
{
	const char *attributes[] = {"archive", name, "payloads",
				    arena_format(turn->arena, "%" PRIu64, count), NULL};
	struct message_event event = {
		.event = "PayloadsArchived",
		.actor = arena_format(turn->arena, "operator:%s", operator_name),
		.attributes = attributes};
	uint64_t ignored;

	if (event.actor == NULL || attributes[3] == NULL)
		return ERR_MEMORY;
	return message_record(turn, 0, &event, &ignored);
}

enum err archive_move(const struct turn *turn, const struct archive_place *places, size_t count,
		      const char *operator_name)
{
	size_t mark = batch_mark(turn->batch);
	uint64_t moved = 0;
	enum err err = OK;

	for (size_t i = 0; err == OK && i < count; i++)
		err = move(turn, &places[i], &moved);
	if (err == OK && moved > 0)
		err = record_move(turn, places[0].name, moved, operator_name);
	if (err != OK)
		batch_rewind(turn->batch, mark);
	return err;
}

void archive_pack(struct buffer *to, const struct archive_place *places, size_t count,
		  const char *operator_name)
{
	pack_text(to, operator_name);
	pack_u32(to, (uint32_t)count);
	for (size_t i = 0; i < count; i++) {
		pack_u64(to, places[i].number);
		pack_u8(to, (uint8_t)places[i].index);
		pack_text(to, places[i].name);
		pack_u64(to, places[i].offset);
		pack_u64(to, places[i].len);
	}
}

enum err archive_serve(const struct turn *turn, struct bytes body)
{
	struct archive_place places[ARCHIVE_AT_ONCE] = {0};
	const char *operator_name;
	struct unpack from;
	uint32_t count;

	unpack_init(&from, body);
	operator_name = unpack_text(&from, turn->arena);
	count = unpack_count(&from, 29);
	for (uint32_t i = 0; i < count && i < ARCHIVE_AT_ONCE && !from.failed; i++) {
		const char *name;

		places[i].number = unpack_u64(&from);
		places[i].index = unpack_u8(&from);
		name = unpack_text(&from, turn->arena);
		(void)snprintf(places[i].name, sizeof(places[i].name), "%s", name);
		places[i].offset = unpack_u64(&from);
		places[i].len = unpack_u64(&from);
	}
	if (unpack_end(&from) != OK || count > ARCHIVE_AT_ONCE)
		return ERR_USAGE;
	return archive_move(turn, places, count, operator_name);
}

/* ---- which ---- */

struct due {
	struct turn turn; /* without a batch: what is durable */
	archive_policy *policy;
	const void *policy_context;
};

/* Of the message, or the refusal, that the record belongs to. ERR_MISSING: it belongs to none. */
static enum err load_message(const struct due *due, uint64_t number, struct message *ret_message)
{
	enum err err = message_load(&due->turn, number, ret_message);

	return err == ERR_MISSING ? message_load_refusal(&due->turn, number, ret_message) : err;
}

static bool is_due(const struct due *due, const struct message *message)
{
	uint32_t years;

	if (message->delivered < message->owed)
		return false;
	years = due->policy(due->policy_context, facts_get_or_empty(&message->facts, "schema"));
	return years != ARCHIVE_KEEP && due->turn.now_ms >= message->received_ms &&
	       due->turn.now_ms - message->received_ms >= years * YEAR_MS;
}

static enum err visit_payloads(const struct due *due, const struct record *record,
			       archive_visit *visit, void *context)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < record->payload_count; i++) {
		struct ledger_key key = ledger_payload_key(record->number, i);
		struct bytes stored;

		err = ledger_get(due->turn.ledger, ledger_key_bytes(&key), due->turn.arena,
				 &stored);
		if (err == OK)
			err = visit(context, record->number, i, stored);
		else if (err == ERR_MISSING)
			err = OK; /* archived already */
	}
	return err;
}

enum err archive_each_due(struct ledger *ledger, uint64_t now_ms, archive_policy *policy,
			  const void *policy_context, archive_visit *visit, void *context)
{
	struct due due = {.turn = {.ledger = ledger, .now_ms = now_ms},
			  .policy = policy,
			  .policy_context = policy_context};
	struct hash root;
	uint64_t size = 0;
	enum err err;

	if ((due.turn.arena = arena_new(SCRATCH_BYTES)) == NULL)
		return ERR_MEMORY;
	err = ledger_head(ledger, &size, &root);
	for (uint64_t number = 1; err == OK && number <= size; number++) {
		struct message message;
		struct record record;

		arena_clear(due.turn.arena);
		err = ledger_record(ledger, number, due.turn.arena, &record, NULL);
		if (err != OK || record.payload_count == 0)
			continue;
		err = load_message(&due, record.message, &message);
		if (err == OK && is_due(&due, &message))
			err = visit_payloads(&due, &record, visit, context);
		else if (err == ERR_MISSING)
			err = OK;
	}
	arena_free(due.turn.arena);
	return err;
}
