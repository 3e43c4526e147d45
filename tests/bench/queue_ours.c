/*
 * queue_ours - the ledger role and the seal, as a node runs them: two processes in their sandboxes,
 * asked over the node's own sockets (LEDGER_ACCEPT, as the gate asks).
 *
 * Each document is an application for a certificate that nobody is owed, so it brings one record:
 * with salt, hash, tree, identity and other keys, state, timeline. The answer is the receipt, under
 * a checkpoint that the seal signed and has on disk.
 *
 * Syncs are counted in both processes: fdatasync(), fsync(), msync() and writes to files opened
 * with O_DSYNC, by taking these calls of the C library over.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <lmdb.h>

#include "node/call.h"
#include "node/ledger_call.h"
#include "node/role.h"
#include "sampan/limit.h"
#include "tests/bench/ledger_node.h"
#include "tests/bench/queue.h"

#define ARENA_BYTES ((size_t)64 << 20)
#define SILENCE_MS 60000u
#define FILES 256
#define AT_ONCE 4u /* documents that leave together */

static _Atomic uint64_t *counted; /* shared by all processes of this program */

/* ---- Syncs ---- */

static void count(void)
{
	if (counted != NULL)
		(*counted)++;
}

int fdatasync(int fd)
{
	static int (*real)(int);

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "fdatasync");
	count();
	return real(fd);
}

int fsync(int fd)
{
	static int (*real)(int);

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "fsync");
	count();
	return real(fd);
}

int msync(void *at, size_t len, int flags)
{
	static int (*real)(void *, size_t, int);

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "msync");
	count();
	return real(at, len, flags);
}

/* A file keeps its flags, and these processes open each of theirs once. */
static void count_write(int fd)
{
	static signed char is_synced[FILES]; /* 0: not known yet */

	if (counted == NULL || fd < 0 || fd >= FILES)
		return;
	if (is_synced[fd] == 0)
		is_synced[fd] = (fcntl(fd, F_GETFL) & O_DSYNC) != 0 ? 1 : -1;
	if (is_synced[fd] == 1)
		count();
}

ssize_t pwrite(int fd, const void *from, size_t len, off_t offset)
{
	static ssize_t (*real)(int, const void *, size_t, off_t);

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "pwrite");
	count_write(fd);
	return real(fd, from, len, offset);
}

ssize_t pwrite64(int fd, const void *from, size_t len, off64_t offset)
{
	static ssize_t (*real)(int, const void *, size_t, off64_t);

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "pwrite64");
	count_write(fd);
	return real(fd, from, len, offset);
}

/* ---- The roles ---- */

struct ours {
	struct loop *loop;
	struct call_client *client;
	struct arena *arena, *answers;
	struct queue_round *round;
	unsigned unsent;
	struct place {
		struct ours *ours;
		unsigned number;
	} places[QUEUE_PLACES];
};

static pid_t start(const char *folder, const struct role_table *table)
{
	char config[QUEUE_PATH_BYTES + 16], word = 0;
	struct role_start life = {.config_path = config, .door_fd = -1, .parent = (long)getpid()};
	int ready[2];
	pid_t pid;

	(void)snprintf(config, sizeof(config), "%s/node.yaml", folder);
	if (pipe(ready) != 0 || (pid = fork()) < 0)
		measure_fail("a role cannot be started");
	if (pid == 0) {
		int log = open("/dev/null", O_WRONLY);

		(void)dup2(log, STDERR_FILENO);
		(void)close(ready[0]);
		life.ready_fd = ready[1];
		_exit(role_run(table, &life));
	}
	(void)close(ready[1]);
	if (read(ready[0], &word, 1) != 1 || word != ROLE_SAYS_READY)
		measure_fail("the role %s does not start", table->name);
	(void)close(ready[0]);
	return pid;
}

static const char *ours_open(struct queue_side *side)
{
	struct ours *ours = calloc(1, sizeof(*ours));
	const char *endpoint;
	sigset_t ends;

	(void)sigemptyset(&ends);
	(void)sigaddset(&ends, SIGTERM);
	(void)sigaddset(&ends, SIGINT);
	if (ours == NULL || (ours->arena = arena_new(ARENA_BYTES)) == NULL ||
	    (ours->answers = arena_new(ARENA_BYTES)) == NULL)
		measure_fail("no memory");
	ledger_node_make(side->folder, ours->arena);
	counted = mmap(NULL, sizeof(*counted), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		       -1, 0);
	if (counted == MAP_FAILED)
		measure_fail("no memory");
	side->processes[0] = start(side->folder, &role_seal);
	side->processes[1] = start(side->folder, &role_ledger);
	endpoint = arena_format(ours->arena, "ipc://%s/run/ledger.ipc", side->folder);
	if (loop_new(&ours->loop) != OK ||
	    call_client_open(ours->loop, endpoint, SILENCE_MS, &ours->client) != OK)
		measure_fail("no client of the ledger");
	(void)sigprocmask(SIG_UNBLOCK, &ends, NULL); /* a role's loop takes them for itself */
	for (unsigned i = 0; i < QUEUE_PLACES; i++)
		ours->places[i] = (struct place){ours, i};
	side->state = ours;
	return NULL;
}

static void ours_close(struct queue_side *side)
{
	struct ours *ours = side->state;

	call_client_close(ours->client);
	loop_free(ours->loop);
	for (unsigned i = 0; i < QUEUE_PROCESSES; i++) {
		(void)kill(side->processes[i], SIGTERM);
		(void)waitpid(side->processes[i], NULL, 0);
	}
	arena_free(ours->arena);
	arena_free(ours->answers);
	free(ours);
}

static uint64_t ours_syncs(struct queue_side *side)
{
	(void)side;
	return *counted;
}

/* Pages up to the last one; room that was made in advance is not counted (adapters/tail_lmdb.h). */
static uint64_t ours_disk(const struct queue_side *side)
{
	char folder[QUEUE_PATH_BYTES + 16];
	MDB_envinfo info = {0};
	MDB_stat stat = {0};
	MDB_env *env;

	(void)snprintf(folder, sizeof(folder), "%s/ledger", side->folder);
	if (mdb_env_create(&env) != 0 || mdb_env_open(env, folder, MDB_RDONLY, 0600) != 0 ||
	    mdb_env_info(env, &info) != 0 || mdb_env_stat(env, &stat) != 0)
		measure_fail("the store cannot be looked at");
	mdb_env_close(env);
	return ((uint64_t)info.me_last_pgno + 1) * stat.ms_psize;
}

/* ---- Documents ---- */

static void on_answer(void *context, enum err err, struct bytes body);

static void ask(struct place *place)
{
	struct ours *ours = place->ours;
	struct intake intake = {.party = "gom", .document = queue_payload()};
	struct buffer body;

	arena_clear(ours->answers);
	facts_init(&intake.facts, ours->answers);
	findings_init(&intake.findings, ours->answers);
	ledger_node_facts(queue_serial(), ours->answers, &intake.facts);
	buffer_init(&body, LIMIT_CALL_BYTES);
	ledger_pack_intake(&body, &intake);
	queue_ask(ours->round, place->number);
	if (call_ask(ours->client, LEDGER_ACCEPT, buffer_bytes(&body), on_answer, place) != OK)
		measure_fail("the ledger cannot be asked");
	buffer_clear(&body);
	if (++ours->unsent == AT_ONCE) { /* as the other clients, which send each at once */
		socket_flush(loop_context(ours->loop));
		ours->unsent = 0;
	}
}

static void on_answer(void *context, enum err err, struct bytes body)
{
	struct place *place = context;
	struct ours *ours = place->ours;
	struct ledger_accepted accepted;

	arena_clear(ours->answers);
	if (err != OK || ledger_unpack_accepted(body, ours->answers, &accepted) != OK ||
	    accepted.verdict != INTAKE_ACCEPTED || accepted.receipt.len == 0)
		measure_fail("the ledger did not take a document: %s", err_name(err));
	queue_answered(ours->round, place->number);
	if (queue_goes_on(ours->round))
		ask(place);
	else if (ours->round->under_way == 0)
		loop_stop(ours->loop);
}

static void ours_run(struct queue_side *side, struct queue_round *round)
{
	struct ours *ours = side->state;

	ours->round = round;
	for (unsigned i = 0; i < round->waiting; i++)
		ask(&ours->places[i]);
	if (loop_run(ours->loop) != OK)
		measure_fail("the loop failed");
}

struct queue_side queue_ours = {
	.name = "sampan",
	.open = ours_open,
	.run = ours_run,
	.close = ours_close,
	.disk = ours_disk,
	.syncs = ours_syncs,
};
