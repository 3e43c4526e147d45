#include "tests/support/tsa.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "node/file.h"

#define FILE_BYTES ((size_t)1 << 20)
#define TEN_YEARS 3650

static const char config[] = "[tsa]\n"
			     "default_tsa = it\n"
			     "[it]\n"
			     "serial = serial\n"
			     "signer_cert = tsa.pem\n"
			     "certs = ca.pem\n"
			     "signer_key = tsa.key\n"
			     "signer_digest = %s\n"
			     "default_policy = " TSA_POLICY "\n"
			     "other_policies = " TSA_OTHER_POLICY "\n"
			     "digests = sha256\n"
			     "ess_cert_id_chain = no\n"
			     "ess_cert_id_alg = sha256\n";

void tsa_run(const struct tsa *tsa, struct arena *arena, const char *line)
{
	const char *command = arena_format(arena, "cd %s && %s 2>said", tsa->folder, line);

	if (system(command) != 0)
		fail_msg("%s", command);
}

struct bytes tsa_read(const struct tsa *tsa, struct arena *arena, const char *name)
{
	struct bytes bytes;

	assert_int_equal(file_read(arena_format(arena, "%s/%s", tsa->folder, name), FILE_BYTES,
				   arena, &bytes),
			 OK);
	return bytes;
}

void tsa_write(const struct tsa *tsa, struct arena *arena, const char *name, struct bytes bytes)
{
	assert_int_equal(file_replace(arena_format(arena, "%s/%s", tsa->folder, name), bytes), OK);
}

struct tsa tsa_make(const char *folder, const struct tsa_wish *wish, struct arena *arena)
{
	bool is_default = wish->from_days == 0 && wish->until_days == 0;
	struct pki ca = pki_make(&(struct pki_wish){.name = "Thử nghiệm CA",
						    .is_ca = true,
						    .from_days = -TEN_YEARS,
						    .until_days = TEN_YEARS});
	struct pki own = pki_make(
		&(struct pki_wish){.name = TSA_NAME,
				   .issuer = &ca,
				   .key = wish->key,
				   .purpose = "critical,timeStamping",
				   .from_days = is_default ? -TEN_YEARS : wish->from_days,
				   .until_days = is_default ? TEN_YEARS : wish->until_days});
	struct tsa tsa = {.folder = folder,
			  .authority = pki_pem(&ca, arena),
			  .certificate = pki_pem(&own, arena)};
	const char *text =
		arena_format(arena, config, wish->digest == NULL ? "sha256" : wish->digest);

	assert_int_equal(mkdir(folder, 0700), 0);
	tsa_write(&tsa, arena, "ca.pem", tsa.authority);
	tsa_write(&tsa, arena, "ca.key", pki_key_pem(&ca, arena));
	tsa_write(&tsa, arena, "tsa.pem", tsa.certificate);
	tsa_write(&tsa, arena, "tsa.key", pki_key_pem(&own, arena));
	tsa_write(&tsa, arena, "tsa.cnf", bytes_of_text(text));
	pki_clear(&own);
	pki_clear(&ca);
	return tsa;
}

struct bytes tsa_reply(const struct tsa *tsa, struct bytes question, struct arena *arena)
{
	tsa_write(tsa, arena, "question", question);
	tsa_run(tsa, arena, "openssl ts -reply -config tsa.cnf -queryfile question -out reply");
	return tsa_read(tsa, arena, "reply");
}
