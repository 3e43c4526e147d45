#include "node/town.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "node/ask.h"
#include "node/file.h"
#include "node/setup.h"
#include "node/town_identity.h"
#include "node/town_signer.h"
#include "sampan/clock.h"
#include "sampan/folder.h"
#include "sampan/limit.h"

#define TOWN_ARENA_BYTES ((size_t)16 * 1024 * 1024)
#define YAML_BYTES ((size_t)256 * 1024)
#define UP_MS 60000u
#define QUESTION_MS 2000u

/* A port that is free now: nobody else on this machine takes it in the moment between. */
static uint16_t free_port(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	uint16_t port = 0;

	if (fd < 0)
		return 0;
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
	    getsockname(fd, (struct sockaddr *)&address, &len) == 0)
		port = ntohs(address.sin_port);
	(void)close(fd);
	return port;
}

static enum err write_config(struct town *town, struct town_node *node, const char *partner,
			     const uint16_t ports[2])
{
	const char *sample = arena_format(town->arena, "%s/samples/%s.yaml",
					  command_schemas_folder(), node->country);
	struct buffer yaml;
	struct bytes parties;
	enum err err =
		sample == NULL ? ERR_MEMORY : file_read(sample, YAML_BYTES, town->arena, &parties);

	if (err != OK) {
		fprintf(stderr, "sampan demo: %s: %s\n", sample == NULL ? "" : sample,
			err_text(err));
		return err;
	}
	buffer_init(&yaml, 2 * YAML_BYTES);
	buffer_put_format(&yaml,
			  "country: %s\nname: demo-%s.sampan.example\noffice: DEMO\nworkers: 2\n"
			  "limits:\n  map_bytes: 4294967296\n"
			  "https:\n  address: 127.0.0.1\n  port: %u\n"
			  "listen:\n  - partner: %s\n    bind: tcp://127.0.0.1:%u\n",
			  node->country, strcmp(node->country, "VN") == 0 ? "vn" : "th", ports[1],
			  partner, ports[0]);
	buffer_put(&yaml, parties);
	err = buffer_error(&yaml);
	if (err == OK)
		err = file_replace(node->config_path, buffer_bytes(&yaml));
	buffer_clear(&yaml);
	return err;
}

static enum err load_config(struct town_node *node)
{
	config_free(node->config);
	node->config = NULL;
	return command_load_config(node->config_path, &node->config) == 0 ? OK : ERR_CONFIG;
}

/* So that who looks around need not read node.yaml. */
static enum err write_url(struct town *town, const struct town_node *node)
{
	const char *path = arena_format(town->arena, "%s/%s", node->directory, TOWN_URL);
	const char *url =
		arena_format(town->arena, "https://127.0.0.1:%u\n", node->config->https.port);

	return path == NULL || url == NULL ? ERR_MEMORY : file_replace(path, bytes_of_text(url));
}

static enum err make_lodges(struct town *town, const struct town_node *node)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < node->config->party_count; i++) {
		const char *party = arena_format(town->arena, "%s/parties/%s", node->directory,
						 node->config->parties[i].id);
		const char *lodge =
			party == NULL ? NULL : arena_format(town->arena, "%s/lodge", party);

		if (lodge == NULL)
			err = ERR_MEMORY;
		else if ((mkdir(party, 0700) != 0 && errno != EEXIST) ||
			 (mkdir(lodge, 0700) != 0 && errno != EEXIST))
			err = ERR_IO;
	}
	return err;
}

static enum err make_node(struct town *town, struct town_node *node, const char *partner)
{
	struct setup setup = {.directory = node->directory,
			      .country = node->country,
			      .name = arena_format(town->arena, "demo-%s.sampan.example",
						   strcmp(node->country, "VN") == 0 ? "vn" : "th"),
			      .office = "DEMO"};
	const char *message = "";
	uint16_t ports[2] = {free_port(), free_port()};
	enum err err = setup_make(&setup, town->arena, &message);

	if (err != OK) {
		fprintf(stderr, "sampan demo: %s: %s\n", node->directory,
			message == NULL ? err_text(err) : message);
		return err;
	}
	while (ports[1] != 0 && ports[1] == ports[0])
		ports[1] = free_port();
	if ((err = write_config(town, node, partner, ports)) != OK ||
	    (err = load_config(node)) != OK || (err = write_url(town, node)) != OK)
		return err;
	err = make_lodges(town, node);
	return err == OK ? town_signer_make(town, node) : err;
}

/* The card of one node goes to the other, as two operators would exchange them. */
static enum err introduce(struct town *town, const struct town_node *node, struct town_node *to)
{
	const char *path =
		arena_format(town->arena, "%s/partners/%s.yaml", to->directory, node->country);
	struct buffer card;
	enum err err;

	if (path == NULL)
		return ERR_MEMORY;
	buffer_init(&card, YAML_BYTES);
	err = setup_card(node->config, node->config->listens[0].bind, town->arena, &card);
	buffer_put_format(&card, "listen: %s\n", to->config->listens[0].bind);
	if (err == OK)
		err = buffer_error(&card);
	if (err == OK)
		err = file_replace(path, buffer_bytes(&card));
	buffer_clear(&card);
	return err == OK ? load_config(to) : err;
}

enum err town_make(struct town *town, const char *directory, const char *program)
{
	static const char *const countries[TOWN_NODES] = {"VN", "TH"};
	enum err err = OK;

	*town = (struct town){.program = program, .arena = arena_new(TOWN_ARENA_BYTES)};
	if (town->arena == NULL ||
	    (town->directory = arena_text(town->arena, bytes_of_text(directory))) == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; err == OK && i < TOWN_NODES; i++) {
		struct town_node *node = &town->nodes[i];

		node->country = countries[i];
		node->directory =
			arena_format(town->arena, "%s/%s", directory, i == 0 ? "vn" : "th");
		node->config_path = arena_format(town->arena, "%s/%s/node.yaml", directory,
						 i == 0 ? "vn" : "th");
		if (node->directory == NULL || node->config_path == NULL)
			return ERR_MEMORY;
		err = make_node(town, node, countries[1 - i]);
	}
	if (err == OK)
		err = introduce(town, &town->nodes[0], &town->nodes[1]);
	return err == OK ? introduce(town, &town->nodes[1], &town->nodes[0]) : err;
}

/* ---- Starting and stopping ---- */

static _Noreturn void become_node(const struct town_node *node, const char *program)
{
	char log[4096];
	int fd;

	(void)snprintf(log, sizeof(log), "%s/node.log", node->directory);
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd >= 0) {
		(void)dup2(fd, STDERR_FILENO);
		(void)dup2(fd, STDOUT_FILENO);
	}
	execl(program, "sampan", "node", "run", "--config", node->config_path, (char *)NULL);
	_exit(127);
}

enum err town_launch(struct town_node *node, const char *program)
{
	pid_t pid = fork();

	if (pid < 0)
		return ERR_IO;
	if (pid == 0)
		become_node(node, program);
	node->supervisor = pid;
	return OK;
}

enum err town_wait_until_up(struct town_node *node)
{
	const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
	uint64_t until_ms = clock_monotonic_ms() + UP_MS;
	struct town_counts counts;

	while (clock_monotonic_ms() < until_ms) {
		if (town_count_within(node, QUESTION_MS, &counts) == OK &&
		    town_identity_mandates(node) == OK)
			return OK;
		if (waitpid((pid_t)node->supervisor, NULL, WNOHANG) != 0) {
			node->supervisor = 0;
			return ERR_UNAVAILABLE; /* it ended by itself: node.log says why */
		}
		(void)nanosleep(&pause, NULL);
	}
	return ERR_UNAVAILABLE;
}

enum err town_start(struct town_node *node, const char *program)
{
	enum err err = town_launch(node, program);

	return err == OK ? town_wait_until_up(node) : err;
}

void town_stop(struct town_node *node, int signal)
{
	if (node->supervisor == 0)
		return;
	(void)kill((pid_t)node->supervisor, signal);
	while (waitpid((pid_t)node->supervisor, NULL, 0) < 0 && errno == EINTR)
		continue;
	node->supervisor = 0;
}

void town_close(struct town *town)
{
	for (size_t i = 0; i < TOWN_NODES; i++) {
		town_stop(&town->nodes[i], SIGTERM);
		config_free(town->nodes[i].config);
	}
	arena_free(town->arena);
	*town = (struct town){0};
}

enum err town_lodge(const struct town_node *node, const char *party, const char *name,
		    struct bytes document)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct folder *folder;
	const char *path = NULL;
	enum err err = ERR_MEMORY;

	if (arena != NULL)
		path = arena_format(arena, "%s/parties/%s/lodge", node->directory, party);
	if (path == NULL ||
	    (err = town_signer_sign(node, party, document, arena, &document)) != OK ||
	    (err = folder_open(path, false, &folder)) != OK)
		goto out;
	err = folder_write(folder, name, document);
	folder_close(folder);
out:
	arena_free(arena);
	return err;
}
