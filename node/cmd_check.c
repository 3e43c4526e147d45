#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "messages/signature.h"
#include "node/command.h"
#include "node/command_set.h"
#include "node/findings_json.h"
#include "node/plain.h"
#include "node/trust_folder.h"
#include "sampan/clock.h"
#include "sampan/limit.h"

#define UNSIGNED "signature-due"

static const char usage[] =
	"usage: sampan check [--json] [--lang en|vi] [--date YYYY-MM-DD] [--trust DIR] FILE...\n"
	"\n"
	"Say of which kind each document is and what is wrong with it. \"-\" is standard input.\n"
	"\n"
	"  --json       one JSON object per file, each on one line\n"
	"  --lang vi    sentences in Vietnamese\n"
	"  --date DAY   the day by which rules are chosen for a document that says none\n"
	"  --trust DIR  believe the signatures of whom the certificates in this folder vouch for;\n"
	"               without it a signature is looked at, and nothing says whose it is\n"
	"\n"
	"What must be signed and is not yet is warned of: the node would refuse it.\n"
	"Ends with 0 when all are in order, 65 when a document has errors, 66 when a file is missing.\n";

struct checking {
	struct schema_set *set;
	bool as_json;
	bool in_vietnamese;
	const char *day; /* NULL: none */
	struct trust *trust;
};

/*
 * A document may be looked at before it is signed, so that it is not is no error here; but the node
 * would refuse it.
 */
static enum err warn_of_unsigned(const struct checking *checking, const struct schema *schema,
				 struct document *document, struct findings *findings)
{
	struct facts facts;
	enum err err;

	facts_init(&facts, findings->arena);
	err = schema_facts(schema, document, &facts);
	if (err != OK || strcmp(facts_get_or_empty(&facts, "signature"), "required") != 0 ||
	    (err = document_need_xml(document)) != OK)
		return err;
	return schema_finding(checking->set, findings, SEVERITY_WARNING, UNSIGNED,
			      document_path(document_root(document), findings->arena),
			      document_line(document_root(document)), "", NULL);
}

static enum err check_signature(const struct checking *checking, const struct schema *schema,
				struct document *document, struct findings *findings)
{
	const struct signature_task task = {.set = checking->set,
					    .document = document,
					    .trust = checking->trust,
					    .now_ms = (int64_t)clock_now_ms()};
	size_t errors = findings->errors;
	struct facts facts;
	enum err err;

	facts_init(&facts, findings->arena);
	err = signature_verify(&task, findings, &facts);
	if (err == OK && findings->errors == errors &&
	    *facts_get_or_empty(&facts, "signature.verdict") == '\0')
		err = warn_of_unsigned(checking, schema, document, findings);
	return err;
}

static bool is_unsigned(const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		if (strcmp(findings->items[i].code, UNSIGNED) == 0)
			return true;
	return false;
}

static enum err check_bytes(const struct checking *checking, struct bytes bytes,
			    struct findings *findings, const struct schema **ret_schema)
{
	struct document *document = NULL;
	enum err err = document_read(bytes, LIMIT_DOCUMENT_BYTES, findings, &document);

	if (err == OK && document != NULL)
		*ret_schema = schema_identify(checking->set, document, findings);
	if (*ret_schema != NULL)
		err = schema_check_on(checking->set, *ret_schema, document, checking->day,
				      findings);
	if (err == OK && *ret_schema != NULL)
		err = check_signature(checking, *ret_schema, document, findings);
	document_free(document);
	return err;
}

static enum err print_json(const char *file, const struct schema *schema,
			   const struct findings *findings)
{
	json_t *list = findings_json_new(findings);
	json_t *line = json_pack("{s:s, s:s?, s:b, s:o}", "file", file, "schema",
				 schema == NULL ? NULL : schema_full_id(schema), "ok",
				 !findings_has_errors(findings), "findings", list);
	enum err err =
		line == NULL || json_dumpf(line, stdout, JSON_COMPACT) != 0 ? ERR_MEMORY : OK;

	putchar('\n');
	json_decref(line);
	return err;
}

static void print_lines(const struct checking *checking, const char *file,
			const struct schema *schema, const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		command_set_print(stdout, file, &findings->items[i], checking->in_vietnamese);
	if (findings->beyond > 0) {
		plain_print(stdout, file);
		printf(": %zu more findings are not listed\n", findings->beyond);
	}
	if (!findings_has_errors(findings) && schema != NULL) {
		plain_print(stdout, file);
		printf(": ok%s: %s, %s\n", is_unsigned(findings) ? ", but unsigned" : "",
		       schema_full_id(schema), schema_title(schema, checking->in_vietnamese));
	}
}

static int check_read(const struct checking *checking, const char *file, struct bytes bytes)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	const struct schema *schema = NULL;
	struct findings findings;
	enum err err = ERR_MEMORY;
	int code;

	findings_init(&findings, arena);
	if (arena != NULL)
		err = check_bytes(checking, bytes, &findings, &schema);
	if (err == OK && checking->as_json)
		err = print_json(file, schema, &findings);
	else if (err == OK)
		print_lines(checking, file, schema, &findings);
	if (err != OK)
		fprintf(stderr, "sampan check: %s: %s\n", file, err_text(err));
	code = err != OK ? err_exit_code(err) : findings_has_errors(&findings) ? EX_DATAERR : EX_OK;
	arena_free(arena);
	return code;
}

static int check_file(const struct checking *checking, const char *file)
{
	struct buffer buffer;
	enum err err;
	int code;

	buffer_init(&buffer, LIMIT_DOCUMENT_BYTES + 1);
	err = command_set_read(file, &buffer);
	if (err == OK) {
		code = check_read(checking, file, buffer_bytes(&buffer));
	} else {
		code = command_set_complain("check", file, err);
	}
	buffer_clear(&buffer);
	return code;
}

/* What kept a file from being looked at says more than what was found in another. */
static int worse(int a, int b)
{
	if (a == EX_OK || a == EX_DATAERR)
		return b == EX_OK ? a : b;
	return a;
}

/* 0, or the exit code. */
static int open_trust(struct checking *checking, const char *folder)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	const char *message = NULL;
	enum err err = arena == NULL ? ERR_MEMORY : trust_new("UID", "MST:", &checking->trust);

	if (err == OK && folder != NULL)
		err = trust_folder_add(folder, checking->trust, arena, &message);
	if (err != OK)
		fprintf(stderr, "sampan check: %s\n", message == NULL ? err_text(err) : message);
	arena_free(arena);
	return err == OK ? 0 : err == ERR_FORMAT ? EX_DATAERR : err_exit_code(err);
}

static int check_files(struct checking *checking, int count, char **files)
{
	int code = EX_OK;

	for (int i = 0; i < count; i++)
		code = worse(code, check_file(checking, files[i]));
	if (fflush(stdout) != 0)
		code = EX_CANTCREAT;
	return code;
}

int cmd_check(int argc, char **argv)
{
	struct checking checking = {0};
	const char *language = "en", *folder = NULL;
	const struct command_option options[] = {{"--json", NULL, &checking.as_json},
						 {"--lang", &language, NULL},
						 {"--date", &checking.day, NULL},
						 {"--trust", &folder, NULL},
						 {NULL, NULL, NULL}};
	int count = command_options(argc, argv, options, usage);
	int code;

	if (count < 0)
		return command_exit_code(count);
	checking.in_vietnamese = strcmp(language, "vi") == 0;
	if (count == 0 || (!checking.in_vietnamese && strcmp(language, "en") != 0) ||
	    (checking.day != NULL && !schema_is_day(checking.day))) {
		fputs(usage, stderr);
		return EX_USAGE;
	}
	if ((code = open_trust(&checking, folder)) == 0 &&
	    (code = command_set_load(&checking.set)) == 0) {
		code = check_files(&checking, count, argv + 1);
		schema_set_free(checking.set);
	}
	trust_free(checking.trust);
	return code;
}
