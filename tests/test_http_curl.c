/* The HTTPS door as curl sees it: the client that brokers' programs are tried with first. */
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

#include "tests/support/http_process.h"
#include "tests/support/pki.h"

#define LONG_AGO (-10000)
#define FAR_AWAY 10000

struct place {
	char directory[64];
	struct arena *arena;
	struct pki ca;
	struct http_process process;
};

static void put(const struct place *place, const char *name, struct bytes bytes)
{
	char path[128];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", place->directory, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes.at, 1, bytes.len, file), bytes.len);
	assert_int_equal(fclose(file), 0);
}

static void put_client(struct place *place, const char *name, struct pki_wish wish)
{
	char file[64];
	struct pki pki;

	if (wish.from_days == 0) {
		wish.from_days = LONG_AGO;
		wish.until_days = FAR_AWAY;
	}
	pki = pki_make(&wish);
	(void)snprintf(file, sizeof(file), "%s.crt", name);
	put(place, file, pki_pem(&pki, place->arena));
	(void)snprintf(file, sizeof(file), "%s.key", name);
	put(place, file, pki_key_pem(&pki, place->arena));
	pki_clear(&pki);
}

static int begin(void **state)
{
	static struct place place;
	static uint8_t big[1 << 20];

	strcpy(place.directory, "/tmp/sampan-curl-XXXXXX");
	assert_non_null(mkdtemp(place.directory));
	place.arena = arena_new(16 << 20);
	place.ca = pki_make(&(struct pki_wish){
		.name = "CA", .is_ca = true, .from_days = LONG_AGO, .until_days = FAR_AWAY});
	place.process = http_process_begin(NULL, pki_pem(&place.ca, place.arena));
	put(&place, "door.crt", place.process.certificate);
	put_client(&place, "good",
		   (struct pki_wish){.name = "a", .issuer = &place.ca, .purpose = "clientAuth"});
	put_client(&place, "stranger", (struct pki_wish){.name = "a", .purpose = "clientAuth"});
	put_client(&place, "server",
		   (struct pki_wish){.name = "a", .issuer = &place.ca, .purpose = "serverAuth"});
	put_client(&place, "old",
		   (struct pki_wish){.name = "a",
				     .issuer = &place.ca,
				     .purpose = "clientAuth",
				     .from_days = LONG_AGO,
				     .until_days = -9000});
	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (uint8_t)(i * 31 + i / 4096);
	put(&place, "big", bytes_of(big, sizeof(big)));
	*state = &place;
	return 0;
}

static int end(void **state)
{
	struct place *place = *state;
	char command[128];

	(void)snprintf(command, sizeof(command), "rm -rf %s", place->directory);
	assert_true(http_process_end(&place->process));
	assert_int_equal(system(command), 0);
	pki_clear(&place->ca);
	arena_free(place->arena);
	return 0;
}

/*
 * Run `curl ARGUMENTS` in the folder, "URL" standing for the server; what it printed, and its exit
 * code.
 */
static int curl(const struct place *place, const char *arguments, char *ret_text, size_t room)
{
	char command[1024];
	FILE *pipe;
	size_t len;
	int status;

	(void)snprintf(command, sizeof(command),
		       "cd %s && U=https://localhost:%u && curl -sS --cacert door.crt "
		       "--resolve localhost:%u:127.0.0.1 --max-time 60 %s 2>&1",
		       place->directory, place->process.port, place->process.port, arguments);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	len = fread(ret_text, 1, room - 1, pipe);
	ret_text[len] = '\0';
	status = pclose(pipe);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void skip_without_curl(void)
{
	if (system("command -v curl >/dev/null 2>&1") == 0)
		return;
	print_message("skip: curl is not installed (.ci/need check)\n");
	skip();
}

struct example {
	const char *arguments;
	const char *expected; /* the whole output */
};

static void curl_gets_what_it_asks_for(void **state)
{
	static const struct example examples[] = {
		{"$U/hello", "hello"},
		{"--http1.0 $U/hello", "hello"},
		{"--http2 $U/hello", "hello"},
		{"--tls-max 1.2 $U/hello", "hello"},
		{"-o /dev/null -w '%{http_code} %{http_version}' $U/nowhere", "404 1.1"},
		{"-I -o /dev/null -w %{http_code} $U/hello", "200"},
		{"-d tờ=khai $U/echo", "tờ=khai"},
		{"-G --data-urlencode n=3 $U/big", "abc"},
		{"$U/hello $U/hello -w ' %{num_connects} '", "hello 1 hello 0 "},
		{"-H 'Transfer-Encoding: chunked' -d abc $U/echo", "abc"},
		{"-H 'Expect: 100-continue' -d abc $U/echo", "abc"},
		{"-o /dev/null -w %{http_code} --data-binary @big $U/refused", "401"},
		{"--data-binary @big $U/echo -o back && cmp big back && echo same", "same\n"},
		{"-H 'Transfer-Encoding: chunked' -T big $U/echo -X POST -o back && "
		 "cmp big back && echo same",
		 "same\n"},
		{"$U/big?n=30000000 | wc -c", "30000000\n"},
		{"-o /dev/null -w %{http_code} -X BREW $U/hello", "501"},
		{"-o /dev/null -w %{http_code} --path-as-is $U/../hello", "400"},
		{"-o /dev/null -w %{http_code} -H 'Content-Length: 3' -H "
		 "'Transfer-Encoding: chunked' -d abc $U/echo",
		 "400"},
	};
	char text[4096];

	skip_without_curl();
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		int code = curl(*state, examples[i].arguments, text, sizeof(text));

		if (code != 0 || strcmp(text, examples[i].expected) != 0)
			fail_msg("curl %s: %d, %s", examples[i].arguments, code, text);
	}
}

static void curl_believes_the_door_by_its_certificate_only(void **state)
{
	char text[4096];

	skip_without_curl();
	assert_int_equal(curl(*state, "--cacert good.crt $U/hello", text, sizeof(text)), 60);
	assert_int_equal(curl(*state, "https://127.0.0.1:${U##*:}/hello", text, sizeof(text)), 0);
	assert_string_equal(text, "hello");
}

static void curl_is_known_by_its_certificate_or_refused(void **state)
{
	static const char *const strangers[] = {"stranger", "server", "old"};
	char text[4096], arguments[256];

	skip_without_curl();
	assert_int_equal(curl(*state, "--cert good.crt --key good.key $U/who", text, sizeof(text)),
			 0);
	assert_non_null(strstr(text, "127.0.0.1|certificate|"));
	for (size_t i = 0; i < 3; i++) {
		for (int version = 2; version <= 3; version++) {
			(void)snprintf(arguments, sizeof(arguments),
				       "--tls-max 1.%d --cert %s.crt --key %s.key $U/hello",
				       version, strangers[i], strangers[i]);
			if (curl(*state, arguments, text, sizeof(text)) == 0 ||
			    strstr(text, "hello") != NULL)
				fail_msg("%s: %s", arguments, text);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(curl_gets_what_it_asks_for),
		cmocka_unit_test(curl_believes_the_door_by_its_certificate_only),
		cmocka_unit_test(curl_is_known_by_its_certificate_or_refused),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
