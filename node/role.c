#include "node/role.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "node/document_key.h"
#include "node/plain.h"
#include "node/trust_folder.h"
#include "node/validity.h"
#include "sampan/process.h"
#include "sampan/sandbox.h"

#define ROLE_ARENA_BYTES ((size_t)16 * 1024 * 1024)
#define ROLE_MEMORY_BYTES ((size_t)2 * 1024 * 1024 * 1024)
#define ROLE_LINE_BYTES 2048u
#define MAX_PATHS 64u
#define IPC "ipc://"

const char *role_endpoint(const struct config *config, const char *service, struct arena *arena)
{
	return arena_format(arena, IPC "%s/run/%s.ipc", config->directory, service);
}

/* One write() per line, so that lines of several processes never mix. */
void role_log(const struct role *role, const char *level, const char *event, const char *format,
	      ...)
{
	char line[ROLE_LINE_BYTES];
	va_list arguments;
	int len, more;

	len = snprintf(line, sizeof(line), "%s %s role=%s", level, event, role->name);
	if (strcmp(role->name, "worker") == 0)
		len += snprintf(line + len, sizeof(line) - (size_t)len, " index=%u", role->index);
	if (*format != '\0')
		line[len++] = ' ';
	va_start(arguments, format);
	more = vsnprintf(line + len, sizeof(line) - (size_t)len - 1, format, arguments);
	va_end(arguments);
	len += more < 0 ? 0 : more;
	if ((size_t)len > sizeof(line) - 2)
		len = (int)sizeof(line) - 2;
	len = (int)plain_make(line, (size_t)len);
	line[len++] = '\n';
	if (write(STDERR_FILENO, line, (size_t)len) < 0)
		return; /* nobody reads the log any more; there is nothing better to do */
}

/* ---- The sandbox ---- */

struct paths {
	const char *list[MAX_PATHS];
	const char *read[MAX_PATHS];
	const char *write[MAX_PATHS];
	size_t read_count;
	size_t write_count;
};

static struct sandbox_paths limits_of(const struct paths *paths)
{
	return (struct sandbox_paths){
		.list = paths->list, .read = paths->read, .write = paths->write};
}

static void may_read(struct paths *paths, const char *path)
{
	assert(paths->read_count + 1 < MAX_PATHS);
	if (path != NULL)
		paths->read[paths->read_count++] = path;
}

static void may_write(struct paths *paths, const char *path)
{
	assert(paths->write_count + 1 < MAX_PATHS);
	if (path != NULL)
		paths->write[paths->write_count++] = path;
}

/* What a role may touch as long as it lives. */
static void add_lasting_paths(struct paths *paths, const struct role *role, unsigned may)
{
	static const char *const resolver[] = {"/etc/resolv.conf",
					       "/etc/hosts",
					       "/etc/nsswitch.conf",
					       "/etc/host.conf",
					       "/etc/gai.conf",
					       "/etc/services",
					       "/etc/ld.so.cache",
					       "/usr/lib",
					       "/lib",
					       NULL};
	const char *directory = role->config->directory;

	may_read(paths, "/dev/urandom");
	if (may != 0) /* a worker only connects; what it could bind it could pretend to be */
		may_write(paths, arena_format(role->arena, "%s/run", directory));
	if (may & ROLE_MAY_READ_FILES)
		may_read(paths, arena_format(role->arena, "%s/parties", directory));
	if (may & ROLE_MAY_WRITE_FILES)
		may_write(paths, arena_format(role->arena, "%s/parties", directory));
	if (may & ROLE_MAY_LEDGER)
		may_write(paths, arena_format(role->arena, "%s/ledger", directory));
	if (may & ROLE_MAY_SEAL)
		may_write(paths, arena_format(role->arena, "%s/seal", directory));
	for (size_t i = 0; (may & ROLE_MAY_TCP) && resolver[i] != NULL; i++)
		may_read(paths, resolver[i]);
}

static void report(const struct role *role, const char *what, enum err err)
{
	if (err != OK)
		role_log(role, "warn", "sandbox-incomplete", "lacks=%s error=%s", what,
			 err_name(err));
}

/* No key: certificates that an operator watches, and the list of those that sign documents. */
static void add_watched_paths(struct paths *paths, const struct role *role)
{
	const char *files[VALIDITY_COUNT];
	size_t count = 0;

	(void)validity_paths(role->config, true, role->arena, files, &count);
	for (size_t i = 0; i < count; i++)
		may_read(paths, files[i]);
	may_read(paths, arena_format(role->arena, "%s/" DOCUMENT_KEY_TABLE, role->config->directory));
}

static void add_door_paths(struct paths *paths, const struct config *config)
{
	const char *const files[] = {config->https.certificate, config->https.key,
				     config->https.client_ca};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (files[i] != NULL && *files[i] != '\0')
			may_read(paths, files[i]);
}

/*
 * Before open(): the process has one thread, and all it begins inherit this. Keys and schemas can
 * still be read.
 */
static void limit_at_start(const struct role *role, unsigned may)
{
	struct paths paths = {0};
	struct sandbox_paths limits;

	add_lasting_paths(&paths, role, may);
	may_read(&paths, role->config->schemas);
	may_read(&paths, "/dev/null");
	may_read(&paths, "/proc/self");
	may_read(&paths, "/sys/devices/system/cpu");
	if (may & ROLE_MAY_TCP) {
		may_read(&paths, arena_format(role->arena, "%s/keys", role->config->directory));
		may_read(&paths, "/etc/ssl"); /* whom receivers of webhooks are verified with */
		may_read(&paths, "/etc/pki");
	}
	if (may == 0 || (may & ROLE_MAY_LEDGER) != 0) /* whom a verdict rests on */
		may_read(&paths,
			 arena_format(role->arena, "%s/" TRUST_FOLDER, role->config->directory));
	if (may == 0) {
		if (role->config->stamps.trust != NULL && *role->config->stamps.trust != '\0')
			may_read(&paths, role->config->stamps.trust);
	}
	if (may & ROLE_MAY_LEDGER) /* the store syncs the folder that its own stands in */
		paths.list[0] = role->config->directory;
	if (may & ROLE_MAY_SERVE) {
		add_door_paths(&paths, role->config);
		add_watched_paths(&paths, role);
		may_read(&paths, /* who was revoked */
			 arena_format(role->arena, "%s/" TRUST_FOLDER, role->config->directory));
	}
	limits = limits_of(&paths);
	report(role, "landlock", sandbox_limit_paths(&limits));
}

/* After open(): only what lasts. Binds this thread, and those that it begins. */
static void limit_paths_for_good(const struct role *role, unsigned may)
{
	struct paths paths = {0};
	struct sandbox_paths limits;
	enum err err;

	add_lasting_paths(&paths, role, may);
	limits = limits_of(&paths);
	limits.no_tcp = (may & ROLE_MAY_TCP) == 0;
	err = sandbox_limit_paths(&limits);
	if (err != ERR_UNAVAILABLE) /* then it was reported at the start */
		report(role, "landlock", err);
}

/* Behind that, and behind the threads that a role begins: binds them all. */
static void limit_for_good(const struct role *role, unsigned may)
{
	/* threads are for the libraries that talk to the internet */
	struct sandbox_calls calls = {.may_open = may != 0,
				      .may_tcp = (may & ROLE_MAY_TCP) != 0,
				      .may_thread = (may & ROLE_MAY_TCP) != 0};

	report(role, "seccomp", sandbox_limit_calls(&calls));
	if (may == 0)
		report(role, "memory-limit", sandbox_limit_memory(ROLE_MEMORY_BYTES));
}

/* ---- One life of a role ---- */

static enum err tell(const struct role *role, char word)
{
	return role->ready_fd < 0 || write(role->ready_fd, &word, 1) == 1 ? OK : ERR_IO;
}

void role_let_go(struct role *role, const char *const *services)
{
	for (; *services != NULL; services++) {
		const char *endpoint = role_endpoint(role->config, *services, role->arena);

		if (endpoint != NULL)
			(void)unlink(endpoint + strlen(IPC));
	}
	role->has_let_go = true;
	if (tell(role, ROLE_SAYS_LET_GO) != OK)
		role_log(role, "warn", "let-go-untold", "%s", "");
}

static enum err live(const struct role_table *table, struct role *role)
{
	enum err err;

	limit_at_start(role, table->may);
	process_keep_memory(ROLE_KEPT_BYTES);
	if ((err = loop_new(&role->loop)) != OK)
		return err;
	if ((err = table->open(role)) != OK) {
		role_log(role, "error", "open-failed", "error=%s", err_name(err));
		goto out;
	}
	limit_paths_for_good(role, table->may);
	if (table->begin_threads != NULL && (err = table->begin_threads(role)) != OK) {
		role_log(role, "error", "threads-failed", "error=%s", err_name(err));
		table->close(role);
		goto out;
	}
	limit_for_good(role, table->may);
	if ((err = tell(role, ROLE_SAYS_READY)) == OK) {
		role_log(role, "info", "ready", "pid=%ld", (long)getpid());
		err = loop_run(role->loop);
	}
	table->close(role);
	role_log(role, "info", "stopped", "error=%s", err_name(err));
out:
	loop_free(role->loop);
	return err;
}

static int finish(struct arena *arena, struct config *config, int code)
{
	config_free(config);
	arena_free(arena);
#ifdef __SANITIZE_ADDRESS__
	/* The leak check at exit traces its own process, which the sandbox forbids. */
	_exit(code);
#endif
	return code;
}

int role_run(const struct role_table *table, const struct role_start *start)
{
	struct role role = {.name = table->name,
			    .index = start->index,
			    .door_fd = start->door_fd,
			    .ready_fd = start->ready_fd};
	struct config *config = NULL;
	const char *message = "";
	enum err err;

	char name[16];

	(void)snprintf(name, sizeof(name), "sampan-%.8s", table->name);
	process_name(name);
	process_harden();
	if (start->parent != 0 && !process_die_with(start->parent))
		return EX_TEMPFAIL;
	role.arena = arena_new(ROLE_ARENA_BYTES);
	if (role.arena == NULL)
		return EX_OSERR;
	err = config_load(start->config_path, role.arena, &config, &message);
	if (err != OK) {
		role_log(&role, "error", "configuration", "why=\"%s\"", message);
		return finish(role.arena, config, EX_CONFIG);
	}
	role.config = config;
	err = live(table, &role);
	return finish(role.arena, config, err_exit_code(err));
}
