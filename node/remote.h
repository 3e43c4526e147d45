/*
 * remote - a node that the command line asks over HTTPS (docs/http.md), as the broker's program
 * would.
 *
 * The token is read from a file, never from an argument, and stands in no message. What may be asked
 * again is: a lodgement carries an Idempotency-Key of its own, so that an answer that was lost on
 * the way costs nothing and doubles nothing. The same document lodged another time has another key:
 * what was taken is recognised by its bytes, and what was refused is judged anew.
 */
#ifndef NODE_REMOTE_H
#define NODE_REMOTE_H

#include <jansson.h>

#include "node/command.h"
#include "sampan/arena.h"

/* What the command line says; NULL: not given. */
struct remote_options {
	const char *url;         /* "https://node.example:8443" */
	const char *token;       /* a file with the bearer token; else $SAMPAN_TOKEN names it */
	const char *certificate; /* PEM files: mutual TLS */
	const char *key;
	const char *ca; /* PEM file: who is trusted besides nobody; else $SAMPAN_CA names it, else
			 * the system's authorities */
	const char *
		reason; /* why who asks reads what is outside their scope (docs/http.md); recorded there */
};

/* The lines of these options for a command's options and for its usage. */
#define REMOTE_OPTIONS(options) \
	{"--node", &(options).url, NULL}, {"--token", &(options).token, NULL}, \
		{"--certificate", &(options).certificate, NULL}, {"--key", &(options).key, NULL}, \
	{ \
		"--ca", &(options).ca, NULL \
	}
#define REMOTE_USAGE \
	"Over HTTPS:\n" \
	"  --node URL          such as https://node.example:8443\n" \
	"  --token FILE        the bearer token stands in this file; else $SAMPAN_TOKEN names it\n" \
	"  --certificate FILE  and --key FILE: a client certificate instead, PEM\n" \
	"  --ca FILE           PEM: whose certificates are trusted; else $SAMPAN_CA names it, else the system's\n"

/* For commands that read. */
#define REMOTE_REASON_OPTION(options) \
	{ \
		"--reason", &(options).reason, NULL \
	}
#define REMOTE_REASON_USAGE \
	"  --reason TEXT       why you read what is outside your scope; the node records it with your name\n"

struct remote;

/* Is it a remote node that is meant? */
bool remote_is_url(const char *url);

/*
 * Read the files and open a client. 0; otherwise the exit code (64 for a URL that is not https://), after a message on stderr that
 * begins with the command's name. The arena is borrowed; it holds nothing but answers, and may be
 * cleared between questions.
 */
int remote_open(const char *command, const struct remote_options *options, struct arena *arena,
		struct remote **ret_remote);
void remote_close(struct remote *remote); /* wipes the token; NULL is accepted */

/* Lodge a document, as the party of the credentials, or for a principal (NULL: none). */
int remote_lodge(struct remote *remote, struct bytes document, const char *principal,
		 json_t **ret_answer);

/* GET a path below the node's address, with its query. */
int remote_get(struct remote *remote, const char *path, json_t **ret_answer);

/* The same of what may not be there: then 0 and *ret_answer NULL, without a word. */
int remote_look(struct remote *remote, const char *path, json_t **ret_answer);

/* GET as bytes in the arena. */
int remote_download(struct remote *remote, const char *path, struct bytes *ret_bytes);

/*
 * All return 0, or the exit code after a message on stderr. *ret_answer is set on 0, and on 65 (the
 * document has errors: "findings"); the caller releases it.
 */

/* A value made fit for a path or a query (RFC 3986, section 2.3), in the arena; NULL: no memory. */
const char *remote_escape(const char *value, struct arena *arena);

/* "VN-1-57": a country, an epoch, a number. A reference may look so, too. */
bool remote_is_id(const char *text);

/*
 * The id of the newest message that has this reference, declaration number or certificate number, of those that one may see;
 * what was refused comes last. 0: *ret_id is in the arena; else the exit code, EX_NOINPUT when there is none (it was said).
 */
int remote_find(struct remote *remote, const char *what, const char **ret_id);

#endif
