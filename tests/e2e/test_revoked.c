/*
 * Was the signer's certificate revoked when the document was lodged? A trader signs what it lodges; the node
 * believes an authority and has its revocation list. Evidence then holds both, and a reader who has nothing
 * but the authority, or the one above it, or a list of a later day, is told what is so, in words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <cmocka.h>

#include "node/file.h"
#include "tests/support/patience.h"
#include "tests/support/rig.h"

#define TRADER "gom-bat-trang"
#define SAMPLE "vn/gom-bat-trang/01-export-1-line.xml"
#define TAX_CODE "0100101308"

static struct rig rig;
static bool is_good;

static int sh(const char *format, ...)
{
	char command[8192];
	va_list arguments;
	int status, len;

	len = snprintf(command, sizeof(command), "cd %s && export LC_ALL=C; ", rig.directory);
	va_start(arguments, format);
	(void)vsnprintf(command + len, sizeof(command) - (size_t)len, format, arguments);
	va_end(arguments);
	status = system(command); /* NOLINT(cert-env33-c): a command of the test */
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* An authority under a root, a signer of it, and a list on which nobody stands. */
static void make_authority(void)
{
	assert_int_equal(
		sh("mkdir ca && cd ca && : >index.txt && umask 077 && "
		   "printf '[ca]\\ndefault_ca=d\\n[d]\\ndatabase=index.txt\\ndefault_md=sha256\\n"
		   "certificate=ca.crt\\nprivate_key=ca.key\\ndefault_crl_days=30\\n' >ca.cnf && "
		   "printf 'basicConstraints=critical,CA:TRUE\\nkeyUsage=critical,keyCertSign,cRLSign\\n' "
		   ">above && "
		   "{ openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "
		   "root.key -out root.crt -days 500 -subj '/C=VN/CN=Above' -addext "
		   "basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign && "
		   "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "
		   "ca.key -out ca.csr -subj '/C=VN/CN=Root' && "
		   "openssl x509 -req -in ca.csr -CA root.crt -CAkey root.key -set_serial 12 "
		   "-days 400 -extfile above -out ca.crt && "
		   "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout signer.key "
		   "-out signer.csr -subj '/C=VN/CN=Signer/UID=MST:%s' && "
		   "printf 'keyUsage=critical,digitalSignature\\nbasicConstraints=critical,CA:FALSE\\n' "
		   ">ext && openssl x509 -req -in signer.csr -CA ca.crt -CAkey ca.key -set_serial 4711 "
		   "-days 300 -extfile ext -out signer.crt && "
		   "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "
		   "other.key -out other.crt -days 400 -subj '/C=VN/CN=Root' && "
		   "openssl ca -config ca.cnf -gencrl -out none.crl; } >log 2>&1",
		   TAX_CODE),
		0);
}

/* A list as of now that says that the signer was revoked at this date (as `date -d` reads it). */
static void make_list(const char *name, const char *when, const char *authority)
{
	assert_int_equal(
		sh("cd ca && printf 'R\\t%%s\\t%%s\\t1267\\tunknown\\t/C=VN/CN=Signer\\n' "
		   "$(date -u -d '+300 days' +%%y%%m%%d%%H%%M%%SZ) "
		   "$(date -u -d '%s' +%%y%%m%%d%%H%%M%%SZ) >index.txt && "
		   "openssl ca -config ca.cnf -gencrl -cert %s.crt -keyfile %s.key -out %s 2>>log",
		   when, authority, authority, name),
		0);
}

static int set_up(void **state)
{
	const char *node;

	(void)state;
	rig_open(&rig);
	make_authority();
	node = rig.town.nodes[RIG_VN].directory;
	assert_int_equal(sh("mkdir -p %s/trust && cp ca/ca.crt %s/trust/root.crt && "
			    "cp ca/none.crl %s/trust/root.crl",
			    node, node, node),
			 0);
	rig_start(&rig);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	rig_close(&rig, is_good);
	return 0;
}

static bool is_taken(void *context)
{
	const char *const *names;

	(void)context;
	return rig_list(&rig, RIG_VN, TRADER, "taken", ".receipt", &names) == 1;
}

/* The seal signs for the last of its records when nothing else comes. */
static bool has_evidence(void *context)
{
	(void)context;
	return sh("id=$(sed -n 's/.*\"id\": \"\\([^\"]*\\)\".*/\\1/p' %s) && "
		  "%s evidence --config %s $id >court 2>log",
		  rig_path(&rig, RIG_VN, TRADER, "taken", "*.receipt"), rig.program,
		  rig.town.nodes[RIG_VN].config_path) == 0;
}

/* The node's ledger records authority and list once, and the verdict names them. */
static void the_verdict_names_what_it_rests_on_and_evidence_holds_it(void **state)
{
	const char *config = rig.town.nodes[RIG_VN].config_path;

	(void)state;
	assert_int_equal(file_replace(arena_format(rig.arena, "%s/plain.xml", rig.directory),
				      rig_sample(&rig, SAMPLE)),
			 OK);
	assert_int_equal(sh("%s sign plain.xml --key ca/signer.key --certificate ca/signer.crt "
			    "-o signed.xml && cp signed.xml %s",
			    rig.program, rig_path(&rig, RIG_VN, TRADER, "lodge", "s.xml")),
			 0);
	assert_true(rig_wait(is_taken, NULL, PATIENCE_MS));
	assert_true(rig_wait_for_rest(&rig, PATIENCE_MS));
	assert_int_equal(
		sh("%s ledger list --json --config %s >list && "
		   "test $(grep -c TrustRecorded list) -ge 2 && "
		   "crl=$(openssl crl -in ca/none.crl -outform DER | sha256sum | cut -c1-64) && "
		   "crt=$(openssl x509 -in ca/ca.crt -outform DER | sha256sum | cut -c1-64) && "
		   "test $(grep -c \"TrustRecorded.*$crl\" list) = 1 && "
		   "test $(grep -c \"TrustRecorded.*$crt\" list) = 1 && "
		   "grep -q \"signature.issuers\\\":\\\"$crt\\\",\\\"signature.lists\\\":\\\"$crl\\\"\" list",
		   rig.program, config),
		0);
	assert_true(rig_wait(has_evidence, NULL, PATIENCE_MS));
	assert_int_equal(sh("python3 -m zipfile -e court parts && "
			    "openssl x509 -in ca/ca.crt -outform DER >ca.der && "
			    "openssl crl -in ca/none.crl -outform DER >crl.der && "
			    "cmp parts/contents/*-0-authority.der ca.der && "
			    "cmp parts/contents/*-0-list.crl crl.der"),
			 0);
}

static const struct {
	const char *what;
	const char *authority; /* that the reader believes, of ca/ */
	const char *lists;     /* in the reader's trust folder, from ca/ */
	const char *holds, *says;
	const char *says_vi;
} readers[] = {
	{"nothing but the authority", "ca.crt", "", "the signature holds", "was not revoked then",
	 "chưa bị thu hồi"},
	{"the list of then", "ca.crt", "none.crl", "the signature holds", "was not revoked then",
	 "chưa bị thu hồi"},
	{"a list that revoked it later", "ca.crt", "later.crl", "the signature holds",
	 "was valid then, and revoked later", "về sau mới bị thu hồi"},
	{"a list that revoked it before", "ca.crt", "before.crl", "by the trust folder it is not",
	 "had been revoked before", "đã bị thu hồi từ trước"},
	{"a list by somebody else of that name", "ca.crt", "forged.crl", "the signature holds",
	 "was not revoked then", "chưa bị thu hồi"},
	{"the root above it alone", "root.crt", "", "the signature holds", "was not revoked then",
	 "chưa bị thu hồi"},
	{"the root, and a list that revoked it before", "root.crt", "before.crl",
	 "by the trust folder it is not", "had been revoked before", "đã bị thu hồi từ trước"},
	{"another authority of that name", "other.crt", "", "nobody in the trust folder vouches",
	 "the node found the signature valid", "không có chứng thư bảo đảm"},
	{"both", "ca.crt", "later.crl before.crl", "by the trust folder it is not",
	 "had been revoked before", "đã bị thu hồi từ trước"},
};

static void each_reader_is_told_what_was_so_when_it_was_lodged(void **state)
{
	(void)state;
	make_list("later.crl", "+1 hour", "ca");
	make_list("before.crl", "-1 hour", "ca");
	make_list("forged.crl", "-1 hour", "other");
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		print_message("  %s\n", readers[i].what);
		assert_int_equal(
			sh("rm -rf reader && mkdir reader && cp ca/%s reader && "
			   "cp %s/keys/ledger.pub reader && for list in %s; do cp ca/$list "
			   "reader; done; %s verify --trust reader court >told",
			   readers[i].authority, rig.town.nodes[RIG_VN].directory, readers[i].lists,
			   rig.program),
			EX_OK);
		assert_int_equal(sh("grep -q '%s' told", readers[i].holds), 0);
		assert_int_equal(sh("grep -q '%s' told", readers[i].says), 0);
		assert_int_equal(sh("%s verify --lang vi --trust reader court | grep -q '%s'",
				    rig.program, readers[i].says_vi),
				 0);
	}
	is_good = true;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_verdict_names_what_it_rests_on_and_evidence_holds_it),
		cmocka_unit_test(each_reader_is_told_what_was_so_when_it_was_lodged),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
