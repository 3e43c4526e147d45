#include "node/translating.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "node/command_set.h"
#include "node/plain.h"
#include "sampan/limit.h"

/* ---- Reading ---- */

static void print_findings(const struct translating *translating,
			   const struct translating_input *input)
{
	for (size_t i = 0; i < input->findings.count; i++)
		command_set_print(stderr, input->file, &input->findings.items[i],
				  translating->in_vietnamese);
}

/* A document that has errors itself is not translated. */
static enum err look_at(const struct translating *translating, struct translating_input *input)
{
	enum err err = document_read(buffer_bytes(&input->bytes), LIMIT_DOCUMENT_BYTES,
				     &input->findings, &input->document);

	if (err != OK || input->document == NULL)
		return err;
	input->kind = translating->from;
	if (input->kind == NULL)
		input->kind = schema_identify(translating->set, input->document, &input->findings);
	if (input->kind == NULL)
		return OK;
	err = schema_check(translating->set, input->kind, input->document, &input->findings);
	if (err != OK || findings_has_errors(&input->findings))
		return err;
	return hub_part_read(translating->set, input->kind, translating->to, input->document,
			     input->arena, &input->part);
}

/* What memory is short of is the document's share, long before the machine's. */
static int complain(const struct translating_input *input, enum err err)
{
	bool is_costly = err == ERR_MEMORY || err == ERR_LIMIT;

	fputs("sampan translate: ", stderr);
	plain_print(stderr, input->file);
	if (is_costly)
		fprintf(stderr,
			": its translation needs more than the %u MB that a document may take\n",
			LIMIT_DOCUMENT_ARENA_BYTES / (1024 * 1024));
	else
		fprintf(stderr, ": %s\n", err_text(err));
	return is_costly ? EX_DATAERR : err_exit_code(err);
}

int translating_open(const struct translating *translating, const char *file,
		     struct translating_input **ret_input)
{
	struct translating_input *input = calloc(1, sizeof(*input));
	enum err err;

	*ret_input = input;
	if (input == NULL)
		return EX_OSERR;
	input->file = file;
	buffer_init(&input->bytes, LIMIT_DOCUMENT_BYTES + 1);
	if ((input->arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES)) == NULL)
		return EX_OSERR;
	findings_init(&input->findings, input->arena);
	if ((err = command_set_read(file, &input->bytes)) != OK)
		return command_set_complain("translate", file, err);
	err = look_at(translating, input);
	if (err == OK && !findings_has_errors(&input->findings))
		return EX_OK;
	print_findings(translating, input);
	return err == OK ? EX_DATAERR : complain(input, err);
}

void translating_close(struct translating_input *input)
{
	if (input == NULL)
		return;
	document_free(input->document);
	arena_free(input->arena);
	buffer_clear(&input->bytes);
	free(input);
}

/* ---- Writing ---- */

static enum err write_whole(FILE *file, struct bytes bytes)
{
	return fwrite(bytes.at, 1, bytes.len, file) == bytes.len && fflush(file) == 0 ? OK : ERR_IO;
}

/* FOLDER/NAME.xml, of several FOLDER/NAME-2.xml. NULL: no memory. */
static char *output_path(const char *folder, const char *file, size_t number)
{
	char *copy = strdup(strcmp(file, "-") == 0 ? "stdin.xml" : file), *path = NULL;
	const char *name = copy == NULL ? "" : basename(copy), *dot = strrchr(name, '.');
	size_t stem = dot == NULL || dot == name ? strlen(name) : (size_t)(dot - name);
	int len = -1;

	if (copy != NULL && number == 0)
		len = asprintf(&path, "%s/%s", folder, name);
	else if (copy != NULL)
		len = asprintf(&path, "%s/%.*s-%zu%s", folder, (int)stem, name, number,
			       name + stem);
	free(copy);
	return len < 0 ? NULL : path;
}

static int write_output(const struct translating *translating, const char *file, size_t number,
			struct bytes output)
{
	char *path = NULL;
	FILE *to = stdout;
	enum err err = OK;

	if (translating->folder != NULL) {
		path = output_path(translating->folder, file, number);
		err = path == NULL ? ERR_MEMORY
				   : output_open(translating->output, path, false, &to);
	}
	if (err == OK)
		err = write_whole(to, output);
	if (to != stdout && fclose(to) != 0 && err == OK)
		err = ERR_IO;
	if (err != OK)
		fprintf(stderr, "sampan translate: cannot write %s: %s\n",
			path == NULL ? "the translation" : path,
			err == ERR_EXISTS ? "this command reads it, or has written it already"
					  : strerror(errno));
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

static int write_result(const struct translating *translating, const char *file,
			const struct hub_result *result)
{
	int code = EX_OK;

	if (result->output_count > 1 && translating->folder == NULL) {
		fprintf(stderr,
			"sampan translate: %s becomes %zu documents: -o DIR says where to write "
			"them\n",
			file, result->output_count);
		return EX_USAGE;
	}
	for (size_t i = 0; i < result->output_count && code == EX_OK; i++)
		code = write_output(translating, file, result->output_count == 1 ? 0 : i + 1,
				    result->outputs[i]);
	return code == EX_OK ? write_report(translating, &result->report) : code;
}

/* ---- Translating ---- */

/* Why there is no translation from the one kind to the other. */
static int complain_of_way(const struct translating *translating, const struct schema *from,
			   struct arena *arena)
{
	struct hub_way way, rival;

	hub_way_find(translating->set, from, translating->to, &way, &rival);
	if (rival.count > 0)
		fprintf(stderr,
			"sampan translate: two ways are equally short: %s, and %s; translate in two "
			"steps\n",
			hub_way_format(&way, arena), hub_way_format(&rival, arena));
	else
		fprintf(stderr,
			"sampan translate: there is no map from %s to %s, nor a way over others; "
			"`sampan schema list` shows what there is\n",
			schema_full_id(from), schema_full_id(translating->to));
	return EX_USAGE;
}

static bool has_errors(const struct translating_input *inputs)
{
	for (; inputs != NULL; inputs = inputs->next) {
		if (findings_has_errors(&inputs->findings))
			return true;
	}
	return false;
}

/* In a node registry, route and event say it; here whoever asks. */
static void hint_at_facts(const struct translating_input *inputs)
{
	for (size_t i = 0; i < inputs->findings.count; i++) {
		if (strcmp(inputs->findings.items[i].code, "value-missing") != 0)
			continue;
		fputs("sampan translate: --facts FILE gives what registry, route and event would "
		      "supply; schemas/samples/facts/ has examples\n",
		      stderr);
		return;
	}
}

static int finish(const struct translating *translating, const struct translating_input *inputs,
		  enum err err, const struct hub_result *result)
{
	for (const struct translating_input *input = inputs; input != NULL; input = input->next)
		print_findings(translating, input);
	if (err == OK)
		hint_at_facts(inputs);
	if (err == ERR_MISSING)
		return complain_of_way(translating, inputs->kind, inputs->arena);
	if (err == ERR_USAGE) {
		fprintf(stderr, "sampan translate: %s: nothing joins %s\n", inputs->file,
			schema_full_id(inputs->kind));
		return EX_USAGE;
	}
	if (err != OK)
		return complain(inputs, err);
	return has_errors(inputs) ? EX_DATAERR : write_result(translating, inputs->file, result);
}

int translating_run(const struct translating *translating, struct translating_input *inputs)
{
	struct hub_task task = {.set = translating->set,
				.from = inputs->kind,
				.to = translating->to,
				.outside = &translating->facts};
	struct hub_result result = {0};
	struct hub_source *sources;
	size_t count = 0;

	for (const struct translating_input *input = inputs; input != NULL; input = input->next)
		count++;
	sources = arena_alloc_array(inputs->arena, count, sizeof(*sources));
	if (sources == NULL)
		return complain(inputs, ERR_MEMORY);
	for (struct translating_input *input = inputs; input != NULL; input = input->next)
		sources[task.source_count++] = (struct hub_source){.document = input->document,
								   .findings = &input->findings};
	task.sources = sources;
	return finish(translating, inputs, hub_translate(&task, inputs->arena, &result), &result);
}
