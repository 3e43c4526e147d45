#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "node/ask.h"
#include "node/health.h"
#include "node/health_count.h"
#include "node/ledger_fit.h"
#include "node/seal.h"
#include "node/setup.h"
#include "node/sound.h"
#include "node/validity.h"
#include "sampan/clock.h"

static const char usage[] =
	"usage: sampan doctor [--config FILE] [--json] [--lang en|vi]\n"
	"\n"
	"Looks at a node and says what is wrong and what to do: configuration, schemas, keys, certificates, disk, clock, the\n"
	"running roles, and what is held. Changes nothing. Ends with 0 when nothing is bad, with 78 when the node could not start as\n"
	"it is, with 69 when it does not work or does not run.\n";

#define TIMEOUT_MS 3000u /* what hangs is as bad as what is away */

struct doctor {
	struct ask *ask;
	struct health health;
	bool is_startable; /* nothing bad in its files */
	bool in_vietnamese;
	bool as_json;
};

/* ---- What lies in the folder ---- */

static enum err look_at_soundness(struct doctor *doctor)
{
	if (sound_check(doctor->ask->config) == OK)
		return health_add(&doctor->health, "configuration", HEALTH_GOOD,
				  "configuration, schemas and routes fit together",
				  "cấu hình, lược đồ và tuyến truyền khớp nhau");
	return health_add(
		&doctor->health, "configuration", HEALTH_BAD,
		"configuration or schemas are wrong: see the lines above, then `sampan node check`",
		"cấu hình hoặc lược đồ sai: xem các dòng trên, rồi chạy `sampan node check`");
}

static enum err look_at_ledger(struct doctor *doctor)
{
	struct ledger_fit fit;
	enum err err = ledger_fit_look(doctor->ask->config, doctor->ask->arena, &fit);

	return err != OK || fit.is_fit
		       ? err
		       : health_add(&doctor->health, "ledger", HEALTH_BAD, fit.en, fit.vi);
}

static enum err look_at_secret(struct doctor *doctor, const char *name)
{
	struct arena *arena = doctor->ask->arena;
	const char *path = arena_format(arena, "%s/%s", doctor->ask->config->directory, name);
	struct stat status;

	if (path == NULL)
		return ERR_MEMORY;
	if (stat(path, &status) != 0)
		return health_add(
			&doctor->health, "secret", HEALTH_BAD,
			arena_format(arena, "%s is missing: restore it from a backup", name),
			arena_format(arena, "thiếu %s: cần khôi phục từ bản sao lưu", name));
	if ((status.st_mode & 077) != 0)
		return health_add(
			&doctor->health, "secret", HEALTH_BAD,
			arena_format(arena, "others can read %s: chmod 600 %s", name, path),
			arena_format(arena, "người khác đọc được %s: chmod 600 %s", name, path));
	return health_add(&doctor->health, "secret", HEALTH_GOOD,
			  arena_format(arena, "%s is only its owner's", name),
			  arena_format(arena, "%s chỉ chủ sở hữu đọc được", name));
}

/* Without these no node is whole. */
static const char *const secrets[] = {SETUP_CURVE_SECRET, SETUP_NODE_KEY, SEAL_KEY_FILE,
				      SEAL_LAST_FILE};

static bool is_secret(const char *name)
{
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		if (strcmp(secrets[i], name) == 0)
			return true;
	return false;
}

/* The other keys that are there: who signs, who answers at the door. */
struct other_keys {
	size_t count;
	const char *open; /* paths of those that others can read, with a space before each */
};

/* A group may read the door's key (ssl-cert), as https.c says. What is not there is told by the configuration's check. */
static enum err look_at_key(struct doctor *doctor, const char *path, struct other_keys *keys)
{
	const struct config *config = doctor->ask->config;
	struct stat status;
	mode_t others = 077;

	if (path == NULL)
		return ERR_MEMORY;
	if (strcmp(path, config->https.key) == 0)
		others = 07;
	if (stat(path, &status) != 0)
		return OK;
	keys->count++;
	if ((status.st_mode & others) != 0)
		keys->open = arena_format(doctor->ask->arena, "%s %s", keys->open, path);
	return keys->open == NULL ? ERR_MEMORY : OK;
}

static int is_key(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 4 && strcmp(entry->d_name + len - 4, ".key") == 0;
}

static enum err look_at_folder(struct doctor *doctor, const char *folder, struct other_keys *keys)
{
	struct arena *arena = doctor->ask->arena;
	const char *directory = doctor->ask->config->directory;
	const char *path = arena_format(arena, "%s/%s", directory, folder);
	struct dirent **entries = NULL;
	int count = path == NULL ? 0 : scandir(path, &entries, is_key, alphasort);
	enum err err = path == NULL ? ERR_MEMORY : OK;

	for (int i = 0; i < count; i++) {
		const char *name = arena_format(arena, "%s/%s", folder, entries[i]->d_name);

		if (err == OK && (name == NULL || !is_secret(name)))
			err = look_at_key(doctor,
					  arena_format(arena, "%s/%s", path, entries[i]->d_name),
					  keys);
		free(entries[i]);
	}
	free(entries);
	return err;
}

static enum err look_at_other_keys(struct doctor *doctor)
{
	struct arena *arena = doctor->ask->arena;
	struct other_keys keys = {.open = ""};
	enum err err = look_at_folder(doctor, "seal", &keys);

	if (err == OK)
		err = look_at_folder(doctor, "keys", &keys);
	if (err != OK)
		return err;
	if (*keys.open != '\0')
		return health_add(
			&doctor->health, "secret", HEALTH_BAD,
			arena_format(arena, "others can read keys: chmod 600%s", keys.open),
			arena_format(arena, "người khác đọc được khóa: chmod 600%s", keys.open));
	return health_add(
		&doctor->health, "secret", HEALTH_GOOD,
		arena_format(arena, "%zu other keys are not for others to read", keys.count),
		arena_format(arena, "%zu khóa khác, người khác không đọc được", keys.count));
}

static enum err look_at_secrets(struct doctor *doctor)
{
	enum err err = OK;

	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]) && err == OK; i++)
		err = look_at_secret(doctor, secrets[i]);
	for (size_t i = 0; i < doctor->ask->config->webhook_count && err == OK; i++)
		err = look_at_secret(doctor, doctor->ask->config->webhooks[i].secret);
	return err == OK ? look_at_other_keys(doctor) : err;
}

/* A node without routes or partners runs, and nothing ever leaves it. */
static enum err look_at_partners(struct doctor *doctor)
{
	const struct config *config = doctor->ask->config;
	struct arena *arena = doctor->ask->arena;

	if (config->agreement_count == 0 || config->partner_count == 0)
		return health_add(
			&doctor->health, "partners", HEALTH_WARN,
			"no agreement or no partner's card: nothing leaves this node; `sampan partner add FILE`",
			"chưa có thỏa thuận hoặc thẻ đối tác: không có gì được gửi đi; `sampan partner add FILE`");
	return health_add(&doctor->health, "partners", HEALTH_GOOD,
			  arena_format(arena, "%zu partners, %zu routes", config->partner_count,
				       config->route_count),
			  arena_format(arena, "%zu đối tác, %zu tuyến", config->partner_count,
				       config->route_count));
}

static enum err look_at_clock(struct doctor *doctor)
{
	if (clock_is_synchronised())
		return health_add(&doctor->health, "time-source", HEALTH_GOOD,
				  "the system clock follows a time source",
				  "đồng hồ hệ thống theo nguồn giờ chuẩn");
	return health_add(
		&doctor->health, "time-source", HEALTH_WARN,
		"the system does not say that its clock follows a time source: install chrony or the like",
		"hệ thống không báo đồng hồ theo nguồn giờ chuẩn: cần cài chrony hoặc tương tự");
}

/* ---- What runs ---- */

static enum err look_at_node(struct doctor *doctor, const struct health_ledger *ledger)
{
	struct health_certificate certificates[VALIDITY_COUNT];
	struct health_facts facts = {
		.now_ms = clock_now_ms(), .ledger = ledger, .certificates = certificates};
	enum err err = validity_read(doctor->ask->config, true, doctor->ask->arena, certificates,
				     &facts.certificate_count);

	return err == OK ? health_judge(&doctor->health, &facts, doctor->ask->arena) : err;
}

static enum err say_not_running(struct doctor *doctor)
{
	const char *path = doctor->ask->config->path;

	return health_add(
		&doctor->health, "node", HEALTH_BAD,
		arena_format(doctor->ask->arena,
			     "does not answer: start it with `sampan node run --config %s`", path),
		arena_format(doctor->ask->arena,
			     "không trả lời: khởi động bằng `sampan node run --config %s`", path));
}

/* What the folder cannot say: only a node that runs can. */
static enum err look_at_running(struct doctor *doctor)
{
	struct health_ledger ledger;
	struct bytes answer;
	json_t *counts = NULL;
	bool has_ledger;
	enum err err;

	if (ask_bytes(doctor->ask, ADMIN_PING, (struct bytes){0}, &answer) == ERR_UNAVAILABLE)
		return say_not_running(doctor);
	has_ledger = ask_bytes(doctor->ask, ADMIN_HEALTH, (struct bytes){0}, &answer) == OK &&
		     health_unpack_ledger(answer, &ledger) == OK;
	(void)ask_clerk(doctor->ask, CLERK_COUNTS, (struct bytes){0}, &counts);
	err = look_at_node(doctor, has_ledger ? &ledger : NULL);
	if (err == OK)
		err = health_count_judge(&doctor->health, clock_now_ms(), counts,
					 doctor->ask->arena);
	json_decref(counts);
	return err;
}

static enum err look(struct doctor *doctor)
{
	static enum err (*const looks[])(struct doctor *) = {look_at_soundness, look_at_ledger,
							     look_at_secrets, look_at_partners,
							     look_at_clock};
	enum err err = OK;

	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]) && err == OK; i++)
		err = looks[i](doctor);
	doctor->is_startable = doctor->health.worst != HEALTH_BAD;
	return err == OK ? look_at_running(doctor) : err;
}

/* ---- Saying it ---- */

static void print_words(const struct doctor *doctor)
{
	static const char *const words[][2] = {[HEALTH_GOOD] = {"good", "tốt"},
					       [HEALTH_WARN] = {"WARN", "LƯU Ý"},
					       [HEALTH_BAD] = {"BAD", "HỎNG"}};

	for (size_t i = 0; i < doctor->health.count; i++) {
		const struct health_check *check = &doctor->health.checks[i];

		printf("%s\t%s: %s\n", words[check->state][doctor->in_vietnamese], check->name,
		       doctor->in_vietnamese ? check->vi : check->en);
	}
}

static void print_json(const struct health *health)
{
	json_t *checks = health_json_new(health);

	json_dumpf(checks, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(checks);
}

static int examine(struct doctor *doctor)
{
	enum err err = look(doctor);

	if (err != OK)
		return ask_complain(doctor->ask, "doctor", err);
	if (doctor->as_json)
		print_json(&doctor->health);
	else
		print_words(doctor);
	if (doctor->health.worst != HEALTH_BAD)
		return EX_OK;
	return doctor->is_startable ? EX_UNAVAILABLE : EX_CONFIG;
}

int cmd_doctor(int argc, char **argv)
{
	const char *config_path = NULL, *language = "en";
	struct doctor doctor = {0};
	const struct command_option options[] = {{"--config", &config_path, NULL},
						 {"--lang", &language, NULL},
						 {"--json", NULL, &doctor.as_json},
						 {NULL, NULL, NULL}};
	int count = command_options(argc, argv, options, usage), code;
	struct ask ask;

	if (count < 0)
		return command_exit_code(count);
	if (count != 0)
		return command_complain("doctor", "one word too many:", argv[1]);
	if (strcmp(language, "en") != 0 && strcmp(language, "vi") != 0)
		return command_complain("doctor", "--lang is en or vi, and not", language);
	doctor.ask = &ask;
	doctor.in_vietnamese = strcmp(language, "vi") == 0;
	health_init(&doctor.health);
	code = ask_init(&ask, config_path);
	ask.timeout_ms = TIMEOUT_MS;
	if (code == 0)
		code = examine(&doctor);
	ask_clear(&ask);
	return code;
}
