#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/checkpoint.h"
#include "node/command.h"
#include "node/file.h"
#include "node/seal.h"
#include "node/setup.h"
#include "sampan/certificate.h"
#include "sampan/curve.h"

struct place {
	char top[64];
	const char *vn; /* a folder that is not there yet */
	const char *th;
	struct arena *arena;
	const char *message;
};

static int begin(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	strcpy(place->top, "/tmp/sampan-setup-XXXXXX");
	assert_non_null(mkdtemp(place->top));
	place->arena = arena_new(4 * 1024 * 1024);
	place->vn = arena_format(place->arena, "%s/nodes/vn", place->top);
	place->th = arena_format(place->arena, "%s/nodes/th", place->top);
	*state = place;
	return 0;
}

static int end(void **state)
{
	struct place *place = *state;
	char command[128];

	(void)snprintf(command, sizeof(command), "rm -rf %s", place->top);
	assert_int_equal(system(command), 0);
	arena_free(place->arena);
	free(place);
	return 0;
}

static enum err make(struct place *place, const char *directory, const char *country)
{
	const struct setup setup = {.directory = directory, .country = country};

	return setup_make(&setup, place->arena, &place->message);
}

static struct config *load(struct place *place, const char *directory)
{
	struct config *config = NULL;

	if (config_load(arena_format(place->arena, "%s/node.yaml", directory), place->arena,
			&config, &place->message) != OK)
		fail_msg("%s", place->message);
	return config;
}

static const char *read_text(struct place *place, const char *directory, const char *name)
{
	struct bytes bytes;

	assert_int_equal(file_read(arena_format(place->arena, "%s/%s", directory, name), 65536,
				   place->arena, &bytes),
			 OK);
	return arena_text(place->arena, bytes);
}

static void a_new_node_has_a_valid_configuration(void **state)
{
	struct place *place = *state;
	struct config *config;

	assert_int_equal(make(place, place->vn, "VN"), OK);
	config = load(place, place->vn);
	assert_string_equal(config->country, "VN");
	assert_string_equal(config->name, "vn.sampan.example");
	assert_string_equal(config->agreements[0], "ASEAN");
	config_free(config);
}

static void what_is_secret_is_only_the_owners(void **state)
{
	static const char *const names[] = {
		"",     SETUP_CURVE_SECRET, SETUP_NODE_KEY, SEAL_KEY_FILE, SEAL_LAST_FILE, "keys",
		"seal", "ledger",           "run",          "parties",     "node.yaml"};
	struct place *place = *state;

	assert_int_equal(make(place, place->vn, "VN"), OK);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct stat status;

		assert_int_equal(
			stat(arena_format(place->arena, "%s/%s", place->vn, names[i]), &status), 0);
		if ((status.st_mode & 077) != 0)
			fail_msg("%s has mode %o", names[i], status.st_mode & 07777);
	}
}

static void its_keys_fit_together(void **state)
{
	struct place *place = *state;
	uint8_t public_key[CURVE_KEY_BYTES], ledger_key[KEY_PUBLIC_BYTES],
		own_key[KEY_PUBLIC_BYTES];
	char origin[CHECKPOINT_ORIGIN_BYTES];
	char *text;
	struct key *key;

	assert_int_equal(make(place, place->vn, "VN"), OK);
	assert_true(
		curve_key_parse(read_text(place, place->vn, SETUP_CURVE_PUBLIC), public_key));
	assert_true(
		curve_key_parse(read_text(place, place->vn, SETUP_CURVE_SECRET), public_key));
	text = arena_text(place->arena,
			  bytes_of_text(read_text(place, place->vn, SETUP_LEDGER_PUBLIC)));
	text[strcspn(text, "\n")] = '\0';
	assert_int_equal(checkpoint_parse_key(text, origin, ledger_key), OK);
	assert_string_equal(origin, "vn.sampan.example/1");
	assert_int_equal(
		key_load(arena_format(place->arena, "%s/%s", place->vn, SEAL_KEY_FILE), &key), OK);
	key_get_public(key, own_key);
	key_free(key);
	assert_memory_equal(own_key, ledger_key, KEY_PUBLIC_BYTES);
}

static void a_folder_that_holds_something_is_left_alone(void **state)
{
	struct place *place = *state;
	const char *before;

	assert_int_equal(make(place, place->vn, "VN"), OK);
	before = read_text(place, place->vn, SETUP_CURVE_SECRET);
	assert_int_equal(make(place, place->vn, "VN"), ERR_EXISTS);
	assert_non_null(strstr(place->message, "not an empty folder"));
	assert_string_equal(read_text(place, place->vn, SETUP_CURVE_SECRET), before);
}

static void a_wrong_country_or_name_makes_nothing(void **state)
{
	struct place *place = *state;
	const struct setup wrong_name = {.directory = place->vn, .country = "VN", .name = "vn/1"};

	assert_int_equal(make(place, place->vn, "Vn"), ERR_USAGE);
	assert_int_equal(make(place, place->vn, NULL), ERR_USAGE);
	assert_int_equal(setup_make(&wrong_name, place->arena, &place->message), ERR_USAGE);
	assert_int_not_equal(access(place->vn, F_OK), 0);
}

static void a_card_is_what_the_partner_reads(void **state)
{
	struct place *place = *state;
	struct config_partner partner;
	struct config *config;
	struct buffer card;
	const char *path = arena_format(place->arena, "%s/card.yaml", place->top);

	assert_int_equal(make(place, place->th, "TH"), OK);
	config = load(place, place->th);
	buffer_init(&card, 65536);
	assert_int_equal(setup_card(config, "tcp://127.0.0.1:7001", place->arena, &card), OK);
	config_free(config);
	assert_int_equal(file_make(path, 0600, buffer_bytes(&card)), OK);
	buffer_clear(&card);
	if (config_load_partner(path, place->arena, &partner, &place->message) != OK)
		fail_msg("%s", place->message);
	assert_string_equal(partner.country, "TH");
	assert_string_equal(partner.endpoint, "tcp://127.0.0.1:7001");
	assert_non_null(
		strstr(read_text(place, place->th, SETUP_CURVE_PUBLIC), partner.curve_public));
	assert_non_null(
		strstr(read_text(place, place->th, SETUP_LEDGER_PUBLIC), partner.ledger_key));
	assert_int_equal(strlen(partner.certificate), 64);
}

/* Run a command with its output sent to a file; returns its exit code. */
static int command(int (*run)(int argc, char **argv), const char *out, char **argv)
{
	int argc = 0, saved = dup(STDOUT_FILENO), to, code;

	while (argv[argc] != NULL)
		argc++;
	(void)fflush(stdout);
	to = open(out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(to >= 0 && dup2(to, STDOUT_FILENO) >= 0);
	code = run(argc, argv);
	(void)fflush(stdout);
	assert_true(dup2(saved, STDOUT_FILENO) >= 0);
	close(to);
	close(saved);
	return code;
}

#define ARGUMENTS(...) \
	(char *[]) \
	{ \
		__VA_ARGS__, NULL \
	}

static char *text(struct place *place, const char *format, const char *value)
{
	return arena_format(place->arena, "%s%s", format, value);
}

static void partners_exchange_cards_on_the_command_line(void **state)
{
	struct place *place = *state;
	char *out = text(place, place->top, "/out"), *card = text(place, place->top, "/th.yaml");
	char *vn = text(place, place->vn, "/node.yaml"), *th = text(place, place->th, "/node.yaml");
	char partner[] = "partner", card_word[] = "card", add[] = "add", list[] = "list",
	     json[] = "--json", ping[] = "ping", config[] = "--config", endpoint[] = "--endpoint",
	     listen[] = "--listen", where[] = "tcp://127.0.0.1:1", here[] = "tcp://127.0.0.1:2",
	     TH[] = "TH", SG[] = "SG";
	struct config *loaded;

	assert_int_equal(make(place, place->vn, "VN"), OK);
	assert_int_equal(make(place, place->th, "TH"), OK);
	assert_int_equal(command(cmd_partner, card,
				 ARGUMENTS(partner, card_word, endpoint, where, config, th)),
			 EX_OK);
	assert_int_equal(
		command(cmd_partner, out, ARGUMENTS(partner, add, card, listen, here, config, vn)),
		EX_OK);
	loaded = load(place, place->vn);
	assert_string_equal(config_partner_of(loaded, "TH")->listen, here);
	assert_string_equal(config_partner_of(loaded, "TH")->endpoint, where);
	config_free(loaded);
	assert_int_equal(command(cmd_partner, out, ARGUMENTS(partner, list, json, config, vn)),
			 EX_OK);
	assert_non_null(strstr(read_text(place, place->top, "out"), "\"country\":\"TH\""));
	assert_int_equal(command(cmd_partner, out, ARGUMENTS(partner, ping, TH, config, vn)),
			 EX_UNAVAILABLE);
	assert_int_equal(command(cmd_partner, out, ARGUMENTS(partner, ping, SG, config, vn)),
			 EX_NOINPUT);
	/* One's own card, and a card that is none. */
	assert_int_equal(command(cmd_partner, out, ARGUMENTS(partner, add, card, config, th)),
			 EX_DATAERR);
	assert_int_equal(command(cmd_partner, out, ARGUMENTS(partner, add, vn, config, vn)),
			 EX_DATAERR);
	assert_int_equal(command(cmd_partner, out, ARGUMENTS(partner, card_word, config, vn)),
			 EX_USAGE);
}

/*
 * Else a partner could hand in another ledger's key, and what it signs would pass for that
 * ledger's.
 */
static void a_card_with_the_key_of_another_nodes_ledger_is_refused(void **state)
{
	struct place *place = *state;
	char *out = text(place, place->top, "/out"), *card = text(place, place->top, "/th.yaml");
	char *vn = text(place, place->vn, "/node.yaml");
	char partner[] = "partner", add[] = "add", config[] = "--config";
	struct config *loaded;
	struct buffer bytes;
	char *name;

	assert_int_equal(make(place, place->vn, "VN"), OK);
	assert_int_equal(make(place, place->th, "TH"), OK);
	loaded = load(place, place->th);
	buffer_init(&bytes, 65536);
	assert_int_equal(setup_card(loaded, "tcp://127.0.0.1:1", place->arena, &bytes), OK);
	config_free(loaded);
	name = memmem(bytes.at, bytes.len, "\nname: th.", 10);
	assert_non_null(name);
	name[7] = 'l';
	assert_int_equal(file_make(card, 0600, buffer_bytes(&bytes)), OK);
	buffer_clear(&bytes);
	assert_int_equal(command(cmd_partner, out, ARGUMENTS(partner, add, card, config, vn)),
			 EX_DATAERR);
	loaded = load(place, place->vn);
	assert_int_equal(loaded->partner_count, 0);
	config_free(loaded);
}

static void the_node_command_knows_right_from_wrong(void **state)
{
	struct place *place = *state;
	char *out = text(place, place->top, "/out"), *vn = text(place, place->vn, "/node.yaml");
	char *directory = text(place, place->vn, "");
	char node[] = "node", init[] = "init", check[] = "check", country[] = "--country",
	     VN[] = "VN", config[] = "--config", help[] = "--help", wrong[] = "--colour";

	assert_int_equal(command(cmd_node, out, ARGUMENTS(node, check, config, vn)), EX_CONFIG);
	assert_int_equal(command(cmd_node, out, ARGUMENTS(node, init, directory)), EX_USAGE);
	assert_int_equal(command(cmd_node, out, ARGUMENTS(node, init, directory, country, VN)),
			 EX_OK);
	assert_non_null(strstr(read_text(place, place->top, "out"), "/nodes/vn/node.yaml"));
	assert_int_equal(command(cmd_node, out, ARGUMENTS(node, init, directory, country, VN)),
			 EX_CANTCREAT);
	assert_int_equal(command(cmd_node, out, ARGUMENTS(node, check, config, vn)), EX_OK);
	assert_int_equal(command(cmd_node, out, ARGUMENTS(node, wrong)), EX_USAGE);
	assert_int_equal(command(cmd_node, out, ARGUMENTS(node, help)), EX_OK);
	assert_non_null(strstr(read_text(place, place->top, "out"), "usage: sampan node init"));
}

static void a_replaced_file_is_whole_and_leaves_nothing_beside_it(void **state)
{
	struct place *place = *state;
	const char *path = arena_format(place->arena, "%s/file", place->top);
	struct bytes bytes;

	assert_int_equal(file_replace(path, bytes_of_text("one")), OK);
	assert_int_equal(file_replace(path, bytes_of_text("twenty")), OK);
	assert_string_equal(read_text(place, place->top, "file"), "twenty");
	assert_int_not_equal(access(arena_format(place->arena, "%s.new", path), F_OK), 0);
	assert_int_equal(file_make(path, 0600, bytes_of_text("x")), ERR_EXISTS);
	assert_int_equal(file_read(path, 5, place->arena, &bytes), ERR_LIMIT);
	assert_int_equal(file_read(place->top, 5, place->arena, &bytes), ERR_IO);
	assert_int_equal(file_read("/nowhere/at/all", 5, place->arena, &bytes), ERR_MISSING);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(a_new_node_has_a_valid_configuration),
		TEST(what_is_secret_is_only_the_owners),
		TEST(its_keys_fit_together),
		TEST(a_folder_that_holds_something_is_left_alone),
		TEST(a_wrong_country_or_name_makes_nothing),
		TEST(a_card_is_what_the_partner_reads),
		TEST(partners_exchange_cards_on_the_command_line),
		TEST(a_card_with_the_key_of_another_nodes_ledger_is_refused),
		TEST(the_node_command_knows_right_from_wrong),
		TEST(a_replaced_file_is_whole_and_leaves_nothing_beside_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
