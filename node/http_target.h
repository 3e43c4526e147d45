/*
 * http_target - the target of a request (RFC 9112 section 3.2), decoded (RFC 3986).
 *
 * Two readers must not see two paths: escapes that stand for "/", "\" or a control character are
 * refused, and so are "." and "..", empty segments, what is not UTF-8 when decoded, and every
 * character that RFC 3986 does not allow. Pure.
 */
#ifndef NODE_HTTP_TARGET_H
#define NODE_HTTP_TARGET_H

#include "sampan/arena.h"

#define HTTP_TARGET_PARAMETERS 32u

struct http_parameter {
	const char *name;
	const char *value; /* "" when there is none */
};

struct http_target {
	struct bytes authority; /* of the absolute form; empty for the others; in the target */
	const char *path;
	struct http_parameter *parameters;
	size_t parameter_count;
};

/*
 * Read a target; texts are in the arena. ERR_FORMAT: *ret_why (static memory) says what is wrong.
 * The absolute form must be https. "*" is taken when is_options.
 */
enum err http_target_read(struct bytes target, bool is_options, struct arena *arena,
			  struct http_target *ret_target, const char **ret_why);

/*
 * Is it the form of Host and of an authority: name or address, and perhaps a port (RFC 9110 section
 * 7.2), without user?
 */
bool http_target_is_authority(struct bytes text);

#endif
