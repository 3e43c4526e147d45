/*
 * line - the sockets to partners (curve.h) on the loop of the role.
 *
 * All lines of a role stand in one set, which is closed before its loop. A handler may send on any
 * of them.
 */
#ifndef NODE_LINE_H
#define NODE_LINE_H

#include "node/loop.h"
#include "sampan/curve.h"

struct lines;
struct line;

/* The message is borrowed until the handler returns. */
typedef void line_on_message(void *context, const struct socket_message *message);

/* ERR_MEMORY, ERR_IO. */
enum err lines_open(struct loop *loop, struct lines **ret_lines);
void lines_close(struct lines *lines); /* and all its lines; NULL is accepted */

/* Errors as of curve_open(). */
enum err line_open(struct lines *lines, const struct curve_options *options,
		   line_on_message *handler, void *context, struct line **ret_line);

/* As curve_send(). */
enum err line_send(struct line *line, const struct bytes *parts, size_t count);

#endif
