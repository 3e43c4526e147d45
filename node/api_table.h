/*
 * api_table - the calls of the HTTP door, one row each; schemas/openapi.yaml says the same to users
 * (tests/test_openapi.c compares them).
 */
#ifndef NODE_API_TABLE_H
#define NODE_API_TABLE_H

#include "node/api.h"

#define API_TABLE_METHODS_BYTES 64u

/* Ended by a row without method. */
extern const struct api_route api_table[];

/*
 * The row of a method and path (decoded, as http.h gives it), its parameters in the arena. NULL:
 * none; then *ret_allow lists the methods of this path ("GET, HEAD, POST"), "" when there is none.
 */
const struct api_route *api_table_find(const char *method, const char *path, struct arena *arena,
				       const char *ret_parameters[API_PARAMETERS],
				       char ret_allow[API_TABLE_METHODS_BYTES]);

/* For tables that hold more than routes: does the path fit a row, and a method to be allowed. */
bool api_table_fits(const struct api_route *route, const char *path, struct arena *arena,
		    const char *ret_parameters[API_PARAMETERS]);
void api_table_allow(char methods[API_TABLE_METHODS_BYTES], const char *method);

#endif
