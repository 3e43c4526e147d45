/*
 * setup - make a new node: folders, keys, certificate, configuration, empty ledger folder; and its
 * partner card.
 */
#ifndef NODE_SETUP_H
#define NODE_SETUP_H

#include "sampan/buffer.h"
#include "sampan/config.h"

/* Files below the node's folder. */
#define SETUP_CURVE_SECRET "keys/curve.key" /* 40 characters of Z85 and a newline, mode 0600 */
#define SETUP_CURVE_PUBLIC "keys/curve.pub"
#define SETUP_LEDGER_PUBLIC "keys/ledger.pub" /* signed-note verifier key and a newline */
#define SETUP_BACKUP_KEY "keys/backup.key" /* signs segments; made by the first backup */
#define SETUP_BACKUP_PUBLIC "keys/backup.pub"
#define SETUP_NODE_KEY "keys/node.key"
#define SETUP_NODE_CERTIFICATE "keys/node.crt"
#define SETUP_DOOR_KEY "keys/door.key" /* of HTTPS */
#define SETUP_DOOR_CERTIFICATE "keys/door.crt"

struct setup {
	const char *directory;
	const char *country;
	const char *name;   /* ledger name; NULL: the country in small letters and
			     * ".sampan.example" */
	const char *office; /* NULL for none */
	const char *https;  /* where the door listens, "127.0.0.1:8443"; "none"; NULL: that */
};

/*
 * Make it. node.yaml is written last: a folder with it is a whole node. ERR_EXISTS: the folder is
 * there and not empty. ERR_USAGE: a value does not have its form. *ret_message (in the arena) says
 * what went wrong.
 */
enum err setup_make(const struct setup *setup, struct arena *arena, const char **ret_message);

/*
 * The folders that a node needs are made when they are missing: run, ledger, seal, parties,
 * partners, keys.
 */
enum err setup_folders(const char *directory, struct arena *arena);

/*
 * This node's card for a partner, as YAML. endpoint: where the partner is to connect. ERR_MISSING:
 * keys are not there.
 */
enum err setup_card(const struct config *config, const char *endpoint, struct arena *arena,
		    struct buffer *to);

#endif
