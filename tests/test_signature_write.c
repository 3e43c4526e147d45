/*
 * A signature written from a hash alone, believed by a verifier that is not ours (xmlsec1, which
 * knows no RSASSA-PSS in the version of Debian 12).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "messages/signature_write.h"
#include "node/file.h"
#include "sampan/certificate.h"

#define DOCUMENT \
	"<Declaration xmlns=\"urn:test\"><Ký>Gốm &amp; sứ</Ký><Empty></Empty></Declaration>"

struct scene {
	char folder[64];
	struct arena *arena;
};

static const char *path(struct scene *scene, const char *name)
{
	return arena_format(scene->arena, "%s/%s", scene->folder, name);
}

static int run(const char *command)
{
	int status = system(command); /* NOLINT(cert-env33-c): a fixed command of the test */

	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	strcpy(scene->folder, "/tmp/sampan-sign-XXXXXX");
	assert_non_null(mkdtemp(scene->folder));
	scene->arena = arena_new(1 << 20);
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	assert_int_equal(run(arena_format(scene->arena, "rm -r %s", scene->folder)), 0);
	arena_free(scene->arena);
	free(scene);
	return 0;
}

static void make_key(struct scene *scene, const char *kind)
{
	static const char rsa[] =
		"cd %s && openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=test -days 9 "
		"-keyout key -out crt 2>/dev/null && chmod 600 key";
	struct bytes key, certificate;

	if (strcmp(kind, "p256") != 0) {
		assert_int_equal(run(arena_format(scene->arena, rsa, scene->folder)), 0);
		return;
	}
	assert_int_equal(certificate_new("test", "VN", scene->arena, &key, &certificate), OK);
	assert_int_equal(file_make(path(scene, "key"), 0600, key), OK);
	assert_int_equal(file_make(path(scene, "crt"), 0644, certificate), OK);
}

static void sign(struct scene *scene, struct buffer *to)
{
	struct hash hash = hash_of(bytes_of_text(DOCUMENT));
	struct token *token = NULL;
	struct buffer signature;

	assert_int_equal(token_open_file(path(scene, "key"), path(scene, "crt"), (struct bytes){0},
					 false, &token),
			 OK);
	buffer_init(&signature, SIGNATURE_WRITE_BYTES);
	assert_int_equal(signature_write_with(token, &hash, NULL, &signature), OK);
	assert_int_equal(
		signature_write_into(bytes_of_text(DOCUMENT), buffer_bytes(&signature), to), OK);
	buffer_clear(&signature);
	token_close(token);
}

static int xmlsec(struct scene *scene, struct bytes document)
{
	assert_int_equal(file_replace(path(scene, "signed.xml"), document), OK);
	return run(arena_format(scene->arena,
				"cd %s && xmlsec1 --verify --enabled-key-data x509 "
				"--trusted-pem crt signed.xml >out 2>&1",
				scene->folder));
}

static void what_is_signed_from_a_hash_is_believed_by_xmlsec1(void **state)
{
	static const char *const keys[] = {"p256", "rsa"};
	struct scene *scene = *state;

	if (run("command -v xmlsec1 >/dev/null") != 0) {
		print_message("xmlsec1 is missing: run .ci/need check\n");
		skip();
	}
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct buffer document;

		(void)unlink(path(scene, "key"));
		(void)unlink(path(scene, "crt"));
		make_key(scene, keys[i]);
		buffer_init(&document, 65536);
		sign(scene, &document);
		assert_int_equal(xmlsec(scene, buffer_bytes(&document)), 0);
		memcpy(memmem(document.at, document.len, "amp", 3), "lt;", 3);
		assert_int_not_equal(xmlsec(scene, buffer_bytes(&document)), 0);
		buffer_clear(&document);
	}
}

static void it_goes_before_the_last_end_tag_and_nowhere_else(void **state)
{
	static const char *const rows[][2] = {
		{"<a>x</a>", "<a>xS</a>"},
		{"<a></a>", "<a>S</a>"},
		{"<a><b></b></a>", "<a><b></b>S</a>"},
		{"", NULL},
		{"<a>", NULL},
		{"</a", NULL},
		{"</a>\n", NULL},
		{"<a/>", NULL},
		{"a>", NULL},
		{">>>>>", NULL},
		{"<a></a><b>", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buffer to;
		enum err err;

		buffer_init(&to, 100);
		err = signature_write_into(bytes_of_text(rows[i][0]), bytes_of_text("S"), &to);
		assert_int_equal(err, rows[i][1] == NULL ? ERR_FORMAT : OK);
		if (rows[i][1] != NULL)
			assert_memory_equal(to.at, rows[i][1], strlen(rows[i][1]));
		buffer_clear(&to);
	}
}

static void a_key_that_is_no_good_is_told_apart(void **state)
{
	struct scene *scene = *state;
	struct token *token = NULL;
	const char *key, *crt;

	make_key(scene, "p256");
	key = path(scene, "key");
	crt = path(scene, "crt");
	assert_int_equal(
		token_open_file(path(scene, "none"), crt, (struct bytes){0}, false, &token),
		ERR_MISSING);
	assert_int_equal(
		token_open_file(key, path(scene, "none"), (struct bytes){0}, false, &token),
		ERR_MISSING);
	assert_int_equal(token_open_file(scene->folder, crt, (struct bytes){0}, false, &token),
			 ERR_FORMAT);
	assert_int_equal(chmod(key, 0640), 0);
	assert_int_equal(token_open_file(key, crt, (struct bytes){0}, false, &token), ERR_DENIED);
	assert_int_equal(chmod(key, 0600), 0);
	assert_int_equal(
		run(arena_format(scene->arena,
				 "cd %s && openssl req -x509 -key key -subj /CN=x -out same "
				 "2>/dev/null && openssl genpkey -algorithm EC -pkeyopt "
				 "ec_paramgen_curve:P-384 -out p384 2>/dev/null && openssl "
				 "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 "
				 "-out other -aes256 -pass pass:geheim 2>/dev/null && "
				 "chmod 600 p384 other",
				 scene->folder)),
		0);
	assert_int_equal(
		token_open_file(path(scene, "p384"), crt, (struct bytes){0}, false, &token),
		ERR_USAGE);
	assert_int_equal(
		token_open_file(path(scene, "other"), crt, (struct bytes){0}, false, &token),
		ERR_DENIED);
	assert_int_equal(
		token_open_file(path(scene, "other"), crt, bytes_of_text("falsch"), false, &token),
		ERR_DENIED);
	assert_int_equal(
		token_open_file(path(scene, "other"), crt, bytes_of_text("geheim"), false, &token),
		ERR_CONFLICT);
	assert_int_equal(
		token_open_file(key, path(scene, "same"), (struct bytes){0}, false, &token), OK);
	token_close(token);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_signed_from_a_hash_is_believed_by_xmlsec1,
						set_up, tear_down),
		cmocka_unit_test(it_goes_before_the_last_end_tag_and_nowhere_else),
		cmocka_unit_test_setup_teardown(a_key_that_is_no_good_is_told_apart, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
