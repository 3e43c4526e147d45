#include "node/identity_cmd.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "node/identity_words.h"
#include "node/json_read.h"
#include "node/plain.h"

static void complain_missing(const struct identity_cmd *of)
{
	fprintf(stderr, "sampan %s: ", of->command);
	if (of->about != NULL) {
		plain_print(stderr, of->about);
		fputs(": ", stderr);
	}
	fputs("there is no such account, token, certificate or mandate\n", stderr);
}

/* The file names the party, and the running node has not read it since. */
static void hint(const struct ask *ask, const struct identity_cmd *of, const char *refused)
{
	if (strcmp(refused, "unknown-party") != 0 || of->party == NULL ||
	    config_party_of(ask->config, of->party) == NULL)
		return;
	fprintf(stderr,
		"sampan %s: %s names it, but the running node has not read that yet: send it SIGHUP, then "
		"say this again\n",
		of->command, ask->config->path);
}

int identity_cmd_end(const struct ask *ask, const struct identity_cmd *of, enum err err,
		     const struct facts *answer)
{
	const char *command = of->command;
	const char *refused = err == OK ? facts_get(answer, "refused") : NULL;

	if (err == ERR_MISSING) {
		complain_missing(of);
		return EX_NOINPUT;
	}
	if (err == ERR_DENIED) {
		fprintf(stderr, "sampan %s: this needs a reason (--reason), which is recorded\n",
			command);
		return EX_NOPERM;
	}
	if (err != OK)
		return ask_complain(ask, command, err);
	if (refused == NULL)
		return EX_OK;
	/* who sits at the machine reads either */
	fprintf(stderr, "sampan %s: %s\nsampan %s: %s\n", command, identity_words(refused, false),
		command, identity_words(refused, true));
	hint(ask, of, refused);
	return EX_DATAERR;
}

static void print_cell(const json_t *item, const struct identity_cmd_column *column)
{
	const json_t *value = json_object_get(item, column->name);
	const char *text = json_string_value(value);
	char number[24];
	int len;

	if (json_is_integer(value)) {
		(void)snprintf(number, sizeof(number), "%lld",
			       (long long)json_integer_value(value));
		text = number;
	} else if (json_is_boolean(value)) {
		text = json_is_true(value) ? "yes" : "no";
	}
	if (text == NULL || *text == '\0')
		text = "-";
	plain_print(stdout, text);
	for (len = (int)strlen(text); len < column->width; len++)
		putchar(' ');
}

static void print_table(const json_t *list, const struct identity_cmd_column *columns)
{
	const json_t *item;
	size_t i;

	for (const struct identity_cmd_column *at = columns; at->name != NULL; at++)
		printf("%-*s%s", at->width, at->heading, at[1].name == NULL ? "\n" : "  ");
	json_array_foreach(list, i, item)
	{
		for (const struct identity_cmd_column *at = columns; at->name != NULL; at++) {
			print_cell(item, at);
			fputs(at[1].name == NULL ? "\n" : "  ", stdout);
		}
	}
}

int identity_cmd_list(struct ask *ask, const char *command, const char *what,
		      const struct identity_cmd_column *columns, bool as_json)
{
	json_t *answer = NULL;
	enum err err = ask_identities(ask, what, &answer);
	const json_t *list = json_object_get(answer, what);

	if (err == OK && as_json) {
		json_dumpf(answer, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (err == OK && json_array_size(list) == 0) {
		puts("None.");
	} else if (err == OK) {
		print_table(list, columns);
	}
	json_decref(answer);
	return ask_complain(ask, command, err);
}
