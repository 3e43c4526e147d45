/*
 * queue_rabbit - a RabbitMQ quorum queue with publisher confirms: persistent messages into a durable
 * queue of one node, a server of its own in the benchmark's folder, TCP_NODELAY on the client
 * (the server's default has it too). The queue is emptied between rounds.
 */
#include "tests/bench/queue.h"

#ifndef BENCH_HAS_RABBIT

static const char *rabbit_open(struct queue_side *side)
{
	(void)side;
	return "not built in: librabbitmq-dev is not installed";
}

struct queue_side queue_rabbit = {.name = "RabbitMQ", .open = rabbit_open};

#else

#include <amqp.h>
#include <amqp_tcp_socket.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define SERVER "/usr/lib/rabbitmq/bin/rabbitmq-server"
#define PATIENCE_S 90u
#define RING 1024u /* numbers of messages that are not confirmed yet lie within */
#define CHANNEL 1

struct rabbit {
	amqp_connection_state_t connection;
	int port, epmd_port;
	uint64_t sent, oldest; /* numbers of messages, from 1; oldest: not confirmed */
	bool confirmed[RING];
	unsigned place_of[RING];
};

/* ---- The server ---- */

static int free_port(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &len) != 0)
		measure_fail("no port is free");
	(void)close(fd);
	return ntohs(address.sin_port);
}

static void set(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void set(const char *name, const char *format, ...)
{
	char value[QUEUE_PATH_BYTES + 64];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(value, sizeof(value), format, arguments);
	va_end(arguments);
	(void)setenv(name, value, 1);
}

static _Noreturn void be_server(const struct queue_side *side, const struct rabbit *rabbit)
{
	char path[QUEUE_PATH_BYTES + 16];
	int log;

	set("HOME", "%s", side->folder);
	set("RABBITMQ_MNESIA_BASE", "%s/mnesia", side->folder);
	set("RABBITMQ_LOG_BASE", "%s/log", side->folder);
	set("RABBITMQ_NODENAME", "bench-%d@localhost", rabbit->port);
	set("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1");
	set("RABBITMQ_NODE_PORT", "%d", rabbit->port);
	set("RABBITMQ_DIST_PORT", "%d", free_port());
	set("ERL_EPMD_PORT", "%d", rabbit->epmd_port);
	set("RABBITMQ_ENABLED_PLUGINS_FILE", "%s/plugins", side->folder);
	set("RABBITMQ_CONF_ENV_FILE", "/dev/null");
	(void)snprintf(path, sizeof(path), "%s/server.log", side->folder);
	log = open(path, O_WRONLY | O_CREAT, 0600);
	(void)dup2(log, STDOUT_FILENO);
	(void)dup2(log, STDERR_FILENO);
	(void)setsid();
	if (chdir(side->folder) != 0) /* where it leaves what it dies with */
		_exit(EX_UNAVAILABLE);
	(void)execl(SERVER, SERVER, (char *)NULL);
	_exit(EX_UNAVAILABLE);
}

static bool is_good(amqp_rpc_reply_t reply)
{
	return reply.reply_type == AMQP_RESPONSE_NORMAL;
}

static bool connect_once(struct rabbit *rabbit)
{
	amqp_connection_state_t connection = amqp_new_connection();
	amqp_socket_t *socket = amqp_tcp_socket_new(connection);
	int one = 1;

	if (socket == NULL || amqp_socket_open(socket, "127.0.0.1", rabbit->port) != 0 ||
	    setsockopt(amqp_get_sockfd(connection), IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) !=
		    0 ||
	    !is_good(amqp_login(connection, "/", 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, "guest",
				"guest"))) {
		(void)amqp_destroy_connection(connection);
		return false;
	}
	rabbit->connection = connection;
	return true;
}

static void declare(struct rabbit *rabbit)
{
	amqp_table_entry_t kind = {.key = amqp_cstring_bytes("x-queue-type"),
				   .value = {.kind = AMQP_FIELD_KIND_UTF8,
					     .value = {.bytes = amqp_cstring_bytes("quorum")}}};
	amqp_table_t arguments = {1, &kind};

	(void)amqp_channel_open(rabbit->connection, CHANNEL);
	if (!is_good(amqp_get_rpc_reply(rabbit->connection)))
		measure_fail("RabbitMQ opens no channel");
	(void)amqp_queue_declare(rabbit->connection, CHANNEL, amqp_cstring_bytes("bench"), 0, 1, 0,
				 0, arguments);
	if (!is_good(amqp_get_rpc_reply(rabbit->connection)))
		measure_fail("RabbitMQ makes no quorum queue");
	(void)amqp_confirm_select(rabbit->connection, CHANNEL);
	if (!is_good(amqp_get_rpc_reply(rabbit->connection)))
		measure_fail("RabbitMQ does not confirm");
}

static const char *rabbit_open(struct queue_side *side)
{
	struct rabbit *rabbit;
	unsigned tries = 0;
	char path[QUEUE_PATH_BYTES + 16];
	FILE *plugins;

	if (access(SERVER, X_OK) != 0)
		return "not installed";
	rabbit = calloc(1, sizeof(*rabbit));
	(void)snprintf(path, sizeof(path), "%s/plugins", side->folder);
	if (rabbit == NULL || mkdir(side->folder, 0700) != 0 ||
	    (plugins = fopen(path, "w")) == NULL || fputs("[].\n", plugins) < 0 ||
	    fclose(plugins) != 0)
		measure_fail("RabbitMQ gets no folder");
	side->state = rabbit;
	rabbit->oldest = 1;
	rabbit->port = free_port();
	rabbit->epmd_port = free_port();
	if ((side->processes[0] = fork()) == 0)
		be_server(side, rabbit);
	while (!connect_once(rabbit)) {
		if (waitpid(side->processes[0], NULL, WNOHANG) != 0 || tries++ > PATIENCE_S * 5)
			return "does not start";
		(void)usleep(200000);
	}
	declare(rabbit);
	return NULL;
}

static void rabbit_close(struct queue_side *side)
{
	struct rabbit *rabbit = side->state;
	char line[128];

	if (rabbit == NULL || side->processes[0] <= 0)
		return;
	if (rabbit->connection != NULL)
		(void)amqp_destroy_connection(rabbit->connection);
	(void)kill(-side->processes[0], SIGKILL);
	(void)waitpid(side->processes[0], NULL, 0);
	/* it outlives its node */
	(void)snprintf(line, sizeof(line), "epmd -port %d -kill >/dev/null 2>&1",
		       rabbit->epmd_port);
	for (unsigned i = 0; i < 25 && system(line) != 0; i++)
		(void)usleep(200000);
	free(rabbit);
}

/* ---- Documents ---- */

static void publish(struct rabbit *rabbit, struct queue_round *round, unsigned place)
{
	amqp_basic_properties_t properties = {._flags = AMQP_BASIC_DELIVERY_MODE_FLAG,
					      .delivery_mode = AMQP_DELIVERY_PERSISTENT};
	struct bytes payload = queue_payload();
	amqp_bytes_t body = {payload.len, (void *)(uintptr_t)payload.at};

	rabbit->sent++;
	rabbit->confirmed[rabbit->sent % RING] = false;
	rabbit->place_of[rabbit->sent % RING] = place;
	queue_ask(round, place);
	if (amqp_basic_publish(rabbit->connection, CHANNEL, amqp_empty_bytes,
			       amqp_cstring_bytes("bench"), 0, 0, &properties,
			       body) != AMQP_STATUS_OK)
		measure_fail("RabbitMQ takes no message");
}

static void confirm(struct rabbit *rabbit, struct queue_round *round, uint64_t number)
{
	if (rabbit->confirmed[number % RING])
		return;
	rabbit->confirmed[number % RING] = true;
	queue_answered(round, rabbit->place_of[number % RING]);
}

static void take_confirmation(struct rabbit *rabbit, struct queue_round *round)
{
	amqp_frame_t frame;
	const amqp_basic_ack_t *ack;

	amqp_maybe_release_buffers(rabbit->connection);
	if (amqp_simple_wait_frame(rabbit->connection, &frame) != AMQP_STATUS_OK ||
	    frame.frame_type != AMQP_FRAME_METHOD ||
	    frame.payload.method.id != AMQP_BASIC_ACK_METHOD)
		measure_fail("RabbitMQ did not confirm");
	ack = frame.payload.method.decoded;
	for (uint64_t i = ack->multiple ? rabbit->oldest : ack->delivery_tag;
	     i <= ack->delivery_tag; i++)
		confirm(rabbit, round, i);
	while (rabbit->oldest <= rabbit->sent && rabbit->confirmed[rabbit->oldest % RING])
		rabbit->oldest++;
}

static void rabbit_run(struct queue_side *side, struct queue_round *round)
{
	struct rabbit *rabbit = side->state;

	for (unsigned i = 0; i < round->waiting; i++)
		publish(rabbit, round, i);
	while (round->under_way > 0) {
		uint64_t from = rabbit->oldest, until = rabbit->sent;

		take_confirmation(rabbit, round);
		for (uint64_t i = from; i <= until && queue_goes_on(round); i++)
			if (rabbit->confirmed[i % RING] &&
			    rabbit->place_of[i % RING] != QUEUE_PLACES &&
			    rabbit->sent + 1 - rabbit->oldest < RING - 1) {
				unsigned place = rabbit->place_of[i % RING];

				rabbit->place_of[i % RING] = QUEUE_PLACES;
				publish(rabbit, round, place);
			}
	}
}

static void rabbit_rest(struct queue_side *side)
{
	struct rabbit *rabbit = side->state;

	(void)amqp_queue_purge(rabbit->connection, CHANNEL, amqp_cstring_bytes("bench"));
	if (!is_good(amqp_get_rpc_reply(rabbit->connection)))
		measure_fail("RabbitMQ does not empty its queue");
}

struct queue_side queue_rabbit = {
	.name = "RabbitMQ",
	.open = rabbit_open,
	.run = rabbit_run,
	.rest = rabbit_rest,
	.close = rabbit_close,
};

#endif
