/*
 * schema_files - the files of the schema set, read once, in the order in which they are hashed.
 *
 * The only place in messages/ that touches the disk; only while the set is loaded.
 */
#ifndef MESSAGES_SCHEMA_FILES_H
#define MESSAGES_SCHEMA_FILES_H

#include "sampan/arena.h"
#include "sampan/err.h"
#include "sampan/finding.h"
#include "sampan/hash.h"

struct schema_file {
	const char *name; /* "kinds/vn.export.xml" */
	struct bytes bytes;
};

struct schema_files {
	struct schema_file *items; /* in byte order of name */
	size_t count;
	size_t room;
};

/*
 * All files below catalogue, kinds, lists, maps, rules and xsd of the folder, at any depth, whatever they
 * are named; folders that are missing are empty. All memory is of the arena.
 * ERR_MISSING: no such folder. ERR_IO: a file cannot be read. ERR_LIMIT: a file, or their number,
 * is too large.
 */
enum err schema_files_load(const char *folder, struct arena *arena, struct schema_files *ret_files);

/* The hash over all of them (docs/schemas.md). */
enum err schema_files_hash(const struct schema_files *files, struct hash *ret_hash);

/* One file of at most LIMIT_DOCUMENT_BYTES. ERR_MISSING, ERR_IO, ERR_LIMIT. */
enum err schema_files_read(const char *path, struct arena *arena, struct bytes *ret_bytes);

/* Put an error about a schema file, whose name stands as the finding's path. */
enum err schema_files_fault(struct findings *findings, const char *code, const char *name,
			    unsigned line, const char *value, const char *vi, const char *en);

#endif
