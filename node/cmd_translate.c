#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "node/command.h"
#include "node/command_set.h"
#include "node/facts_json.h"
#include "node/progress.h"
#include "node/translating.h"
#include "sampan/limit.h"

static const char usage[] =
	"usage: sampan translate --to SCHEMA [--from SCHEMA] [--facts FILE] [--report FILE] "
	"[--lang en|vi]\n"
	"                        [-o DIR] FILE...\n"
	"\n"
	"Turn documents of one kind into another, offline, by one map or by several through the ASW\n"
	"kinds. The XML goes to stdout, findings to stderr. \"-\" is standard input.\n"
	"\n"
	"  --to SCHEMA    such as asw.acdd or asw.acdd/1; `sampan schema list` shows them\n"
	"  --from SCHEMA  what the document is, when it is not to be found out\n"
	"  --facts FILE   JSON with what registry, route and event supply:\n"
	"                 {\"registry\": {\"agent\": {\"name\": \"...\"}}, \"event.number\": "
	"\"...\"};\n"
	"                 {\"part\": {\"2\": {...}}} holds for the second part of a split\n"
	"  --report FILE  where each value went, as JSON, one line for each translation\n"
	"  -o DIR         write DIR/NAME for each FILE, DIR/NAME-1, DIR/NAME-2 ... where a document\n"
	"                 is split; needed where there are several results\n"
	"  --lang vi      sentences in Vietnamese\n"
	"\n"
	"FILEs that are the parts of one document are joined where the map joins: NAME is then the\n"
	"first FILE's. Without -o all FILEs must be parts of one.\n"
	"\n"
	"Ends with 0 when all were translated, 64 when there is no way to SCHEMA or several results\n"
	"without -o, 65 when a document has errors or parts are missing, 66 when a file is missing, 73\n"
	"when a result cannot be written: no file is overwritten that is read, or was just written.\n";

/* ---- Files ---- */

/* Parts that wait for the others. */
struct group {
	const char *key; /* of its first input; NULL: the place is free */
	const struct schema *kind;
	size_t total;
	size_t count;
	struct translating_input *first;
	struct translating_input *last;
	struct group *next;
};

/* Files on their way: parts wait for the others of their document. */
struct files {
	const struct translating *translating;
	struct group *groups;
	bool is_one; /* all that is given must be one document: there is one place to write to */
	int code;
};

/* What kept a file from being looked at says more than what was found in another. */
static int worse(int a, int b)
{
	if (a == EX_OK || a == EX_DATAERR)
		return b == EX_OK ? a : b;
	return a;
}

static void note(struct files *files, int code)
{
	files->code = worse(files->code, code);
}

static void close_all(struct translating_input *input)
{
	while (input != NULL) {
		struct translating_input *next = input->next;

		translating_close(input);
		input = next;
	}
}

static void run_group(struct files *files, struct group *group)
{
	note(files, translating_run(files->translating, group->first));
	close_all(group->first);
	*group = (struct group){.next = group->next};
}

/* Its group, or a free place, or a new one. NULL: no memory. */
static struct group *group_of(struct files *files, const struct translating_input *input)
{
	struct group *spare = NULL;

	for (struct group *group = files->groups; group != NULL; group = group->next) {
		if (group->key == NULL)
			spare = group;
		else if (group->kind == input->kind &&
			 (files->is_one || strcmp(group->key, input->part.key) == 0))
			return group;
	}
	if (spare == NULL && (spare = calloc(1, sizeof(*spare))) != NULL) {
		spare->next = files->groups;
		files->groups = spare;
	}
	return spare;
}

static void put_part(struct files *files, struct translating_input *input)
{
	struct group *group = group_of(files, input);

	if (group == NULL) {
		note(files, EX_OSERR);
		translating_close(input);
		return;
	}
	if (group->key == NULL) {
		group->key = input->part.key;
		group->kind = input->kind;
		group->total = input->part.total;
		group->first = input;
	} else {
		group->last->next = input;
	}
	group->last = input;
	if (++group->count == group->total && !files->is_one)
		run_group(files, group);
}

/* May it be written to the one place there is? */
static bool is_welcome(const struct files *files, const struct translating_input *input)
{
	return !files->is_one || (input->part.is_part &&
				  (files->groups == NULL || files->groups->kind == input->kind));
}

static void put_file(struct files *files, const char *file)
{
	struct translating_input *input;
	int code = translating_open(files->translating, file, &input);

	note(files, code);
	if (code == EX_OK && !is_welcome(files, input)) {
		fputs("sampan translate: several files need -o DIR, unless they are the parts of one "
		      "document\n",
		      stderr);
		note(files, EX_USAGE);
	} else if (code == EX_OK && input->part.is_part) {
		put_part(files, input);
		return;
	} else if (code == EX_OK) {
		note(files, translating_run(files->translating, input));
	}
	translating_close(input);
}

/* What still waits lacks parts: translating says which. Where there is one place to write to, nothing
 * is written unless all files were good. */
static void end_groups(struct files *files)
{
	while (files->groups != NULL) {
		struct group *group = files->groups;

		files->groups = group->next;
		if (group->key != NULL && !(files->is_one && files->code != EX_OK))
			run_group(files, group);
		close_all(group->first);
		free(group);
	}
}

static int run_files(const struct translating *translating, char **names, int count)
{
	struct files files = {.translating = translating,
			      .is_one = count > 1 && translating->folder == NULL};
	struct progress progress = progress_begin("files", count > 1);

	for (int i = 0; i < count && !(files.is_one && files.code == EX_USAGE); i++) {
		progress_hide(&progress); /* findings stand on lines of their own */
		put_file(&files, names[i]);
		progress_draw(&progress, (uint64_t)i + 1, (uint64_t)count);
	}
	progress_end(&progress);
	end_groups(&files);
	return files.code;
}

/* ---- The command ---- */

struct arguments {
	const char *to, *from, *facts, *report, *folder, *language;
};

static int find_schema(struct schema_set *set, const char *id, const struct schema **ret_schema)
{
	if (id == NULL || (*ret_schema = schema_set_find(set, id)) != NULL)
		return EX_OK;
	fprintf(stderr,
		"sampan translate: there is no schema \"%s\"; `sampan schema list` shows them\n",
		id);
	return EX_USAGE;
}

static int open_report(struct translating *translating, const char *path)
{
	enum err err = output_open(translating->output, path, true, &translating->report);

	if (err != OK)
		fprintf(stderr, "sampan translate: cannot write %s: %s\n", path,
			err == ERR_EXISTS ? "this command reads it" : strerror(errno));
	return err == OK ? EX_OK : EX_CANTCREAT;
}

static int prepare(struct translating *translating, const struct arguments *arguments)
{
	int code;

	if ((code = find_schema(translating->set, arguments->to, &translating->to)) != EX_OK ||
	    (code = find_schema(translating->set, arguments->from, &translating->from)) != EX_OK)
		return code;
	if (arguments->facts != NULL &&
	    (code = facts_json_read("translate", arguments->facts, &translating->facts)) != EX_OK)
		return code;
	return arguments->report == NULL ? EX_OK : open_report(translating, arguments->report);
}

/* What is read must not be written, be it by another name. */
static int keep_files(struct output *output, char **files, int count)
{
	for (int i = 0; i < count; i++) {
		if (strcmp(files[i], "-") != 0 && output_keep(output, files[i]) != OK)
			return EX_OSERR;
	}
	return EX_OK;
}

static int run(const struct arguments *arguments, char **files, int count)
{
	struct output output = {.files = NULL};
	struct translating translating = {.folder = arguments->folder,
					  .output = &output,
					  .in_vietnamese = strcmp(arguments->language, "vi") == 0};
	struct arena *arena = arena_new((size_t)2 * LIMIT_FACTS * LIMIT_FACT_BYTES);
	int code = EX_OSERR;

	if (arena == NULL)
		return code;
	facts_init(&translating.facts, arena);
	if ((code = command_set_load(&translating.set)) != EX_OK ||
	    (code = keep_files(&output, files, count)) != EX_OK)
		goto out;
	if ((code = prepare(&translating, arguments)) != EX_OK)
		goto out;
	code = run_files(&translating, files, count);
out:
	if (translating.report != NULL && fclose(translating.report) != 0 && code == EX_OK)
		code = EX_CANTCREAT;
	output_clear(&output);
	schema_set_free(translating.set);
	arena_free(arena);
	return code;
}

int cmd_translate(int argc, char **argv)
{
	struct arguments arguments = {.language = "en"};
	const struct command_option options[] = {{"--to", &arguments.to, NULL},
						 {"--from", &arguments.from, NULL},
						 {"--facts", &arguments.facts, NULL},
						 {"--report", &arguments.report, NULL},
						 {"-o", &arguments.folder, NULL},
						 {"--lang", &arguments.language, NULL},
						 {NULL, NULL, NULL}};
	int count = command_options(argc, argv, options, usage);

	if (count < 0)
		return command_exit_code(count);
	if (count == 0 || arguments.to == NULL ||
	    (strcmp(arguments.language, "en") != 0 && strcmp(arguments.language, "vi") != 0)) {
		fputs(usage, stderr);
		return EX_USAGE;
	}
	return run(&arguments, argv + 1, count);
}
