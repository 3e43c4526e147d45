#include "tests/support/fuzz_corpus.h"

#include <assert.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_BYTES ((size_t)1 << 20)

static void run_file(const char *path, int (*target)(const uint8_t *data, size_t size))
{
	uint8_t *data = malloc(MAX_BYTES);
	FILE *file = fopen(path, "rb");
	size_t size;

	assert(data != NULL && file != NULL);
	size = fread(data, 1, MAX_BYTES, file);
	assert(!ferror(file));
	fclose(file);
	(void)target(data, size);
	free(data);
}

size_t fuzz_corpus_run(const char *folder, int (*target)(const uint8_t *data, size_t size))
{
	DIR *files = opendir(folder);
	struct dirent *entry;
	char path[512];
	size_t count = 0;

	assert(files != NULL);
	while ((entry = readdir(files)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		run_file(path, target);
		count++;
	}
	closedir(files);
	return count;
}
