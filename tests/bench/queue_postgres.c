/*
 * queue_postgres - PostgreSQL, a row with the document per transaction: one connection for each that
 * waits, a prepared insert that commits by itself, a server of its own in the benchmark's folder over
 * a local socket, with the settings that it comes with.
 */
#include "tests/bench/queue.h"

#ifndef BENCH_HAS_POSTGRES

static const char *postgres_open(struct queue_side *side)
{
	(void)side;
	return "not built in: libpq-dev is not installed";
}

struct queue_side queue_postgres = {.name = "PostgreSQL", .open = postgres_open};

#else

#include <fcntl.h>
#include <glob.h>
#include <libpq-fe.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define PATIENCE_S 60u
#define COMMAND_BYTES (6 * QUEUE_PATH_BYTES)

struct postgres {
	char programs[QUEUE_PATH_BYTES];
	PGconn *places[QUEUE_PLACES];
};

/* ---- The server ---- */

static bool find_programs(char programs[QUEUE_PATH_BYTES])
{
	glob_t found;
	bool is_there = glob("/usr/lib/postgresql/*/bin/initdb", 0, NULL, &found) == 0;

	if (is_there) {
		(void)snprintf(programs, QUEUE_PATH_BYTES, "%s",
			       found.gl_pathv[found.gl_pathc - 1]);
		programs[strlen(programs) - strlen("/initdb")] = '\0';
	}
	globfree(&found);
	return is_there;
}

/* PostgreSQL does not run as root. */
static void be_another(void)
{
	const struct passwd *user = getpwnam("postgres");

	if (geteuid() == 0 && (user == NULL || setgid(user->pw_gid) != 0 || setuid(user->pw_uid)))
		_exit(EX_NOPERM);
}

static void give_folder(const struct queue_side *side)
{
	const struct passwd *user = getpwnam("postgres");

	if (mkdir(side->folder, 0700) != 0 ||
	    (geteuid() == 0 &&
	     (user == NULL || chown(side->folder, user->pw_uid, user->pw_gid) != 0)))
		measure_fail("PostgreSQL gets no folder");
}

static _Noreturn void be_server(const struct queue_side *side, const struct postgres *postgres)
{
	char line[COMMAND_BYTES];
	int log = open("/dev/null", O_RDWR);

	(void)dup2(log, STDIN_FILENO);
	(void)dup2(log, STDOUT_FILENO);
	(void)dup2(log, STDERR_FILENO);
	if (chdir("/") != 0)
		_exit(EX_UNAVAILABLE);
	be_another();
	(void)snprintf(
		line, sizeof(line),
		"LC_ALL=C '%s/initdb' -D '%s/data' -A trust -U bench && exec '%s/postgres' -D '%s/data' -k '%s' "
		"-c listen_addresses= -c max_connections=%u",
		postgres->programs, side->folder, postgres->programs, side->folder, side->folder,
		QUEUE_PLACES + 20);
	(void)execl("/bin/sh", "sh", "-c", line, (char *)NULL);
	_exit(EX_UNAVAILABLE);
}

static PGconn *connect_once(const struct queue_side *side)
{
	char line[QUEUE_PATH_BYTES + 64];
	PGconn *connection;

	(void)snprintf(line, sizeof(line), "host=%s user=bench dbname=postgres", side->folder);
	connection = PQconnectdb(line);
	if (PQstatus(connection) == CONNECTION_OK)
		return connection;
	PQfinish(connection);
	return NULL;
}

static void order(PGconn *connection, const char *sql)
{
	PGresult *result = PQexec(connection, sql);

	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		measure_fail("PostgreSQL: %s", PQerrorMessage(connection));
	PQclear(result);
}

static const char *postgres_open(struct queue_side *side)
{
	struct postgres *postgres = calloc(1, sizeof(*postgres));
	unsigned tries = 0;

	if (postgres == NULL)
		measure_fail("no memory");
	side->state = postgres;
	if (!find_programs(postgres->programs))
		return "not installed";
	give_folder(side);
	if ((side->processes[0] = fork()) == 0)
		be_server(side, postgres);
	while ((postgres->places[0] = connect_once(side)) == NULL) {
		if (waitpid(side->processes[0], NULL, WNOHANG) != 0 || tries++ > PATIENCE_S * 5)
			return "does not start";
		(void)usleep(200000);
	}
	order(postgres->places[0],
	      "CREATE TABLE ledger (number bigserial PRIMARY KEY, document bytea NOT NULL)");
	for (unsigned i = 1; i < QUEUE_PLACES; i++)
		if ((postgres->places[i] = connect_once(side)) == NULL)
			measure_fail("PostgreSQL does not take all connections");
	for (unsigned i = 0; i < QUEUE_PLACES; i++)
		order(postgres->places[i],
		      "PREPARE put (bytea) AS INSERT INTO ledger (document) VALUES ($1)");
	return NULL;
}

static void postgres_close(struct queue_side *side)
{
	struct postgres *postgres = side->state;

	if (postgres == NULL)
		return;
	for (unsigned i = 0; i < QUEUE_PLACES; i++)
		PQfinish(postgres->places[i]);
	if (side->processes[0] > 0) {
		(void)kill(side->processes[0], SIGQUIT);
		(void)waitpid(side->processes[0], NULL, 0);
	}
	free(postgres);
}

/* It counts them itself. */
static uint64_t postgres_syncs(struct queue_side *side)
{
	struct postgres *postgres = side->state;
	PGresult *result = PQexec(postgres->places[0], "SELECT wal_sync FROM pg_stat_wal");
	uint64_t syncs = PQresultStatus(result) == PGRES_TUPLES_OK
				 ? strtoull(PQgetvalue(result, 0, 0), NULL, 10)
				 : 0;

	PQclear(result);
	return syncs;
}

/* ---- Documents ---- */

static void put(struct postgres *postgres, struct queue_round *round, unsigned place)
{
	struct bytes payload = queue_payload();
	const char *const values[] = {(const char *)payload.at};
	const int lengths[] = {(int)payload.len}, formats[] = {1};

	queue_ask(round, place);
	if (PQsendQueryPrepared(postgres->places[place], "put", 1, values, lengths, formats, 1) !=
	    1)
		measure_fail("PostgreSQL: %s", PQerrorMessage(postgres->places[place]));
}

static void take(struct postgres *postgres, struct queue_round *round, unsigned place)
{
	PGconn *connection = postgres->places[place];
	PGresult *result;

	if (PQconsumeInput(connection) != 1)
		measure_fail("PostgreSQL: %s", PQerrorMessage(connection));
	while (PQisBusy(connection) == 0) {
		if ((result = PQgetResult(connection)) == NULL) {
			queue_answered(round, place);
			if (queue_goes_on(round))
				put(postgres, round, place);
			return;
		}
		if (PQresultStatus(result) != PGRES_COMMAND_OK)
			measure_fail("PostgreSQL: %s", PQerrorMessage(connection));
		PQclear(result);
	}
}

static void postgres_run(struct queue_side *side, struct queue_round *round)
{
	struct postgres *postgres = side->state;
	struct pollfd wanted[QUEUE_PLACES];

	for (unsigned i = 0; i < round->waiting; i++) {
		wanted[i] = (struct pollfd){PQsocket(postgres->places[i]), POLLIN, 0};
		put(postgres, round, i);
	}
	while (round->under_way > 0) {
		if (poll(wanted, round->waiting, -1) < 0)
			measure_fail("PostgreSQL cannot be waited for");
		for (unsigned i = 0; i < round->waiting; i++)
			if (wanted[i].revents != 0)
				take(postgres, round, i);
	}
}

static void postgres_rest(struct queue_side *side)
{
	struct postgres *postgres = side->state;

	order(postgres->places[0], "TRUNCATE ledger");
}

struct queue_side queue_postgres = {
	.name = "PostgreSQL",
	.open = postgres_open,
	.run = postgres_run,
	.rest = postgres_rest,
	.close = postgres_close,
	.syncs = postgres_syncs,
};

#endif
