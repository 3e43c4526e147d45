/*
 * shipped - the schema set that comes with the program, or the one that SAMPAN_SCHEMAS names.
 */
#ifndef TESTS_SUPPORT_SHIPPED_H
#define TESTS_SUPPORT_SHIPPED_H

#include "messages/schema.h"

/* Its folder; static memory. */
const char *shipped_folder(void);

/* Loaded when first asked for; lives as long as the process, which dies when it cannot be loaded. */
struct schema_set *shipped_set(void);

#endif
