/*
 * door_client - real curl against a node's door over HTTPS, for tests of whole nodes.
 *
 * A request may be begun and ended apart, so that several are under way at once. What cannot be
 * asked at all ends the test.
 */
#ifndef TESTS_SUPPORT_DOOR_CLIENT_H
#define TESTS_SUPPORT_DOOR_CLIENT_H

#include "tests/support/rig.h"

#define DOOR_CLIENT_HEADERS 4u

struct door_request {
	const char *method; /* NULL: GET */
	const char *path;   /* with its query */
	const char *token;  /* NULL: none */
	const char *type;   /* Content-Type; NULL: no body */
	struct bytes body;
	const char *headers[DOOR_CLIENT_HEADERS]; /* "Name: value"; NULL: none */
	unsigned max_seconds;                     /* then curl ends; 0: 60 */
	const char *rate;                         /* bytes per second that it reads; NULL: all */
	const char *certificate, *key;            /* PEM files of a client; NULL: none is shown */
};

struct door_answer {
	unsigned status;   /* 0: none came */
	struct bytes head; /* all header lines */
	struct bytes body; /* both end with a zero byte that is not counted, in the rig's arena */
};

struct door_job {
	struct rig *rig;
	long pid;
	unsigned number;
};

/* A rig_question about a job: has a part of its answer's body come? */
bool door_client_has_come(void *job);

struct door_job door_client_begin(struct rig *rig, size_t node, const struct door_request *request);
struct door_answer door_client_end(struct rig *rig, struct door_job job);
struct door_answer door_client_ask(struct rig *rig, size_t node,
				   const struct door_request *request);

/* The value of a header, in the rig's arena; NULL: it is not there. */
const char *door_client_header(struct rig *rig, const struct door_answer *answer, const char *name);

/* A member of an answer that is a JSON object, numbers as text; "": it is not there. */
const char *door_client_member(struct rig *rig, const struct door_answer *answer, const char *name);

/* The token of a party's programs (after town_identity_tokens()). */
const char *door_client_token(struct rig *rig, size_t node, const char *party);

/*
 * A new token by `sampan user token NAME ...`; options as that command takes them, ended by NULL.
 */
const char *door_client_new_token(struct rig *rig, size_t node, const char *name,
				  const char *const *options);

#endif
