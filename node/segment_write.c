#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/file.h"
#include "node/segment.h"
#include "sampan/pack.h"
#include "sampan/process.h"

#define MARK_BYTES 512u
#define NEWEST_BYTES 1024u
#define PARTS 5u
#define WRITE_BYTES ((size_t)1 << 20)

struct segment_writer {
	char folder[PATH_MAX - 64];
	struct segment_ledger ledger;
	const struct key *key;
	struct segment_place place; /* of the newest mark */
	int lock_fd;
	FILE *file;       /* of the segment that is written; NULL: not opened yet */
	uint64_t segment; /* its number */
	uint64_t offset;  /* in it */
	struct hash chain;
	size_t open_bytes;
	enum err err;
};

static enum err err_of_errno(void)
{
	return errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? ERR_FULL
	       : errno == EACCES || errno == EPERM                  ? ERR_DENIED
								    : ERR_IO;
}

static const char *path_of(const struct segment_writer *writer, const char *name,
			   char path[PATH_MAX])
{
	(void)snprintf(path, PATH_MAX, "%s/%s", writer->folder, name);
	return path;
}

/* ---- opening ---- */

/* Who writes into the folder must not lead us to files elsewhere: what is no file by itself is none of ours. */
static enum err err_of_open(void)
{
	return errno == ENOENT || errno == ELOOP ? ERR_CORRUPT : err_of_errno();
}

/*
 * A file of before that others may read is closed to them: it holds everybody's documents in the clear.
 * ERR_DENIED where it stays open, as it is somebody else's.
 */
static enum err keep_from_others(const char *path)
{
	struct stat status;
	enum err err = OK;
	int fd;

	if (lstat(path, &status) != 0)
		return errno == ENOENT ? OK : ERR_DENIED;
	if (!S_ISREG(status.st_mode))
		return ERR_CORRUPT;
	if ((status.st_mode & 077) == 0)
		return OK;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)) < 0)
		return err_of_open();
	if (fchmod(fd, 0600) != 0)
		err = ERR_DENIED;
	(void)close(fd);
	return err;
}

/* A folder that was there stays as open as it was, and is taken only when it is a backup's or empty. */
static enum err take_folder(const struct segment_writer *writer)
{
	char path[PATH_MAX], first[SEGMENT_NAME_BYTES];

	if (mkdir(writer->folder, 0700) == 0)
		return OK;
	if (errno != EEXIST)
		return err_of_errno();
	segment_format_name(1, first);
	return access(path_of(writer, "newest", path), F_OK) == 0 ||
			       access(path_of(writer, first, path), F_OK) == 0
		       ? OK
		       : segment_find_nothing(writer->folder);
}

static enum err lock(struct segment_writer *writer)
{
	char path[PATH_MAX];
	long holder = 0;
	enum err err = take_folder(writer);

	return err != OK ? err
			 : process_lock(path_of(writer, "lock", path), &writer->lock_fd, &holder);
}

/* What ends too early is damaged; what cannot be read may be whole, and nothing is made of it. */
static enum err read_exactly(FILE *file, uint8_t *to, size_t len)
{
	if (fread(to, 1, len, file) == len)
		return OK;
	return ferror(file) ? ERR_IO : ERR_CORRUPT;
}

static enum err check_begin(struct segment_writer *writer, struct arena *arena)
{
	uint8_t header[SEGMENT_HEADER_BYTES], body[1024];
	struct segment_ledger ledger;
	struct hash chain;
	uint64_t segment;
	size_t len;
	enum err err;

	rewind(writer->file);
	if ((err = read_exactly(writer->file, header, sizeof(header))) != OK)
		return err;
	if (header[0] != SEGMENT_BEGIN || (len = bytes_get_u32(header + 1)) > sizeof(body))
		return ERR_CORRUPT;
	if ((err = read_exactly(writer->file, body, len)) != OK)
		return err;
	if (!segment_parse_begin(bytes_of(body, len), arena, &segment, &ledger, &chain) ||
	    segment != writer->segment)
		return ERR_CORRUPT;
	return strcmp(ledger.name, writer->ledger.name) == 0 && ledger.epoch == writer->ledger.epoch
		       ? OK
		       : ERR_CONFLICT;
}

static enum err open_newest(struct segment_writer *writer, struct arena *arena)
{
	char path[PATH_MAX], name[SEGMENT_NAME_BYTES];
	struct stat status;
	int fd;

	writer->segment = writer->place.segment;
	writer->offset = writer->place.offset;
	segment_format_name(writer->segment, name);
	fd = open(path_of(writer, name, path), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return err_of_open();
	if ((writer->file = fdopen(fd, "r+")) == NULL) {
		(void)close(fd);
		return ERR_MEMORY;
	}
	if (fstat(fd, &status) != 0)
		return ERR_IO;
	return (uint64_t)status.st_size < writer->offset ? ERR_CORRUPT : check_begin(writer, arena);
}

/* The mark that ends at the writer's offset, and the chain over its own frame. */
static enum err read_mark(const struct segment_writer *writer, struct arena *arena,
			  struct segment_mark *ret_mark, struct hash *ret_chain)
{
	size_t len =
		SEGMENT_HEADER_BYTES + 8 + 1 + 8 + 8 + 8 + 2 * HASH_BYTES + KEY_SIGNATURE_BYTES;
	uint8_t *frame = arena_alloc(arena, len);
	uint8_t public_key[KEY_PUBLIC_BYTES];
	struct bytes bytes;
	enum err err;

	if (frame == NULL)
		return ERR_MEMORY;
	if (writer->offset < len)
		return ERR_CORRUPT;
	if (fseeko(writer->file, (off_t)(writer->offset - len), SEEK_SET) != 0)
		return ERR_IO;
	if ((err = read_exactly(writer->file, frame, len)) != OK)
		return err;
	key_get_public(writer->key, public_key);
	bytes = bytes_of(frame, len);
	if (frame[0] != SEGMENT_MARK ||
	    segment_parse_mark(bytes_of(frame + SEGMENT_HEADER_BYTES, len - SEGMENT_HEADER_BYTES),
			       public_key, ret_mark) != OK)
		return ERR_CORRUPT;
	*ret_chain = segment_chain(&ret_mark->chain, &bytes, 1);
	return OK;
}

/* ERR_CORRUPT: the first segment ends with a whole backup. */
static enum err judge_first(struct segment_writer *writer, struct arena *arena)
{
	struct segment_mark mark;
	struct stat status;
	struct hash ignored;
	enum err err = open_newest(writer, arena);

	if (err != OK) /* it may not have got beyond its beginning */
		return err == ERR_CORRUPT && writer->file != NULL ? OK : err;
	if (fstat(fileno(writer->file), &status) != 0)
		return ERR_IO;
	writer->offset = (uint64_t)status.st_size;
	err = read_mark(writer, arena, &mark, &ignored);
	if (err == OK && mark.is_cut)
		return ERR_CORRUPT;
	return err == ERR_CORRUPT ? OK : err;
}

/*
 * There is no "newest". Interrupted before its first cut, a backup has one segment, which is begun anew; else "newest"
 * was lost, and what it named is not written over.
 */
static enum err do_without_newest(struct segment_writer *writer, struct arena *arena)
{
	char path[PATH_MAX], name[SEGMENT_NAME_BYTES];
	enum err err;

	segment_format_name(2, name);
	if (access(path_of(writer, name, path), F_OK) == 0)
		return ERR_CORRUPT;
	if (errno != ENOENT)
		return err_of_errno();
	segment_format_name(1, name);
	if (faccessat(AT_FDCWD, path_of(writer, name, path), F_OK, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? OK : err_of_errno();
	writer->place.segment = 1;
	err = judge_first(writer, arena);
	if (writer->file != NULL)
		(void)fclose(writer->file);
	writer->file = NULL;
	writer->segment = writer->offset = writer->place.segment = 0;
	return err;
}

static enum err load_newest(struct segment_writer *writer, struct arena *arena)
{
	char path[PATH_MAX];
	struct bytes text;
	enum err err = segment_is_odd(path_of(writer, "newest", path))
			       ? ERR_CORRUPT
			       : file_read(path, NEWEST_BYTES, arena, &text);

	if (err == OK)
		return segment_parse_newest(text, &writer->place) == OK ? OK : ERR_CORRUPT;
	return err == ERR_MISSING ? do_without_newest(writer, arena) : err;
}

/* All that are there, from the newest down. */
static enum err keep_all_from_others(const struct segment_writer *writer)
{
	char path[PATH_MAX], name[SEGMENT_NAME_BYTES];
	enum err err = OK;

	for (uint64_t segment = writer->segment; err == OK && segment > 0; segment--) {
		segment_format_name(segment, name);
		if (faccessat(AT_FDCWD, path_of(writer, name, path), F_OK, AT_SYMLINK_NOFOLLOW) !=
		    0)
			break;
		err = keep_from_others(path);
	}
	return err;
}

/* What stands behind the newest mark was never finished. */
static enum err drop_behind(const struct segment_writer *writer)
{
	char path[PATH_MAX], name[SEGMENT_NAME_BYTES];

	for (uint64_t behind = writer->segment + 1;; behind++) {
		segment_format_name(behind, name);
		if (unlink(path_of(writer, name, path)) != 0)
			break;
	}
	if (ftruncate(fileno(writer->file), (off_t)writer->offset) != 0 ||
	    fseeko(writer->file, (off_t)writer->offset, SEEK_SET) != 0)
		return err_of_errno();
	return OK;
}

/* Nothing is taken away before the mark itself says that it is the one. */
static enum err go_on(struct segment_writer *writer, struct arena *arena)
{
	struct segment_mark mark;
	enum err err = open_newest(writer, arena);

	if (err == OK)
		err = read_mark(writer, arena, &mark, &writer->chain);
	if (err == OK && !segment_mark_equal(&mark, &writer->place.mark))
		err = ERR_CORRUPT;
	if (err == OK)
		err = keep_all_from_others(writer);
	return err == OK ? drop_behind(writer) : err;
}

enum err segment_writer_open(const char *folder, const struct segment_ledger *ledger,
			     const struct key *key, struct segment_writer **ret_writer)
{
	struct segment_writer *writer = calloc(1, sizeof(*writer));
	struct arena *arena = arena_new(1 << 16);
	enum err err = writer == NULL || arena == NULL ? ERR_MEMORY : OK;

	if (err == OK) {
		writer->lock_fd = -1;
		writer->ledger = *ledger;
		writer->key = key;
		if (strlen(folder) >= sizeof(writer->folder))
			err = ERR_LIMIT;
		else
			memcpy(writer->folder, folder, strlen(folder) + 1);
	}
	if (err == OK && (err = lock(writer)) == OK)
		err = load_newest(writer, arena);
	if (err == OK && writer->place.mark.number > 0)
		err = go_on(writer, arena);
	arena_free(arena);
	if (err != OK)
		segment_writer_close(writer);
	else
		*ret_writer = writer;
	return err;
}

void segment_writer_close(struct segment_writer *writer)
{
	if (writer == NULL)
		return;
	if (writer->file != NULL)
		(void)fclose(writer->file);
	if (writer->lock_fd >= 0)
		(void)close(writer->lock_fd);
	free(writer);
}

const struct segment_mark *segment_writer_newest(const struct segment_writer *writer)
{
	return &writer->place.mark;
}

size_t segment_writer_open_bytes(const struct segment_writer *writer)
{
	return writer->open_bytes;
}

/* ---- frames ---- */

static enum err put(struct segment_writer *writer, enum segment_frame type,
		    const struct bytes *parts, size_t part_count)
{
	struct bytes all[PARTS + 1];
	uint8_t header[SEGMENT_HEADER_BYTES] = {(uint8_t)type};
	size_t len = 0;

	for (size_t i = 0; i < part_count && i < PARTS; i++) {
		all[i + 1] = parts[i];
		len += parts[i].len;
	}
	if (len > SEGMENT_FRAME_BYTES)
		return ERR_LIMIT;
	bytes_put_u32(header + 1, (uint32_t)len);
	all[0] = bytes_of(header, sizeof(header));
	writer->chain = segment_chain(&writer->chain, all, part_count + 1);
	for (size_t i = 0; i <= part_count; i++)
		if (all[i].len > 0 && fwrite(all[i].at, 1, all[i].len, writer->file) != all[i].len)
			return err_of_errno();
	writer->offset += sizeof(header) + len;
	writer->open_bytes += sizeof(header) + len;
	return OK;
}

/* Only the owner reads what it holds. */
static FILE *make_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

	if (file == NULL && fd >= 0)
		(void)close(fd);
	return file;
}

/* On disk before the next is begun: a mark there, of which "newest" will say that all before it is. */
static enum err end_file(struct segment_writer *writer)
{
	FILE *file = writer->file;
	enum err err = fflush(file) == 0 && fsync(fileno(file)) == 0 ? OK : err_of_errno();

	writer->file = NULL;
	return fclose(file) != 0 && err == OK ? err_of_errno() : err;
}

static enum err begin_file(struct segment_writer *writer)
{
	char path[PATH_MAX], name[SEGMENT_NAME_BYTES];
	struct buffer body;
	struct bytes part;
	enum err err;

	if (writer->file != NULL && (err = end_file(writer)) != OK)
		return err;
	segment_format_name(++writer->segment, name);
	writer->offset = 0;
	if ((writer->file = make_file(path_of(writer, name, path))) == NULL)
		return err_of_errno();
	(void)setvbuf(writer->file, NULL, _IOFBF, WRITE_BYTES);
	buffer_init(&body, MARK_BYTES);
	pack_u16(&body, SEGMENT_VERSION);
	pack_u64(&body, writer->segment);
	pack_text(&body, writer->ledger.name);
	pack_u64(&body, writer->ledger.epoch);
	pack_fixed(&body, writer->chain.at, HASH_BYTES);
	part = buffer_bytes(&body);
	if ((err = buffer_error(&body)) == OK)
		err = put(writer, SEGMENT_BEGIN, &part, 1);
	buffer_clear(&body);
	return err;
}

static bool is_due(const struct segment_writer *writer)
{
	return writer->file == NULL || (writer->open_bytes == 0 && writer->offset >= SEGMENT_FULL);
}

enum err segment_put(struct segment_writer *writer, enum segment_frame type,
		     const struct bytes *parts, size_t part_count)
{
	if (writer->err == OK && is_due(writer))
		writer->err = begin_file(writer);
	if (writer->err == OK)
		writer->err = put(writer, type, parts, part_count);
	return writer->err;
}

/* ---- marks ---- */

static enum err put_mark(struct segment_writer *writer, const struct segment_mark *mark)
{
	uint8_t signature[KEY_SIGNATURE_BYTES];
	struct bytes parts[2];
	struct buffer text;
	enum err err;

	buffer_init(&text, MARK_BYTES);
	buffer_put_text(&text, "sampan.segment/1");
	segment_format_mark(mark, &text);
	if ((err = buffer_error(&text)) == OK &&
	    (err = key_sign(writer->key, buffer_bytes(&text), signature)) == OK) {
		parts[0] = bytes_of(text.at + 16, text.len - 16);
		parts[1] = bytes_of(signature, sizeof(signature));
		err = put(writer, SEGMENT_MARK, parts, 2);
	}
	buffer_clear(&text);
	return err;
}

/* A new file's name is on disk when its folder is; file_replace() syncs that. */
static enum err sync_all(struct segment_writer *writer)
{
	struct buffer text;
	char path[PATH_MAX];
	enum err err;

	if (fflush(writer->file) != 0 || fsync(fileno(writer->file)) != 0)
		return err_of_errno();
	buffer_init(&text, NEWEST_BYTES);
	segment_format_newest(&writer->place, &text);
	if ((err = buffer_error(&text)) == OK)
		err = file_replace(path_of(writer, "newest", path), buffer_bytes(&text));
	buffer_clear(&text);
	return err;
}

enum err segment_writer_mark(struct segment_writer *writer, const struct segment_mark *mark,
			     bool is_kept)
{
	struct segment_place before = writer->place;
	struct segment_mark next = *mark;

	if (writer->err == OK && is_due(writer))
		writer->err = begin_file(writer);
	next.number = before.mark.number + 1;
	next.chain = writer->chain;
	if (writer->err == OK)
		writer->err = put_mark(writer, &next);
	if (writer->err != OK)
		return writer->err;
	writer->place =
		(struct segment_place){writer->segment, writer->offset, next, writer->chain};
	if (is_kept)
		writer->err = sync_all(writer);
	if (writer->err != OK)
		writer->place = before;
	writer->open_bytes = 0;
	return writer->err;
}
