/* The files that say whom to believe, and `sampan check --trust`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/command.h"
#include "node/file.h"
#include "node/trust_folder.h"
#include "sampan/limit.h"
#include "tests/support/real.h"
#include "tests/support/xmldsig.h"

#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define SAMPLE "schemas/samples/vn/gom-bat-trang/01-export-1-line.xml"

struct place {
	char directory[64];
	struct arena *arena;
	struct pki authority, signer;
};

static const char *path_of(const struct place *place, const char *name)
{
	return arena_format(place->arena, "%s/%s", place->directory, name);
}

static void put(const struct place *place, const char *name, struct bytes bytes)
{
	assert_int_equal(file_replace(path_of(place, name), bytes), OK);
}

static int begin(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	int today = (int)((time(NULL) - PKI_NOW_S) / PKI_DAY_S);

	strcpy(place->directory, "/tmp/sampan-trust-XXXXXX");
	assert_non_null(mkdtemp(place->directory));
	place->arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	place->authority = pki_make(&(struct pki_wish){
		.name = "Test CA", .is_ca = true, .from_days = today - 2, .until_days = today + 3});
	place->signer = pki_make(&(struct pki_wish){.name = "Signer",
						    .issuer = &place->authority,
						    .from_days = today - 2,
						    .until_days = today + 3});
	assert_int_equal(mkdir(path_of(place, "trust"), 0700), 0);
	assert_int_equal(mkdir(path_of(place, "nobody"), 0700), 0);
	assert_int_equal(setenv("SAMPAN_SCHEMAS", "schemas", 1), 0);
	*state = place;
	return 0;
}

static int end(void **state)
{
	struct place *place = *state;
	char command[128];

	(void)snprintf(command, sizeof(command), "rm -rf %s", place->directory);
	assert_int_equal(system(command), 0);
	pki_clear(&place->signer);
	pki_clear(&place->authority);
	arena_free(place->arena);
	free(place);
	return 0;
}

static enum err add(const struct place *place, const char *folder, struct trust **ret_trust,
		    const char **ret_message)
{
	assert_int_equal(trust_new("UID", "MST:", ret_trust), OK);
	return trust_folder_add(path_of(place, folder), *ret_trust, place->arena, ret_message);
}

static void certificates_and_lists_are_read_and_other_files_left_alone(void **state)
{
	struct place *place = *state;
	const struct trust_signer *signer = NULL;
	struct bytes der = pki_der(&place->signer, place->arena);
	enum trust_verdict verdict;
	const char *message = "";
	struct trust *trust;

	put(place, "trust/a.crt", pki_pem(&place->authority, place->arena));
	put(place, "trust/b.crl",
	    pki_list(&place->authority, &place->signer, -1000, 1000, place->arena));
	put(place, "trust/notes.txt", bytes_of_text("who put this here"));
	put(place, "trust/.hidden.pem", bytes_of_text("nor this"));
	assert_int_equal(add(place, "trust", &trust, &message), OK);
	assert_false(trust_is_empty(trust));
	assert_int_equal(trust_judge(trust, &der, 1, (int64_t)time(NULL) * 1000, &verdict, &signer),
			 OK);
	assert_int_equal(verdict, TRUST_REVOKED);
	trust_free(trust);
}

static void a_file_that_is_none_is_named(void **state)
{
	struct place *place = *state;
	const char *message = "";
	struct trust *trust;

	put(place, "trust/bad.pem", bytes_of_text("-----BEGIN NOTHING-----"));
	assert_int_equal(add(place, "trust", &trust, &message), ERR_FORMAT);
	assert_non_null(strstr(message, "trust/bad.pem"));
	trust_free(trust);
	assert_int_equal(add(place, "missing", &trust, &message), ERR_MISSING);
	trust_free(trust);
	assert_int_equal(add(place, "nobody", &trust, &message), OK);
	assert_true(trust_is_empty(trust));
	trust_free(trust);
}

/* What the command ends with; its words go nowhere. */
static int check(const struct place *place, const char *file, const char *folder)
{
	char *trust = strdup(path_of(place, folder)), *path = strdup(path_of(place, file));
	char check_name[] = "check", option[] = "--trust";
	char *arguments[] = {check_name, option, trust, path, NULL};
	int saved[2] = {dup(1), dup(2)}, code;
	FILE *nowhere = fopen("/dev/null", "w");

	fflush(stdout);
	dup2(fileno(nowhere), 1);
	dup2(fileno(nowhere), 2);
	code = cmd_check(4, arguments);
	fflush(stdout);
	dup2(saved[0], 1);
	dup2(saved[1], 2);
	close(saved[0]);
	close(saved[1]);
	fclose(nowhere);
	free(path);
	free(trust);
	return code;
}

static void the_command_verifies_too(void **state)
{
	struct place *place = *state;
	struct bytes open = xmldsig_replace(real_read(SAMPLE, place->arena), "</Envelope>",
					    XMLDSIG_PLACE "</Envelope>", place->arena);
	struct bytes bytes =
		xmldsig_sign(arena_text(place->arena, open),
			     &(struct xmldsig_wish){.signer = &place->signer}, place->arena);

	put(place, "good.xml", bytes);
	put(place, "changed.xml",
	    xmldsig_replace(bytes, "<documentYear>", "<documentYear>\n", place->arena));
	assert_int_equal(check(place, "good.xml", "missing"), EX_NOINPUT);
	/* nobody is believed: a warning */
	assert_int_equal(check(place, "good.xml", "nobody"), 0);
	put(place, "trust/ca.pem", pki_pem(&place->authority, place->arena));
	assert_int_equal(check(place, "good.xml", "trust"), 0);
	assert_int_equal(check(place, "changed.xml", "trust"), EX_DATAERR);
	put(place, "nobody/other.pem",
	    pki_pem(&(struct pki){.certificate = place->signer.certificate}, place->arena));
	assert_int_equal(check(place, "good.xml", "nobody"), 0);
	put(place, "trust/bad.pem", bytes_of_text("bad"));
	assert_int_equal(check(place, "good.xml", "trust"), EX_DATAERR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
		TEST(certificates_and_lists_are_read_and_other_files_left_alone),
		TEST(a_file_that_is_none_is_named),
		TEST(the_command_verifies_too),
	};

	return cmocka_run_group_tests_name("trust_folder", tests, NULL, NULL);
}
