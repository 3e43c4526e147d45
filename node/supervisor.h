/*
 * supervisor - keeps the roles of a node running.
 *
 * Each role is exec'ed from this program's own file, dies with the supervisor, and is started anew
 * when it ends: at once the first time, then after 100 ms, doubling up to 5 s, until it has lived
 * for 10 s. Every state lives in the ledger, so restarting is always safe. SIGTERM and SIGINT
 * drain: the roles are ended in the order of their doors inward, each stage after the one before.
 * SIGHUP validates the configuration and starts all roles anew, or keeps the old ones when it is
 * not valid. The listening socket of the door over HTTPS is opened here and handed to each gate: it
 * stays open from the node's start to its end, so a connection waits while a gate is replaced and is
 * never refused.
 */
#ifndef NODE_SUPERVISOR_H
#define NODE_SUPERVISOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sampan/config.h"

#define SUPERVISOR_FIRST_DELAY_MS 100u
#define SUPERVISOR_MAX_DELAY_MS 5000u
#define SUPERVISOR_SOUND_MS 10000u  /* who lived so long starts from the beginning of the delays */
#define SUPERVISOR_DRAIN_MS 10000u  /* for each stage, then SIGKILL */
#define SUPERVISOR_MISFIT_MS 30000u /* before a role is tried again that ended with 78 */

/*
 * Run the node of this configuration (taken) until a signal ends it. Returns the exit code: 0 after
 * draining, 75 when another supervisor holds the node's lock, 70 or 71 when it cannot work. Before the
 * node is up for the first time also 69 when another program listens at its door, and 78 when the door
 * cannot be opened as configured or a role says so (ends with 78); afterwards that role is tried again,
 * slowly.
 */
int supervisor_run(struct config *config);

/*
 * When a role that began at started_ms and ended at ended_ms is to be started again. Pure;
 * *delay_ms is the state between calls, 0 at first.
 */
uint64_t supervisor_restart_at(uint64_t started_ms, uint64_t ended_ms, uint64_t *delay_ms);

#endif
