/*
 * bench_ledger - the ledger with many who wait, against a RabbitMQ quorum queue and PostgreSQL; and
 * as it grows.
 *
 * First, documents of 8 KB with 1, 16, 64 and 256 that wait at once, each side a server of its own on
 * the same disk (queue.h). Rounds alternate, so that what disturbs the machine disturbs all. Then the
 * ledger alone against bare LMDB (ledger_bare.c), and what a record costs in a small and in a large
 * ledger, with lists, proofs, verification and opening (ledger_growth.c).
 *
 * The stores lie beside this program and are removed at the end. --growth leaves out all but the last
 * part; --soak makes the large ledger one of 10 million documents (--documents=N: of N), where there is room. --alone=64 is only
 * ours, and only with so many that wait: for a profiler. --waiting=64 is all sides, with only so many.
 */
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "tests/bench/ledger_parts.h"
#include "tests/bench/queue.h"

#define SIDES 3u
#define ROUNDS 5u
#define ROUND_US 3e6
#define QUICK_ROUNDS 3u
#define QUICK_ROUND_US 0.5e6
#define WARM_US 0.3e6
#define MAX_PROCESSES 4096u
#define BYTES_EACH 3000u /* on disk, as the ledger grows; with some to spare */

static char folder[MEASURE_PATH_BYTES / 2];

/* ---- Documents ---- */

static const char line_of_text[] =
	"<GoodsItem><Sequence>1</Sequence><Commodity><Description>Bát sứ men lam</Description>"
	"<Classification>691110</Classification></Commodity><Origin>VN</Origin></GoodsItem>\n";
static uint64_t serial;

static uint64_t next_random(void)
{
	static uint64_t state = 88172645463325252u;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static void put_digits(char *to, uint64_t number)
{
	for (size_t i = 0; i < 16; i++)
		to[i] = "0123456789abcdef"[number >> (60 - 4 * i) & 15];
}

/* Text as in documents, and 32 digits by chance in each 256 bytes. */
struct bytes queue_payload(void)
{
	static char payload[QUEUE_PAYLOAD_BYTES + 64];

	if (serial++ == 0)
		for (size_t i = 0; i < QUEUE_PAYLOAD_BYTES; i++)
			payload[i] = line_of_text[i % (sizeof(line_of_text) - 1)];
	for (size_t i = 0; i < QUEUE_PAYLOAD_BYTES; i += 256) {
		put_digits(payload + i, next_random());
		put_digits(payload + i + 16, next_random());
	}
	return bytes_of(payload, QUEUE_PAYLOAD_BYTES);
}

uint64_t queue_serial(void)
{
	return serial;
}

bool queue_goes_on(const struct queue_round *round)
{
	return measure_clock_us(CLOCK_MONOTONIC) < round->until_us;
}

void queue_ask(struct queue_round *round, unsigned place)
{
	round->asked_us[place] = measure_clock_us(CLOCK_MONOTONIC);
	round->under_way++;
}

void queue_answered(struct queue_round *round, unsigned place)
{
	if (round->took_count < QUEUE_SAMPLES)
		round->took_us[round->took_count++] =
			measure_clock_us(CLOCK_MONOTONIC) - round->asked_us[place];
	round->under_way--;
	round->done++;
}

/* ---- What the servers use ---- */

struct process {
	pid_t pid, parent;
};

static size_t list_processes(struct process *processes)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	size_t count = 0;

	while (proc != NULL && count < MAX_PROCESSES && (entry = readdir(proc)) != NULL) {
		char path[300], text[512], *end;
		int parent = 0;
		FILE *file;

		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		(void)snprintf(path, sizeof(path), "/proc/%s/stat", entry->d_name);
		if ((file = fopen(path, "r")) == NULL)
			continue;
		text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
		(void)fclose(file);
		if ((end = strrchr(text, ')')) == NULL || sscanf(end, ") %*c %d", &parent) != 1)
			continue;
		processes[count++] = (struct process){(pid_t)atoi(entry->d_name), parent};
	}
	if (proc != NULL)
		(void)closedir(proc);
	return count;
}

static double cpu_of(pid_t pid)
{
	clockid_t clock;
	struct timespec used;

	if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
		return 0;
	return (double)used.tv_sec * 1e6 + (double)used.tv_nsec / 1e3;
}

/* Of the server's processes and their children, as long as they live. */
static double cpu_us_of(const struct queue_side *side)
{
	static struct process processes[MAX_PROCESSES];
	size_t count = list_processes(processes);
	double us = 0;

	for (size_t i = 0; i < count; i++)
		for (size_t root = 0; root < QUEUE_PROCESSES; root++)
			if (side->processes[root] != 0 &&
			    (processes[i].pid == side->processes[root] ||
			     processes[i].parent == side->processes[root]))
				us += cpu_of(processes[i].pid);
	return us;
}

static uint64_t disk_bytes;

static int add_file(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)path;
	(void)where;
	if (type == FTW_F)
		disk_bytes += (uint64_t)status->st_blocks * 512;
	return 0;
}

static uint64_t disk_of(const struct queue_side *side)
{
	if (side->disk != NULL)
		return side->disk(side);
	disk_bytes = 0;
	(void)nftw(side->folder, add_file, 16, FTW_PHYS);
	return disk_bytes;
}

/* ---- Rounds ---- */

enum figure { PER_SECOND, CPU_US, SYNCS, P50_US, P99_US, DISK, FIGURES };

static const char *const figure_names[FIGURES] = {"perSecond", "cpuUs", "syncs",
						  "p50Us",     "p99Us", "bytesOnDisk"};

struct measured {
	double rounds[FIGURES][ROUNDS];
	double median[FIGURES];
	double ratio; /* ours per second ÷ its, in the same round; median */
};

static void run_round(struct queue_side *side, unsigned waiting, double us, double *ret_figures)
{
	static double took_us[QUEUE_SAMPLES];
	struct queue_round round = {.waiting = waiting, .took_us = took_us};
	uint64_t syncs = side->syncs == NULL ? 0 : side->syncs(side);
	double cpu_us = cpu_us_of(side), disk = (double)disk_of(side);
	double began_us = measure_clock_us(CLOCK_MONOTONIC), count;

	round.until_us = began_us + us;
	side->run(side, &round);
	count = (double)round.done;
	ret_figures[PER_SECOND] = count * 1e6 / (measure_clock_us(CLOCK_MONOTONIC) - began_us);
	ret_figures[CPU_US] = (cpu_us_of(side) - cpu_us) / count;
	ret_figures[SYNCS] = side->syncs == NULL ? 0 : (double)(side->syncs(side) - syncs) / count;
	ret_figures[DISK] = ((double)disk_of(side) - disk) / count;
	ret_figures[P50_US] = measure_percentile(took_us, round.took_count, 0.5);
	ret_figures[P99_US] = measure_percentile(took_us, round.took_count, 0.99);
	if (side->rest != NULL)
		side->rest(side);
}

static void summarise(struct measured *measured, const struct measured *ours, unsigned rounds)
{
	double ratios[ROUNDS];

	for (unsigned i = 0; i < rounds; i++)
		ratios[i] = ours->rounds[PER_SECOND][i] / measured->rounds[PER_SECOND][i];
	measured->ratio = measure_percentile(ratios, rounds, 0.5);
	for (unsigned figure = 0; figure < FIGURES; figure++) {
		double values[ROUNDS];

		memcpy(values, measured->rounds[figure], sizeof(values));
		measured->median[figure] = measure_percentile(values, rounds, 0.5);
	}
}

static json_t *json_of(const struct measured *measured, bool counts_syncs)
{
	json_t *json = json_object();

	for (unsigned i = 0; i < FIGURES; i++)
		(void)json_object_set_new(json, figure_names[i],
					  i == SYNCS && !counts_syncs
						  ? json_null()
						  : json_real(measure_round(measured->median[i])));
	(void)json_object_set_new(json, "ratio", json_real(measure_round(measured->ratio)));
	return json;
}

static void print_line(unsigned waiting, const struct queue_side *side,
		       const struct measured *measured)
{
	char syncs[32] = "-";

	if (side->syncs != NULL)
		(void)snprintf(syncs, sizeof(syncs), "%.3f", measured->median[SYNCS]);
	printf("%7u %-12s %9.0f %9.1f %8s %9.2f %9.2f %9.0f %8.2f\n", waiting, side->name,
	       measured->median[PER_SECOND], measured->median[CPU_US], syncs,
	       measured->median[P50_US] / 1e3, measured->median[P99_US] / 1e3,
	       measured->median[DISK], measured->ratio);
}

/* sides[0] is ours. */
static json_t *race(const struct measure_options *options, struct queue_side **sides, size_t count,
		    unsigned waiting)
{
	struct measured measured[SIDES];
	unsigned rounds = options->is_once ? 1 : options->is_quick ? QUICK_ROUNDS : ROUNDS;
	double us = options->is_once ? 5e4 : options->is_quick ? QUICK_ROUND_US : ROUND_US;
	json_t *json = json_pack("{s:I}", "waiting", (json_int_t)waiting);

	for (unsigned i = 0; i < rounds; i++)
		for (size_t side = 0; side < count; side++) {
			double figures[FIGURES];

			if (i == 0 && !options->is_once)
				run_round(sides[side], waiting, WARM_US, figures);
			run_round(sides[side], waiting, us, figures);
			for (unsigned figure = 0; figure < FIGURES; figure++)
				measured[side].rounds[figure][i] = figures[figure];
		}
	for (size_t side = 0; side < count; side++) {
		summarise(&measured[side], &measured[0], rounds);
		if (!options->as_json)
			print_line(waiting, sides[side], &measured[side]);
		(void)json_object_set_new(json, sides[side]->name,
					  json_of(&measured[side], sides[side]->syncs != NULL));
	}
	return json;
}

static struct queue_side *const all[SIDES] = {&queue_ours, &queue_rabbit, &queue_postgres};

static void close_sides(void)
{
	for (size_t i = 0; i < SIDES; i++) {
		if (all[i]->is_open && all[i]->state != NULL)
			all[i]->close(all[i]);
		all[i]->is_open = false;
	}
}

static void race_all(const struct measure_options *options, bool is_alone, unsigned only_waiting,
		     json_t *json)
{
	static const unsigned waiting[] = {1, 16, 64, QUEUE_PLACES};
	struct queue_side *sides[SIDES];
	size_t count = 0, all_count = is_alone ? 1 : SIDES;
	json_t *cases = json_array(), *away = json_object();

	for (size_t i = 0; i < all_count; i++) {
		const char *why;

		(void)snprintf(all[i]->folder, sizeof(all[i]->folder), "%s/%zu", folder, i);
		all[i]->is_open = all[i]->close != NULL;
		why = all[i]->open(all[i]);
		if (why == NULL) {
			sides[count++] = all[i];
			continue;
		}
		(void)json_object_set_new(away, all[i]->name, json_string(why));
		if (!options->as_json)
			printf("%s takes no part: %s\n", all[i]->name, why);
	}
	if (!options->as_json)
		printf("Documents of 8 KB, durable when answered; medians of rounds; ratio: ours per second ÷ its\n"
		       "%7s %-12s %9s %9s %8s %9s %9s %9s %8s\n",
		       "waiting", "", "a second", "CPU us", "syncs", "p50 ms", "p99 ms", "on disk",
		       "ratio");
	for (size_t i = 0; i < sizeof(waiting) / sizeof(waiting[0]); i++)
		if (only_waiting == 0 || only_waiting == waiting[i])
			(void)json_array_append_new(cases, race(options, sides, count, waiting[i]));
	close_sides();
	(void)json_object_set_new(json, "cases", cases);
	(void)json_object_set_new(json, "away", away);
}

/* ---- The whole ---- */

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	return remove(path);
}

static void clean_up(void)
{
	close_sides();
	(void)nftw(folder, remove_one, 64, FTW_DEPTH | FTW_PHYS);
}

static bool take_flag(int *argc, char **argv, const char *flag)
{
	for (int i = 1; i < *argc; i++)
		if (strcmp(argv[i], flag) == 0) {
			memmove(argv + i, argv + i + 1, (size_t)(*argc - i) * sizeof(*argv));
			(*argc)--;
			return true;
		}
	return false;
}

/* --alone=64 */
static unsigned take_number(int *argc, char **argv, const char *flag)
{
	size_t len = strlen(flag);

	for (int i = 1; i < *argc; i++)
		if (strncmp(argv[i], flag, len) == 0 && argv[i][len] == '=') {
			unsigned number = (unsigned)atoi(argv[i] + len + 1);

			(void)take_flag(argc, argv, argv[i]);
			return number;
		}
	return 0;
}

/* Else it is left out, and says so. */
static bool has_room_for(uint64_t documents)
{
	uint64_t needed = documents * BYTES_EACH;
	struct statvfs status;

	if (statvfs(folder, &status) != 0 || status.f_bavail * status.f_frsize >= needed)
		return true;
	printf("left out: %llu documents need %llu MB in %s, and there are %llu\n",
	       (unsigned long long)documents, (unsigned long long)needed >> 20, folder,
	       (unsigned long long)(status.f_bavail * status.f_frsize) >> 20);
	return false;
}

static void on_signal(int signal)
{
	exit(128 + signal);
}

int main(int argc, char **argv)
{
	bool is_soak = take_flag(&argc, argv, "--soak");
	bool is_growth = take_flag(&argc, argv, "--growth") || is_soak;
	unsigned alone = take_number(&argc, argv, "--alone");
	unsigned waiting = take_number(&argc, argv, "--waiting");
	unsigned documents = take_number(&argc, argv, "--documents");
	struct ledger_growth_options growth = {.small = 10000, .large = 1000000};
	struct measure_options options;
	json_t *json = json_pack("{s:s, s:s}", "bench", "ledger", "of",
				 "documents a second, durable when answered");

	measure_begin(argc, argv, &options);
	(void)snprintf(folder, sizeof(folder), "%s/ledger-XXXXXX", options.folder);
	if (mkdtemp(folder) == NULL || chmod(folder, 0711) != 0)
		measure_fail("no folder can be made in %s", options.folder);
	(void)atexit(clean_up);
	(void)signal(SIGINT, on_signal);
	(void)signal(SIGTERM, on_signal);
	if (options.is_quick)
		growth.large = 100000;
	if (options.is_once)
		growth.small = 100, growth.large = 1000;
	if (is_soak)
		growth.large = 10000000;
	if (documents > 0)
		growth.large = documents;
	if ((is_soak || documents > 0) && !has_room_for(growth.large))
		return EX_OK;
	if (alone > 0 || waiting > 0)
		race_all(&options, alone > 0, alone > 0 ? alone : waiting, json);
	if (!is_growth && alone == 0 && waiting == 0) {
		race_all(&options, false, 0, json);
		ledger_bare_race(&options, folder, json);
	}
	if (alone == 0 && waiting == 0)
		ledger_growth_measure(&options, &growth, folder, json);
	if (options.as_json)
		measure_print_json(json);
	else
		json_decref(json);
	return EX_OK;
}
