/*
 * Signature wrapping: what was signed is moved aside, and something else stands where the program
 * reads. After "On Breaking SAML: Be Whoever You Want to Be" (Somorovsky et al., 2012), XSW 1 to 8,
 * with what an envelope and ids of several names add.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/signed_scene.h"

#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define CONTENT "<Content Id=\"c\"><Amount>100</Amount></Content>"
#define EVIL "<Content><Amount>999</Amount></Content>"
#define EVIL_ID(id) "<Content " id "><Amount>999</Amount></Content>"
#define HEADER "<Header Id=\"h\"><From>A</From></Header>"

struct row {
	const char *name;
	const char *from, *to; /* in the signed envelope */
	const char *second_from, *second_to;
	const char *code;
};

/* The content was signed by its id, the header too. */
static const struct row by_id[] = {
	{"XSW 1: the original inside of the signature", CONTENT, EVIL, "</ds:KeyInfo>",
	 "</ds:KeyInfo><ds:Object>" CONTENT "</ds:Object>", "signature-reference"},
	{"XSW 2: the original beside the signature", CONTENT, EVIL, "<Signature>",
	 "<Signature>" CONTENT, "signature-place"},
	{"XSW 3: another before the original", CONTENT, EVIL CONTENT, NULL, NULL,
	 "signature-reference"},
	{"XSW 4: the original inside of another", CONTENT, "<Content>" CONTENT "</Content>", NULL,
	 NULL, "signature-reference"},
	{"XSW 5: the original behind the signature, another in its place", CONTENT, EVIL,
	 "</Signature>", "</Signature>" CONTENT, "signature-reference"},
	{"XSW 6: signature and original inside of another", CONTENT,
	 "<Content><Amount>999</Amount>" CONTENT "</Content>", NULL, NULL, "signature-reference"},
	{"XSW 7: another with the same id in an extension", "<Body Id=\"b\">",
	 "<Extensions>" EVIL_ID("Id=\"c\"") "</Extensions><Body Id=\"b\">", NULL, NULL,
	 "signature-reference"},
	{"XSW 8: the original in an object of the signature, another with its id", CONTENT,
	 EVIL_ID("Id=\"c\""), "</ds:KeyInfo>", "</ds:KeyInfo><ds:Object>" CONTENT "</ds:Object>",
	 "signature-reference"},
	{"another behind the original", CONTENT, CONTENT EVIL, NULL, NULL, "signature-reference"},
	{"the same id twice", CONTENT, EVIL_ID("Id=\"c\"") CONTENT, NULL, NULL,
	 "signature-reference"},
	{"the same id as ID", CONTENT, EVIL_ID("ID=\"c\"") CONTENT, NULL, NULL,
	 "signature-reference"},
	{"the same id as id, on a child", "<Amount>", "<Amount id=\"c\">", NULL, NULL,
	 "signature-reference"},
	{"the same id as xml:id, elsewhere", "<From>", "<From xml:id=\"c\">", NULL, NULL,
	 "signature-reference"},
	{"the id on another element", CONTENT, "<Old Id=\"c\"><Amount>100</Amount></Old>" EVIL,
	 NULL, NULL, "signature-reference"},
	{"the original in another namespace", CONTENT,
	 "<Content xmlns=\"urn:old\" Id=\"c\"><Amount>100</Amount></Content>" EVIL, NULL, NULL,
	 "signature-reference"},
	{"a second body", "<Body Id=\"b\">", "<Body>" EVIL "</Body><Body Id=\"b\">", NULL, NULL,
	 "signature-reference"},
	{"the original body elsewhere", "<Body Id=\"b\">" CONTENT,
	 "<Old><Body>" CONTENT "</Body></Old><Body Id=\"b\">" EVIL, NULL, NULL,
	 "signature-reference"},
	{"a second header", HEADER, "<Header><From>B</From></Header>" HEADER, NULL, NULL,
	 "signature-reference"},
	{"the original header elsewhere", HEADER,
	 "<Header><From>B</From></Header><Old>" HEADER "</Old>", NULL, NULL, "signature-reference"},
	{"ids exchanged", "Id=\"h\"", "Id=\"x\"", "Id=\"c\"", "Id=\"h\"", "signature-reference"},
	{"nothing moved", "\n<Header", "\n\n<Header", NULL, NULL, NULL},
};

static struct bytes sign_parts(struct signed_scene *scene)
{
	return xmldsig_sign(
		SIGNED_ENVELOPE,
		&(struct xmldsig_wish){
			.signer = &scene->signer,
			.references = {{.uri = "#h", .transforms = {XMLDSIG_EXCLUSIVE}},
				       {.uri = "#c", .transforms = {XMLDSIG_EXCLUSIVE}}}},
		scene->arena);
}

static void what_was_signed_by_id_cannot_be_moved(void **state)
{
	struct signed_scene *scene = *state;
	struct bytes bytes = sign_parts(scene);

	for (size_t i = 0; i < sizeof(by_id) / sizeof(by_id[0]); i++) {
		const struct row *row = &by_id[i];
		struct bytes moved = xmldsig_replace(bytes, row->from, row->to, scene->arena);

		if (row->second_from != NULL)
			moved = xmldsig_replace(moved, row->second_from, row->second_to,
						scene->arena);
		if (row->code == NULL)
			signed_scene_valid(scene, moved);
		else
			signed_scene_refused(scene, moved, row->code);
	}
}

/* The signature of the whole document, and the document around it. */
static void a_whole_document_cannot_be_wrapped(void **state)
{
	struct signed_scene *scene = *state;
	struct bytes bytes = xmldsig_sign(
		SIGNED_ENVELOPE, &(struct xmldsig_wish){.signer = &scene->signer}, scene->arena);
	const char *text = arena_text(scene->arena, bytes);
	const char *begin = strstr(text, "<ds:Signature "), *end = strstr(text, "</Signature>");
	const char *signature = arena_text(scene->arena, bytes_of(begin, (size_t)(end - begin)));
	const struct {
		const char *text, *code;
	} rows[] = {
		/* the signed document as a part of another */
		{"<Envelope><Header/><Body>" EVIL "</Body>{DOC}</Envelope>", "signature-place"},
		{"<Envelope>{DOC}<Header/><Body>" EVIL "</Body></Envelope>", "signature-place"},
		/* the same, and the signature where it belongs */
		{"<Envelope><Old>{DOC}</Old><Header/><Body>" EVIL
		 "<Signature>{SIG}</Signature></Body></Envelope>",
		 "signature-place"},
		{"<Envelope><Header/><Body>" EVIL "<Signature>{SIG}</Signature></Body></Envelope>",
		 "signature-invalid"},
		{"<Envelope><Header/><Body>" EVIL "</Body>{SIG}</Envelope>", "signature-invalid"},
		{"<Envelope><Header/><Body>" EVIL
		 "<Signature>{SIG}{SIG}</Signature></Body></Envelope>",
		 "signature-place"},
		{"<Envelope><Header/><Body>" EVIL
		 "<Signature>{SIG}</Signature></Body>{SIG}</Envelope>",
		 "signature-place"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bytes wrapped = bytes_of_text(rows[i].text);

		if (strstr(rows[i].text, "{DOC}") != NULL)
			wrapped = xmldsig_replace(wrapped, "{DOC}", text, scene->arena);
		if (strstr(rows[i].text, "{SIG}") != NULL)
			wrapped = xmldsig_replace(wrapped, "{SIG}", signature, scene->arena);
		signed_scene_refused(scene, wrapped, rows[i].code);
	}
}

static void a_signature_of_one_document_holds_for_no_other(void **state)
{
	struct signed_scene *scene = *state;
	const char *text = arena_text(scene->arena,
				      xmldsig_sign(SIGNED_PLAIN,
						   &(struct xmldsig_wish){.signer = &scene->signer},
						   scene->arena));
	const char *begin = strstr(text, "<ds:Signature "), *end = strstr(text, "</Declaration>");

	signed_scene_refused(
		scene,
		bytes_of_text(arena_format(
			scene->arena, "<Declaration xmlns=\"urn:x\"><ID>2</ID>%.*s</Declaration>",
			(int)(end - begin), begin)),
		"signature-invalid");
}

static void a_signature_anywhere_else_is_refused(void **state)
{
	static const char *const documents[] = {
		XMLDSIG_PLACE,
		"<D>" XMLDSIG_PLACE "<ID>1</ID></D>",
		"<D><ID>" XMLDSIG_PLACE "</ID></D>",
		"<Envelope><Header><Signature>" XMLDSIG_PLACE
		"</Signature></Header><Body/></Envelope>",
		"<Envelope><Header/><Body><Content>" XMLDSIG_PLACE "</Content></Body></Envelope>",
		"<Envelope><Header/><Body>" XMLDSIG_PLACE "</Body></Envelope>",
		"<Envelope><Header/><Body><Signature>text" XMLDSIG_PLACE
		"</Signature></Body></Envelope>",
		"<Envelope><Header/><Body><Signature><a/>" XMLDSIG_PLACE
		"</Signature></Body></Envelope>",
		"<Envelope xmlns=\"urn:x\"><Header/><Body><Signature>" XMLDSIG_PLACE
		"</Signature></Body></Envelope>",
		"<X><Envelope><Body><Signature>" XMLDSIG_PLACE "</Signature></Body></Envelope></X>",
	};
	struct signed_scene *scene = *state;

	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++)
		signed_scene_refused(scene,
				     xmldsig_sign(documents[i],
						  &(struct xmldsig_wish){.signer = &scene->signer},
						  scene->arena),
				     "signature-place");
}

static void very_many_signatures_cost_no_more_than_one_finding(void **state)
{
	struct signed_scene *scene = *state;
	struct buffer many;

	buffer_init(&many, 8u * 1024 * 1024);
	buffer_put_text(&many, "<D xmlns:ds=\"" XMLDSIG_DS "\">");
	for (size_t i = 0; i < 100000; i++)
		buffer_put_text(&many, "<ds:Signature/>");
	buffer_put_text(&many, "</D>");
	signed_scene_refused(scene, buffer_bytes(&many), "signature-place");
	document_free(scene->document);
	scene->document = NULL;
	buffer_clear(&many);
}

static const struct CMUnitTest tests[] = {
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, signed_scene_set_up, signed_scene_tear_down)
	TEST(what_was_signed_by_id_cannot_be_moved),
	TEST(a_whole_document_cannot_be_wrapped),
	TEST(a_signature_of_one_document_holds_for_no_other),
	TEST(a_signature_anywhere_else_is_refused),
	TEST(very_many_signatures_cost_no_more_than_one_finding),
};

int main(void)
{
	return cmocka_run_group_tests_name("signature_wrapping", tests, NULL, NULL);
}
