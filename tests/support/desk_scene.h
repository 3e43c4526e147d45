/*
 * desk_scene - people at a running node: two nodes (rig.h), accounts and tokens made in Viet Nam's, what its
 * door answers them, and decisions by its forms.
 *
 * Everything that goes wrong fails the test that asked. Texts live until the scene is closed.
 */
#ifndef TESTS_SUPPORT_DESK_SCENE_H
#define TESTS_SUPPORT_DESK_SCENE_H

#include "node/ask.h"
#include "sampan/http_client.h"
#include "tests/support/patience.h"
#include "tests/support/rig.h"

#define DESK_HTML "Accept: text/html,*/*;q=0.8"
#define DESK_JSON "Content-Type: application/json"
#define DESK_XML "Content-Type: application/xml"
#define DESK_FORM "Content-Type: application/x-www-form-urlencoded"
#define DESK_VIETNAMESE "Accept-Language: vi"
#define DESK(...) ((const char *const[]){__VA_ARGS__, NULL}) /* headers */

struct desk_scene {
	struct rig rig;
	struct ask ask;
	struct http_client *client;
	char url[128];
};

typedef struct http_client_answer desk_answer;

void desk_scene_open(struct desk_scene *scene);
void desk_scene_close(struct desk_scene *scene);

/* A client of its own, for a process that was forked. */
struct http_client *desk_scene_client(struct desk_scene *scene);

#define DESK_PASSWORD "a very long secret"

/* "user-add", "revoke", ... with the pairs that it takes, which is not refused; the number that it gave. */
const char *desk_scene_change(struct desk_scene *scene, const char *verb, const char *const *pairs);

/* For "user-add": of DESK_PASSWORD. */
const char *desk_scene_verifier(struct desk_scene *scene);

/* An account with that password; offices may be "". */
void desk_scene_person(struct desk_scene *scene, const char *name, const char *party,
		       const char *roles, const char *offices);

/* "Authorization: Bearer ..." of a new token: whose is "user" or "party". */
const char *desk_scene_token(struct desk_scene *scene, const char *whose, const char *name,
			     const char *label);

/* The same of a token that may do only these actions (words). */
const char *desk_scene_narrow_token(struct desk_scene *scene, const char *user, const char *label,
				    const char *actions);

/* "Cookie: ..." of somebody who signed in. */
const char *desk_scene_session(struct desk_scene *scene, const char *name);

/* As a browser: a form that is shown again has an address of its own, which is asked at once. */
desk_answer desk_scene_send(struct desk_scene *scene, const char *method, const char *path,
			    const char *const *headers, struct bytes body);
desk_answer desk_scene_call(struct desk_scene *scene, const char *method, const char *path,
			    const char *const *headers, const char *body);
desk_answer desk_scene_send_once(struct desk_scene *scene, const char *method, const char *path,
				 const char *const *headers, struct bytes body);
desk_answer desk_scene_get(struct desk_scene *scene, const char *path, const char *who);
const char *desk_scene_header(struct desk_scene *scene, const desk_answer *answer,
			      const char *name);
const char *desk_scene_body(struct desk_scene *scene, const desk_answer *answer);
bool desk_scene_says(struct desk_scene *scene, const desk_answer *answer, const char *text);

/* A text of the answer's JSON; "" when it has none. */
const char *desk_scene_member(struct desk_scene *scene, const desk_answer *answer,
			      const char *name);

/* The value of a hidden field of a page. */
const char *desk_scene_hidden(struct desk_scene *scene, const desk_answer *page, const char *name);

/* ---- Messages ---- */

/* GET /v1/messages/{id}, and parts of it. */
desk_answer desk_scene_read(struct desk_scene *scene, const char *who, const char *id);
const char *desk_scene_state(struct desk_scene *scene, const char *who, const char *id);
const char *desk_scene_etag(struct desk_scene *scene, const char *who, const char *id);
const char *desk_scene_document(struct desk_scene *scene, const char *who, const char *id);

/* Lodge; it must be taken. The id. */
const char *desk_scene_lodge(struct desk_scene *scene, const char *who, struct bytes document);

/* Wait until what GET answers of it says this text. */
void desk_scene_wait(struct desk_scene *scene, const char *who, const char *id, const char *text);

/* POST .../decision with this ETag; NULL: none. */
desk_answer desk_scene_decide(struct desk_scene *scene, const char *who, const char *id,
			      const char *etag, const char *body);

#endif
