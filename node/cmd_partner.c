#include "node/command.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include <jansson.h>

#include "node/card_file.h"
#include "node/checkpoint.h"
#include "node/file.h"
#include "node/partner_look.h"
#include "node/plain.h"
#include "node/setup.h"
#include "node/witness_view.h"
#include "sampan/form.h"

#define ARENA_BYTES ((size_t)4 * 1024 * 1024)
#define CARD_BYTES 16384u
#define PING_MS 5000

static const char usage[] =
	"usage: sampan partner card [--for CC | --endpoint ENDPOINT] [--config FILE]\n"
	"       sampan partner card --signed [--config FILE]\n"
	"       sampan partner add FILE [--listen ENDPOINT] [--config FILE]\n"
	"       sampan partner list [--json] [--config FILE]\n"
	"       sampan partner ping CC [--config FILE]\n"
	"       sampan partner resume CC --reason TEXT [--config FILE]\n"
	"\n"
	"card  prints this node's own card, to be given to a partner: keys, and where the partner is to\n"
	"      connect (as node.yaml says under listen for CC, or ENDPOINT)\n"
	"card --signed  prints the newest card that the node signed itself (seal/card-N.note): whoever verifies evidence\n"
	"      puts it as *.note into the trust folder, to believe this node as a witness\n"
	"add   stores a partner's card; ENDPOINT is where this node listens for it\n"
	"list  shows the partners, who countersigned what, and whose ledger raised an alarm\n"
	"ping  opens a connection to where the partner listens; 69 when it cannot be reached\n"
	"resume  has the running node go on with a partner after an alarm, in both directions; recorded with\n"
	"      your name and the reason. What it showed last is what it is held against from then on\n";

struct partner_command {
	const char *config_path;
	const char *country; /* --for */
	const char *endpoint;
	const char *listen;
	const char *reason;
	bool is_json, is_signed;
	struct config *config;
	struct arena *arena;
};

/*
 * Where a partner is to connect: as told, or as node.yaml says for it; with one entry only, that
 * one.
 */
static const char *endpoint_for(const struct partner_command *command)
{
	const struct config *config = command->config;

	if (command->endpoint != NULL)
		return command->endpoint;
	for (size_t i = 0; i < config->listen_count; i++)
		if (command->country == NULL
			    ? config->listen_count == 1
			    : strcmp(config->listens[i].partner, command->country) == 0)
			return config->listens[i].endpoint;
	return NULL;
}

static int card(struct partner_command *command)
{
	const char *endpoint = endpoint_for(command);
	struct buffer text;
	enum err err;

	if (endpoint == NULL || !form_is_endpoint(endpoint)) {
		fputs("sampan partner card: where is the partner to connect? Say --endpoint "
		      "tcp://HOST:PORT, or --for CC with an entry for it under listen in node.yaml\n",
		      stderr);
		return EX_USAGE;
	}
	buffer_init(&text, CARD_BYTES);
	err = setup_card(command->config, endpoint, command->arena, &text);
	if (err == OK)
		fwrite(text.at, 1, text.len, stdout);
	else
		fprintf(stderr, "sampan partner card: %s\n", err_text(err));
	buffer_clear(&text);
	return err_exit_code(err);
}

/* The newest of seal/card-1.note, seal/card-2.note ... */
static int signed_card(struct partner_command *command)
{
	struct bytes note = {0}, newer;
	uint64_t version = 0;
	enum err err = OK;

	while (err == OK && version < CARD_FILE_MAX) {
		err = card_file_load(command->config->directory, version + 1, command->arena,
				     &newer);
		if (err == OK) {
			note = newer;
			version++;
		}
	}
	if ((err == OK || err == ERR_MISSING) && version > 0) {
		fwrite(note.at, 1, note.len, stdout);
		return EX_OK;
	}
	fprintf(stderr, "sampan partner card: %s/seal/card-%llu.note: %s\n",
		command->config->directory, (unsigned long long)version + 1,
		err == ERR_MISSING ? "there is none: `sampan node rotate card` makes one"
				   : err_text(err));
	return err_exit_code(err);
}

static enum err format_card(const struct config_partner *partner, const char *listen,
			    struct buffer *to)
{
	buffer_put_format(to, "country: %s\nname: %s\nendpoint: %s\n", partner->country,
			  partner->name, partner->endpoint);
	buffer_put_format(to, "curve_public: '%s'\nledger_key: %s\n", partner->curve_public,
			  partner->ledger_key);
	if (*partner->operator_key != '\0')
		buffer_put_format(to, "operator_key: %s\n", partner->operator_key);
	if (*partner->certificate != '\0')
		buffer_put_format(to, "certificate: %s\n", partner->certificate);
	if (*listen != '\0')
		buffer_put_format(to, "listen: %s\n", listen);
	for (size_t i = 0; i < partner->take_count; i++)
		buffer_put_format(to, "%s  - %s\n", i == 0 ? "takes:\n" : "", partner->takes[i]);
	for (size_t i = 0; i < partner->sign_count; i++) {
		const struct config_signer *signer = &partner->signs[i];

		buffer_put_format(to, "%s  - certificate: %s\n", i == 0 ? "signs:\n" : "",
				  signer->certificate);
		if (*signer->until != '\0')
			buffer_put_format(to, "    until: %s\n", signer->until);
	}
	return buffer_error(to);
}

/* Is it the key of the ledger that the node of this name keeps? */
static bool is_key_of(const char *ledger_key, const char *name)
{
	char origin[CHECKPOINT_ORIGIN_BYTES];
	uint8_t public_key[KEY_PUBLIC_BYTES];
	size_t len = strlen(name);

	return checkpoint_parse_key(ledger_key, origin, public_key) == OK &&
	       strncmp(origin, name, len) == 0 && origin[len] == '/';
}

static const char *objection_to(const struct partner_command *command,
				const struct config_partner *partner, const char *listen)
{
	if (strcmp(partner->country, command->config->country) == 0)
		return "the card is of this node's own country";
	if (*listen != '\0' && !form_is_endpoint(listen))
		return "--listen: expected an endpoint, such as tcp://0.0.0.0:7766";
	if (!is_key_of(partner->ledger_key, partner->name))
		return "ledger_key: not the key of the node that the card names";
	for (size_t i = 0; i < command->config->partner_count; i++) {
		const struct config_partner *other = &command->config->partners[i];

		if (strcmp(other->country, partner->country) == 0)
			continue;
		if (strcmp(other->curve_public, partner->curve_public) == 0 ||
		    strcmp(other->name, partner->name) == 0)
			return "another partner has this name or key already";
	}
	return NULL;
}

/* What was agreed before stands on our copy of the card, not on the one that the partner prints. */
static struct config_partner with_takes(const struct config *config,
					const struct config_partner *card)
{
	const struct config_partner *known = config_partner_of(config, card->country);
	struct config_partner partner = *card;

	if (partner.take_count == 0 && known != NULL) {
		partner.takes = known->takes;
		partner.take_count = known->take_count;
	}
	return partner;
}

static int store(struct partner_command *command, const struct config_partner *card)
{
	const struct config_partner copy = with_takes(command->config, card), *partner = &copy;
	const char *listen = command->listen != NULL ? command->listen : partner->listen;
	const char *objection = objection_to(command, partner, listen);
	const char *path = arena_format(command->arena, "%s/partners/%s.yaml",
					command->config->directory, partner->country);
	struct buffer text;
	enum err err = ERR_MEMORY;

	if (objection != NULL) {
		fprintf(stderr, "sampan partner add: %s\n", objection);
		return EX_DATAERR;
	}
	buffer_init(&text, CARD_BYTES);
	if (path != NULL && setup_folders(command->config->directory, command->arena) == OK &&
	    (err = format_card(partner, listen, &text)) == OK)
		err = file_replace(path, buffer_bytes(&text));
	if (err == OK) {
		printf("%s\n", path);
		fputs("A node that runs takes it up on SIGHUP.\n", stderr);
	} else {
		fprintf(stderr, "sampan partner add: %s\n", err_text(err));
	}
	buffer_clear(&text);
	return err == OK ? EX_OK : EX_CANTCREAT;
}

static int add(struct partner_command *command, const char *file)
{
	struct config_partner partner;
	const char *message = "";
	enum err err = config_load_partner(strcmp(file, "-") == 0 ? "/dev/stdin" : file,
					   command->arena, &partner, &message);

	if (err == OK)
		return store(command, &partner);
	fputs("sampan partner add: ", stderr);
	plain_print(stderr, message);
	fputc('\n', stderr);
	return err == ERR_MISSING ? EX_NOINPUT : EX_DATAERR;
}

static int list_json(const struct config *config, const json_t *witnesses)
{
	json_t *list = json_array();
	int code = EX_OK;

	for (size_t i = 0; i < config->partner_count; i++) {
		const struct config_partner *partner = &config->partners[i];

		json_t *takes = json_array();
		const json_t *witness = partner_look_of(witnesses, partner->country);

		for (size_t j = 0; j < partner->take_count; j++)
			(void)json_array_append_new(takes, json_string(partner->takes[j]));
		(void)json_array_append_new(
			list, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:O?}", "country",
					partner->country, "name", partner->name, "endpoint",
					partner->endpoint, "listen", partner->listen, "curvePublic",
					partner->curve_public, "ledgerKey", partner->ledger_key,
					"takes", takes, "witness", witness));
	}
	if (list == NULL || json_array_size(list) != config->partner_count ||
	    json_dumpf(list, stdout, JSON_COMPACT) != 0)
		code = EX_OSERR;
	putchar('\n');
	json_decref(list);
	return code;
}

static int list(struct partner_command *command)
{
	const struct config *config = command->config;
	json_t *witnesses = NULL;
	enum err err = partner_look_list(config, command->arena, &witnesses);
	int code;

	if (err != OK)
		fprintf(stderr, "sampan partner list: the ledger: %s\n", err_text(err));
	if (command->is_json) {
		code = list_json(config, witnesses);
		json_decref(witnesses);
		return code;
	}
	for (size_t i = 0; i < config->partner_count; i++)
		printf("%s  %s  connects to %s  listens on %s\n", config->partners[i].country,
		       config->partners[i].name, config->partners[i].endpoint,
		       *config->partners[i].listen == '\0' ? "nothing (no listen for it)"
							   : config->partners[i].listen);
	witness_view_print(witnesses, stdout);
	json_decref(witnesses);
	return EX_OK;
}

/* ---- Ping ---- */

static bool can_connect(const struct addrinfo *address)
{
	struct pollfd poll_fd = {.events = POLLOUT};
	socklen_t len = sizeof(int);
	int error = 0;
	bool is_connected;

	poll_fd.fd = socket(address->ai_family, address->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
			    address->ai_protocol);
	if (poll_fd.fd < 0)
		return false;
	is_connected = connect(poll_fd.fd, address->ai_addr, address->ai_addrlen) == 0;
	if (!is_connected && errno == EINPROGRESS)
		is_connected = poll(&poll_fd, 1, PING_MS) == 1 &&
			       getsockopt(poll_fd.fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 &&
			       error == 0;
	close(poll_fd.fd);
	return is_connected;
}

static bool is_reachable(const char *endpoint, struct arena *arena)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	char *host = arena_text(arena, bytes_of_text(endpoint + strlen("tcp://")));
	char *port = host == NULL ? NULL : strrchr(host, ':');
	struct addrinfo *addresses = NULL;
	bool is_connected = false;

	if (port == NULL)
		return false;
	*port++ = '\0';
	if (host[0] == '[') { /* [::1] */
		host[strcspn(host, "]")] = '\0';
		host++;
	}
	if (getaddrinfo(host, port, &hints, &addresses) != 0)
		return false;
	for (struct addrinfo *at = addresses; at != NULL && !is_connected; at = at->ai_next)
		is_connected = can_connect(at);
	freeaddrinfo(addresses);
	return is_connected;
}

static int ping(struct partner_command *command, const char *country)
{
	const struct config_partner *partner = config_partner_of(command->config, country);
	bool is_answered;

	if (partner == NULL) {
		fprintf(stderr, "sampan partner ping: there is no partner %s\n", country);
		return EX_NOINPUT;
	}
	is_answered = is_reachable(partner->endpoint, command->arena);
	fprintf(is_answered ? stdout : stderr, "%s (%s) %s at %s\n", partner->country,
		partner->name, is_answered ? "is reachable" : "is not reachable",
		partner->endpoint);
	return is_answered ? EX_OK : EX_UNAVAILABLE;
}

static int act(struct partner_command *command, int left, char **argv)
{
	if (left == 1 && strcmp(argv[1], "card") == 0)
		return command->is_signed ? signed_card(command) : card(command);
	if (left == 2 && strcmp(argv[1], "add") == 0)
		return add(command, argv[2]);
	if (left == 1 && strcmp(argv[1], "list") == 0)
		return list(command);
	if (left == 2 && strcmp(argv[1], "ping") == 0)
		return ping(command, argv[2]);
	if (left == 2 && strcmp(argv[1], "resume") == 0 && command->reason != NULL)
		return partner_look_resume(command->config_path, argv[2], command->reason);
	fputs(usage, stderr);
	return EX_USAGE;
}

int cmd_partner(int argc, char **argv)
{
	struct partner_command command = {0};
	const struct command_option options[] = {
		{"--config", &command.config_path, NULL}, {"--for", &command.country, NULL},
		{"--endpoint", &command.endpoint, NULL},  {"--listen", &command.listen, NULL},
		{"--reason", &command.reason, NULL},      {"--json", NULL, &command.is_json},
		{"--signed", NULL, &command.is_signed},   {NULL, NULL, NULL},
	};
	int left = command_options(argc, argv, options, usage);
	int code;

	if (left < 0)
		return command_exit_code(left);
	code = command_load_config(command.config_path, &command.config);
	if (code != EX_OK)
		return code;
	command.arena = arena_new(ARENA_BYTES);
	code = command.arena == NULL ? EX_OSERR : act(&command, left, argv);
	arena_free(command.arena);
	config_free(command.config);
	return code;
}
