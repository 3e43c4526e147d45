#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "node/file.h"
#include "node/identity_cmd.h"
#include "node/password.h"
#include "node/plain.h"
#include "node/who_secret.h"
#include "sampan/certificate.h"

#define CERTIFICATE_BYTES ((size_t)64 * 1024)

static const char usage[] =
	"usage: sampan user add NAME --roles \"ROLE ...\" [--full-name TEXT] [--party ID] [--offices \"OFFICE[/SECTION] ...\"]\n"
	"                   [--issuing-offices \"OFFICE ...\"] [--no-password]\n"
	"       sampan user change NAME [the same options]\n"
	"       sampan user password NAME\n"
	"       sampan user lock NAME | unlock NAME\n"
	"       sampan user list [--json]\n"
	"       sampan user token NAME (--user NAME | --party ID) [--kinds \"KIND ...\"] [--actions \"ACTION ...\"] [--until DATE]\n"
	"       sampan user certificate NAME FILE (--user NAME | --party ID) [--kinds ...] [--actions ...] [--until DATE]\n"
	"       sampan user tokens [--json]\n"
	"       sampan user revoke NUMBER [--reason TEXT]\n"
	"       each with [--config FILE]\n"
	"\n"
	"People who sign in, and what they and the parties' programs show at the door: bearer tokens, client certificates. Passwords\n"
	"are read from the terminal or from standard input. A token is printed once; only its SHA-256 is kept. Without --until\n"
	"it ends in a year. Roles: trader, agent, issuing-officer, customs-officer, agency, supervisor, operator, auditor.\n"
	"Everything is recorded with your name, and holds at once.\n";

struct wishes {
	const char *config_path, *roles, *full_name, *party, *user, *offices, *issuing_offices;
	const char *kinds, *actions, *until, *reason;
	bool is_without_password, as_json;
};

/* Of pairs that end with a NULL name. */
static const char *value_of(const char *const *pairs, const char *name)
{
	for (; pairs[0] != NULL; pairs += 2)
		if (strcmp(pairs[0], name) == 0)
			return pairs[1];
	return NULL;
}

/* The number is what `sampan user revoke` takes, and the record of the ledger. */
static void tell(const char *verb, const char *name, const char *number, const char *how)
{
	plain_print(stdout, name);
	if (strcmp(verb, "user-add") == 0)
		printf(": account added, on record as %s; it %s\n", number, how);
	else if (strcmp(verb, "user-change") == 0)
		printf(": account changed, on record as %s\n", number);
	else
		printf(": certificate bound as %s; `sampan user revoke %s` ends it\n", number,
		       number);
}

static const char *how_it_comes_in(const char *const *pairs)
{
	const char *verifier = value_of(pairs, "verifier");

	return verifier == NULL || verifier[0] == '\0'
		       ? "has no password: make it a token, or bind a certificate"
		       : "signs in at the node's address";
}

static int change(struct ask *ask, const char *verb, const char *const *pairs, bool is_quiet)
{
	struct facts answer;
	enum err err = ask_identity(ask, verb, pairs, NULL, &answer);
	const struct identity_cmd of = {
		.command = "user", .about = pairs[1], .party = value_of(pairs, "party")};
	int code = identity_cmd_end(ask, &of, err, &answer);

	if (code == EX_OK && !is_quiet)
		tell(verb, pairs[1], facts_get_or_empty(&answer, "number"), how_it_comes_in(pairs));
	return code;
}

static int complain(enum err err)
{
	if (err != ERR_USAGE)
		fprintf(stderr, "sampan user: no password: %s\n", err_text(err));
	return err == ERR_USAGE ? EX_DATAERR : err_exit_code(err);
}

/* Add (is_new) or change an account. */
static int set(struct ask *ask, const struct wishes *wishes, const char *name, bool is_new)
{
	char verifier[SECRET_VERIFIER_BYTES] = "";
	const char *pairs[] = {"name",
			       name,
			       "verifier",
			       is_new ? verifier : NULL,
			       "roles",
			       wishes->roles,
			       "fullName",
			       wishes->full_name,
			       "party",
			       wishes->party,
			       "offices",
			       wishes->offices,
			       "issuingOffices",
			       wishes->issuing_offices,
			       NULL,
			       NULL};
	enum err err = OK;

	if (is_new && wishes->roles == NULL) {
		fputs("sampan user add: --roles is missing\n", stderr);
		return EX_USAGE;
	}
	if (is_new && !wishes->is_without_password)
		err = password_read_verifier(verifier);
	return err != OK ? complain(err)
			 : change(ask, is_new ? "user-add" : "user-change", pairs, false);
}

static int set_password(struct ask *ask, const char *name)
{
	char verifier[SECRET_VERIFIER_BYTES];
	const char *pairs[] = {"name", name, "verifier", verifier, NULL};
	enum err err = password_read_verifier(verifier);

	return err != OK ? complain(err) : change(ask, "user-password", pairs, true);
}

static int make(struct ask *ask, const struct wishes *wishes, const char *name,
		const struct hash *hash, bool is_token)
{
	char hex[HASH_HEX_BYTES];
	const char *pairs[] = {"name",    name,
			       "hash",    hex,
			       "party",   wishes->party,
			       "user",    wishes->user,
			       "kinds",   wishes->kinds,
			       "until",   wishes->until,
			       "actions", wishes->actions,
			       NULL};

	hash_format_hex(hash, hex);
	return change(ask, is_token ? "token-make" : "certificate-bind", pairs, is_token);
}

static int make_token(struct ask *ask, const struct wishes *wishes, const char *name)
{
	char token[WHO_TEXT_BYTES];
	struct hash hash;
	int code;

	who_secret_make(WHO_TOKEN_PREFIX, token, &hash);
	code = make(ask, wishes, name, &hash, true);
	if (code == EX_OK)
		puts(token);
	secret_wipe(token, sizeof(token));
	return code;
}

static int bind_certificate(struct ask *ask, const struct wishes *wishes, const char *name,
			    const char *file)
{
	struct bytes pem;
	struct hash hash;
	enum err err = file_read(file, CERTIFICATE_BYTES, ask->arena, &pem);

	if (err == OK)
		err = certificate_fingerprint(pem, &hash);
	if (err == OK)
		return make(ask, wishes, name, &hash, false);
	fprintf(stderr, "sampan user certificate: %s: %s\n", file, err_text(err));
	return err == ERR_MISSING ? EX_NOINPUT : EX_DATAERR;
}

static int list_users(struct ask *ask, bool as_json)
{
	static const struct identity_cmd_column columns[] = {
		{"name", "name", 20},
		{"party", "party", 18},
		{"locked", "locked", 6},
		{"roles", "roles", 26},
		{"offices", "offices", 16},
		{"issuingOffices", "issuing offices", 0},
		{NULL, NULL, 0}};

	return identity_cmd_list(ask, "user", "users", columns, as_json);
}

static int list_credentials(struct ask *ask, bool as_json)
{
	static const struct identity_cmd_column columns[] = {
		{"number", "number", 8}, {"is", "is", 11},          {"name", "name", 16},
		{"party", "party", 18},  {"user", "user", 16},      {"until", "until", 24},
		{"kinds", "kinds", 20},  {"actions", "actions", 0}, {NULL, NULL, 0}};

	return identity_cmd_list(ask, "user", "credentials", columns, as_json);
}

static int revoke(struct ask *ask, const struct wishes *wishes, const char *number)
{
	const char *pairs[] = {"number", number, "reason", wishes->reason, NULL};

	return change(ask, "revoke", pairs, true);
}

static int lock(struct ask *ask, const char *verb, const char *name)
{
	const char *pairs[] = {"name", name, NULL};

	return change(ask, verb, pairs, true);
}

static bool is_word(int count, char **argv, int of, const char *word)
{
	return count == of && strcmp(argv[1], word) == 0;
}

static int carry_out(struct ask *ask, int count, char **argv, const struct wishes *wishes)
{
	if (is_word(count, argv, 2, "add") || is_word(count, argv, 2, "change"))
		return set(ask, wishes, argv[2], argv[1][0] == 'a');
	if (is_word(count, argv, 2, "password"))
		return set_password(ask, argv[2]);
	if (is_word(count, argv, 2, "lock"))
		return lock(ask, "user-lock", argv[2]);
	if (is_word(count, argv, 2, "unlock"))
		return lock(ask, "user-unlock", argv[2]);
	if (is_word(count, argv, 1, "list"))
		return list_users(ask, wishes->as_json);
	if (is_word(count, argv, 1, "tokens"))
		return list_credentials(ask, wishes->as_json);
	if (is_word(count, argv, 2, "token"))
		return make_token(ask, wishes, argv[2]);
	if (is_word(count, argv, 3, "certificate"))
		return bind_certificate(ask, wishes, argv[2], argv[3]);
	if (is_word(count, argv, 2, "revoke"))
		return revoke(ask, wishes, argv[2]);
	fputs(usage, stderr);
	return EX_USAGE;
}

int cmd_user(int argc, char **argv)
{
	struct wishes wishes = {0};
	const struct command_option options[] = {
		{"--config", &wishes.config_path, NULL},
		{"--roles", &wishes.roles, NULL},
		{"--full-name", &wishes.full_name, NULL},
		{"--party", &wishes.party, NULL},
		{"--user", &wishes.user, NULL},
		{"--offices", &wishes.offices, NULL},
		{"--issuing-offices", &wishes.issuing_offices, NULL},
		{"--kinds", &wishes.kinds, NULL},
		{"--actions", &wishes.actions, NULL},
		{"--until", &wishes.until, NULL},
		{"--reason", &wishes.reason, NULL},
		{"--no-password", NULL, &wishes.is_without_password},
		{"--json", NULL, &wishes.as_json},
		{NULL, NULL, NULL}};
	int count = command_options(argc, argv, options, usage);
	struct ask ask;
	int code;

	if (count < 0)
		return command_exit_code(count);
	code = ask_init(&ask, wishes.config_path);
	if (code == EX_OK)
		code = carry_out(&ask, count, argv, &wishes);
	ask_clear(&ask);
	return code;
}
