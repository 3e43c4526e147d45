/*
 * plain - text from outside, made fit for a log and a terminal.
 *
 * What would steer a terminal, break a line or turn the order of reading becomes "?": tabs, ends of
 * lines, whatever is hidden (sampan/hidden.h), and bytes that are not UTF-8.
 */
#ifndef NODE_PLAIN_H
#define NODE_PLAIN_H

#include <stddef.h>
#include <stdio.h>

/* In place; the new length, never longer. No zero is put at the end. */
size_t plain_make(char *text, size_t len);

/* NULL prints nothing. */
void plain_print(FILE *to, const char *text);

#endif
