#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/file.h"
#include "node/segment.h"

#define NEWEST_BYTES 1024u
#define ARENA_BYTES 65536u

static enum err say(struct segment_reader *reader, enum err err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static enum err say(struct segment_reader *reader, enum err err, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(reader->what, sizeof(reader->what), format, arguments);
	va_end(arguments);
	return err;
}

void segment_reader_init(struct segment_reader *reader, const char *folder,
			 const uint8_t public_key[KEY_PUBLIC_BYTES],
			 const struct segment_place *place)
{
	*reader = (struct segment_reader){.folder = folder};
	memcpy(reader->public_key, public_key, KEY_PUBLIC_BYTES);
	if (place != NULL)
		reader->place = *place;
	buffer_init(&reader->piece, SEGMENT_PIECE_BYTES);
}

void segment_reader_clear(struct segment_reader *reader)
{
	buffer_clear(&reader->piece);
}

/* What is no file would be waited for without end. */
bool segment_is_odd(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

/* What was read before is the beginning of what the folder holds, as far as newest tells. */
static enum err compare_with_read(struct segment_reader *reader)
{
	const struct segment_mark *newest = &reader->newest.mark, *read = &reader->place.mark;

	if (newest->number < read->number)
		return say(reader, ERR_CORRUPT,
			   "newest goes back to mark %" PRIu64 ", behind %" PRIu64
			   " that was read before",
			   newest->number, read->number);
	if (newest->number == read->number && !segment_mark_equal(newest, read))
		return say(reader, ERR_CORRUPT,
			   "newest says of mark %" PRIu64
			   " something else than was read before: it is of another backup",
			   read->number);
	return OK;
}

enum err segment_reader_look(struct segment_reader *reader)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	char path[PATH_MAX];
	struct bytes text;
	enum err err;

	if (arena == NULL)
		return ERR_MEMORY;
	(void)snprintf(path, sizeof(path), "%s/newest", reader->folder);
	err = segment_is_odd(path) ? ERR_CORRUPT : file_read(path, NEWEST_BYTES, arena, &text);
	if (err == OK && segment_parse_newest(text, &reader->newest) != OK)
		err = ERR_CORRUPT;
	if (err == ERR_CORRUPT || err == ERR_LIMIT)
		err = say(reader, ERR_CORRUPT, "the file newest is not as it was written");
	arena_free(arena);
	return err == OK ? compare_with_read(reader) : err;
}

/* ---- one piece: from a mark to the next ---- */

struct piece {
	struct segment_reader *reader;
	FILE *file;
	char name[SEGMENT_NAME_BYTES];
	uint64_t segment, begin, offset;
	uint64_t end; /* of what may be read of this file; UINT64_MAX: all of it */
	struct hash chain;
	char ledger[SEGMENT_LEDGER_BYTES]; /* believed with the mark */
	uint64_t epoch;
};

static enum err damaged(struct piece *piece, const char *what)
{
	return say(piece->reader, ERR_CORRUPT, "%s, bytes %" PRIu64 " to %" PRIu64 ": %s",
		   piece->name, piece->begin, piece->offset, what);
}

static enum err open_file(struct piece *piece)
{
	char path[PATH_MAX];

	segment_format_name(piece->segment, piece->name);
	(void)snprintf(path, sizeof(path), "%s/%s", piece->reader->folder, piece->name);
	if (segment_is_odd(path))
		return damaged(piece, "it is no file");
	piece->end = piece->segment == piece->reader->newest.segment ? piece->reader->newest.offset
								     : UINT64_MAX;
	piece->file = fopen(path, "re");
	if (piece->file == NULL)
		return errno == ENOENT
			       ? say(piece->reader, ERR_UNAVAILABLE, "%s is not there", piece->name)
			       : ERR_IO;
	if (fseeko(piece->file, (off_t)piece->offset, SEEK_SET) != 0)
		return ERR_IO;
	return OK;
}

static enum err read_exactly(struct piece *piece, size_t len)
{
	uint8_t *at;

	if (piece->offset > piece->end || piece->end - piece->offset < len)
		return damaged(piece, "a frame is longer than what was written");
	at = buffer_room(&piece->reader->piece, len);
	if (at == NULL)
		return buffer_error(&piece->reader->piece) == ERR_LIMIT
			       ? damaged(piece, "there is no mark for too long")
			       : ERR_MEMORY;
	if (fread(at, 1, len, piece->file) != len)
		return ferror(piece->file)
			       ? ERR_IO
			       : say(piece->reader, ERR_UNAVAILABLE,
				     "%s ends behind byte %" PRIu64
				     ", before what newest says: a part of it is missing",
				     piece->name, piece->offset);
	buffer_fill(&piece->reader->piece, at + len);
	piece->offset += len;
	return OK;
}

/* One frame, appended to the piece. */
static enum err read_frame(struct piece *piece, size_t *ret_at)
{
	struct buffer *all = &piece->reader->piece;
	size_t at = all->len, len;
	enum err err = read_exactly(piece, SEGMENT_HEADER_BYTES);

	if (err != OK)
		return err;
	len = bytes_get_u32(all->at + at + 1);
	if (len > SEGMENT_FRAME_BYTES)
		return damaged(piece, "a frame is longer than any");
	*ret_at = at;
	return read_exactly(piece, len);
}

static enum err take_begin(struct piece *piece, struct bytes body)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	struct segment_ledger ledger;
	struct hash chain;
	uint64_t segment;
	enum err err = OK;

	if (arena == NULL)
		return ERR_MEMORY;
	if (body.len >= 2 && (unsigned)(body.at[0] << 8 | body.at[1]) > SEGMENT_VERSION)
		err = ERR_VERSION;
	else if (!segment_parse_begin(body, arena, &segment, &ledger, &chain) ||
		 segment != piece->segment || strlen(ledger.name) >= sizeof(piece->ledger) ||
		 (piece->ledger[0] != '\0' &&
		  (strcmp(piece->ledger, ledger.name) != 0 || piece->epoch != ledger.epoch)))
		err = damaged(piece, "it does not begin as this segment does");
	else if (!hash_equal(&chain, &piece->chain))
		err = damaged(piece, "it does not follow the segment before it");
	else {
		memcpy(piece->ledger, ledger.name, strlen(ledger.name) + 1);
		piece->epoch = ledger.epoch;
	}
	arena_free(arena);
	return err;
}

static enum err take_mark(struct piece *piece, struct bytes body, struct segment_mark *ret_mark)
{
	struct segment_reader *reader = piece->reader;
	struct segment_mark mark;

	if (segment_parse_mark(body, reader->public_key, &mark) != OK)
		return damaged(piece, "the mark at its end is not signed by the backup's key");
	if (!hash_equal(&mark.chain, &piece->chain))
		return damaged(piece, "what stands there is not what was written");
	if (mark.number != reader->place.mark.number + 1 || mark.size < reader->place.mark.size)
		return damaged(piece, "its mark does not follow the one before");
	*ret_mark = mark;
	return OK;
}

/* The chain over the frame comes behind what a mark says of the chain before it. */
static enum err take_frame(struct piece *piece, size_t at, struct segment_mark *ret_mark)
{
	struct buffer *all = &piece->reader->piece;
	struct bytes frame = bytes_of(all->at + at, all->len - at);
	struct bytes body =
		bytes_of(frame.at + SEGMENT_HEADER_BYTES, frame.len - SEGMENT_HEADER_BYTES);
	enum err err = OK;

	if ((frame.at[0] == SEGMENT_BEGIN) != (piece->offset == frame.len))
		return damaged(piece, "it does not begin as a segment does");
	if (frame.at[0] == SEGMENT_BEGIN)
		err = take_begin(piece, body);
	else if (frame.at[0] == SEGMENT_MARK)
		err = take_mark(piece, body, ret_mark);
	piece->chain = segment_chain(&piece->chain, &frame, 1);
	return err;
}

/* Is the file at its end, and another one expected? */
static enum err next_file(struct piece *piece)
{
	int next = getc(piece->file);

	if (next != EOF)
		return ungetc(next, piece->file) == EOF ? ERR_IO : OK;
	if (ferror(piece->file))
		return ERR_IO;
	(void)fclose(piece->file);
	piece->file = NULL;
	piece->segment++;
	piece->begin = piece->offset = 0;
	return open_file(piece);
}

static enum err read_piece(struct piece *piece, struct segment_mark *ret_mark)
{
	size_t at = 0;
	enum err err = OK;

	if (piece->offset > 0 && piece->segment < piece->reader->newest.segment)
		err = next_file(piece);
	while (err == OK && ret_mark->number == 0)
		if ((err = read_frame(piece, &at)) == OK)
			err = take_frame(piece, at, ret_mark);
	return err;
}

enum err segment_read(struct segment_reader *reader, struct bytes *ret_frames)
{
	struct piece piece = {.reader = reader,
			      .segment = reader->place.segment == 0 ? 1 : reader->place.segment,
			      .begin = reader->place.offset,
			      .offset = reader->place.offset,
			      .chain = reader->place.chain,
			      .epoch = reader->epoch};
	struct segment_mark mark = {0};
	enum err err;

	if (reader->place.mark.number >= reader->newest.mark.number)
		return ERR_MISSING;
	buffer_reset(&reader->piece);
	memcpy(piece.ledger, reader->name, sizeof(piece.ledger));
	if ((err = open_file(&piece)) == OK)
		err = read_piece(&piece, &mark);
	if (err == OK && mark.number == reader->newest.mark.number &&
	    (!segment_mark_equal(&mark, &reader->newest.mark) ||
	     piece.segment != reader->newest.segment || piece.offset != reader->newest.offset))
		err = damaged(&piece, "its mark is not the one that newest names");
	if (piece.file != NULL)
		(void)fclose(piece.file);
	if (err != OK)
		return err;
	memcpy(reader->name, piece.ledger, sizeof(piece.ledger));
	reader->epoch = piece.epoch;
	reader->place = (struct segment_place){piece.segment, piece.offset, mark, piece.chain};
	*ret_frames = buffer_bytes(&reader->piece);
	return OK;
}
