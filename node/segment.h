/*
 * segment - the files that a ledger is copied with: what was written since, one piece after the other.
 *
 * A folder holds segment-00000001, segment-00000002, ... and the file "newest". A segment is a row of
 * frames; docs/ledger-format.md (Segments) says what each holds. Frames stand between marks. A mark
 * says how far the ledger was copied, and carries the hash of everything before it and a signature of
 * the node's backup key over both: what stands before a mark is whole and unchanged, or it is refused.
 * "newest" is moved to a mark after everything before it was synced; what stands behind it was cut off
 * in the middle, is never read, and is overwritten.
 *
 * A mark that is a cut is a state to take up again: records, states and indexes of one commit.
 * Others only divide the way there, so that an interrupted copy goes on instead of beginning again.
 */
#ifndef NODE_SEGMENT_H
#define NODE_SEGMENT_H

#include "sampan/arena.h"
#include "sampan/buffer.h"
#include "sampan/hash.h"
#include "sampan/key.h"

#define SEGMENT_VERSION 1u
#define SEGMENT_LEDGER_BYTES 256u           /* of a ledger's name */
#define SEGMENT_MARK_EACH ((size_t)8 << 20) /* bytes between marks, and what one record adds */
#define SEGMENT_FULL ((uint64_t)64 << 20)   /* the first mark behind it ends the segment */
#define SEGMENT_FRAME_BYTES ((size_t)(64 << 20) + 1024)
#define SEGMENT_PIECE_BYTES ((size_t)300 << 20) /* between two marks, at most */

enum segment_frame {
	SEGMENT_BEGIN = 'B',   /* of a file */
	SEGMENT_EPOCH = 'E',   /* an epoch, later than 1: records that follow stand in its tree */
	SEGMENT_RECORD = 'R',  /* a leaf */
	SEGMENT_PAYLOAD = 'P', /* index, bytes as stored; of the record before it */
	SEGMENT_CHECKPOINT = 'C', /* number of the last record it covers, note */
	SEGMENT_ALL = 'A',        /* all states and indexes follow, in order: others are gone */
	SEGMENT_STATE = 'S',      /* key, value */
	SEGMENT_GONE = 'G',       /* key */
	SEGMENT_MARK = 'M'
};

/* What a mark says. */
struct segment_mark {
	uint64_t number; /* from 1 */
	bool is_cut;
	uint64_t commits;    /* of the store, at the last cut */
	uint64_t size;       /* records so far, of all epochs */
	uint64_t checkpoint; /* record that the newest checkpoint so far ends with; 0: none */
	struct hash root;    /* of the tree of the newest epoch so far */
	struct hash chain;   /* of everything before */
};

bool segment_mark_equal(const struct segment_mark *a, const struct segment_mark *b);

/* Where reading goes on; all zero: at the beginning. */
struct segment_place {
	uint64_t segment;
	uint64_t offset;
	struct segment_mark mark;
	struct hash chain; /* of everything, the mark too; not in "newest" */
};

/* Which ledger. */
struct segment_ledger {
	const char *name;
	uint64_t epoch;
};

/* ---- writing ---- */

struct segment_writer;

/*
 * Go on behind the newest mark of a folder, or begin (the folder is made, mode 0700; one that was there keeps
 * its mode). One process at a time. name and key are borrowed. ERR_EXISTS: another process writes there.
 * ERR_USAGE: it holds other files and no backup; nothing was done to it. ERR_CONFLICT: it holds
 * another ledger or epoch. ERR_CORRUPT: "newest" is not as it was written or was lost, or what it names is not
 * there; nothing was written over. ERR_IO, ERR_FULL, ERR_DENIED.
 */
enum err segment_writer_open(const char *folder, const struct segment_ledger *ledger,
			     const struct key *key, struct segment_writer **ret_writer);
void segment_writer_close(struct segment_writer *writer); /* NULL is accepted */

/* The newest mark; number 0: none. Borrowed until the next. */
const struct segment_mark *segment_writer_newest(const struct segment_writer *writer);

/* One frame, its body in parts. Errors stick: after one, only close. ERR_IO, ERR_FULL, ERR_LIMIT. */
enum err segment_put(struct segment_writer *writer, enum segment_frame type,
		     const struct bytes *parts, size_t part_count);

/* How much was put since the newest mark. */
size_t segment_writer_open_bytes(const struct segment_writer *writer);

/*
 * Put a mark behind everything; number and chain are set here. is_kept: make it durable, and let
 * "newest" say so; otherwise it only bounds what a reader takes at once. ERR_IO, ERR_FULL: "newest" is
 * as it was.
 */
enum err segment_writer_mark(struct segment_writer *writer, const struct segment_mark *mark,
			     bool is_kept);

/* ---- reading ---- */

struct segment_reader {
	const char *folder; /* borrowed */
	uint8_t public_key[KEY_PUBLIC_BYTES];
	struct segment_place place;      /* behind the last mark that was read */
	struct segment_place newest;     /* as far as may be read */
	char name[SEGMENT_LEDGER_BYTES]; /* of the ledger, once the first piece was verified */
	uint64_t epoch;
	struct buffer piece;
	char what
		[256]; /* of the last ERR_CORRUPT, ERR_UNAVAILABLE: in words, with file and place */
};

/* Nothing is opened yet. place: NULL is the beginning. */
void segment_reader_init(struct segment_reader *reader, const char *folder,
			 const uint8_t public_key[KEY_PUBLIC_BYTES],
			 const struct segment_place *place);
void segment_reader_clear(struct segment_reader *reader);

/* See how far the folder goes now. ERR_MISSING: there is no backup. ERR_CORRUPT, ERR_IO. */
enum err segment_reader_look(struct segment_reader *reader);

/*
 * The frames up to the next mark, proved to be what was written; borrowed until the next call.
 * reader->place stands behind the mark. ERR_MISSING: that was all. ERR_CORRUPT: something is
 * not what was written, reader->what says where. ERR_UNAVAILABLE: the files do not hold yet what
 * "newest" says (they are still being copied). ERR_VERSION, ERR_IO, ERR_MEMORY.
 */
enum err segment_read(struct segment_reader *reader, struct bytes *ret_frames);

/* Take the first frame off. false: there is none. */
bool segment_take(struct bytes *frames, enum segment_frame *ret_type, struct bytes *ret_body);

/* ---- the form of both, shared by writer and reader ---- */

#define SEGMENT_HEADER_BYTES 5u
#define SEGMENT_NAME_BYTES 17u /* with the final zero */

/*
 * Does nothing stand in the folder but what may before its first segment does? ERR_USAGE: something does. ERR_DENIED,
 * ERR_IO: it cannot be read.
 */
enum err segment_find_nothing(const char *folder);
bool segment_is_odd(const char *path); /* something is there, and no file */
void segment_format_name(uint64_t segment, char ret_name[SEGMENT_NAME_BYTES]);
struct hash segment_chain(const struct hash *before, const struct bytes *parts, size_t count);
void segment_format_mark(const struct segment_mark *mark, struct buffer *to); /* unsigned */
enum err segment_parse_mark(struct bytes body, const uint8_t public_key[KEY_PUBLIC_BYTES],
			    struct segment_mark *ret_mark); /* ERR_FORMAT; ERR_DENIED */
void segment_format_newest(const struct segment_place *place, struct buffer *to);
enum err segment_parse_newest(struct bytes text, struct segment_place *ret_place); /* ERR_FORMAT */
bool segment_parse_begin(struct bytes body, struct arena *arena, uint64_t *ret_segment,
			 struct segment_ledger *ret_ledger, struct hash *ret_chain);

#endif
