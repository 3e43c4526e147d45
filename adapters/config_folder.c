/*
 * config - where the schema set that ships with the program is (config.h).
 */
#include "sampan/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_BYTES 4096u
#define LEVELS_ABOVE 4 /* build/tests/crash/test_x finds schemas/ at the top of the clone */

static bool is_folder(char *path, const char *above, const char *name)
{
	char kinds[PATH_BYTES + 16];

	if ((size_t)snprintf(path, PATH_BYTES, "%s/%s", above, name) >= PATH_BYTES)
		return false;
	(void)snprintf(kinds, sizeof(kinds), "%s/routes", path);
	return access(kinds, R_OK) == 0;
}

static bool find_near_program(char *path)
{
	char above[PATH_BYTES];
	ssize_t len = readlink("/proc/self/exe", above, sizeof(above) - 1);

	if (len <= 0)
		return false;
	above[len] = '\0';
	for (int i = 0; i <= LEVELS_ABOVE; i++) {
		char *slash = strrchr(above, '/');

		if (slash == NULL)
			break;
		*slash = '\0';
		if (is_folder(path, above, "schemas") ||
		    is_folder(path, above, "share/sampan/schemas"))
			return true;
	}
	return false;
}

const char *config_schemas_folder(void)
{
	static char path[PATH_BYTES];
	const char *chosen = getenv("SAMPAN_SCHEMAS");

	if (chosen != NULL && *chosen != '\0') {
		char *real = realpath(chosen, NULL);

		(void)snprintf(path, sizeof(path), "%s", real == NULL ? chosen : real);
		free(real);
	} else if (path[0] == '\0' && !find_near_program(path)) {
		(void)snprintf(path, sizeof(path), "schemas");
	}
	return path;
}
