/*
 * What those who may write into a folder can put there to reach other files, or to stop who reads
 * it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "sampan/folder.h"

struct scene {
	char path[64];
	struct folder *folder;
	struct folder *other; /* PATH/other */
	struct arena *arena;
	struct buffer content;
	struct folder_stamp stamp;
};

static const char *path_of(const struct scene *scene, const char *name)
{
	return arena_format(scene->arena, "%s/%s", scene->path, name);
}

static void put_file(const struct scene *scene, const char *name, const char *text)
{
	FILE *file = fopen(path_of(scene, name), "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void expect_file(struct scene *scene, const char *name, const char *text)
{
	char have[64] = "";
	FILE *file = fopen(path_of(scene, name), "r");

	assert_non_null(file);
	(void)!fread(have, 1, sizeof(have) - 1, file);
	assert_int_equal(fclose(file), 0);
	assert_string_equal(have, text);
}

static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	strcpy(scene->path, "/tmp/sampan-folder-XXXXXX");
	assert_non_null(mkdtemp(scene->path));
	scene->arena = arena_new((size_t)16 * 1024 * 1024);
	buffer_init(&scene->content, 1024);
	assert_int_equal(folder_open(scene->path, false, &scene->folder), OK);
	assert_int_equal(folder_open(path_of(scene, "other"), true, &scene->other), OK);
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;
	char command[128];

	folder_close(scene->folder);
	folder_close(scene->other);
	buffer_clear(&scene->content);
	arena_free(scene->arena);
	(void)snprintf(command, sizeof(command), "rm -rf %s", scene->path);
	assert_int_equal(system(command), 0);
	free(scene);
	return 0;
}

static enum err read_name(struct scene *scene, const char *name)
{
	buffer_reset(&scene->content);
	return folder_read(scene->folder, name, &scene->content, &scene->stamp);
}

/* ---- Where answers are written ---- */

static void a_pipe_in_the_place_of_a_file_to_be_written_is_not_waited_for(void **state)
{
	struct scene *scene = *state;

	assert_int_equal(mkfifo(path_of(scene, ".a.receipt.new"), 0600), 0);
	assert_int_equal(folder_write(scene->folder, "a.receipt", bytes_of_text("mine")), OK);
	expect_file(scene, "a.receipt", "mine");
}

static void a_second_name_of_another_file_is_not_written_through(void **state)
{
	struct scene *scene = *state;

	put_file(scene, "other/secret", "theirs");
	assert_int_equal(link(path_of(scene, "other/secret"), path_of(scene, ".a.new")), 0);
	assert_int_equal(folder_write(scene->folder, "a", bytes_of_text("mine")), OK);
	expect_file(scene, "a", "mine");
	expect_file(scene, "other/secret", "theirs");

	assert_int_equal(symlink(path_of(scene, "other/secret"), path_of(scene, ".b.new")), 0);
	assert_int_equal(folder_write(scene->folder, "b", bytes_of_text("mine")), OK);
	expect_file(scene, "b", "mine");
	expect_file(scene, "other/secret", "theirs");
}

static void a_folder_in_the_place_of_a_file_is_an_error(void **state)
{
	struct scene *scene = *state;

	assert_int_equal(mkdir(path_of(scene, "a"), 0700), 0);
	assert_int_not_equal(folder_write(scene->folder, "a", bytes_of_text("mine")), OK);
	assert_int_equal(access(path_of(scene, ".a.new"), F_OK), -1);
	assert_int_equal(mkdir(path_of(scene, ".b.new"), 0700), 0);
	assert_int_not_equal(folder_write(scene->folder, "b", bytes_of_text("mine")), OK);
}

/* ---- What is read ---- */

static void put_socket(const struct scene *scene, const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", scene->path, name);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(close(fd), 0);
}

static void only_regular_files_are_listed_and_read(void **state)
{
	static const char *const names[] = {"pipe",     "socket", "link",
					    "dangling", "folder", "device"};
	struct scene *scene = *state;
	const char *const *listed;
	size_t count;

	put_file(scene, "good", "good");
	assert_int_equal(mkfifo(path_of(scene, "pipe"), 0600), 0);
	put_socket(scene, "socket");
	assert_int_equal(symlink("/etc/passwd", path_of(scene, "link")), 0);
	assert_int_equal(symlink("/nowhere", path_of(scene, "dangling")), 0);
	assert_int_equal(mkdir(path_of(scene, "folder"), 0700), 0);
	(void)mknod(path_of(scene, "device"), S_IFCHR | 0600, 0); /* only where we are root */
	assert_int_equal(folder_list(scene->folder, false, 100, scene->arena, &listed, &count), OK);
	assert_int_equal(count, 1);
	assert_string_equal(listed[0], "good");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_not_equal(read_name(scene, names[i]), OK);
	assert_int_equal(read_name(scene, "good"), OK);
}

static void a_link_to_a_folder_is_no_folder(void **state)
{
	struct scene *scene = *state;
	struct folder *folder = NULL;

	assert_int_equal(symlink(path_of(scene, "other"), path_of(scene, "inbox")), 0);
	assert_int_not_equal(folder_open(path_of(scene, "inbox"), false, &folder), OK);
	assert_int_not_equal(folder_open(path_of(scene, "inbox"), true, &folder), OK);
	assert_null(folder);
}

static void names_that_could_deceive_are_not_looked_at(void **state)
{
	static const char *const bad[] = {"a\nb.xml", "a\x1b[2Jb.xml", "\x7f.xml",
					  ".hidden",  "a.part",        "a.tmp"};
	static const char *const odd[] = {"-rf", "%s%n", "tờ khai.xml", "a b;c|d$(e).xml"};
	struct scene *scene = *state;
	const char *const *listed;
	size_t count;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		put_file(scene, bad[i], "x");
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		put_file(scene, odd[i], "x");
	assert_int_equal(folder_list(scene->folder, false, 100, scene->arena, &listed, &count), OK);
	assert_int_equal(count, sizeof(odd) / sizeof(odd[0]));
	for (size_t i = 0; i < count; i++)
		assert_int_equal(read_name(scene, listed[i]), OK);
}

static void a_heap_of_files_is_looked_at_in_part(void **state)
{
	struct scene *scene = *state;
	const char *const *listed;
	char name[32];
	size_t count;

	for (int i = 0; i < 500; i++) {
		(void)snprintf(name, sizeof(name), "%d", i);
		put_file(scene, name, "x");
	}
	assert_int_equal(folder_list(scene->folder, false, 100, scene->arena, &listed, &count), OK);
	assert_int_equal(count, 100);
}

static void a_file_that_took_the_place_of_what_was_read_is_not_moved(void **state)
{
	struct scene *scene = *state;

	put_file(scene, "a", "first");
	assert_int_equal(read_name(scene, "a"), OK);
	put_file(scene, "b", "other");
	assert_int_equal(rename(path_of(scene, "b"), path_of(scene, "a")), 0);
	assert_int_equal(folder_move(scene->folder, "a", &scene->stamp, scene->other, "a"),
			 ERR_CONFLICT);
	expect_file(scene, "a", "other");
	assert_false(folder_has(scene->other, "a"));
}

static void a_file_that_is_open_for_writing_is_not_read(void **state)
{
	struct scene *scene = *state;
	int fd;

	put_file(scene, "a", "half");
	fd = open(path_of(scene, "a"), O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(read_name(scene, "a"), ERR_UNAVAILABLE);
	assert_int_equal(close(fd), 0);
}

/* Who opens a file for writing while we hold a lease on it has the kernel send us SIGIO, which
 * kills. */
static void a_writer_at_the_wrong_moment_does_not_kill_the_reader(void **state)
{
	struct sigaction action;

	(void)state;
	assert_int_equal(sigaction(SIGIO, NULL, &action), 0);
	assert_true(action.sa_handler == SIG_IGN);
	assert_int_equal(raise(SIGIO), 0);
}

/* An error that passes: nobody's inbox is broken because strangers hold all our connections. */
static void no_more_open_files_is_an_error_that_passes(void **state)
{
	struct scene *scene = *state;
	struct folder *folder = NULL;
	struct rlimit before, none;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	none.rlim_cur = 3;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(folder_open(scene->path, false, &folder), ERR_MEMORY);
	assert_int_equal(folder_write(scene->folder, "a", bytes_of_text("x")), ERR_MEMORY);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_pipe_in_the_place_of_a_file_to_be_written_is_not_waited_for),
		TEST(a_second_name_of_another_file_is_not_written_through),
		TEST(a_folder_in_the_place_of_a_file_is_an_error),
		TEST(only_regular_files_are_listed_and_read),
		TEST(a_link_to_a_folder_is_no_folder),
		TEST(names_that_could_deceive_are_not_looked_at),
		TEST(a_heap_of_files_is_looked_at_in_part),
		TEST(a_file_that_took_the_place_of_what_was_read_is_not_moved),
		TEST(a_file_that_is_open_for_writing_is_not_read),
		TEST(a_writer_at_the_wrong_moment_does_not_kill_the_reader),
		TEST(no_more_open_files_is_an_error_that_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
