/*
 * zip - a container of named parts that has exactly one form: the ZIP of PKWARE's APPNOTE 6.3.10,
 * stored, parts in order of name, fixed times, nothing optional.
 *
 * Any ZIP program opens it, and it is as strict as a format of our own: for given names and contents
 * there is one sequence of bytes, and zip_read() takes no other. What a ZIP can say in two places,
 * or twice, or behind its end, is refused: other sizes in the directory than before the content,
 * data descriptors, extra fields, comments, ZIP64, encryption, compression, several disks, overlaps,
 * gaps, names that lead out of a folder. Pure.
 */
#ifndef NODE_ZIP_H
#define NODE_ZIP_H

#include "sampan/arena.h"
#include "sampan/buffer.h"

#define ZIP_PARTS 32768u   /* at most in one container */
#define ZIP_NAME_BYTES 96u /* of a name: letters, digits, ".", "-", "_", "/" */
#define ZIP_MAX_BYTES ((uint64_t)768 * 1024 * 1024)
#define ZIP_FRAME_BYTES 256u /* the longest header of a part, its name included */

/* ---- Writing ---- */

struct zip_part {
	const char *name; /* borrowed */
	uint32_t crc;     /* zip_crc() of the content */
	uint64_t len;
};

/* CRC-32 (ISO 3309) of the bytes behind those that gave `crc`; 0 begins. */
uint32_t zip_crc(uint32_t crc, struct bytes bytes);

/*
 * How long the container of these parts is. ERR_USAGE: a name has not the form above, or they are
 * not in order of name, or one stands twice. ERR_LIMIT: too many, or longer than ZIP_MAX_BYTES.
 */
enum err zip_size(const struct zip_part *parts, size_t count, uint64_t *ret_size);

/*
 * The content of a part: at most max_bytes from offset on, borrowed until the next call; at least
 * one byte where there is one.
 */
typedef enum err zip_fetch(void *context, size_t part, uint64_t offset, size_t max_bytes,
			   struct bytes *ret_bytes);

/*
 * The bytes of the container from offset on: max_bytes of them, or up to its end. zip_size() must
 * have said OK. What fetch() says is handed on; ERR_CORRUPT: it gave nothing where there must be
 * something.
 */
struct zip_source {
	const struct zip_part *parts;
	size_t count;
	zip_fetch *fetch;
	void *context;
};
enum err zip_piece(const struct zip_source *source, uint64_t offset, size_t max_bytes,
		   struct buffer *to);

/* ---- Reading ---- */

struct zip_item {
	const char *name;     /* in the arena */
	struct bytes content; /* borrowed from the container */
};

/* What is wrong with a container. */
enum zip_fault {
	ZIP_FINE = 0,
	ZIP_CUT_OFF, /* it ends inside of something */
	ZIP_NO_ZIP,  /* neither a part nor the directory begins here */
	ZIP_NAME,    /* a name that is none, or leads out of a folder */
	ZIP_ORDER,   /* a name that stood there before, or not in order */
	ZIP_MANY,    /* more parts than there may be */
	ZIP_ENCRYPTED,
	ZIP_COMPRESSED,
	ZIP_DESCRIPTOR, /* sizes behind the content */
	ZIP_64,
	ZIP_CHECKSUM,  /* the content was changed */
	ZIP_HEADER,    /* another header than this content has */
	ZIP_DIRECTORY, /* another entry in the directory */
	ZIP_NAMES,     /* one name before the content and another in the directory */
	ZIP_END,       /* another end, or something behind it */
	ZIP_FAULTS
};

struct zip_place {
	enum zip_fault fault;
	const char *name;  /* of the part, in the arena; "" when it is of the whole */
	uint64_t at;       /* first byte of what is wrong */
	const char *other; /* of ZIP_NAMES: the name in the directory; else NULL */
};

/*
 * Take a container apart. OK: *ret_items in order of name. ERR_FORMAT: *ret_place says what is wrong
 * first and where; nothing else is set.
 */
enum err zip_read(struct bytes container, struct arena *arena, const struct zip_item **ret_items,
		  size_t *ret_count, struct zip_place *ret_place);

#endif
