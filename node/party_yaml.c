#include "node/party_yaml.h"

#include <string.h>

const char *const party_yaml_roles[] = {"trader",  "agent",  "issuing-authority",
					"customs", "agency", NULL};
const unsigned party_yaml_role_bits[] = {PARTY_TRADER, PARTY_AGENT, PARTY_ISSUING_AUTHORITY,
					 PARTY_CUSTOMS, PARTY_AGENCY};

/* Where the list stands in the text; all point into it. */
struct place {
	const char *head;  /* the line "parties:"; NULL: there is none */
	const char *items; /* the line behind it */
	const char *end;   /* behind the last line that belongs to it */
	size_t indent;     /* of its "-" */
	bool is_empty;     /* "parties: []" */
};

static const char *next_line(const char *at)
{
	const char *end = strchr(at, '\n');

	return end == NULL ? at + strlen(at) : end + 1;
}

static size_t blanks(const char *at)
{
	return strspn(at, " ");
}

/* Nothing stands in the line, or a comment only. */
static bool is_idle(const char *line)
{
	return strchr("#\n\r", line[blanks(line)]) != NULL || line[blanks(line)] == '\0';
}

static bool is_item(const char *line)
{
	const char *at = line + blanks(line);

	return at[0] == '-' && (at[1] == ' ' || at[1] == '\n');
}

/* A line at the edge is of the list only where it is an item. */
static bool is_of_list(const char *line)
{
	return *line != '\0' && (is_idle(line) || *line == ' ' || is_item(line));
}

static enum err find(const char *text, struct place *ret)
{
	static const char name[] = "parties:";
	struct place place = {.indent = 2};
	const char *line = text, *rest;

	while (*line != '\0' && strncmp(line, name, strlen(name)) != 0)
		line = next_line(line);
	if (*line == '\0') {
		*ret = place;
		return OK;
	}
	place.head = line;
	rest = line + strlen(name);
	place.is_empty = strncmp(rest + blanks(rest), "[]", 2) == 0;
	if (!place.is_empty && !is_idle(rest))
		return ERR_USAGE;
	place.items = place.end = line = next_line(line);
	for (; is_of_list(line); line = next_line(line))
		if (!is_idle(line))
			place.end = next_line(line);
	if (place.end != place.items) {
		for (line = place.items; is_idle(line); line = next_line(line))
			continue;
		if (!is_item(line))
			return ERR_USAGE;
		place.indent = blanks(line);
	}
	*ret = place;
	return OK;
}

static enum err put_quoted(struct buffer *to, const char *text)
{
	buffer_put_text(to, "\"");
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < ' ' || *text == 127)
			return ERR_USAGE;
		if (*text == '"' || *text == '\\')
			buffer_put_text(to, "\\");
		buffer_put(to, bytes_of(text, 1));
	}
	buffer_put_text(to, "\"\n");
	return OK;
}

static enum err put_party(struct buffer *to, size_t indent, const struct config_party *party)
{
	const char *comma = "";
	enum err err;

	buffer_put_format(to, "%*s- id: %s\n%*s  name: ", (int)indent, "", party->id, (int)indent,
			  "");
	if ((err = put_quoted(to, party->name)) != OK)
		return err;
	if (party->tax_code[0] != '\0') {
		buffer_put_format(to, "%*s  tax_code: ", (int)indent, "");
		if ((err = put_quoted(to, party->tax_code)) != OK)
			return err;
	}
	buffer_put_format(to, "%*s  roles: [", (int)indent, "");
	for (size_t i = 0; party_yaml_roles[i] != NULL; i++)
		if ((party->roles & party_yaml_role_bits[i]) != 0) {
			buffer_put_format(to, "%s%s", comma, party_yaml_roles[i]);
			comma = ", ";
		}
	buffer_put_text(to, "]\n");
	return buffer_error(to);
}

static void put_range(struct buffer *to, const char *from, const char *until)
{
	buffer_put(to, bytes_of(from, (size_t)(until - from)));
}

static void end_line(struct buffer *to)
{
	if (to->len > 0 && to->at[to->len - 1] != '\n')
		buffer_put_text(to, "\n");
}

enum err party_yaml_add(const char *text, const struct config_party *party, struct buffer *to)
{
	const char *end = text + strlen(text);
	struct place place;
	enum err err = find(text, &place);

	if (err != OK)
		return err;
	if (place.head == NULL) {
		put_range(to, text, end);
		end_line(to);
		buffer_put_text(to, "\nparties:\n");
		return put_party(to, place.indent, party);
	}
	put_range(to, text, place.head);
	if (place.is_empty)
		buffer_put_text(to, "parties:\n");
	put_range(to, place.is_empty ? place.items : place.head, place.end);
	end_line(to);
	if ((err = put_party(to, place.indent, party)) != OK)
		return err;
	put_range(to, place.end, end);
	return buffer_error(to);
}

/* "id: a", "- id: a", "- {id: a, ...", with or without quotes. */
static bool is_id(const char *line, const char *id)
{
	const char *at = line + strspn(line, " -{");
	size_t len = strlen(id);

	if (strncmp(at, "id:", 3) != 0)
		return false;
	at += 3 + blanks(at + 3);
	at += strspn(at, "\"'");
	return strncmp(at, id, len) == 0 && strchr(" \"',}#\r\n", at[len]) != NULL;
}

enum err party_yaml_remove(const char *text, const char *id, struct buffer *to)
{
	const char *first = NULL, *found = NULL, *until, *line;
	size_t items = 0;
	struct place place;
	enum err err = find(text, &place);

	if (err != OK || place.head == NULL)
		return err == OK ? ERR_MISSING : err;
	until = place.end;
	for (line = place.items; line < place.end; line = next_line(line)) {
		if (is_item(line) && blanks(line) == place.indent) {
			if (found != NULL && until == place.end)
				until = line;
			first = line;
			items++;
		}
		if (found == NULL && first != NULL && is_id(line, id))
			found = first;
	}
	if (found == NULL)
		return ERR_MISSING;
	put_range(to, text, place.head);
	if (items == 1)
		buffer_put_text(to, "parties: []\n");
	put_range(to, items == 1 ? place.items : place.head, found);
	put_range(to, until, text + strlen(text));
	return buffer_error(to);
}
