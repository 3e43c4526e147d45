/*
 * output - the files that a command writes: none that it reads, and none twice.
 *
 * What a file will be called comes from the name of another: two sources of one name in two folders,
 * or a folder that is the sources' own, would else cost a document without a word. Files that were
 * there before and have nothing to do with the command are written anew.
 */
#ifndef NODE_OUTPUT_H
#define NODE_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "sampan/err.h"

struct output {
	void *files; /* that must stay as they are */
};

/* This one is read. What is no file, or not there, is nothing to be careful with. ERR_MEMORY. */
enum err output_keep(struct output *output, const char *path);

/*
 * Open for writing, empty. A symbolic link is followed only where the caller's user named it.
 * ERR_EXISTS: it is read, or was opened here before, by this or by another name. ERR_IO: errno says
 * why. ERR_MEMORY.
 */
enum err output_open(struct output *output, const char *path, bool may_follow, FILE **ret_file);

void output_clear(struct output *output);

#endif
