/*
 * page_view - JSON as the tree that stylesheets read: the second writer of an answer.
 *
 * A member is an element of its name, an item of a list is <item>, a text is text, true and false
 * are words, null is an empty element. A moment ("2026-11-22T09:44:08.123Z") also has the
 * attributes day, clock (local time of the office: calendar.h) and utc, for people.
 */
#ifndef NODE_PAGE_VIEW_H
#define NODE_PAGE_VIEW_H

#include <jansson.h>

#include "sampan/stylesheet.h"

/* The value becomes what is in the element that the tree is in. */
void page_view_put(const json_t *value, struct stylesheet_tree *tree);

#endif
