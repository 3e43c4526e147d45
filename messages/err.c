#include "sampan/err.h"

#include <stddef.h>

static const struct {
	const char *name;
	const char *text;
	int exit_code;
} errors[ERR_COUNT] = {
	[OK] = {"ok", "done", 0},
	[ERR_MEMORY] = {"memory", "out of memory", 75},
	[ERR_LIMIT] = {"limit", "larger than the limit allows", 65},
	[ERR_FORMAT] = {"format", "the bytes do not follow their format", 65},
	[ERR_MISSING] = {"missing", "no such thing", 66},
	[ERR_EXISTS] = {"exists", "it is there already", 73},
	[ERR_CONFLICT] = {"conflict", "somebody else changed it meanwhile", 75},
	[ERR_UNKNOWN] = {"unknown", "it is not known whether it was done", 75},
	[ERR_FULL] = {"full", "no space is left", 75},
	[ERR_UNAVAILABLE] = {"unavailable", "the other side does not answer", 69},
	[ERR_DENIED] = {"denied", "not allowed", 77},
	[ERR_IO] = {"io", "a file or connection failed", 73},
	[ERR_CORRUPT] = {"corrupt", "what is stored is damaged", 70},
	[ERR_VERSION] = {"version", "written by another version of this program", 78},
	[ERR_CONFIG] = {"config", "the configuration is wrong", 78},
	[ERR_ARCHIVED] =
		{"archived",
		 "a payload is in an archive that is not here: bring it back; sampan ledger export names it",
		 69},
	[ERR_LOST] = {"lost", "what signed it was lost in a restore, so nothing proves it any more",
		      69},
	[ERR_USAGE] = {"usage", "the arguments make no sense", 64},
};

const char *err_name(enum err err)
{
	return (unsigned)err < ERR_COUNT ? errors[err].name : "invalid";
}

const char *err_text(enum err err)
{
	return (unsigned)err < ERR_COUNT ? errors[err].text : "an error of no known kind";
}

int err_exit_code(enum err err)
{
	return (unsigned)err < ERR_COUNT ? errors[err].exit_code : 70;
}

bool err_is_news(enum err *last, enum err err)
{
	bool is_news = err != OK && err != *last;

	*last = err;
	return is_news;
}
