/*
 * set_folder - a small schema set for tests: the kinds test.a and test.b of tests/data/translate,
 * and one map.
 */
#ifndef TESTS_SUPPORT_SET_FOLDER_H
#define TESTS_SUPPORT_SET_FOLDER_H

#include "messages/schema.h"

/*
 * Load the two kinds with a map test.a~test.b whose content (the rules, and `attributes` of its
 * root such as "inverse=\"yes\"") is given. As schema_set_load(). Nothing is left on disk.
 */
enum err set_folder_load(const char *attributes, const char *rules, struct findings *findings,
			 struct schema_set **ret_set);

#endif
