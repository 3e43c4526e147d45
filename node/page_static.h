/*
 * page_static - what pages load: style sheet, script, icon. Small files of schemas/views/static,
 * read once before the sandbox closes.
 *
 * Pages name them with their hash ("/static/desk.1f2e3d4c5b6a7988.css"), so that what a browser has
 * kept is never old; such an answer may be kept for ever. Under the plain name ("/static/desk.css")
 * the same is there for what is not made by a stylesheet.
 */
#ifndef NODE_PAGE_STATIC_H
#define NODE_PAGE_STATIC_H

#include "node/api.h"

#define PAGE_STATIC_FILES 12u
#define PAGE_STATIC_PATH_BYTES 64u

struct page_static {
	struct {
		const char *name, *type;
		struct bytes bytes;
		char path[PAGE_STATIC_PATH_BYTES]; /* with the hash */
	} files[PAGE_STATIC_FILES];
	size_t count;
	struct bytes away; /* the page that is shown when none can be made */
};

/* All memory is of the arena. ERR_MISSING, ERR_IO. */
enum err page_static_load(const char *schemas, struct arena *arena, struct page_static *ret_files);

/* Path of a file by its plain name; "" when there is none. */
const char *page_static_path(const struct page_static *files, const char *name);

/* GET /static/{rest*} */
api_handler page_static_answer;

#endif
