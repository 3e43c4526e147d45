/*
 * api_media - what a request says of media types: Accept, Content-Type, and what bytes are by
 * themselves.
 */
#ifndef NODE_API_MEDIA_H
#define NODE_API_MEDIA_H

#include "sampan/arena.h"

/*
 * The word of `gives` (media types) that an Accept header (RFC 9110 section 12.5.1; NULL: none)
 * wants most, the earlier of equals; a range with q=0 is not wanted. NULL: none of them. A header
 * that does not follow the grammar wants nothing. In the arena; *ret is NULL when nothing is wanted.
 */
enum err api_media_choose(const char *accept, const char *gives, struct arena *arena,
			  const char **ret);

/*
 * Is a Content-Type header (NULL: none) one of the words of `takes`, in UTF-8 where it names a
 * charset? Other parameters are not looked at.
 */
bool api_media_is_taken(const char *content_type, const char *takes);

/*
 * What the bytes are by their first ones: "application/pdf", "image/png", "image/jpeg" or
 * "application/xml" (UTF-8, with or without its declaration); NULL: none of these. Constant.
 */
const char *api_media_of(struct bytes bytes);

#endif
