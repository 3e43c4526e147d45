/*
 * admin - the admin socket: what the command line of this machine may ask of a running node.
 *
 * Only who may open the node's own run folder (mode 0700) reaches it. LODGE goes the way of every
 * document; all questions of the clerk are passed on to it; what changes something goes to the ledger.
 */
#ifndef NODE_ADMIN_H
#define NODE_ADMIN_H

#include "node/pipeline.h"
#include "node/role.h"
#include "node/who.h"

enum admin_operation {
	ADMIN_LODGE = 1, /* party, document -> JSON {"id","state","verdict","findings","receipt"} */
	ADMIN_QUEUE = 3, /* as LEDGER_QUEUE */
	ADMIN_HEALTH = 4,          /* as LEDGER_HEALTH */
	ADMIN_IDENTITY = 5,        /* as LEDGER_IDENTITY */
	ADMIN_PING = 8,            /* nothing -> nothing: the node runs, whatever its roles do */
	ADMIN_ARCHIVE = 7,         /* as LEDGER_ARCHIVE */
	ADMIN_RESUME = 6,          /* as LEDGER_RESUME */
	ADMIN_WEBHOOK_REPLAY = 10, /* as LEDGER_WEBHOOK_REPLAY */
	ADMIN_CLERK = 100          /* ADMIN_CLERK + n: the clerk's operation n, passed on */
};

struct admin;

struct admin_ends {
	struct pipeline *pipeline;
	struct call_client *ledger;
	struct call_client *clerk;
	struct who *who;
};

/* All borrowed. */
enum err admin_open(struct role *role, const struct admin_ends *ends, struct admin **ret_admin);
void admin_close(struct admin *admin); /* NULL is accepted */

#endif
