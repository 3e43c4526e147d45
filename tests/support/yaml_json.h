/*
 * yaml_json - a YAML file as JSON, for tests: the core schema of YAML 1.2 (null, booleans, integers,
 * numbers; all else is text), without anchors and tags.
 */
#ifndef TESTS_YAML_JSON_H
#define TESTS_YAML_JSON_H

#include <jansson.h>

/* Ends the test when it cannot be read, or names a key twice. The caller releases it. */
json_t *yaml_json_load(const char *path);

#endif
