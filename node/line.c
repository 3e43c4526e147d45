#include "node/line.h"

#include <stdlib.h>

#define TURN_MESSAGES 256u /* of one line before the next has its turn */

struct line {
	struct lines *lines;
	struct line *next;
	struct curve *curve;
	line_on_message *handler;
	void *context;
};

struct lines {
	struct loop *loop;
	struct curve_context *curves;
	struct line *first;
	bool is_look_due;
};

static void look_again(struct lines *lines);

static void receive_some(const struct line *line)
{
	struct socket_message message;

	for (unsigned i = 0; i < TURN_MESSAGES; i++) {
		enum err err = curve_receive(line->curve, &message);

		if (err == OK)
			line->handler(line->context, &message);
		else if (err != ERR_LIMIT)
			return;
	}
}

static void look(struct lines *lines)
{
	for (const struct line *line = lines->first; line != NULL; line = line->next)
		receive_some(line);
	look_again(lines);
}

static void on_look(void *context)
{
	struct lines *lines = context;

	lines->is_look_due = false;
	look(lines);
}

/* The descriptor alone would not tell. */
static void look_again(struct lines *lines)
{
	if (!lines->is_look_due && curve_context_is_unsure(lines->curves))
		lines->is_look_due = loop_idle(lines->loop, on_look, lines) == OK;
}

static void on_readable(void *context, int fd)
{
	(void)fd;
	look(context);
}

enum err lines_open(struct loop *loop, struct lines **ret_lines)
{
	struct lines *lines = calloc(1, sizeof(*lines));
	enum err err;

	if (lines == NULL)
		return ERR_MEMORY;
	lines->loop = loop;
	if ((err = curve_context_new(&lines->curves)) == OK)
		err = loop_watch(loop, curve_context_fd(lines->curves), on_readable, lines);
	if (err != OK)
		lines_close(lines);
	else
		*ret_lines = lines;
	return err;
}

void lines_close(struct lines *lines)
{
	if (lines == NULL)
		return;
	loop_forget(lines->loop, lines);
	while (lines->first != NULL) {
		struct line *line = lines->first;

		lines->first = line->next;
		free(line);
	}
	curve_context_free(lines->curves);
	free(lines);
}

enum err line_open(struct lines *lines, const struct curve_options *options,
		   line_on_message *handler, void *context, struct line **ret_line)
{
	struct line *line = calloc(1, sizeof(*line));
	enum err err;

	if (line == NULL)
		return ERR_MEMORY;
	if ((err = curve_open(lines->curves, options, &line->curve)) != OK) {
		free(line);
		return err;
	}
	line->lines = lines;
	line->handler = handler;
	line->context = context;
	line->next = lines->first;
	lines->first = line;
	look_again(lines);
	*ret_line = line;
	return OK;
}

enum err line_send(struct line *line, const struct bytes *parts, size_t count)
{
	enum err err = curve_send(line->curve, parts, count);

	look_again(line->lines);
	return err;
}
