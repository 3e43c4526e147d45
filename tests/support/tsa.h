/*
 * tsa - time stamping authorities for tests: keys and certificates made while the test runs, replies
 * by the program openssl (`openssl ts -reply`), which is not ours.
 */
#ifndef TESTS_SUPPORT_TSA_H
#define TESTS_SUPPORT_TSA_H

#include "tests/support/pki.h"

#define TSA_POLICY "1.3.6.1.4.1.99999.7.1"
#define TSA_OTHER_POLICY "1.3.6.1.4.1.99999.7.2" /* stamped under too, when asked for */
#define TSA_NAME "Dấu thời gian thử"

struct tsa {
	const char *folder;       /* its files, the authority's certificate as ca.pem */
	struct bytes authority;   /* PEM: who it is believed by */
	struct bytes certificate; /* PEM: its own */
};

struct tsa_wish {
	const char *digest;        /* of its signature; NULL: sha256 */
	int from_days, until_days; /* of its certificate, around PKI_NOW_S; both 0: ten years */
	const char *key;           /* as pki_wish */
};

/* In a folder that is made. Fails the test when something fails. */
struct tsa tsa_make(const char *folder, const struct tsa_wish *wish, struct arena *arena);

/* What `openssl ts -reply` says to a question; in the arena. */
struct bytes tsa_reply(const struct tsa *tsa, struct bytes question, struct arena *arena);

/* Run a command line of the program in the folder; it must end with 0. */
void tsa_run(const struct tsa *tsa, struct arena *arena, const char *line);

/* Read and write a file of the folder. */
struct bytes tsa_read(const struct tsa *tsa, struct arena *arena, const char *name);
void tsa_write(const struct tsa *tsa, struct arena *arena, const char *name, struct bytes bytes);

#endif
