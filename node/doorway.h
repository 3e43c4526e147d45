/*
 * doorway - the listening socket of the door over HTTPS, held by the supervisor as long as the node
 * runs and handed to each gate.
 */
#ifndef NODE_DOORWAY_H
#define NODE_DOORWAY_H

#include "node/role.h"
#include "sampan/net.h"

struct doorway {
	int fd; /* -1: there is no such door */
	char address[NET_ADDRESS_BYTES];
	uint16_t port; /* as configured */
};

/*
 * Listen as the configuration says; nothing to do where it wants no door. When it cannot be, the log
 * says at which address, why, who listens there and what to do. ERR_EXISTS: another program listens
 * there; ERR_DENIED, ERR_USAGE: not allowed, no such address; ERR_IO.
 */
enum err doorway_open(const struct config *config, const struct role *log,
		      struct doorway *ret_doorway);
void doorway_close(struct doorway *doorway);

/* Is it the one that the configuration wants? */
bool doorway_fits(const struct doorway *doorway, const struct config *config);

#endif
