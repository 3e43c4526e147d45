#include "node/identity_cmd.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "node/json_read.h"
#include "node/plain.h"

static const char *words_of(const char *why)
{
	static const struct {
		const char *why, *words;
	} list[] = {
		{"bad-name",
		 "a name has 1 to 64 letters, digits, \".\", \"_\", \"-\", \"@\", and begins with a letter or digit"},
		{"name-taken", "there is an account of this name already"},
		{"unknown-role",
		 "roles are trader, agent, issuing-officer, customs-officer, agency, supervisor, operator, auditor"},
		{"role-not-of-party",
		 "an account needs a role; those other than operator and auditor need a party that has them (--party)"},
		{"unknown-party", "the configuration has no such party; see `sampan party list`"},
		{"unknown-user", "there is no such account, or it is locked"},
		{"offices-without-role",
		 "offices are for customs officers and supervisors, issuing offices for issuing officers"},
		{"party-or-user", "it belongs to a party or to a person: give --party or --user"},
		{"unknown-action", "there is no such action; docs/access.md lists them"},
		{"bad-until", "the end is a date such as 2027-06-30, and lies ahead"},
		{"bound-already", "it is bound to somebody else already"},
		{"kinds-too-wide", "nobody gives out more than they have"},
		{"no-agent", "the agent is no party with the role agent; see `sampan party list`"},
		{"bad-principal", "the principal is a tax code"},
		{"own-principal", "nobody needs a mandate of their own"},
		{"bad-dates", "dates are such as 2027-06-30, and the first comes first"},
		{"revoked", "it was revoked; give a new one"},
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		if (strcmp(list[i].why, why) == 0)
			return list[i].words;
	return why;
}

int identity_cmd_end(const struct ask *ask, const char *command, enum err err,
		     const struct facts *answer)
{
	const char *refused = err == OK ? facts_get(answer, "refused") : NULL;

	if (err == ERR_MISSING) {
		fprintf(stderr, "sampan %s: there is no such thing\n", command);
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
	fprintf(stderr, "sampan %s: %s\n", command, words_of(refused));
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
