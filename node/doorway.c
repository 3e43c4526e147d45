#include "node/doorway.h"

#include <stdio.h>
#include <string.h>

#include "node/https.h"

/* What an operator does about it. */
static const struct {
	enum err err;
	const char *why, *what_to_do;
} hints[] = {
	{ERR_EXISTS, "another program listens there",
	 "end it, or write another https.port into node.yaml; then start the node again"},
	{ERR_DENIED, "not allowed to listen there",
	 "ports below 1024 need CAP_NET_BIND_SERVICE; or write a higher https.port into node.yaml"},
	{ERR_USAGE, "this machine has no such address",
	 "write an address of this machine into https.address of node.yaml; 0.0.0.0 is all of them"},
};

static void complain(const struct config *config, const struct role *log, enum err err)
{
	const struct config_https *https = &config->https;
	const char *why = err_text(err), *what_to_do = "see the log of the system";
	char holder[NET_HOLDER_BYTES] = "unknown";

	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
		if (hints[i].err == err) {
			why = hints[i].why;
			what_to_do = hints[i].what_to_do;
		}
	if (err == ERR_EXISTS)
		net_holder_find(https->port, holder);
	role_log(log, "error", "https-failed",
		 "address=%s port=%u file=%s why=\"%s\" held-by=\"%s\" do=\"%s\"", https->address,
		 https->port, config->path, why, err == ERR_EXISTS ? holder : "nobody", what_to_do);
}

enum err doorway_open(const struct config *config, const struct role *log,
		      struct doorway *ret_doorway)
{
	struct doorway doorway = {.fd = -1, .port = config->https.port};
	uint16_t port = 0;
	enum err err = OK;

	if (https_is_wanted(config)) {
		(void)snprintf(doorway.address, sizeof(doorway.address), "%s",
			       config->https.address);
		err = net_listen(config->https.address, config->https.port, &doorway.fd, &port);
	}
	if (err == OK)
		*ret_doorway = doorway;
	else
		complain(config, log, err);
	return err;
}

void doorway_close(struct doorway *doorway)
{
	net_close(doorway->fd, false);
	doorway->fd = -1;
}

bool doorway_fits(const struct doorway *doorway, const struct config *config)
{
	if (!https_is_wanted(config))
		return doorway->fd < 0;
	return doorway->fd >= 0 && doorway->port == config->https.port &&
	       strcmp(doorway->address, config->https.address) == 0;
}
