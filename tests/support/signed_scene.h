/*
 * signed_scene - an authority, its signer, and who believes them, for tests of signatures.
 */
#ifndef TESTS_SUPPORT_SIGNED_SCENE_H
#define TESTS_SUPPORT_SIGNED_SCENE_H

#include "messages/signature.h"
#include "tests/support/xmldsig.h"

#define SIGNED_TAX_CODE "0100109106"
#define SIGNED_PLAIN "<Declaration xmlns=\"urn:x\"><ID>1</ID>" XMLDSIG_PLACE "</Declaration>"
#define SIGNED_ENVELOPE \
	"<Envelope>\n<Header Id=\"h\"><From>A</From></Header>\n<Body Id=\"b\">" \
	"<Content Id=\"c\"><Amount>100</Amount></Content>" \
	"<Signature>" XMLDSIG_PLACE "</Signature></Body>\n</Envelope>\n"

struct signed_scene {
	struct arena *arena;
	struct pki authority, signer;
	struct trust *trust; /* believes the authority, which has revoked nobody */
	bool is_required;
	int64_t now_ms;
	/* of the last signed_scene_verify() */
	struct findings findings;
	struct facts facts;
	struct document *document;
};

int signed_scene_set_up(void **state); /* for cmocka */
int signed_scene_tear_down(void **state);

/* Read and verify; findings and facts are new. The bytes are borrowed. */
void signed_scene_verify(struct signed_scene *scene, struct bytes bytes);

/* Verify, and expect the verdict "valid" without a finding, or exactly one error of this code. */
void signed_scene_valid(struct signed_scene *scene, struct bytes bytes);
void signed_scene_refused(struct signed_scene *scene, struct bytes bytes, const char *code);

/* A fact of the last verdict, "" when there is none. */
const char *signed_scene_fact(const struct signed_scene *scene, const char *name);

#endif
