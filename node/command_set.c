#include "node/command_set.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "node/command.h"
#include "node/plain.h"
#include "sampan/limit.h"

int command_set_complain(const char *command, const char *file, enum err err)
{
	fprintf(stderr, "sampan %s: %s: %s\n", command, file,
		err == ERR_MISSING ? "no such file" : err_text(err));
	return err == ERR_IO ? EX_NOINPUT : err_exit_code(err);
}

void command_set_print(FILE *to, const char *file, const struct finding *finding,
		       bool in_vietnamese)
{
	plain_print(to, file);
	if (finding->line > 0)
		fprintf(to, ":%u", finding->line);
	fprintf(to, ": %s: %s: ", severity_name(finding->severity), finding->code);
	plain_print(to, in_vietnamese ? finding->vi : finding->en);
	if (*finding->path != 0 && strcmp(finding->path, file) != 0) {
		fputs(" [", to);
		plain_print(to, finding->path);
		fputc(']', to);
	}
	fputc('\n', to);
}

static void print_faults(const struct findings *faults)
{
	for (size_t i = 0; i < faults->count; i++) {
		struct finding fault = faults->items[i];
		const char *file = fault.path;

		fault.path = fault.value;
		command_set_print(stderr, *file == 0 ? "schemas" : file, &fault, false);
	}
}

int command_set_load(struct schema_set **ret_set)
{
	const char *folder = command_schemas_folder();
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct findings faults;
	enum err err = ERR_MEMORY;

	if (arena != NULL) {
		findings_init(&faults, arena);
		err = schema_set_load(folder, &faults, ret_set);
		print_faults(&faults);
	}
	if (err == ERR_MISSING)
		fprintf(stderr, "sampan: there is no folder %s; SAMPAN_SCHEMAS names another\n",
			folder);
	else if (err != OK)
		fprintf(stderr, "sampan: the schemas in %s cannot be used: %s\n", folder,
			err_text(err));
	arena_free(arena);
	return err == OK ? 0 : err == ERR_MISSING ? err_exit_code(ERR_CONFIG) : err_exit_code(err);
}

static enum err read_all(int file, struct buffer *to)
{
	static uint8_t part[64 * 1024];

	while (to->len <= LIMIT_DOCUMENT_BYTES && buffer_error(to) == OK) {
		size_t room = LIMIT_DOCUMENT_BYTES + 1 - to->len;
		ssize_t got = read(file, part, room < sizeof(part) ? room : sizeof(part));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return ERR_IO;
		if (got == 0)
			break;
		buffer_put(to, bytes_of(part, (size_t)got));
	}
	return buffer_error(to);
}

enum err command_set_read(const char *file, struct buffer *to)
{
	int descriptor;
	enum err err;

	if (strcmp(file, "-") == 0)
		return read_all(STDIN_FILENO, to);
	descriptor = open(file, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0)
		return errno == ENOENT || errno == ENOTDIR ? ERR_MISSING : ERR_IO;
	err = read_all(descriptor, to);
	close(descriptor);
	return err;
}
