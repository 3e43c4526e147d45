#include "node/output.h"

#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a file is, whatever it is called. */
struct identity {
	dev_t device;
	ino_t number;
};

static int compare(const void *a, const void *b)
{
	const struct identity *first = a, *second = b;

	if (first->device != second->device)
		return first->device < second->device ? -1 : 1;
	return first->number < second->number ? -1 : first->number > second->number;
}

/* ERR_EXISTS: it is known. */
static enum err put(struct output *output, const struct stat *status)
{
	struct identity *identity = malloc(sizeof(*identity));
	struct identity **found;

	if (identity == NULL)
		return ERR_MEMORY;
	*identity = (struct identity){status->st_dev, status->st_ino};
	found = tsearch(identity, &output->files, compare);
	if (found != NULL && *found == identity)
		return OK;
	free(identity);
	return found == NULL ? ERR_MEMORY : ERR_EXISTS;
}

enum err output_keep(struct output *output, const char *path)
{
	struct stat status;
	enum err err;

	if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
		return OK;
	err = put(output, &status);
	return err == ERR_EXISTS ? OK : err;
}

static enum err look_at(struct output *output, int descriptor)
{
	struct stat status;
	enum err err;

	if (fstat(descriptor, &status) != 0)
		return ERR_IO;
	if (!S_ISREG(status.st_mode))
		return OK;
	if ((err = put(output, &status)) != OK)
		return err;
	return ftruncate(descriptor, 0) == 0 ? OK : ERR_IO;
}

enum err output_open(struct output *output, const char *path, bool may_follow, FILE **ret_file)
{
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (may_follow ? 0 : O_NOFOLLOW);
	int descriptor = open(path, flags, 0666);
	enum err err = descriptor < 0 ? ERR_IO : look_at(output, descriptor);
	FILE *file = err == OK ? fdopen(descriptor, "wb") : NULL;
	int why = errno;

	if (file != NULL) {
		*ret_file = file;
		return OK;
	}
	if (descriptor >= 0)
		close(descriptor);
	errno = why;
	return err == OK ? ERR_IO : err;
}

void output_clear(struct output *output)
{
	tdestroy(output->files, free);
	output->files = NULL;
}
