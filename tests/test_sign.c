/*
 * `sampan sign`: a document as it comes, signed with a key in a file and with keys on a token
 * (softhsm2), believed by a verifier that is not ours (xmlsec1).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/command.h"
#include "node/file.h"
#include "tests/support/soft_token.h"

#define DOCUMENT "schemas/samples/vn/bct-hanoi/21-co-third-party.xml"
#define ENVELOPE_END "</ds:Signature></Signature></Body>\n</Envelope>"
#define SYSTEM_END "</ds:Signature></SystemSignature></Envelope>"

static char folder[64], said[8192];

static int sh(const char *format, ...)
{
	char command[4096];
	va_list arguments;
	int status;

	va_start(arguments, format);
	(void)vsnprintf(command, sizeof(command), format, arguments);
	va_end(arguments);
	status = system(command); /* NOLINT(cert-env33-c): a command of the test */
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Run it in the test's folder; what it says on stderr is in `said`. */
static int sign(const char *const *argv)
{
	char *arguments[24] = {NULL};
	int saved = dup(2), count = 0, code;
	FILE *err = tmpfile();
	size_t len;

	assert_non_null(err);
	fflush(stderr);
	dup2(fileno(err), 2);
	arguments[count++] = strdup("sign");
	for (; argv[count - 1] != NULL; count++)
		arguments[count] = strdup(argv[count - 1]);
	code = cmd_sign(count, arguments);
	dup2(saved, 2);
	close(saved);
	rewind(err);
	len = fread(said, 1, sizeof(said) - 1, err);
	said[len] = '\0';
	fclose(err);
	for (int i = 0; i < 24; i++)
		free(arguments[i]);
	return code;
}

#define SIGN(...) sign((const char *const[]){__VA_ARGS__, NULL})

static const char *in(const char *name)
{
	static char paths[8][128];
	static size_t next;
	char *path = paths[next++ % 8];

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

static int xmlsec(const char *certificate, const char *file)
{
	return sh("xmlsec1 --verify --enabled-key-data x509 --trusted-pem %s %s >%s 2>&1",
		  certificate, file, in("xmlsec.log"));
}

static void make_key(const char *name, const char *algorithm)
{
	assert_int_equal(sh("cd %s && openssl req -x509 -newkey %s -nodes -subj /CN=%s -days 9 "
			    "-keyout %s.key -out %s.crt 2>/dev/null && chmod 600 %s.key",
			    folder, algorithm, name, name, name, name),
			 0);
}

/* Does the file end so? */
static bool ends_with(const char *path, const char *end)
{
	FILE *file = fopen(path, "r");
	char last[256] = "";
	bool is_so;

	assert_non_null(file);
	assert_true(strlen(end) < sizeof(last));
	assert_int_equal(fseek(file, -(long)strlen(end), SEEK_END), 0);
	is_so = fread(last, 1, strlen(end), file) == strlen(end) && strcmp(last, end) == 0;
	fclose(file);
	return is_so;
}

#define P256 "ec -pkeyopt ec_paramgen_curve:P-256"

static int set_up(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/sampan-sign-XXXXXX");
	assert_non_null(mkdtemp(folder));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return sh("rm -r %s", folder);
}

/* ---- A key in a file ---- */

static void a_document_is_signed_where_its_kind_has_its_signature(void **state)
{
	(void)state;
	make_key("bct", P256);
	assert_int_equal(SIGN(DOCUMENT, "--key", in("bct.key"), "--certificate", in("bct.crt"),
			      "-o", in("signed.xml")),
			 0);
	assert_int_equal(xmlsec(in("bct.crt"), in("signed.xml")), 0);
	assert_true(ends_with(in("signed.xml"), ENVELOPE_END));
	assert_int_equal(SIGN(DOCUMENT, "--system", "--key", in("bct.key"), "--certificate",
			      in("bct.crt"), "-o", in("system.xml")),
			 0);
	assert_int_equal(xmlsec(in("bct.crt"), in("system.xml")), 0);
	assert_true(ends_with(in("system.xml"), SYSTEM_END));
	assert_int_equal(SIGN("tests/data/check/good.xml", "--key", in("bct.key"), "--certificate",
			      in("bct.crt"), "-o", in("wco.xml")),
			 0);
	assert_int_equal(xmlsec(in("bct.crt"), in("wco.xml")), 0);
	assert_true(ends_with(in("wco.xml"), "</ds:Signature></MetaData>"));
}

static void what_is_signed_already_is_not_signed_again(void **state)
{
	(void)state;
	assert_int_equal(SIGN(in("signed.xml"), "--key", in("bct.key"), "--certificate",
			      in("bct.crt"), "-o", in("twice.xml")),
			 EX_DATAERR);
	assert_non_null(strstr(said, "signed already"));
	assert_int_not_equal(access(in("twice.xml"), F_OK), 0);
	assert_int_equal(
		SIGN(in("bct.crt"), "--key", in("bct.key"), "--certificate", in("bct.crt")),
		EX_DATAERR);
}

static void a_key_file_that_is_encrypted_needs_its_pin(void **state)
{
	(void)state;
	assert_int_equal(
		sh("cd %s && openssl pkcs8 -topk8 -in bct.key -out locked.key -passout "
		   "pass:geheim && chmod 600 locked.key && echo geheim >pin && echo falsch "
		   ">wrong",
		   folder),
		0);
	assert_int_equal(SIGN(DOCUMENT, "--key", in("locked.key"), "--certificate", in("bct.crt"),
			      "--pin-file", in("wrong")),
			 EX_NOPERM);
	assert_int_equal(SIGN(DOCUMENT, "--key", in("locked.key"), "--certificate", in("bct.crt"),
			      "--pin-file", in("pin"), "-o", in("locked.xml")),
			 0);
	assert_int_equal(xmlsec(in("bct.crt"), in("locked.xml")), 0);
	assert_int_equal(chmod(in("bct.key"), 0644), 0);
	assert_int_equal(SIGN(DOCUMENT, "--key", in("bct.key"), "--certificate", in("bct.crt")),
			 EX_NOPERM);
	assert_int_equal(chmod(in("bct.key"), 0600), 0);
}

static void options_that_make_no_sense_are_refused(void **state)
{
	(void)state;
	assert_int_equal(SIGN(DOCUMENT), EX_USAGE);
	assert_int_equal(SIGN(DOCUMENT, "--key", "k"), EX_USAGE);
	assert_int_equal(SIGN(DOCUMENT, "--key", "k", "--certificate", "c", "--pkcs11", "m"),
			 EX_USAGE);
	assert_int_equal(SIGN(DOCUMENT, "--key", "k", "--certificate", "c", "--token", "t"),
			 EX_USAGE);
	assert_int_equal(SIGN("-", "--pkcs11", "m", "--pin-file", "-"), EX_USAGE);
	assert_int_equal(SIGN("/nowhere", "--key", "k", "--certificate", "c"), EX_NOINPUT);
}

/* ---- A token ---- */

static void put_certificate(const char *token, const char *name, uint8_t id)
{
	struct arena *arena = arena_new(65536);
	char file[16];
	struct bytes der;

	assert_int_equal(
		sh("cd %s && openssl x509 -in %s.crt -outform DER -out %s.der", folder, name, name),
		0);
	(void)snprintf(file, sizeof(file), "%s.der", name);
	assert_int_equal(file_read(in(file), 8192, arena, &der), OK);
	soft_token_put(token, id, der);
	arena_free(arena);
}

static void import(const char *token, const char *name, uint8_t id)
{
	assert_int_equal(sh("cd %s && openssl pkcs8 -topk8 -nocrypt -in %s.key -out %s.p8 && "
			    "softhsm2-util --import %s.p8 --token %s --label %s --id %02x --pin "
			    "1234 >/dev/null",
			    folder, name, name, name, token, name, id),
			 0);
}

static int make_tokens(void **state)
{
	(void)state;
	if (soft_token_module() == NULL)
		return 0;
	assert_int_equal(
		sh("cd %s && mkdir tokens && echo 'directories.tokendir = %s/tokens' >conf", folder,
		   folder),
		0);
	assert_int_equal(setenv("SOFTHSM2_CONF", in("conf"), 1), 0);
	assert_int_equal(
		sh("softhsm2-util --init-token --free --label one --so-pin 5678 --pin 1234 "
		   ">/dev/null && softhsm2-util --init-token --free --label two --so-pin "
		   "5678 --pin 1234 >/dev/null && cd %s && echo 1234 >pin && echo 4321 "
		   ">wrong",
		   folder),
		0);
	make_key("rsa", "rsa:2048");
	make_key("ec", P256);
	make_key("weak", "rsa:1024");
	make_key("bare", "rsa:2048");
	import("one", "rsa", 1);
	import("two", "rsa", 1);
	import("two", "ec", 2);
	import("two", "weak", 3);
	import("two", "bare", 15);
	put_certificate("one", "rsa", 1);
	put_certificate("two", "rsa", 1);
	put_certificate("two", "ec", 2);
	put_certificate("two", "weak", 3);
	return 0;
}

static void need_token(void)
{
	if (soft_token_module() != NULL)
		return;
	print_message("softhsm2 is missing: run .ci/need check\n");
	skip();
}

static void keys_on_a_token_sign(void **state)
{
	static const char *const rows[][2] = {{"one", "rsa"}, {"two", "rsa"}, {"two", "ec"}};

	(void)state;
	need_token();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char certificate[16];

		(void)snprintf(certificate, sizeof(certificate), "%s.crt", rows[i][1]);
		assert_int_equal(SIGN(DOCUMENT, "--pkcs11", soft_token_module(), "--token",
				      rows[i][0], "--key-label", rows[i][1], "--pin-file",
				      in("pin"), "-o", in("token.xml")),
				 0);
		assert_int_equal(xmlsec(in(certificate), in("token.xml")), 0);
	}
	assert_int_equal(SIGN(DOCUMENT, "--pkcs11", soft_token_module(), "--token", "one",
			      "--pin-file", in("pin"), "-o", in("token.xml")),
			 0); /* the only key there */
	assert_int_equal(SIGN(DOCUMENT, "--pkcs11", soft_token_module(), "--token", "one", "--pss",
			      "--pin-file", in("pin"), "-o", in("pss.xml")),
			 0); /* believed by its own certificate, or it would not be written */
	assert_int_equal(sh("grep -q sha256-rsa-MGF1 %s", in("pss.xml")), 0);
}

static void what_is_wrong_with_a_token_is_said(void **state)
{
	static const struct {
		const char *token, *key, *pin;
		int code;
		const char *says;
	} rows[] = {
		{NULL, NULL, "pin", EX_USAGE,
		 "several tokens fit: name one with --token; there "
		 "are "},
		{"three", NULL, "pin", EX_NOINPUT, "no token has this label; there are "},
		{"two", NULL, "pin", EX_USAGE,
		 "several keys fit: name one with --key-label; there "
		 "are "},
		{"two", "none", "pin", EX_NOINPUT, "no private key with this label"},
		{"two", "weak", "pin", EX_USAGE, "neither P-256 nor RSA with 2048 bits"},
		{"two", "bare", "pin", EX_NOINPUT, "no certificate with the key's id"},
		{"one", NULL, "wrong", EX_NOPERM, "wrong PIN"},
		{"one", NULL, "none", EX_NOINPUT, ""},
	};

	(void)state;
	need_token();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *argv[16] = {DOCUMENT, "--pkcs11", soft_token_module(), "--pin-file",
					in(rows[i].pin)};
		size_t count = 5;

		if (rows[i].token != NULL) {
			argv[count++] = "--token";
			argv[count++] = rows[i].token;
		}
		if (rows[i].key != NULL) {
			argv[count++] = "--key-label";
			argv[count++] = rows[i].key;
		}
		assert_int_equal(sign(argv), rows[i].code);
		assert_non_null(strstr(said, rows[i].says));
		assert_null(strstr(said, "4321"));
	}
	assert_int_equal(SIGN(DOCUMENT, "--pkcs11", "/nowhere.so", "--pin-file", in("pin")),
			 EX_NOINPUT);
	assert_int_equal(SIGN(DOCUMENT, "--pkcs11", "/lib/x86_64-linux-gnu/libc.so.6", "--pin-file",
			      in("pin")) == 0,
			 0);
}

static int sign_with_locking(const char *pin)
{
	return SIGN(DOCUMENT, "--pkcs11", in("locking.so"), "--token", "one", "--pin-file", in(pin),
		    "-o", in("locked.xml"));
}

static void a_token_whose_pin_is_locked_says_so_and_how_to_go_on(void **state)
{
	(void)state;
	need_token();
	assert_int_equal(sh("gcc -shared -fPIC $(pkg-config --cflags p11-kit-1) "
			    "-DREAL='\"%s\"' -o %s tests/data/sign/locking_token.c",
			    soft_token_module(), in("locking.so")),
			 0);
	assert_int_equal(setenv("TOKEN_TRIES", in("tries"), 1), 0);
	assert_int_equal(sign_with_locking("pin"), 0);
	assert_int_equal(sign_with_locking("wrong"), EX_NOPERM);
	assert_non_null(strstr(said, "wrong PIN: a token locks itself after a few of them"));
	assert_int_equal(sign_with_locking("wrong"), EX_NOPERM);
	assert_int_equal(sign_with_locking("wrong"), EX_NOPERM);
	assert_non_null(strstr(said, "the PIN is locked: unlock the token with its own software"));
	/* and then the right one is of no use any more */
	assert_int_equal(sh("rm %s", in("locked.xml")), 0);
	assert_int_equal(sign_with_locking("pin"), EX_NOPERM);
	assert_non_null(strstr(said, "the PIN is locked"));
	assert_int_equal(access(in("locked.xml"), F_OK), -1);
}

/* A certificate beside the key that is not the key's. */
static void a_certificate_of_another_key_is_noticed(void **state)
{
	(void)state;
	need_token();
	put_certificate("two", "ec", 15);
	assert_int_equal(SIGN(DOCUMENT, "--pkcs11", soft_token_module(), "--token", "two",
			      "--key-label", "bare", "--pin-file", in("pin"), "-o",
			      in("other.xml")),
			 EX_CONFIG);
	assert_non_null(strstr(said, "of another key"));
	assert_int_not_equal(access(in("other.xml"), F_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_document_is_signed_where_its_kind_has_its_signature),
		cmocka_unit_test(what_is_signed_already_is_not_signed_again),
		cmocka_unit_test(a_key_file_that_is_encrypted_needs_its_pin),
		cmocka_unit_test(options_that_make_no_sense_are_refused),
		cmocka_unit_test_setup(keys_on_a_token_sign, make_tokens),
		cmocka_unit_test(a_token_whose_pin_is_locked_says_so_and_how_to_go_on),
		cmocka_unit_test(what_is_wrong_with_a_token_is_said),
		cmocka_unit_test(a_certificate_of_another_key_is_noticed),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
