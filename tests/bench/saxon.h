/*
 * saxon - Saxon-HE as a rival: a Java process that runs when asked (TranslateSaxon.java).
 *
 * Wanted are a JDK (java compiles the one source file itself) and Saxon's jar, where Debian's
 * libsaxonhe-java puts it or where SAXON_JAR says. Where one is missing, there is no such rival.
 */
#ifndef TESTS_BENCH_SAXON_H
#define TESTS_BENCH_SAXON_H

#include <sys/stat.h>
#include <sys/wait.h>

#include "sampan/arena.h"
#include "sampan/facts.h"
#include "tests/bench/measure.h"

#define SAXON_JAR "/usr/share/java/Saxon-HE.jar"
#define SAXON_ARGUMENTS 64u

struct saxon {
	pid_t process;
	FILE *to;
	FILE *from;
	char folder[64];
	struct bytes output; /* of the arena */
};

static inline const char *saxon_jar(void)
{
	const char *jar = getenv("SAXON_JAR");

	return jar == NULL ? SAXON_JAR : jar;
}

/* Why there is none; NULL when there is one. */
static inline const char *saxon_missing(void)
{
	if (access(saxon_jar(), R_OK) != 0)
		return "Saxon-HE is not installed (Debian: libsaxonhe-java)";
	if (system("javac -version >/dev/null 2>&1") != 0)
		return "no JDK is installed (Debian: default-jdk-headless)";
	return NULL;
}

static inline const char *saxon_path(const struct saxon *saxon, struct arena *arena,
				     const char *name)
{
	const char *path = arena_format(arena, "%s/%s", saxon->folder, name);

	if (path == NULL)
		measure_fail("no memory");
	return path;
}

static inline const char *saxon_write(const struct saxon *saxon, struct arena *arena,
				      const char *name, struct bytes bytes)
{
	const char *path = saxon_path(saxon, arena, name);
	FILE *file = fopen(path, "w");

	if (file == NULL || fwrite(bytes.at, 1, bytes.len, file) != bytes.len || fclose(file) != 0)
		measure_fail("%s cannot be written", path);
	return path;
}

static inline void saxon_start(struct saxon *saxon, char *const *arguments)
{
	int to[2], from[2];

	if (pipe(to) != 0 || pipe(from) != 0 || (saxon->process = fork()) < 0)
		measure_fail("no process for Saxon");
	if (saxon->process == 0) {
		(void)dup2(to[0], 0);
		(void)dup2(from[1], 1);
		(void)close(to[1]);
		(void)close(from[0]);
		(void)execvp(arguments[0], arguments);
		_exit(EX_UNAVAILABLE);
	}
	(void)close(to[0]);
	(void)close(from[1]);
	saxon->to = fdopen(to[1], "w");
	saxon->from = fdopen(from[0], "r");
	if (saxon->to == NULL || saxon->from == NULL)
		measure_fail("no memory");
}

static inline void saxon_read_output(struct saxon *saxon, struct arena *arena, const char *path)
{
	FILE *file = fopen(path, "r");
	struct stat status;
	uint8_t *at;

	if (file == NULL || fstat(fileno(file), &status) != 0 ||
	    (at = arena_alloc(arena, (size_t)status.st_size + 1)) == NULL ||
	    fread(at, 1, (size_t)status.st_size, file) != (size_t)status.st_size)
		measure_fail("Saxon wrote nothing");
	(void)fclose(file);
	saxon->output = bytes_of(at, (size_t)status.st_size);
}

/* Begin, warm up, and have its output. `source` is TranslateSaxon.java. */
static inline void saxon_open(struct saxon *saxon, const char *source, struct bytes stylesheet,
			      struct bytes document, const struct fact *facts, unsigned warm_ms,
			      struct arena *arena)
{
	char *arguments[SAXON_ARGUMENTS];
	char java[] = "java", options[] = "-cp", quiet[] = "-Xshare:auto", line[64];
	const char *output;
	size_t count = 0;

	*saxon = (struct saxon){.folder = "/tmp/sampan-bench-XXXXXX"};
	if (mkdtemp(saxon->folder) == NULL)
		measure_fail("no folder for Saxon");
	output = saxon_path(saxon, arena, "output.xml");
	arguments[count++] = java;
	arguments[count++] = quiet;
	arguments[count++] = options;
	arguments[count++] = arena_format(arena, "%s", saxon_jar());
	arguments[count++] = arena_format(arena, "%s", source);
	arguments[count++] =
		arena_format(arena, "%s", saxon_write(saxon, arena, "stylesheet.xsl", stylesheet));
	arguments[count++] =
		arena_format(arena, "%s", saxon_write(saxon, arena, "document.xml", document));
	arguments[count++] = arena_format(arena, "%s", output);
	arguments[count++] = arena_format(arena, "%u", warm_ms);
	for (; facts->name != NULL && count < SAXON_ARGUMENTS - 1; facts++)
		arguments[count++] = arena_format(arena, "%s=%s", facts->name, facts->value);
	arguments[count] = NULL;
	saxon_start(saxon, arguments);
	if (fgets(line, sizeof(line), saxon->from) == NULL || strcmp(line, "ready\n") != 0)
		measure_fail("Saxon fails; its files are in %s", saxon->folder);
	saxon_read_output(saxon, arena, output);
}

static inline struct measure saxon_run(const struct saxon *saxon, unsigned times)
{
	char line[128];
	long long cpu_ns, wall_ns;

	if (fprintf(saxon->to, "%u\n", times) < 0 || fflush(saxon->to) != 0 ||
	    fgets(line, sizeof(line), saxon->from) == NULL ||
	    sscanf(line, "%lld %lld", &cpu_ns, &wall_ns) != 2)
		measure_fail("Saxon has ended");
	return (struct measure){(double)cpu_ns / 1e3 / times, (double)wall_ns / 1e3 / times};
}

static inline void saxon_close(struct saxon *saxon)
{
	static const char *const names[] = {"stylesheet.xsl", "document.xml", "output.xml"};
	char path[128];

	(void)fclose(saxon->to);
	(void)fclose(saxon->from);
	(void)waitpid(saxon->process, NULL, 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", saxon->folder, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(saxon->folder);
}

#endif
