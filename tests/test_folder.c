/* folder: what is read is whole and what it seems; what is written is there whole or not at all. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "sampan/folder.h"

struct bench {
	char path[64];
	int fd; /* of that folder */
	struct folder *folder, *other;
	struct arena *arena;
	struct buffer buffer;
};

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	char other[80];

	assert_non_null(bench);
	(void)snprintf(bench->path, sizeof(bench->path), "/tmp/sampan-folder-XXXXXX");
	assert_non_null(mkdtemp(bench->path));
	(void)snprintf(other, sizeof(other), "%s/other", bench->path);
	assert_int_equal(folder_open(bench->path, false, &bench->folder), OK);
	assert_int_equal(folder_open(other, true, &bench->other), OK);
	bench->fd = open(bench->path, O_RDONLY | O_DIRECTORY);
	assert_true(bench->fd >= 0);
	bench->arena = arena_new((size_t)1 << 20);
	buffer_init(&bench->buffer, 100000);
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;
	char command[128];

	folder_close(bench->folder);
	folder_close(bench->other);
	(void)close(bench->fd);
	buffer_clear(&bench->buffer);
	arena_free(bench->arena);
	(void)snprintf(command, sizeof(command), "rm -rf %s", bench->path);
	assert_int_equal(system(command), 0);
	free(bench);
	return 0;
}

/* As somebody else writes: in place, with the plain calls. */
static void put(struct bench *bench, const char *name, const char *content)
{
	int fd = openat(bench->fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, strlen(content)), strlen(content));
	assert_int_equal(close(fd), 0);
}

static enum err read_file(struct bench *bench, const char *name, struct folder_stamp *ret_stamp)
{
	buffer_reset(&bench->buffer);
	return folder_read(bench->folder, name, &bench->buffer, ret_stamp);
}

static void check_content(struct bench *bench, struct folder *folder, const char *name,
			  const char *content)
{
	struct folder_stamp stamp;

	buffer_reset(&bench->buffer);
	assert_int_equal(folder_read(folder, name, &bench->buffer, &stamp), OK);
	assert_true(bytes_equal(buffer_bytes(&bench->buffer), bytes_of_text(content)));
}

static size_t list(struct bench *bench, bool is_folders, size_t max_count,
		   const char *const **ret_names)
{
	size_t count;

	assert_int_equal(
		folder_list(bench->folder, is_folders, max_count, bench->arena, ret_names, &count),
		OK);
	return count;
}

/* ---- Names and lists ---- */

static void a_name_is_looked_at_or_not(void **state)
{
	static const struct {
		const char *name;
		bool is_name;
	} cases[] = {
		{"a.xml", true},       {"Tờ khai số 1.xml", true},
		{"a.part.xml", true},  {"part", true},
		{"", false},           {".", false},
		{"..", false},         {".hidden", false},
		{"a.xml.part", false}, {"a.tmp", false},
		{".part", false},      {"a/b", false},
		{"../a", false},       {"a\nb", false},
		{"a\x7f", false},      {"a\x01", false},
	};
	char name[202];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (folder_is_name(cases[i].name) != cases[i].is_name)
			fail_msg("%s", cases[i].name);
	memset(name, 'x', 201);
	name[201] = '\0';
	assert_false(folder_is_name(name));
	name[200] = '\0';
	assert_true(folder_is_name(name));
}

static void only_finished_files_are_listed_in_order(void **state)
{
	static const char *const files[] = {"b.xml",   "a.xml",  "B.xml",
					    ".hidden", "c.part", "d.tmp"};
	struct bench *bench = *state;
	const char *const *names;

	for (size_t i = 0; i < 6; i++)
		put(bench, files[i], "x");
	assert_int_equal(symlinkat("a.xml", bench->fd, "link.xml"), 0);
	assert_int_equal(mkfifoat(bench->fd, "pipe.xml", 0600), 0);
	assert_int_equal(list(bench, false, 100, &names), 3);
	assert_string_equal(names[0], "B.xml");
	assert_string_equal(names[1], "a.xml");
	assert_string_equal(names[2], "b.xml");
	assert_int_equal(list(bench, false, 2, &names), 2);
}

static void folders_are_listed_apart(void **state)
{
	struct bench *bench = *state;
	const char *const *names;

	put(bench, "a.xml", "x");
	assert_int_equal(mkdirat(bench->fd, ".hidden", 0700), 0);
	assert_int_equal(symlinkat("other", bench->fd, "link"), 0);
	assert_int_equal(list(bench, true, 100, &names), 1);
	assert_string_equal(names[0], "other");
}

static void an_empty_folder_lists_nothing(void **state)
{
	struct bench *bench = *state;
	const char *const *names;

	assert_int_equal(list(bench, false, 100, &names), 0);
}

static void a_folder_is_opened_only_where_one_is(void **state)
{
	struct bench *bench = *state;
	struct folder *folder = NULL;
	char path[96];

	(void)snprintf(path, sizeof(path), "%s/none", bench->path);
	assert_int_equal(folder_open(path, false, &folder), ERR_MISSING);
	put(bench, "file", "x");
	(void)snprintf(path, sizeof(path), "%s/file", bench->path);
	assert_int_equal(folder_open(path, false, &folder), ERR_MISSING);
	assert_int_equal(symlinkat("other", bench->fd, "link"), 0);
	(void)snprintf(path, sizeof(path), "%s/link", bench->path);
	assert_int_not_equal(folder_open(path, false, &folder), OK);
	assert_null(folder);
	folder_close(NULL);
}

static void a_new_folder_is_its_owners_alone(void **state)
{
	struct bench *bench = *state;
	struct stat status;

	assert_int_equal(fstatat(bench->fd, "other", &status, 0), 0);
	assert_int_equal(status.st_mode & 0777, 0700);
}

/* ---- Reading ---- */

static void a_file_is_read_whole(void **state)
{
	struct bench *bench = *state;
	char *content = malloc(90001);

	assert_non_null(content);
	memset(content, 'x', 90000); /* longer than one read */
	content[90000] = '\0';
	put(bench, "large.xml", content);
	check_content(bench, bench->folder, "large.xml", content);
	put(bench, "empty.xml", "");
	check_content(bench, bench->folder, "empty.xml", "");
	free(content);
}

static void a_file_that_somebody_is_writing_is_not_read(void **state)
{
	struct bench *bench = *state;
	struct folder_stamp stamp;
	int fd;

	put(bench, "a.xml", "begun");
	fd = openat(bench->fd, "a.xml", O_WRONLY | O_APPEND);
	assert_true(fd >= 0);
	assert_int_equal(read_file(bench, "a.xml", &stamp), ERR_UNAVAILABLE);
	assert_int_equal(bench->buffer.len, 0);
	assert_int_equal(write(fd, " and done", 9), 9);
	assert_int_equal(close(fd), 0);
	check_content(bench, bench->folder, "a.xml", "begun and done");
}

static void a_file_that_somebody_reads_is_read(void **state)
{
	struct bench *bench = *state;
	int fd;

	put(bench, "a.xml", "x");
	fd = openat(bench->fd, "a.xml", O_RDONLY);
	assert_true(fd >= 0);
	check_content(bench, bench->folder, "a.xml", "x");
	assert_int_equal(close(fd), 0);
}

static void reading_leaves_no_lease_in_a_writers_way(void **state)
{
	struct bench *bench = *state;
	int fd;

	put(bench, "a.xml", "x");
	check_content(bench, bench->folder, "a.xml", "x");
	fd = openat(bench->fd, "a.xml", O_WRONLY | O_NONBLOCK);
	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
}

static void only_regular_files_are_read_and_no_links_followed(void **state)
{
	struct bench *bench = *state;
	struct folder_stamp stamp;

	put(bench, "a.xml", "secret");
	assert_int_equal(symlinkat("a.xml", bench->fd, "link.xml"), 0);
	assert_int_equal(symlinkat("/etc/passwd", bench->fd, "passwd.xml"), 0);
	assert_int_equal(mkfifoat(bench->fd, "pipe.xml", 0600), 0);
	assert_int_equal(read_file(bench, "link.xml", &stamp), ERR_MISSING);
	assert_int_equal(read_file(bench, "passwd.xml", &stamp), ERR_MISSING);
	assert_int_equal(read_file(bench, "pipe.xml", &stamp), ERR_MISSING); /* and does not wait */
	assert_int_equal(read_file(bench, "other", &stamp), ERR_MISSING);
	assert_int_equal(read_file(bench, "none.xml", &stamp), ERR_MISSING);
	assert_int_equal(bench->buffer.len, 0);
}

static void a_file_over_the_bound_is_not_read_but_can_be_moved(void **state)
{
	struct bench *bench = *state;
	struct folder_stamp stamp;
	struct buffer small;

	put(bench, "a.xml", "0123456789");
	buffer_init(&small, 9);
	assert_int_equal(folder_read(bench->folder, "a.xml", &small, &stamp), ERR_LIMIT);
	assert_int_equal(small.len, 0);
	buffer_clear(&small);
	assert_int_equal(stamp.size, 10);
	assert_int_equal(folder_move(bench->folder, "a.xml", &stamp, bench->other, "a.xml"), OK);
	buffer_init(&small, 10);
	assert_int_equal(folder_read(bench->other, "a.xml", &small, &stamp), OK);
	buffer_clear(&small);
}

/* ---- Moving ---- */

static void the_file_that_was_read_is_moved(void **state)
{
	struct bench *bench = *state;
	struct folder_stamp stamp;

	put(bench, "a.xml", "x");
	assert_int_equal(read_file(bench, "a.xml", &stamp), OK);
	assert_int_equal(folder_move(bench->folder, "a.xml", &stamp, bench->other, "VN-1-1.xml"),
			 OK);
	assert_false(folder_has(bench->folder, "a.xml"));
	check_content(bench, bench->other, "VN-1-1.xml", "x");
}

static void a_file_replaced_or_changed_since_it_was_read_is_not_moved(void **state)
{
	static const char *const contents[] = {"longer than before", "y"};
	struct bench *bench = *state;
	struct folder_stamp stamp;

	for (size_t i = 0; i < 2; i++) {
		put(bench, "a.xml", "x");
		assert_int_equal(read_file(bench, "a.xml", &stamp), OK);
		if (i == 1) { /* another file in its place, of the same length */
			put(bench, "b.xml", contents[i]);
			assert_int_equal(renameat(bench->fd, "b.xml", bench->fd, "a.xml"), 0);
		} else {
			put(bench, "a.xml", contents[i]);
		}
		assert_int_equal(folder_move(bench->folder, "a.xml", &stamp, bench->other, "a.xml"),
				 ERR_CONFLICT);
		assert_false(folder_has(bench->other, "a.xml"));
		check_content(bench, bench->folder, "a.xml", contents[i]);
	}
	assert_int_equal(unlinkat(bench->fd, "a.xml", 0), 0);
	assert_int_equal(folder_move(bench->folder, "a.xml", &stamp, bench->other, "a.xml"),
			 ERR_MISSING);
}

static void a_move_never_replaces_a_file(void **state)
{
	struct bench *bench = *state;
	struct folder_stamp stamp;

	put(bench, "a.xml", "new");
	assert_int_equal(folder_write(bench->other, "a.xml", bytes_of_text("old")), OK);
	assert_int_equal(read_file(bench, "a.xml", &stamp), OK);
	assert_int_equal(folder_move(bench->folder, "a.xml", &stamp, bench->other, "a.xml"),
			 ERR_EXISTS);
	check_content(bench, bench->other, "a.xml", "old");
	check_content(bench, bench->folder, "a.xml", "new");
}

/* ---- Writing ---- */

static void what_is_written_replaces_the_whole_file_and_leaves_nothing_else(void **state)
{
	struct bench *bench = *state;
	struct stat status;
	const char *const *names;

	assert_int_equal(folder_write(bench->folder, "a.json", bytes_of_text("long content")), OK);
	assert_int_equal(folder_write(bench->folder, "a.json", bytes_of_text("short")), OK);
	check_content(bench, bench->folder, "a.json", "short");
	assert_int_equal(fstatat(bench->fd, "a.json", &status, 0), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(list(bench, false, 100, &names), 1);
	assert_int_not_equal(faccessat(bench->fd, ".a.json.new", F_OK, 0), 0);
}

static void a_reader_that_has_the_old_file_open_keeps_it(void **state)
{
	struct bench *bench = *state;
	char content[8] = "";
	int fd;

	assert_int_equal(folder_write(bench->folder, "a", bytes_of_text("old")), OK);
	fd = openat(bench->fd, "a", O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(folder_write(bench->folder, "a", bytes_of_text("new")), OK);
	assert_int_equal(read(fd, content, sizeof(content)), 3);
	assert_memory_equal(content, "old", 3);
	assert_int_equal(close(fd), 0);
}

static void only_good_names_are_written(void **state)
{
	static const char *const names[] = {"", "..", "../a", ".hidden", "a.part", "a/b", "a\n"};
	struct bench *bench = *state;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(folder_write(bench->folder, names[i], bytes_of_text("x")),
				 ERR_USAGE);
}

static void a_link_laid_in_the_way_is_not_written_through(void **state)
{
	struct bench *bench = *state;

	put(bench, "victim", "untouched");
	assert_int_equal(symlinkat("victim", bench->fd, ".a.xml.new"), 0);
	assert_int_equal(folder_write(bench->folder, "a.xml", bytes_of_text("x")), OK);
	assert_int_equal(symlinkat("victim", bench->fd, "b.xml"), 0);
	assert_int_equal(folder_write(bench->folder, "b.xml", bytes_of_text("x")), OK);
	check_content(bench, bench->folder, "victim", "untouched");
	check_content(bench, bench->folder, "a.xml", "x");
	check_content(bench, bench->folder, "b.xml", "x"); /* the link itself was replaced */
}

/* ---- Watching ---- */

static void a_finished_file_wakes_the_watcher(void **state)
{
	struct bench *bench = *state;
	char chunk[4096];
	int fd;

	assert_int_equal(folder_watch_open(&fd), OK);
	assert_int_equal(folder_watch_add(fd, bench->path), OK);
	assert_true(read(fd, chunk, sizeof(chunk)) < 0);
	put(bench, "a.xml", "x");
	assert_true(read(fd, chunk, sizeof(chunk)) > 0);
	put(bench, "b.part", "x");
	folder_watch_drain(fd);
	assert_true(read(fd, chunk, sizeof(chunk)) < 0);
	assert_int_equal(renameat(bench->fd, "b.part", bench->fd, "b.xml"), 0);
	assert_true(read(fd, chunk, sizeof(chunk)) > 0);
	assert_int_equal(folder_watch_add(fd, "/nowhere"), ERR_MISSING);
	assert_int_equal(close(fd), 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_looked_at_or_not),
		CASE(only_finished_files_are_listed_in_order),
		CASE(folders_are_listed_apart),
		CASE(an_empty_folder_lists_nothing),
		CASE(a_folder_is_opened_only_where_one_is),
		CASE(a_new_folder_is_its_owners_alone),
		CASE(a_file_is_read_whole),
		CASE(a_file_that_somebody_is_writing_is_not_read),
		CASE(a_file_that_somebody_reads_is_read),
		CASE(reading_leaves_no_lease_in_a_writers_way),
		CASE(only_regular_files_are_read_and_no_links_followed),
		CASE(a_file_over_the_bound_is_not_read_but_can_be_moved),
		CASE(the_file_that_was_read_is_moved),
		CASE(a_file_replaced_or_changed_since_it_was_read_is_not_moved),
		CASE(a_move_never_replaces_a_file),
		CASE(what_is_written_replaces_the_whole_file_and_leaves_nothing_else),
		CASE(a_reader_that_has_the_old_file_open_keeps_it),
		CASE(only_good_names_are_written),
		CASE(a_link_laid_in_the_way_is_not_written_through),
		CASE(a_finished_file_wakes_the_watcher),
	};

	return cmocka_run_group_tests_name("folder", tests, NULL, NULL);
}
