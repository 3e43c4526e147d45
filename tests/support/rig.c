#include "tests/support/rig.h"

#include <assert.h>
#include <ctype.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "node/command.h"
#include "node/file.h"
#include "sampan/clock.h"
#include "sampan/folder.h"
#include "sampan/limit.h"

#define ARENA_BYTES ((size_t)512 * 1024 * 1024)
#define MAX_NAMES 100000u
#define LEVELS_ABOVE 4

static _Noreturn void give_up(const char *what)
{
	fprintf(stderr, "rig: %s\n", what);
	abort();
}

/* build/tests/crash/test_x finds build/sampan. */
static void find_program(struct rig *rig)
{
	char above[RIG_PATH_BYTES - 16];
	ssize_t len = readlink("/proc/self/exe", above, sizeof(above) - 1);

	above[len < 0 ? 0 : len] = '\0';
	for (int i = 0; i < LEVELS_ABOVE && strrchr(above, '/') != NULL; i++) {
		*strrchr(above, '/') = '\0';
		(void)snprintf(rig->program, sizeof(rig->program), "%s/sampan", above);
		if (access(rig->program, X_OK) == 0)
			return;
	}
	give_up("the program is not there: run make first");
}

void rig_open(struct rig *rig)
{
	const char *base = getenv("TMPDIR");

	*rig = (struct rig){.arena = arena_new(ARENA_BYTES)};
	if (rig->arena == NULL)
		give_up("no memory");
	find_program(rig);
	/* short: the paths of local sockets are bounded */
	(void)snprintf(rig->directory, sizeof(rig->directory), "%s/sampan-test-XXXXXX",
		       base == NULL || strlen(base) > 40 ? "/tmp" : base);
	if (mkdtemp(rig->directory) == NULL ||
	    town_make(&rig->town, rig->directory, rig->program) != OK)
		give_up("the nodes cannot be made");
	rig->is_made = true;
}

void rig_start(struct rig *rig)
{
	for (size_t i = 0; i < TOWN_NODES; i++)
		if (town_launch(&rig->town.nodes[i], rig->program) != OK)
			give_up("a node cannot be launched");
	for (size_t i = 0; i < TOWN_NODES; i++)
		if (town_wait_until_up(&rig->town.nodes[i]) != OK) {
			fprintf(stderr, "rig: see %s/node.log\n", rig->town.nodes[i].directory);
			give_up("a node does not start");
		}
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	return remove(path);
}

void rig_close(struct rig *rig, bool is_good)
{
	if (rig->is_made)
		town_close(&rig->town);
	if (is_good)
		(void)nftw(rig->directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	else
		fprintf(stderr, "The nodes' folders are left in %s\n", rig->directory);
	arena_free(rig->arena);
}

void rig_forget(struct rig *rig)
{
	arena_clear(rig->arena);
}

/* ---- Documents ---- */

struct bytes rig_sample(struct rig *rig, const char *name)
{
	const char *path =
		arena_format(rig->arena, "%s/samples/%s", command_schemas_folder(), name);
	struct bytes document;

	if (path == NULL || file_read(path, LIMIT_DOCUMENT_BYTES, rig->arena, &document) != OK) {
		fprintf(stderr, "rig: there is no sample %s\n", name);
		abort();
	}
	return document;
}

struct bytes rig_replace(struct rig *rig, struct bytes document, const char *from, const char *to)
{
	const char *at = (const char *)document.at, *end = at + document.len, *found;
	size_t from_len = strlen(from);
	struct buffer buffer;
	struct bytes made;

	buffer_init(&buffer, LIMIT_PAYLOAD_BYTES);
	if (memmem(at, document.len, from, from_len) == NULL)
		give_up("a text to replace is not in the sample");
	while ((found = memmem(at, (size_t)(end - at), from, from_len)) != NULL) {
		buffer_put(&buffer, bytes_of(at, (size_t)(found - at)));
		buffer_put_text(&buffer, to);
		at = found + from_len;
	}
	buffer_put(&buffer, bytes_of(at, (size_t)(end - at)));
	made = buffer_bytes(&buffer);
	made.at = arena_copy(rig->arena, made);
	buffer_clear(&buffer);
	if (made.at == NULL)
		give_up("no memory");
	return made;
}

void rig_lodge(struct rig *rig, size_t node, const char *party, const char *name,
	       struct bytes document)
{
	if (town_lodge(&rig->town.nodes[node], party, name, document) != OK)
		give_up("a file cannot be lodged");
}

/* ---- Folders ---- */

const char *rig_path(const struct rig *rig, size_t node, const char *party, const char *folder,
		     const char *name)
{
	static char path[RIG_PATH_BYTES];

	(void)snprintf(path, sizeof(path), "%s/parties/%s/%s/%s", rig->town.nodes[node].directory,
		       party, folder, name);
	return path;
}

bool rig_has(const struct rig *rig, size_t node, const char *party, const char *folder,
	     const char *name)
{
	struct stat status;

	return lstat(rig_path(rig, node, party, folder, name), &status) == 0;
}

struct bytes rig_read(struct rig *rig, size_t node, const char *party, const char *folder,
		      const char *name)
{
	struct bytes content = {0};
	enum err err = file_read(rig_path(rig, node, party, folder, name), LIMIT_PAYLOAD_BYTES,
				 rig->arena, &content);

	return err == OK ? content : (struct bytes){0};
}

static bool ends_so(const char *name, const char *ending)
{
	size_t len = strlen(name), ending_len = strlen(ending);

	return len >= ending_len && strcmp(name + len - ending_len, ending) == 0;
}

/* Who waits asks very often: only what is told stays in the rig's arena. */
size_t rig_list(struct rig *rig, size_t node, const char *party, const char *folder,
		const char *ending, const char *const **ret_names)
{
	struct arena *scratch = arena_new(ARENA_BYTES);
	const char *const *names = NULL;
	const char **kept = NULL;
	size_t count = 0, kept_count = 0;
	struct folder *opened;

	if (folder_open(rig_path(rig, node, party, folder, ""), false, &opened) == OK) {
		if (folder_list(opened, false, MAX_NAMES, scratch, &names, &count) != OK)
			give_up("a folder cannot be listed");
		folder_close(opened);
	}
	for (size_t i = 0; i < count; i++)
		kept_count += ends_so(names[i], ending);
	if (kept_count > 0 &&
	    (kept = arena_alloc_array(rig->arena, kept_count, sizeof(*kept))) == NULL)
		give_up("a folder's names do not fit");
	kept_count = 0;
	for (size_t i = 0; i < count; i++)
		if (ends_so(names[i], ending))
			kept[kept_count++] = arena_text(rig->arena, bytes_of_text(names[i]));
	arena_free(scratch);
	*ret_names = kept;
	return kept_count;
}

/* ---- Processes ---- */

static bool is_of_role(long pid, const char *role)
{
	char path[64], name[64] = "";
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%ld/comm", pid);
	if ((file = fopen(path, "re")) == NULL)
		return false;
	if (fgets(name, sizeof(name), file) == NULL)
		name[0] = '\0';
	(void)fclose(file);
	name[strcspn(name, "\n")] = '\0';
	return strncmp(name, "sampan-", 7) == 0 && (role == NULL || strcmp(name + 7, role) == 0);
}

static int compare_pids(const void *a, const void *b)
{
	long first = *(const long *)a, second = *(const long *)b;

	return first < second ? -1 : first > second;
}

size_t rig_pids(const struct rig *rig, size_t node, const char *role, long ret_pids[RIG_PIDS])
{
	long supervisor = rig->town.nodes[node].supervisor, pid;
	char path[64];
	size_t count = 0;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%ld/task/%ld/children", supervisor, supervisor);
	if (supervisor == 0 || (file = fopen(path, "re")) == NULL)
		return 0;
	while (count < RIG_PIDS && fscanf(file, "%ld", &pid) == 1)
		if (is_of_role(pid, role))
			ret_pids[count++] = pid;
	(void)fclose(file);
	if (count > 0)
		qsort(ret_pids, count, sizeof(*ret_pids), compare_pids);
	return count;
}

/* ---- Waiting ---- */

bool rig_wait(rig_question *is_so, void *context, uint32_t patience_ms)
{
	const struct timespec pause = {.tv_nsec = 5 * 1000 * 1000};
	uint64_t until_ms = clock_monotonic_ms() + patience_ms;

	while (!is_so(context)) {
		if (clock_monotonic_ms() >= until_ms)
			return false;
		(void)nanosleep(&pause, NULL);
	}
	return true;
}

struct rest {
	struct rig *rig;
	uint64_t records;
};

static bool is_at_rest(void *context)
{
	struct rest *rest = context;
	uint64_t records = 0, before = rest->records;

	for (size_t i = 0; i < TOWN_NODES; i++) {
		struct town_counts counts;

		if (town_count(&rest->rig->town.nodes[i], &counts) != OK || counts.waiting > 0)
			return false;
		records += counts.records;
	}
	rest->records = records;
	return records == before;
}

bool rig_wait_for_rest(struct rig *rig, uint32_t patience_ms)
{
	struct rest rest = {.rig = rig};

	return rig_wait(is_at_rest, &rest, patience_ms);
}

/* ---- The program ---- */

static _Noreturn void become_program(const struct rig *rig, const char *const *arguments,
				     int output)
{
	char *vector[32] = {(char *)(uintptr_t) "sampan"};

	for (size_t i = 0; i < 30 && arguments[i] != NULL; i++)
		vector[i + 1] = (char *)(uintptr_t)arguments[i];
	(void)dup2(output, STDOUT_FILENO);
	execv(rig->program, vector);
	_exit(127);
}

int rig_run(struct rig *rig, const char *const *arguments, struct bytes *ret_output)
{
	struct buffer output;
	uint8_t chunk[4096];
	int ends[2], status = 0;
	ssize_t got;
	pid_t pid;

	if (pipe(ends) != 0 || (pid = fork()) < 0)
		give_up("the program cannot be run");
	if (pid == 0)
		become_program(rig, arguments, ends[1]);
	(void)close(ends[1]);
	buffer_init(&output, LIMIT_PAYLOAD_BYTES);
	while ((got = read(ends[0], chunk, sizeof(chunk))) > 0)
		buffer_put(&output, bytes_of(chunk, (size_t)got));
	(void)close(ends[0]);
	while (waitpid(pid, &status, 0) < 0)
		continue;
	*ret_output = buffer_bytes(&output);
	/* ended by a zero byte, so that strstr() may look into it */
	ret_output->at = (const uint8_t *)arena_text(rig->arena, *ret_output);
	buffer_clear(&output);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
