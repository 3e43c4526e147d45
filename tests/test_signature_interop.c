/*
 * What two other implementations sign, we verify; what we and our tests sign, they verify: xmlsec1
 * and Apache's xml-security-c. A line says which is not here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/file.h"
#include "tests/support/real.h"
#include "tests/support/signed_scene.h"

#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define MORE "http://www.w3.org/2001/04/xmldsig-more#"
#define SPACIOUS \
	"<?xml version=\"1.0\"?>\r\n<!-- a -->\n<x:D xmlns:x='urn:x' xmlns:y=\"urn:y\" " \
	"xml:lang='vi' b='2' a=\"1 &lt; &quot;&#9;\"\n y:a=\"\">\r\n\t<x:ID\n>Chè &amp; gốm " \
	"<![CDATA[<b>]]> &#13; ></x:ID><e/>\n" XMLDSIG_PLACE " </x:D>\n"

struct vector {
	const char *key, *method, *c14n, *digest;
	const char *transforms[2];
	const char *document;
	const char *uris[2]; /* "" or ids */
};

static const struct vector vectors[] = {
	{"P-256",
	 MORE "ecdsa-sha256",
	 XMLDSIG_EXCLUSIVE,
	 XMLDSIG_SHA256,
	 {XMLDSIG_ENVELOPED, XMLDSIG_EXCLUSIVE},
	 SIGNED_PLAIN,
	 {""}},
	{"P-256",
	 MORE "ecdsa-sha256",
	 XMLDSIG_INCLUSIVE,
	 XMLDSIG_SHA256,
	 {XMLDSIG_ENVELOPED, XMLDSIG_INCLUSIVE},
	 SPACIOUS,
	 {""}},
	{"P-256",
	 MORE "ecdsa-sha256",
	 XMLDSIG_INCLUSIVE,
	 XMLDSIG_SHA256,
	 {XMLDSIG_ENVELOPED},
	 SPACIOUS,
	 {""}},
	{"P-384",
	 MORE "ecdsa-sha384",
	 XMLDSIG_EXCLUSIVE,
	 MORE "sha384",
	 {XMLDSIG_ENVELOPED, XMLDSIG_EXCLUSIVE},
	 SPACIOUS,
	 {""}},
	{"RSA-2048",
	 MORE "rsa-sha256",
	 XMLDSIG_EXCLUSIVE,
	 XMLDSIG_SHA256,
	 {XMLDSIG_ENVELOPED, XMLDSIG_EXCLUSIVE},
	 SPACIOUS,
	 {""}},
	{"RSA-2048",
	 MORE "rsa-sha384",
	 XMLDSIG_INCLUSIVE,
	 XMLDSIG_SHA256,
	 {XMLDSIG_ENVELOPED, XMLDSIG_EXCLUSIVE},
	 SIGNED_ENVELOPE,
	 {""}},
	{"RSA-2048",
	 MORE "rsa-sha512",
	 XMLDSIG_EXCLUSIVE,
	 "http://www.w3.org/2001/04/xmlenc#sha512",
	 {XMLDSIG_ENVELOPED, XMLDSIG_INCLUSIVE},
	 SIGNED_ENVELOPE,
	 {""}},
	{"P-256",
	 MORE "ecdsa-sha256",
	 XMLDSIG_EXCLUSIVE,
	 XMLDSIG_SHA256,
	 {XMLDSIG_EXCLUSIVE},
	 SIGNED_ENVELOPE,
	 {"#h", "#c"}},
	{"RSA-2048",
	 MORE "rsa-sha256",
	 XMLDSIG_EXCLUSIVE,
	 XMLDSIG_SHA256,
	 {XMLDSIG_ENVELOPED, XMLDSIG_EXCLUSIVE},
	 SIGNED_ENVELOPE,
	 {"#h", "#b"}},
};
#define VECTORS (sizeof(vectors) / sizeof(vectors[0]))

/* ---- The other programs ---- */

static char directory[64];

static const char *path_of(const struct signed_scene *scene, const char *name)
{
	return arena_format(scene->arena, "%s/%s", directory, name);
}

static bool is_here(const char *program)
{
	char command[128];
	bool is_there;

	(void)snprintf(command, sizeof(command), "command -v %s >/dev/null 2>&1", program);
	is_there = system(command) == 0;
	if (!is_there)
		printf("skipped: there is no %s here (.ci/need check installs it)\n", program);
	return is_there;
}

/* Its exit code; what it prints goes to `output`. */
static int run(const struct signed_scene *scene, const char *output, const char *const *arguments)
{
	const char *to = path_of(scene, output);
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		char *copies[24] = {NULL};

		for (size_t i = 0; i < 23 && arguments[i] != NULL; i++)
			copies[i] = strdup(arguments[i]);
		if (freopen(to, "w", stdout) == NULL || freopen("/dev/null", "w", stderr) == NULL)
			_exit(126);
		execvp(copies[0], copies);
		_exit(127);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define RUN(scene, output, ...) run(scene, output, (const char *const[]){__VA_ARGS__, NULL})

static struct pki signer_of(struct signed_scene *scene, const struct vector *vector)
{
	struct pki signer = pki_make(&(struct pki_wish){
		.name = "S", .uid = "MST:1", .issuer = &scene->authority, .key = vector->key});

	assert_int_equal(
		file_replace(path_of(scene, "key.pem"), pki_key_pem(&signer, scene->arena)), OK);
	assert_int_equal(file_replace(path_of(scene, "cert.pem"), pki_pem(&signer, scene->arena)),
			 OK);
	assert_int_equal(
		file_replace(path_of(scene, "ca.pem"), pki_pem(&scene->authority, scene->arena)),
		OK);
	return signer;
}

/* ---- Templates that they fill in ---- */

static void put_template(struct signed_scene *scene, const struct vector *vector,
			 const char *key_info)
{
	struct buffer text;
	struct bytes whole;

	buffer_init(&text, 65536);
	buffer_put_format(&text,
			  "<ds:Signature xmlns:ds=\"" XMLDSIG_DS
			  "\"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm=\"%s\"/>"
			  "<ds:SignatureMethod Algorithm=\"%s\"/>",
			  vector->c14n, vector->method);
	for (size_t i = 0; i < 2 && vector->uris[i] != NULL; i++) {
		buffer_put_format(&text, "<ds:Reference URI=\"%s\"><ds:Transforms>",
				  vector->uris[i]);
		for (size_t j = 0; j < 2 && vector->transforms[j] != NULL; j++)
			buffer_put_format(&text, "<ds:Transform Algorithm=\"%s\"/>",
					  vector->transforms[j]);
		buffer_put_format(&text,
				  "</ds:Transforms><ds:DigestMethod Algorithm=\"%s\"/>"
				  "<ds:DigestValue>AA==</ds:DigestValue></ds:Reference>",
				  vector->digest);
	}
	buffer_put_format(&text,
			  "</ds:SignedInfo>\n<ds:SignatureValue>AA==</ds:SignatureValue>%s"
			  "</ds:Signature>",
			  key_info);
	buffer_put_byte(&text, 0);
	whole = xmldsig_replace(bytes_of_text(vector->document), XMLDSIG_PLACE,
				(const char *)text.at, scene->arena);
	assert_int_equal(file_replace(path_of(scene, "template.xml"), whole), OK);
	buffer_clear(&text);
}

static void what_xmlsec1_signs_holds_here(void **state)
{
	struct signed_scene *scene = *state;

	if (!is_here("xmlsec1"))
		skip();
	for (size_t i = 0; i < VECTORS; i++) {
		struct pki signer = signer_of(scene, &vectors[i]);
		const char *keys = arena_format(scene->arena, "%s,%s", path_of(scene, "key.pem"),
						path_of(scene, "cert.pem"));

		put_template(scene, &vectors[i], "<ds:KeyInfo><ds:X509Data/></ds:KeyInfo>");
		assert_int_equal(RUN(scene, "signed.xml", "xmlsec1", "--sign", "--privkey-pem",
				     keys, "--id-attr:Id", "Header", "--id-attr:Id", "Body",
				     "--id-attr:Id", "Content", path_of(scene, "template.xml")),
				 0);
		signed_scene_valid(scene, real_read(path_of(scene, "signed.xml"), scene->arena));
		pki_clear(&signer);
	}
}

static void what_xml_security_c_signs_holds_here(void **state)
{
	struct signed_scene *scene = *state;

	if (!is_here("xsec-templatesign"))
		skip();
	for (size_t i = 0; i < VECTORS; i++) {
		struct pki signer;
		bool is_rsa = strncmp(vectors[i].key, "RSA", 3) == 0;

		if (*vectors[i].uris[0] == '#')
			continue; /* it knows no id without a DTD */
		signer = signer_of(scene, &vectors[i]);
		put_template(scene, &vectors[i], "");
		assert_int_equal(RUN(scene, "signed.xml", "xsec-templatesign",
				     is_rsa ? "--rsakey" : "--eckey", path_of(scene, "key.pem"), "",
				     "--x509cert", path_of(scene, "cert.pem"),
				     path_of(scene, "template.xml")),
				 0);
		signed_scene_valid(scene, real_read(path_of(scene, "signed.xml"), scene->arena));
		pki_clear(&signer);
	}
}

/* ---- The other way: what holds here holds there, and what does not, does not ---- */

static struct bytes sign_here(struct signed_scene *scene, const struct vector *vector,
			      const struct pki *signer)
{
	struct xmldsig_wish wish = {
		.signer = signer, .method = vector->method, .c14n = vector->c14n};

	for (size_t i = 0; i < 2 && vector->uris[i] != NULL; i++)
		wish.references[i] = (struct xmldsig_reference){
			.uri = vector->uris[i],
			.transforms = {vector->transforms[0], vector->transforms[1]},
			.digest = vector->digest};
	return xmldsig_sign(vector->document, &wish, scene->arena);
}

static int verify_xmlsec1(struct signed_scene *scene, const char *name)
{
	/* made around a time of our own, as all certificates of these tests are */
	return RUN(scene, "said", "xmlsec1", "--verify", "--trusted-pem", path_of(scene, "ca.pem"),
		   "--verification-gmt-time", "2027-01-15 08:00:00", "--enabled-key-data", "x509",
		   "--id-attr:Id", "Header", "--id-attr:Id", "Body", "--id-attr:Id", "Content",
		   path_of(scene, name));
}

static int verify_xml_security_c(struct signed_scene *scene, const char *name)
{
	return RUN(scene, "said", "xsec-checksig", "--id", "Id", path_of(scene, name));
}

static void same_verdict(struct signed_scene *scene,
			 int (*verify)(struct signed_scene *scene, const char *name))
{
	for (size_t i = 0; i < VECTORS; i++) {
		struct pki signer = signer_of(scene, &vectors[i]);
		struct bytes bytes = sign_here(scene, &vectors[i], &signer);

		assert_int_equal(file_replace(path_of(scene, "ours.xml"), bytes), OK);
		signed_scene_valid(scene, bytes);
		if (verify(scene, "ours.xml") != 0)
			fail_msg("vector %zu does not hold there:\n%.*s", i, (int)bytes.len,
				 (const char *)bytes.at);
		if (strstr(vectors[i].document, "Amount") != NULL) {
			bytes = xmldsig_replace(bytes, ">100<", ">101<", scene->arena);
			assert_int_equal(file_replace(path_of(scene, "ours.xml"), bytes), OK);
			signed_scene_refused(scene, bytes, "signature-invalid");
			assert_int_not_equal(verify(scene, "ours.xml"), 0);
		}
		pki_clear(&signer);
	}
}

static void what_is_signed_here_holds_for_xmlsec1(void **state)
{
	if (!is_here("xmlsec1"))
		skip();
	same_verdict(*state, verify_xmlsec1);
}

static void what_is_signed_here_holds_for_xml_security_c(void **state)
{
	if (!is_here("xsec-checksig"))
		skip();
	same_verdict(*state, verify_xml_security_c);
}

static int make_directory(void **state)
{
	(void)state;
	strcpy(directory, "/tmp/sampan-interop-XXXXXX");
	return mkdtemp(directory) == NULL;
}

static int remove_directory(void **state)
{
	char command[128];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf %s", directory);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, signed_scene_set_up, signed_scene_tear_down)
		TEST(what_xmlsec1_signs_holds_here),
		TEST(what_xml_security_c_signs_holds_here),
		TEST(what_is_signed_here_holds_for_xmlsec1),
		TEST(what_is_signed_here_holds_for_xml_security_c),
	};

	return cmocka_run_group_tests_name("signature_interop", tests, make_directory,
					   remove_directory);
}
