#include <errno.h>
#include <jansson.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "messages/translate.h"
#include "node/command.h"
#include "node/command_set.h"
#include "sampan/limit.h"

static const char usage[] =
	"usage: sampan translate --to SCHEMA [--from SCHEMA] [--facts FILE] [--report FILE] "
	"[--lang en|vi]\n"
	"                        [-o DIR] FILE...\n"
	"\n"
	"Turn documents of one kind into another, offline. The XML goes to stdout, findings to "
	"stderr. \"-\" is\n"
	"standard input.\n"
	"\n"
	"  --to SCHEMA    such as asw.acdd or asw.acdd/1; `sampan schema list` shows them\n"
	"  --from SCHEMA  what the document is, when it is not to be found out\n"
	"  --facts FILE   JSON with what registry, route and event supply:\n"
	"                 {\"registry\": {\"agent\": {\"name\": \"...\"}}, \"event.number\": "
	"\"...\"}\n"
	"  --report FILE  where each value went, as JSON, one line for each document\n"
	"  -o DIR         write DIR/NAME for each FILE; needed for several\n"
	"  --lang vi      sentences in Vietnamese\n"
	"\n"
	"Ends with 0 when all were translated, 65 when a document has errors, 66 when a file is "
	"missing.\n";

struct translating {
	struct schema_set *set;
	const struct schema *from; /* NULL: find out */
	const struct schema *to;
	struct facts facts;
	const char *folder; /* NULL: stdout */
	FILE *report;       /* NULL: none */
	bool in_vietnamese;
};

/* ---- Facts ---- */

static enum err put_facts(struct facts *facts, json_t *object, const char *prefix);

static enum err put_fact(struct facts *facts, const char *name, json_t *value)
{
	char *text = NULL;
	enum err err;

	if (json_is_object(value))
		return put_facts(facts, value, name);
	if (json_is_string(value))
		return facts_put(facts, name, json_string_value(value));
	if (!json_is_integer(value))
		return ERR_FORMAT;
	if (asprintf(&text, "%lld", (long long)json_integer_value(value)) < 0)
		return ERR_MEMORY;
	err = facts_put(facts, name, text);
	free(text);
	return err;
}

/* Nested objects become names with dots; jansson bounds the depth. */
static enum err put_facts(struct facts *facts, json_t *object, const char *prefix)
{
	enum err err = OK;
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		char *name = NULL;

		if (asprintf(&name, "%s%s%s", prefix, prefix[0] == '\0' ? "" : ".", key) < 0)
			return ERR_MEMORY;
		err = put_fact(facts, name, value);
		free(name);
		if (err != OK)
			break;
	}
	return err;
}

static int read_facts(const char *path, struct facts *facts)
{
	struct buffer buffer;
	json_error_t error;
	json_t *root = NULL;
	enum err err;

	buffer_init(&buffer, LIMIT_DOCUMENT_BYTES);
	err = command_set_read(path, &buffer);
	if (err != OK) {
		fprintf(stderr, "sampan translate: %s: %s\n", path, err_text(err));
		buffer_clear(&buffer);
		return err == ERR_IO ? EX_NOINPUT : err_exit_code(err);
	}
	root = json_loadb((const char *)buffer.at, buffer.len, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		fprintf(stderr, "sampan translate: %s:%d: %s\n", path, error.line, error.text);
	else if (!json_is_object(root) || (err = put_facts(facts, root, "")) != OK)
		fprintf(stderr, "sampan translate: %s: facts are texts or whole numbers by name\n",
			path);
	if (!json_is_object(root) || err != OK)
		err = ERR_FORMAT;
	json_decref(root);
	buffer_clear(&buffer);
	return err == OK ? EX_OK : EX_DATAERR;
}

/* ---- One document ---- */

static enum err write_whole(FILE *file, struct bytes bytes)
{
	return fwrite(bytes.at, 1, bytes.len, file) == bytes.len && fflush(file) == 0 ? OK : ERR_IO;
}

static char *output_path(const char *folder, const char *file)
{
	char *copy = strdup(strcmp(file, "-") == 0 ? "stdin.xml" : file), *path = NULL;

	if (copy != NULL && asprintf(&path, "%s/%s", folder, basename(copy)) < 0)
		path = NULL;
	free(copy);
	return path;
}

static int write_output(const struct translating *translating, const char *file,
			struct bytes output)
{
	char *path = NULL;
	FILE *to = stdout;
	enum err err;

	if (translating->folder != NULL) {
		path = output_path(translating->folder, file);
		to = path == NULL ? NULL : fopen(path, "wb");
	}
	err = to == NULL ? ERR_IO : write_whole(to, output);
	if (to != NULL && to != stdout && fclose(to) != 0)
		err = ERR_IO;
	if (err != OK)
		fprintf(stderr, "sampan translate: cannot write %s: %s\n",
			path == NULL ? "the translation" : path, strerror(errno));
	free(path);
	return err == OK ? EX_OK : EX_CANTCREAT;
}

static int write_report(const struct translating *translating, const struct report *report)
{
	struct buffer buffer;
	enum err err;

	if (translating->report == NULL)
		return EX_OK;
	buffer_init(&buffer, LIMIT_PAYLOAD_BYTES);
	if ((err = report_format_json(report, &buffer)) == OK)
		err = write_whole(translating->report, buffer_bytes(&buffer));
	if (err != OK)
		fprintf(stderr, "sampan translate: cannot write the report: %s\n", err_text(err));
	buffer_clear(&buffer);
	return err == OK ? EX_OK : EX_CANTCREAT;
}

/* A document that has errors itself is not translated. */
static enum err translate(const struct translating *translating, const struct document *document,
			  struct arena *arena, struct findings *findings,
			  struct translation *ret_translation)
{
	const struct schema *from = translating->from;
	enum err err;

	if (from == NULL && (from = schema_identify(translating->set, document, findings)) == NULL)
		return OK;
	err = schema_check(translating->set, from, document, findings);
	if (err != OK || findings_has_errors(findings))
		return err;
	err = translate_document(translating->set, document, from, translating->to,
				 &translating->facts, arena, findings, ret_translation);
	if (err == ERR_MISSING)
		fprintf(stderr, "sampan translate: there is no map from %s to %s\n",
			schema_full_id(from), schema_full_id(translating->to));
	return err;
}

static int finish(const struct translating *translating, const char *file, enum err err,
		  const struct findings *findings, const struct translation *translation)
{
	int code;

	for (size_t i = 0; i < findings->count; i++)
		command_set_print(stderr, file, &findings->items[i], translating->in_vietnamese);
	if (err == ERR_MISSING)
		return EX_USAGE;
	if (err != OK) {
		fprintf(stderr, "sampan translate: %s: %s\n", file, err_text(err));
		return err_exit_code(err);
	}
	if (findings_has_errors(findings))
		return EX_DATAERR;
	code = write_output(translating, file, translation->output);
	return code == EX_OK ? write_report(translating, &translation->report) : code;
}

static int translate_bytes(const struct translating *translating, const char *file,
			   struct bytes bytes)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct document *document = NULL;
	struct translation translation = {0};
	struct findings findings;
	enum err err;
	int code;

	if (arena == NULL)
		return EX_OSERR;
	findings_init(&findings, arena);
	err = document_read(bytes, LIMIT_DOCUMENT_BYTES, &findings, &document);
	if (err == OK && document != NULL)
		err = translate(translating, document, arena, &findings, &translation);
	code = finish(translating, file, err, &findings, &translation);
	document_free(document);
	arena_free(arena);
	return code;
}

static int translate_file(const struct translating *translating, const char *file)
{
	struct buffer buffer;
	enum err err;
	int code;

	buffer_init(&buffer, LIMIT_DOCUMENT_BYTES + 1);
	err = command_set_read(file, &buffer);
	if (err == OK) {
		code = translate_bytes(translating, file, buffer_bytes(&buffer));
	} else {
		code = command_set_complain("translate", file, err);
	}
	buffer_clear(&buffer);
	return code;
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

static int prepare(struct translating *translating, const struct arguments *arguments)
{
	int code;

	if ((code = find_schema(translating->set, arguments->to, &translating->to)) != EX_OK ||
	    (code = find_schema(translating->set, arguments->from, &translating->from)) != EX_OK)
		return code;
	if (arguments->facts != NULL &&
	    (code = read_facts(arguments->facts, &translating->facts)) != EX_OK)
		return code;
	if (arguments->report == NULL)
		return EX_OK;
	translating->report = fopen(arguments->report, "wb");
	if (translating->report != NULL)
		return EX_OK;
	fprintf(stderr, "sampan translate: cannot write %s: %s\n", arguments->report,
		strerror(errno));
	return EX_CANTCREAT;
}

/* What kept a file from being looked at says more than what was found in another. */
static int worse(int a, int b)
{
	if (a == EX_OK || a == EX_DATAERR)
		return b == EX_OK ? a : b;
	return a;
}

static int run(const struct arguments *arguments, char **files, int count)
{
	struct translating translating = {.folder = arguments->folder,
					  .in_vietnamese = strcmp(arguments->language, "vi") == 0};
	struct arena *arena = arena_new((size_t)2 * LIMIT_FACTS * LIMIT_FACT_BYTES);
	int code = EX_OSERR;

	if (arena == NULL)
		return code;
	facts_init(&translating.facts, arena);
	if ((code = command_set_load(&translating.set)) != EX_OK)
		goto out;
	if ((code = prepare(&translating, arguments)) != EX_OK)
		goto out;
	for (int i = 0; i < count; i++)
		code = worse(code, translate_file(&translating, files[i]));
out:
	if (translating.report != NULL && fclose(translating.report) != 0 && code == EX_OK)
		code = EX_CANTCREAT;
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
	if (count > 1 && arguments.to != NULL && arguments.folder == NULL) {
		fputs("sampan translate: several files need -o DIR\n", stderr);
		return EX_USAGE;
	}
	if (count == 0 || arguments.to == NULL ||
	    (strcmp(arguments.language, "en") != 0 && strcmp(arguments.language, "vi") != 0)) {
		fputs(usage, stderr);
		return EX_USAGE;
	}
	return run(&arguments, argv + 1, count);
}
