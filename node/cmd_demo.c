#include "node/command.h"

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "node/demo_keep.h"
#include "node/demo_lodge.h"
#include "node/town_identity.h"
#include "sampan/clock.h"
#include "sampan/limit.h"

static const char usage[] =
	"usage: sampan demo [--once] [--json] [--keep DIR] [FILE-OR-FOLDER...]\n"
	"\n"
	"Two nodes on this machine, Viet Nam and Thailand, exchange real documents over loopback. Without files the samples of\n"
	"the project are lodged; otherwise every .xml file named or found. --once ends by itself; --json prints the figures as its\n"
	"last line; --keep leaves the nodes' folders in DIR, one\n"
	"evidence file for each kind of document, and their trust anchors in DIR/trust (`sampan verify`).\n";

#define REST_MS 300000u /* how long the nodes may take without any progress */
#define ARENA_BYTES ((size_t)256 * 1024 * 1024)

struct wishes {
	bool once;
	bool as_json;
	const char *keep;
};

struct demo {
	struct wishes wishes;
	struct town town;
	struct arena *arena;
	struct schema_set *schemas;
	struct demo_lodge lodge;
	uint64_t started_ms;
	bool is_live; /* a terminal watches */
	struct town_counts counts[TOWN_NODES];
	struct town_audit audit;
};

static volatile sig_atomic_t is_over;

static void on_signal(int number)
{
	(void)number;
	is_over = 1;
}

/* ---- Watching ---- */

static uint64_t judged(const struct demo *demo)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < TOWN_NODES; i++)
		sum += demo->counts[i].accepted + demo->counts[i].refused;
	return sum;
}

static bool is_at_rest(const struct demo *demo)
{
	return judged(demo) >= demo->lodge.lodged && demo->counts[0].waiting == 0 &&
	       demo->counts[1].waiting == 0;
}

static void print_table(const struct demo *demo, bool again)
{
	if (again)
		fputs("\033[4A", stderr);
	fprintf(stderr, "\033[K%-10s %9s %8s %8s %9s %12s %6s %8s\n", "node", "accepted", "refused",
		"owed", "relayed", "handed over", "held", "records");
	for (size_t i = 0; i < TOWN_NODES; i++)
		fprintf(stderr, "\033[K%-10s %9llu %8llu %8llu %9llu %12llu %6llu %8llu\n",
			i == 0 ? "Viet Nam" : "Thailand",
			(unsigned long long)demo->counts[i].accepted,
			(unsigned long long)demo->counts[i].refused,
			(unsigned long long)demo->counts[i].owed,
			(unsigned long long)demo->counts[i].relayed,
			(unsigned long long)demo->counts[i].handed_over,
			(unsigned long long)demo->counts[i].held,
			(unsigned long long)demo->counts[i].records);
	fprintf(stderr, "\033[K%llu of %llu documents judged\n", (unsigned long long)judged(demo),
		(unsigned long long)demo->lodge.lodged);
}

static enum err watch(struct demo *demo)
{
	const struct timespec pause = {.tv_nsec = 50 * 1000 * 1000};
	uint64_t records = 0, moved_ms = clock_monotonic_ms();
	bool again = false;

	while (is_over == 0) {
		uint64_t now = 0;

		for (size_t i = 0; i < TOWN_NODES; i++) {
			enum err err = town_count(&demo->town.nodes[i], &demo->counts[i]);

			if (err != OK)
				return err;
			now += demo->counts[i].records;
		}
		if (demo->is_live)
			print_table(demo, again);
		again = true;
		if (now == records && is_at_rest(demo))
			return OK;
		if (now != records)
			moved_ms = clock_monotonic_ms();
		if (clock_monotonic_ms() - moved_ms > REST_MS)
			return OK; /* nothing moves any more: the audit says what is lost */
		records = now;
		(void)nanosleep(&pause, NULL);
	}
	return OK;
}

/* ---- The end ---- */

static double seconds_of(const struct demo *demo)
{
	return (double)(clock_monotonic_ms() - demo->started_ms) / 1000.0;
}

static void print_json(const struct demo *demo, double seconds)
{
	printf("{\"lodged\":%llu,\"accepted\":%llu,\"refused\":%llu,\"owed\":%llu,\"delivered\":%llu,"
	       "\"receipts\":%llu,\"lost\":%llu,\"duplicated\":%llu,\"seconds\":%.3f}\n",
	       (unsigned long long)demo->lodge.lodged,
	       (unsigned long long)(demo->counts[0].accepted + demo->counts[1].accepted),
	       (unsigned long long)(demo->counts[0].refused + demo->counts[1].refused),
	       (unsigned long long)demo->audit.owed, (unsigned long long)demo->audit.delivered,
	       (unsigned long long)demo->audit.receipts, (unsigned long long)demo->audit.lost,
	       (unsigned long long)demo->audit.duplicated, seconds);
}

static void print_summary(const struct demo *demo, double seconds)
{
	const struct town_node *node = &demo->town.nodes[0];

	printf("\n%llu documents lodged in %.1f s: %llu accepted, %llu refused.\n",
	       (unsigned long long)demo->lodge.lodged, seconds,
	       (unsigned long long)(demo->counts[0].accepted + demo->counts[1].accepted),
	       (unsigned long long)(demo->counts[0].refused + demo->counts[1].refused));
	printf("%llu deliveries owed by the route tables, %llu delivered, %llu held, %llu lost, %llu duplicated; "
	       "%llu receipts verified.\n\n",
	       (unsigned long long)demo->audit.owed, (unsigned long long)demo->audit.delivered,
	       (unsigned long long)(demo->counts[0].held + demo->counts[1].held),
	       (unsigned long long)demo->audit.lost, (unsigned long long)demo->audit.duplicated,
	       (unsigned long long)demo->audit.receipts);
	if (demo->wishes.once && demo->wishes.keep == NULL) {
		printf("To look further, keep the nodes: %s demo --keep DIR\n", demo->town.program);
		return;
	}
	printf("Look further (Viet Nam; Thailand is in %s):\n", demo->town.nodes[1].directory);
	printf("  what was taken and refused   ls -R %s/parties\n", node->directory);
	printf("  the timeline of a message    %s status --config %s GBT-XK-2026-0141\n", demo->town.program,
	       node->config_path);
	printf("  what waits, and why          %s queue --config %s\n", demo->town.program,
	       node->config_path);
	printf("  every record                 %s ledger list --config %s\n", demo->town.program,
	       node->config_path);
	printf("  is all of it true?           %s ledger verify --config %s\n", demo->town.program,
	       node->config_path);
	if (demo->wishes.keep != NULL)
		printf("  proofs of single documents   %s verify --trust %s/trust %s/*.evidence\n",
		       demo->town.program, demo->town.directory, demo->town.directory);
	fflush(stdout);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	return remove(path);
}

static int end(struct demo *demo)
{
	double seconds = seconds_of(demo);
	enum err err = town_audit(&demo->town, &demo->audit);

	if (err != OK) {
		fprintf(stderr, "sampan demo: the nodes cannot be asked: %s\n", err_text(err));
		return err_exit_code(err);
	}
	if (!demo->wishes.as_json)
		print_summary(demo, seconds);
	for (size_t i = 0; demo->wishes.keep != NULL && i < TOWN_NODES; i++)
		if (town_identity_tokens(&demo->town.nodes[i]) != OK)
			fprintf(stderr, "sampan demo: no tokens could be made for the parties\n");
	if (demo->wishes.keep != NULL && (err = demo_keep(&demo->town)) != OK)
		fprintf(stderr, "sampan demo: evidence and trust anchors could not be put into %s: %s\n",
			demo->town.directory, err_text(err));
	if (!demo->wishes.once && is_over == 0) {
		printf("\nBoth nodes go on running. Ctrl-C ends them.\n");
		fflush(stdout);
		while (is_over == 0)
			(void)pause();
	}
	if (demo->wishes.as_json)
		print_json(demo, seconds);
	return demo->audit.lost == demo->counts[0].held + demo->counts[1].held &&
			       demo->audit.duplicated == 0
		       ? EX_OK
		       : EX_SOFTWARE;
}

static enum err start(struct demo *demo, const char *directory, const char *program)
{
	struct findings findings;
	enum err err;

	findings_init(&findings, demo->arena);
	if ((err = schema_set_load(command_schemas_folder(), &findings, &demo->schemas)) != OK) {
		fprintf(stderr,
			"sampan demo: the schema set in %s: %s; `sampan schema check` says more\n",
			command_schemas_folder(), err_text(err));
		return err;
	}
	if ((err = town_make(&demo->town, directory, program)) != OK)
		return err;
	for (size_t i = 0; err == OK && i < TOWN_NODES; i++)
		err = town_launch(&demo->town.nodes[i], program);
	for (size_t i = 0; err == OK && i < TOWN_NODES; i++) {
		err = town_wait_until_up(&demo->town.nodes[i]);
		if (err != OK)
			fprintf(stderr, "sampan demo: a node does not start; see %s/node.log\n",
				demo->town.nodes[i].directory);
	}
	return err;
}

/* Each stage speaks of what the one before carried across: it waits until that has arrived. */
static enum err play_samples(struct demo *demo)
{
	enum err err = OK;

	for (unsigned stage = 0; err == OK && stage < DEMO_LODGE_STAGES && is_over == 0; stage++) {
		err = demo_lodge_samples(&demo->lodge, stage);
		if (err == OK)
			err = watch(demo);
	}
	return err;
}

static int run(struct demo *demo, int count, char **paths, const char *directory,
	       const char *program)
{
	enum err err;

	fprintf(stderr, "Two nodes, Viet Nam and Thailand, in %s ...\n", directory);
	if ((err = start(demo, directory, program)) != OK)
		return err_exit_code(err);
	demo->started_ms = clock_monotonic_ms();
	demo->lodge = (struct demo_lodge){
		.town = &demo->town, .arena = demo->arena, .schemas = demo->schemas};
	if (count == 0)
		err = play_samples(demo);
	for (int i = 1; err == OK && i <= count; i++)
		err = demo_lodge_path(&demo->lodge, paths[i]);
	if (err == OK && count > 0)
		err = watch(demo);
	if (err != OK) {
		fprintf(stderr, "sampan demo: %s\n", err_text(err));
		return err_exit_code(err);
	}
	return end(demo);
}

static const char *own_program(char *at, size_t room)
{
	ssize_t len = readlink("/proc/self/exe", at, room - 1);

	if (len <= 0)
		return NULL;
	at[len] = '\0';
	return at;
}

/* The folder of the demo: the one to keep, or a new one that is removed at the end. */
static const char *make_directory(const struct wishes *wishes, char *at, size_t room)
{
	const char *base = getenv("TMPDIR");

	if (wishes->keep != NULL) {
		if (mkdir(wishes->keep, 0700) != 0 && access(wishes->keep, W_OK) != 0)
			return NULL;
		return realpath(wishes->keep, at);
	}
	(void)snprintf(at, room, "%s/sampan-demo-XXXXXX",
		       base == NULL || strlen(base) > 40 ? "/tmp" : base);
	return mkdtemp(at);
}

int cmd_demo(int argc, char **argv)
{
	struct demo demo = {.is_live = isatty(STDERR_FILENO) == 1};
	const char *countries = NULL;
	const struct command_option options[] = {{"--once", NULL, &demo.wishes.once},
						 {"--json", NULL, &demo.wishes.as_json},
						 {"--keep", &demo.wishes.keep, NULL},
						 {"--countries", &countries, NULL},
						 {NULL, NULL, NULL}};
	int count = command_options(argc, argv, options, usage), code;
	char program_path[4096], directory_path[4096];
	const char *program = own_program(program_path, sizeof(program_path)), *directory;

	if (count < 0)
		return command_exit_code(count);
	if (countries != NULL && strcmp(countries, "2") != 0) {
		fputs("sampan demo: this version runs two countries; leave --countries out\n",
		      stderr);
		return EX_USAGE;
	}
	directory = make_directory(&demo.wishes, directory_path, sizeof(directory_path));
	demo.arena = arena_new(ARENA_BYTES);
	if (program == NULL || directory == NULL || demo.arena == NULL) {
		fputs("sampan demo: no folder can be made for the nodes\n", stderr);
		arena_free(demo.arena);
		return EX_CANTCREAT;
	}
	/* nobody is there to press Ctrl-C when nobody looks at a terminal */
	demo.wishes.once = demo.wishes.once || isatty(STDOUT_FILENO) != 1;
	(void)signal(SIGINT, on_signal);
	(void)signal(SIGTERM, on_signal);
	code = run(&demo, count, argv, directory, program);
	town_close(&demo.town);
	schema_set_free(demo.schemas);
	arena_free(demo.arena);
	if (demo.wishes.keep == NULL && code == EX_OK)
		(void)nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	else if (demo.wishes.keep == NULL)
		fprintf(stderr, "The nodes' folders are left in %s\n", directory);
	return code;
}
