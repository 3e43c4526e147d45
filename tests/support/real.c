#include "tests/support/real.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct real *collecting; /* nftw() knows no context */

static int collect(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	size_t len = strlen(path);

	(void)status;
	(void)place;
	if (kind == FTW_F && len > 4 && strcmp(path + len - 4, ".xml") == 0 &&
	    collecting->count < REAL_FILES)
		collecting->files[collecting->count++] = strdup(path);
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void real_collect(struct real *real, const char *folder)
{
	*real = (struct real){.count = 0};
	collecting = real;
	nftw(folder, collect, 8, FTW_PHYS);
	qsort(real->files, real->count, sizeof(real->files[0]), compare_names);
}

bool real_collect_corpus(struct real *real, const char *below)
{
	const char *corpus = getenv("SAMPAN_CORPUS");
	char folder[4096];

	snprintf(folder, sizeof(folder), "%s/%s", corpus == NULL ? "../shared/corpus" : corpus,
		 below);
	*real = (struct real){.count = 0};
	if (access(folder, R_OK) != 0) {
		printf("skipped: there are no real messages at %s\n", folder);
		return false;
	}
	real_collect(real, folder);
	return real->count > 0;
}

void real_clear(struct real *real)
{
	for (size_t i = 0; i < real->count; i++)
		free(real->files[i]);
	real->count = 0;
}

struct bytes real_read(const char *path, struct arena *arena)
{
	FILE *file = fopen(path, "rb");
	uint8_t *at;
	long size;

	if (file == NULL)
		abort();
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	at = arena_alloc(arena, (size_t)size + 1);
	if (at == NULL || fread(at, 1, (size_t)size, file) != (size_t)size)
		abort();
	fclose(file);
	return bytes_of(at, (size_t)size);
}
