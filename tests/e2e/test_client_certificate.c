/*
 * Client certificates end to end: made, revoked and listed by `openssl ca` as an authority does it,
 * shown by real curl to a real node. Who was revoked is out with the next list that the node reads.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <cmocka.h>

#include "node/file.h"
#include "node/town_identity.h"
#include "tests/support/door_client.h"
#include "tests/support/patience.h"

#define TRADER "gom-bat-trang"

static struct rig rig;
static bool is_good;
static unsigned passed;

#define TESTS 4u

static const char *in_node(const char *name)
{
	return arena_format(rig.arena, "%s/%s", rig.town.nodes[RIG_VN].directory, name);
}

static const char *in_ca(const char *name)
{
	return arena_format(rig.arena, "%s/ca/%s", rig.directory, name);
}

static void run(const char *command)
{
	if (command == NULL || system(command) != 0)
		fail_msg("%s", command);
}

/* As the manual of openssl-ca(1) has it, with nothing but what it asks for. */
static const char ca_config[] = "[ca]\ndefault_ca = own\n"
				"[own]\ndir = .\ndatabase = ./index\nserial = ./serial\n"
				"crlnumber = ./crlnumber\nnew_certs_dir = .\n"
				"certificate = ./ca.crt\nprivate_key = ./ca.key\n"
				"default_md = sha256\ndefault_days = 30\n"
				"default_crl_days = 30\npolicy = any\n"
				"[any]\ncommonName = supplied\n"
				"[client]\nkeyUsage = critical,digitalSignature\n"
				"extendedKeyUsage = clientAuth\n";

static void in_folder(const char *line)
{
	run(arena_format(rig.arena, "cd %s && (%s) >>log 2>&1", in_ca(""), line));
}

static void make_authority(void)
{
	run(arena_format(rig.arena, "mkdir %s", in_ca("")));
	assert_int_equal(file_replace(in_ca("config"), bytes_of_text(ca_config)), OK);
	in_folder("touch index && echo 01 > serial && echo 01 > crlnumber && "
		  "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 "
		  "-subj '/CN=Authority of clients' -keyout ca.key -out ca.crt "
		  "-addext keyUsage=critical,keyCertSign,cRLSign");
}

static void make_client(const char *name)
{
	in_folder(arena_format(
		rig.arena,
		"openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
		"-subj /CN=%s -keyout %s.key -out %s.csr && "
		"openssl ca -batch -config config -extensions client -in %s.csr -out %s.pem "
		"-notext",
		name, name, name, name, name));
}

/* The list is put into place as an operator does it, whole. */
static void publish_list(const char *until)
{
	in_folder(arena_format(rig.arena,
			       "openssl ca -config config -gencrl %s -out new.crl && "
			       "mkdir -p %s && cp new.crl %s.part && mv %s.part %s",
			       until, in_node("trust"), in_node("trust/clients.crl"),
			       in_node("trust/clients.crl"), in_node("trust/clients.crl")));
}

static void bind(const char *name)
{
	const char *const line[] = {"user",     "certificate",
				    name,       in_ca(arena_format(rig.arena, "%s.pem", name)),
				    "--party",  TRADER,
				    "--config", rig.town.nodes[RIG_VN].config_path,
				    NULL};
	struct bytes output;

	assert_int_equal(rig_run(&rig, line, &output), 0);
}

static int set_up(void **state)
{
	(void)state;
	rig_open(&rig);
	make_authority();
	make_client("good");
	make_client("bad");
	run(arena_format(
		rig.arena, "cp %s %s && sed -i 's/^https:/&\\n  client_ca: clients.crt/' %s",
		in_ca("ca.crt"), in_node("clients.crt"), rig.town.nodes[RIG_VN].config_path));
	rig_start(&rig);
	bind("good");
	bind("bad");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	is_good = passed == TESTS;
	rig_close(&rig, is_good);
	return 0;
}

static struct door_answer ask_as(const char *name)
{
	const struct door_request request = {.path = "/v1/messages?limit=1",
					     .certificate =
						     in_ca(arena_format(rig.arena, "%s.pem", name)),
					     .key = in_ca(arena_format(rig.arena, "%s.key", name)),
					     .max_seconds = 20};

	return door_client_ask(&rig, RIG_VN, &request);
}

static long gate(void)
{
	long pids[RIG_PIDS];

	return rig_pids(&rig, RIG_VN, "gate", pids) == 1 ? pids[0] : 0;
}

static bool has_other_gate(void *context)
{
	const long *before = context;

	return gate() != 0 && gate() != *before;
}

static void reload(void)
{
	long before = gate();

	assert_int_equal(kill((pid_t)rig.town.nodes[RIG_VN].supervisor, SIGHUP), 0);
	assert_true(rig_wait(has_other_gate, &before, PATIENCE_MS));
}

static void who_shows_a_certificate_that_was_bound_is_let_in(void **state)
{
	(void)state;
	assert_int_equal(ask_as("good").status, 200);
	assert_int_equal(ask_as("bad").status, 200);
	passed++;
}

static void who_was_revoked_is_out_with_the_next_list(void **state)
{
	(void)state;
	in_folder("openssl ca -config config -revoke bad.pem");
	publish_list("");
	reload();
	assert_int_equal(ask_as("bad").status, 0); /* the handshake fails: no answer at all */
	assert_int_equal(ask_as("good").status, 200);
	passed++;
}

/* A token of the same party does not depend on it. */
static void a_list_past_its_day_lets_no_certificate_of_its_authority_in(void **state)
{
	struct door_request request = {.path = "/v1/messages?limit=1"};

	(void)state;
	assert_int_equal(town_identity_tokens(&rig.town.nodes[RIG_VN]), OK);
	request.token = door_client_token(&rig, RIG_VN, TRADER);
	publish_list("-crl_lastupdate 20200101000000Z -crl_nextupdate 20200201000000Z");
	reload();
	assert_int_equal(ask_as("good").status, 0);
	assert_int_equal(door_client_ask(&rig, RIG_VN, &request).status, 200);
	publish_list("");
	reload();
	assert_int_equal(ask_as("good").status, 200);
	passed++;
}

/* A list that cannot be read changes nothing: neither is anybody let in, nor the door closed. */
static void a_list_that_cannot_be_read_is_not_taken_up(void **state)
{
	const struct door_request health = {.path = "/healthz"};
	long before = gate();

	(void)state;
	assert_int_equal(file_replace(in_node("trust/clients.crl"),
				      bytes_of_text("-----BEGIN X509 CRL-----\nno\n")),
			 OK);
	assert_int_equal(kill((pid_t)rig.town.nodes[RIG_VN].supervisor, SIGHUP), 0);
	assert_int_equal(door_client_ask(&rig, RIG_VN, &health).status, 200);
	assert_int_equal(ask_as("bad").status, 0);
	assert_int_equal(ask_as("good").status, 200);
	assert_int_equal(gate(), before);
	passed++;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_shows_a_certificate_that_was_bound_is_let_in),
		cmocka_unit_test(who_was_revoked_is_out_with_the_next_list),
		cmocka_unit_test(a_list_past_its_day_lets_no_certificate_of_its_authority_in),
		cmocka_unit_test(a_list_that_cannot_be_read_is_not_taken_up),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
