#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "node/command.h"

static const char usage[] =
	"usage: sampan bench translate|door|ledger|exchange [--json] [--quick]\n"
	"\n"
	"Measure on this machine, each figure against a rival in the same run where there is one. "
	"The benchmarks are\n"
	"programs of their own, built by `make bench`, so that this program links no rival.\n"
	"\n"
	"translate  documents against libxslt and Saxon-HE with stylesheets made from the maps\n"
	"door       signed declarations over HTTPS against xmlsec1, libxml2, libxslt and LMDB\n"
	"ledger     durable documents against RabbitMQ, PostgreSQL and bare LMDB; and as the ledger grows\n"
	"exchange   documents between two whole nodes; has no rival\n"
	"\n"
	"--json prints one object, --quick ends within a minute. docs/benchmarks.md says what is "
	"measured and how.\n";

static const char *const names[] = {"translate", "door", "ledger", "exchange"};

static bool is_known(const char *name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* DIR/tests/bench/bench_NAME beside DIR/sampan; false when that is too long. */
static bool find_program(const char *name, char *path, size_t room)
{
	char own[1024];
	ssize_t len = readlink("/proc/self/exe", own, sizeof(own) - 1);
	int needed;

	if (len <= 0)
		return false;
	own[len] = '\0';
	needed = snprintf(path, room, "%s/tests/bench/bench_%s", dirname(own), name);
	return needed > 0 && (size_t)needed < room;
}

int cmd_bench(int argc, char **argv)
{
	char path[2048];
	char json[] = "--json", quick[] = "--quick";
	char *arguments[] = {path, NULL, NULL, NULL};
	bool as_json = false, is_quick = false;
	const struct command_option options[] = {
		{"--json", NULL, &as_json}, {"--quick", NULL, &is_quick}, {NULL, NULL, NULL}};
	int count = command_options(argc, argv, options, usage);

	if (count < 0)
		return command_exit_code(count);
	if (count != 1 || !is_known(argv[1])) {
		fputs(usage, stderr);
		return EX_USAGE;
	}
	if (as_json)
		arguments[1] = json;
	if (is_quick)
		arguments[as_json ? 2 : 1] = quick;
	if (find_program(argv[1], path, sizeof(path)))
		(void)execv(path, arguments);
	if (errno == ENOENT)
		fprintf(stderr,
			"sampan bench: %s is not built: run `make bench` in the project's folder\n",
			argv[1]);
	else
		fprintf(stderr, "sampan bench: %s: %s\n", argv[1], strerror(errno));
	return EX_UNAVAILABLE;
}
