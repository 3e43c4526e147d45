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
#include "node/checkpoint.h"
#include "node/file.h"
#include "node/receipt.h"
#include "node/setup.h"
#include "sampan/clock.h"
#include "sampan/folder.h"

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
			     uint16_t port)
{
	const char *sample = arena_format(town->arena, "%s/samples/%s.yaml",
					  command_schemas_folder(), node->country);
	struct buffer yaml;
	struct bytes parties;
	enum err err = sample == NULL ? ERR_MEMORY
				      : file_read(sample, YAML_BYTES, town->arena, &parties);

	if (err != OK) {
		fprintf(stderr, "sampan demo: %s: %s\n", sample == NULL ? "" : sample, err_text(err));
		return err;
	}
	buffer_init(&yaml, 2 * YAML_BYTES);
	buffer_put_format(&yaml,
			  "country: %s\nname: demo-%s.sampan.example\noffice: DEMO\nworkers: 2\n"
			  "limits:\n  map_bytes: 4294967296\n"
			  "listen:\n  - partner: %s\n    bind: tcp://127.0.0.1:%u\n",
			  node->country, strcmp(node->country, "VN") == 0 ? "vn" : "th", partner, port);
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

static enum err make_lodges(struct town *town, const struct town_node *node)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < node->config->party_count; i++) {
		const char *party = arena_format(town->arena, "%s/parties/%s", node->directory,
						 node->config->parties[i].id);
		const char *lodge = party == NULL ? NULL : arena_format(town->arena, "%s/lodge", party);

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
	enum err err = setup_make(&setup, town->arena, &message);

	if (err != OK) {
		fprintf(stderr, "sampan demo: %s: %s\n", node->directory,
			message == NULL ? err_text(err) : message);
		return err;
	}
	if ((err = write_config(town, node, partner, free_port())) != OK ||
	    (err = load_config(node)) != OK)
		return err;
	return make_lodges(town, node);
}

/* The card of one node goes to the other, as two operators would exchange them. */
static enum err introduce(struct town *town, const struct town_node *node, struct town_node *to)
{
	const char *path = arena_format(town->arena, "%s/partners/%s.yaml", to->directory,
					node->country);
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
		node->directory = arena_format(town->arena, "%s/%s", directory,
					       i == 0 ? "vn" : "th");
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

static enum err count_with(const struct town_node *node, uint64_t timeout_ms,
			   struct town_counts *ret_counts);

enum err town_wait_until_up(struct town_node *node)
{
	const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
	uint64_t until_ms = clock_monotonic_ms() + UP_MS;
	struct town_counts counts;

	while (clock_monotonic_ms() < until_ms) {
		if (count_with(node, QUESTION_MS, &counts) == OK)
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
	char path[4096];
	struct folder *folder;
	enum err err;

	(void)snprintf(path, sizeof(path), "%s/parties/%s/lodge", node->directory, party);
	if ((err = folder_open(path, false, &folder)) != OK)
		return err;
	err = folder_write(folder, name, document);
	folder_close(folder);
	return err;
}

/* ---- Counting ---- */

static enum err ask_node(const struct town_node *node, uint64_t timeout_ms,
			 enum clerk_operation operation, struct bytes body, json_t **ret_answer)
{
	struct ask ask = {.config = node->config, .timeout_ms = timeout_ms};
	enum err err = ERR_MEMORY;

	ask.arena = arena_new((size_t)256 * 1024 * 1024);
	if (ask.arena != NULL)
		ask.endpoint = role_endpoint(node->config, "admin", ask.arena);
	if (ask.endpoint != NULL)
		err = ask_clerk(&ask, operation, body, ret_answer);
	arena_free(ask.arena);
	return err;
}

static uint64_t number_of(const json_t *object, const char *name)
{
	return (uint64_t)json_integer_value(json_object_get(object, name));
}

static enum err count_with(const struct town_node *node, uint64_t timeout_ms,
			   struct town_counts *ret_counts)
{
	json_t *answer = NULL;
	const json_t *events;
	enum err err = ask_node(node, timeout_ms, CLERK_COUNTS, (struct bytes){0}, &answer);

	if (err != OK)
		return err;
	events = json_object_get(answer, "events");
	*ret_counts = (struct town_counts){
		.accepted = number_of(events, "SubmissionAcceptance"),
		.refused = number_of(events, "SubmissionRejection"),
		.waiting = number_of(answer, "waiting"),
		.held = number_of(answer, "held"),
		.records = number_of(answer, "records"),
		.owed = number_of(events, "DeliveryOwed"),
		.relayed = number_of(events, "RelayAcceptance"),
		.handed_over = number_of(events, "ContentHandover"),
	};
	json_decref(answer);
	return OK;
}

enum err town_count(const struct town_node *node, struct town_counts *ret_counts)
{
	return count_with(node, 10 * QUESTION_MS, ret_counts);
}

/* ---- The audit ---- */

/* All pages of a list into one array that the caller owns. */
static enum err fetch_all(const struct town_node *node, enum clerk_operation operation,
			  const char *name, json_t **ret_list)
{
	json_t *list = json_array();
	uint8_t after[8] = {0};
	uint64_t next = 1;
	enum err err = list == NULL ? ERR_MEMORY : OK;

	while (err == OK && next != 0) {
		json_t *page = NULL;

		err = ask_node(node, 10 * QUESTION_MS, operation, bytes_of(after, sizeof(after)),
			       &page);
		if (err == OK && json_array_extend(list, json_object_get(page, name)) != 0)
			err = ERR_MEMORY;
		next = number_of(page, "next");
		bytes_put_u64(after, next);
		json_decref(page);
	}
	if (err == OK)
		*ret_list = list;
	else
		json_decref(list);
	return err;
}

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text == NULL ? "" : text;
}

/* Arrivals of a node by the sender's "message/delivery": how often, and how often handed over. */
struct arrivals {
	json_t *times;      /* origin -> how often it arrived */
	json_t *state;      /* origin -> the state of the last */
	uint64_t doubled;
};

static enum err index_arrivals(const struct town_node *node, struct arrivals *ret)
{
	json_t *list = NULL;
	const json_t *item;
	size_t i;
	enum err err = fetch_all(node, CLERK_ARRIVALS, "arrivals", &list);

	*ret = (struct arrivals){.times = json_object(), .state = json_object()};
	json_array_foreach(list, i, item) {
		const char *origin = text_of(item, "origin");
		uint64_t times = number_of(ret->times, origin) + 1;

		if (times > 1)
			ret->doubled++;
		(void)json_object_set_new(ret->times, origin, json_integer((json_int_t)times));
		(void)json_object_set_new(ret->state, origin, json_string(text_of(item, "state")));
	}
	json_decref(list);
	return err;
}

static void arrivals_clear(struct arrivals *arrivals)
{
	json_decref(arrivals->times);
	json_decref(arrivals->state);
}

static bool is_lodged_here(const json_t *delivery)
{
	/* what came from a partner is handed over as the end of the partner's delivery, and counted there */
	return strncmp(text_of(delivery, "kind"), "asw.", 4) != 0;
}

static void follow(const json_t *delivery, const struct arrivals *there, struct town_audit *audit)
{
	char origin[256];
	bool is_done = strcmp(text_of(delivery, "stage"), "done") == 0;

	if (!is_lodged_here(delivery))
		return;
	audit->owed++;
	if (strncmp(text_of(delivery, "to"), "partner:", 8) == 0) {
		(void)snprintf(origin, sizeof(origin), "%s/%llu", text_of(delivery, "message"),
			       (unsigned long long)number_of(delivery, "delivery"));
		is_done = is_done && strcmp(text_of(there->state, origin), "handed-over") == 0;
	}
	audit->delivered += is_done ? 1 : 0;
}

static enum err audit_deliveries(const struct town_node *node, const struct town_node *other,
				 struct town_audit *audit)
{
	struct arrivals there;
	json_t *deliveries = NULL;
	const json_t *delivery;
	size_t i;
	enum err err = index_arrivals(other, &there);

	if (err == OK)
		err = fetch_all(node, CLERK_DELIVERIES, "deliveries", &deliveries);
	json_array_foreach(deliveries, i, delivery)
		follow(delivery, &there, audit);
	audit->duplicated += there.doubled;
	json_decref(deliveries);
	arrivals_clear(&there);
	return err;
}

static bool has_ending(const char *name, const char *ending)
{
	size_t len = strlen(name), ending_len = strlen(ending);

	return len >= ending_len && strcmp(name + len - ending_len, ending) == 0;
}

static bool is_receipt_good(struct folder *taken, const char *name,
			    const uint8_t public_key[KEY_PUBLIC_BYTES], struct arena *arena)
{
	struct folder_stamp stamp;
	struct record record;
	struct buffer file;
	json_t *json = NULL;
	char *text = NULL;
	bool is_good = false;

	buffer_init(&file, LIMIT_PAYLOAD_BYTES);
	if (folder_read(taken, name, &file, &stamp) == OK)
		json = json_loadb((const char *)file.at, file.len, 0, NULL);
	text = json_dumps(json_object_get(json, "receipt"), JSON_COMPACT);
	if (text != NULL)
		is_good = receipt_verify(bytes_of_text(text), public_key, arena, &record) == OK;
	free(text);
	json_decref(json);
	buffer_clear(&file);
	return is_good;
}

static enum err audit_party(const struct town_node *node, const char *party,
			    const uint8_t public_key[KEY_PUBLIC_BYTES], struct town_audit *audit)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	const char *const *names;
	struct folder *taken = NULL;
	char path[4096];
	size_t count = 0;
	enum err err = arena == NULL ? ERR_MEMORY : OK;

	(void)snprintf(path, sizeof(path), "%s/parties/%s/taken", node->directory, party);
	if (err == OK)
		err = folder_open(path, false, &taken);
	if (err == OK)
		err = folder_list(taken, false, 1000000, arena, &names, &count);
	for (size_t i = 0; err == OK && i < count; i++) {
		if (!has_ending(names[i], ".receipt"))
			audit->taken++;
		else if (is_receipt_good(taken, names[i], public_key, arena))
			audit->receipts++;
	}
	folder_close(taken);
	arena_free(arena);
	return err;
}

static enum err audit_receipts(const struct town_node *node, struct arena *arena,
			       struct town_audit *audit)
{
	const char *path = arena_format(arena, "%s/%s", node->directory, SETUP_LEDGER_PUBLIC);
	char origin[CHECKPOINT_ORIGIN_BYTES];
	uint8_t public_key[KEY_PUBLIC_BYTES];
	struct bytes text;
	char *line;
	enum err err = path == NULL ? ERR_MEMORY : file_read(path, YAML_BYTES, arena, &text);

	if (err != OK)
		return err;
	line = arena_text(arena, text);
	if (line == NULL)
		return ERR_MEMORY;
	line[strcspn(line, "\n")] = '\0';
	err = checkpoint_parse_key(line, origin, public_key);
	for (size_t i = 0; err == OK && i < node->config->party_count; i++)
		err = audit_party(node, node->config->parties[i].id, public_key, audit);
	return err;
}

/* An inbox file's name says which delivery it is; two files for one delivery would be a document doubled. */
enum err town_audit(const struct town *town, struct town_audit *ret_audit)
{
	struct town_audit audit = {0};
	enum err err = OK;

	for (size_t i = 0; err == OK && i < TOWN_NODES; i++) {
		err = audit_deliveries(&town->nodes[i], &town->nodes[1 - i], &audit);
		if (err == OK)
			err = audit_receipts(&town->nodes[i], town->arena, &audit);
	}
	audit.lost = audit.owed - audit.delivered;
	if (err == OK)
		*ret_audit = audit;
	return err;
}
