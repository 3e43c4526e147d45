/*
 * facts_json - what registry, route and event supply, read from a JSON file for a command.
 */
#ifndef NODE_FACTS_JSON_H
#define NODE_FACTS_JSON_H

#include "sampan/facts.h"

/*
 * Add the file's facts: texts and whole numbers by name; nested objects become names with dots. What
 * is wrong is printed to stderr for the command, and the exit code returned; 0 when read.
 */
int facts_json_read(const char *command, const char *path, struct facts *facts);

#endif
