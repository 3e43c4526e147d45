/*
 * Bad input through a real node: each is answered with its cause, nothing crashes, nothing
 * acknowledged is lost.
 *
 * One town runs through all tests of this file; each test uses names and references of its own.
 *
 * A long file, because it is one table of documents and how each is made.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/town_signer.h"
#include "sampan/buffer.h"
#include "sampan/limit.h"
#include "tests/support/patience.h"
#include "tests/support/rig.h"

#define DEPTH 10000u
#define TRADER "gom-bat-trang"
#define STRANGER "nobody-we-know"
#define EXPORT "vn/gom-bat-trang/01-export-1-line.xml"
#define EXPORT_REFERENCE "GBT-XK-2026-0141"
#define WORD "vn/gom-bat-trang/31-co-authorise-yes.xml"
#define WORD_REFERENCE "GBT-CO-TR-2026-058"
#define CERTIFICATE "vn/bct-hanoi/21-co-third-party.xml"

static struct rig rig;
static unsigned passed; /* tests that came to their end */

#define TESTS 11u

/* ---- Documents ---- */

static struct bytes text_of(const char *text)
{
	char *copy = arena_text(rig.arena, bytes_of_text(text));

	assert_non_null(copy);
	return bytes_of_text(copy);
}

static struct bytes export_of(const char *reference)
{
	return rig_replace(&rig, rig_sample(&rig, EXPORT), EXPORT_REFERENCE, reference);
}

static struct bytes filled(size_t len, char with)
{
	uint8_t *at = arena_alloc(rig.arena, len);

	assert_non_null(at);
	memset(at, with, len);
	return bytes_of(at, len);
}

static struct bytes not_xml(void)
{
	return text_of("Kính gửi Hải quan, xin nộp tờ khai.\n");
}

static struct bytes not_utf_8(void)
{
	return rig_replace(&rig, export_of("GBT-BAD-UTF8"), "Bát ăn cơm", "B\xE1t \xFFn");
}

static struct bytes truncated(void)
{
	struct bytes document = export_of("GBT-BAD-CUT");

	return bytes_of(document.at, document.len / 2);
}

static struct bytes over_the_limit(void)
{
	return filled(LIMIT_DOCUMENT_BYTES + 1, ' ');
}

static struct bytes deep(void)
{
	char *at = (char *)(uintptr_t)filled(DEPTH * 7, ' ').at;

	for (size_t i = 0; i < DEPTH; i++) {
		memcpy(at + 3 * i, "<a>", 3);
		memcpy(at + 3 * DEPTH + 4 * i, "</a>", 4);
	}
	return bytes_of(at, DEPTH * 7);
}

static struct bytes doctype(void)
{
	return rig_replace(&rig, export_of("GBT-BAD-DTD"), "<Envelope>",
			   "<!DOCTYPE Envelope>\n<Envelope>");
}

static struct bytes external_entity(void)
{
	struct bytes document = rig_replace(
		&rig, export_of("GBT-BAD-XXE"), "<Envelope>",
		"<!DOCTYPE Envelope [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\n<Envelope>");

	return rig_replace(&rig, document, "Bát ăn cơm", "&x;");
}

static struct bytes billion_laughs(void)
{
	struct buffer buffer;
	struct bytes made;

	buffer_init(&buffer, LIMIT_DOCUMENT_BYTES);
	buffer_put_text(&buffer, "<?xml version=\"1.0\"?>\n<!DOCTYPE l [\n<!ENTITY l0 \"lol\">\n");
	for (int i = 1; i < 10; i++) {
		buffer_put_format(&buffer, "<!ENTITY l%d \"", i);
		for (int j = 0; j < 10; j++)
			buffer_put_format(&buffer, "&l%d;", i - 1);
		buffer_put_text(&buffer, "\">\n");
	}
	buffer_put_text(&buffer, "]>\n<Envelope>&l9;</Envelope>\n");
	assert_int_equal(buffer_error(&buffer), OK);
	made = bytes_of(arena_copy(rig.arena, buffer_bytes(&buffer)), buffer.len);
	buffer_clear(&buffer);
	return made;
}

static struct bytes unknown_schema(void)
{
	return text_of(
		"<?xml version=\"1.0\"?>\n<Manifest><Vessel>HAI AN PARK</Vessel></Manifest>\n");
}

static struct bytes empty(void)
{
	return bytes_of("", 0);
}

static struct bytes unsigned_certificate(void)
{
	return rig_replace(&rig, rig_sample(&rig, CERTIFICATE), "VN-TH 26/01/00417",
			   "VN-TH 26/01/66601");
}

/* With the authority's signature, so that only who lodges it is wrong. */
static struct bytes certificate_of_a_trader(void)
{
	struct bytes document = unsigned_certificate();

	assert_int_equal(town_signer_sign(&rig.town.nodes[RIG_VN], "bct-hanoi", document, rig.arena,
					  &document),
			 OK);
	return document;
}

static struct bytes of_another_sender(void)
{
	return rig_replace(&rig, export_of("GBT-BAD-FROM"), "<identity>0100101308</identity>",
			   "<identity>0301442986</identity>");
}

static struct bytes of_another_country(void)
{
	struct bytes document =
		rig_replace(&rig, rig_sample(&rig, WORD), WORD_REFERENCE, "GBT-BAD-LAND");

	return rig_replace(&rig, document, "<IssuingCountryCode>VN", "<IssuingCountryCode>TH");
}

static struct bytes of_unknown_procedure(void)
{
	return rig_replace(&rig, export_of("GBT-BAD-PROC"), "<documentType>XK01",
			   "<documentType>XK99");
}

static struct bytes without_a_line(void)
{
	return rig_replace(&rig, export_of("GBT-BAD-HS"), "<HsCode>69120000</HsCode>", "");
}

static struct bytes identity_used(void)
{
	return rig_replace(&rig, export_of("GBT-FIRST"), "<Pieces>125<", "<Pieces>126<");
}

static const struct bad {
	const char *name;
	struct bytes (*make)(void);
	const char *code;
} bad[] = {
	{"not-xml.xml", not_xml, "not-well-formed"},
	{"not-utf-8.xml", not_utf_8, "not-utf-8"},
	{"truncated.xml", truncated, "not-well-formed"},
	{"over-the-limit.xml", over_the_limit, "too-large"},
	{"deep.xml", deep, "too-deep"},
	{"doctype.xml", doctype, "doctype-refused"},
	{"external-entity.xml", external_entity, "doctype-refused"},
	{"billion-laughs.xml", billion_laughs, "doctype-refused"},
	{"unknown-schema.xml", unknown_schema, "unknown-schema"},
	{"empty.xml", empty, "empty"},
	{"certificate-of-a-trader.xml", certificate_of_a_trader, "not-allowed"},
	{"unsigned-certificate.xml", unsigned_certificate, "signature-missing"},
	{"of-another-sender.xml", of_another_sender, "sender-mismatch"},
	{"of-another-country.xml", of_another_country, "wrong-country"},
	{"of-unknown-procedure.xml", of_unknown_procedure, "unknown-procedure"},
	{"without-hs-code.xml", without_a_line, "element-missing"},
	{"identity-used.xml", identity_used, "identity-used"},
};

#define BAD_COUNT (sizeof(bad) / sizeof(bad[0]))

/* ---- Waiting for answers ---- */

struct place {
	size_t node;
	const char *party;
	const char *folder;
	const char *name;
};

static bool is_there(void *context)
{
	const struct place *place = context;

	return rig_has(&rig, place->node, place->party, place->folder, place->name);
}

/* File and answer: the answer is put first, so the file says that both are there. */
static void wait_for(size_t node, const char *party, const char *folder, const char *name)
{
	struct place place = {node, party, folder, name};

	if (!rig_wait(is_there, &place, PATIENCE_MS))
		fail_msg("%s of %s does not come to %s/", name, party, folder);
}

static json_t *answer_of(size_t node, const char *party, const char *folder, const char *name,
			 const char *ending)
{
	struct bytes file;
	json_t *json;
	char path[256];

	(void)snprintf(path, sizeof(path), "%s%s", name, ending);
	file = rig_read(&rig, node, party, folder, path);
	json = json_loadb((const char *)file.at, file.len, 0, NULL);
	if (json == NULL)
		fail_msg("%s is no JSON or is not there", path);
	return json;
}

/* Every finding names its cause in both languages. */
static bool has_code(const json_t *findings, const char *code)
{
	const json_t *finding;
	bool is_found = false;
	size_t i;

	json_array_foreach(findings, i, finding)
	{
		const char *vi = json_string_value(json_object_get(finding, "vi"));
		const char *en = json_string_value(json_object_get(finding, "en"));

		assert_true(vi != NULL && *vi != '\0' && en != NULL && *en != '\0');
		is_found = is_found ||
			   strcmp(json_string_value(json_object_get(finding, "code")), code) == 0;
	}
	return is_found;
}

static void assert_refused(size_t node, const char *party, const char *name, const char *code)
{
	json_t *findings;

	wait_for(node, party, "refused", name);
	findings = answer_of(node, party, "refused", name, ".findings");
	if (!has_code(findings, code)) {
		char *text = json_dumps(findings, JSON_INDENT(1));

		print_error("%s\n", text);
		fail_msg("%s was not refused with %s", name, code);
	}
	json_decref(findings);
	assert_false(rig_has(&rig, node, party, "taken", name));
	assert_false(rig_has(&rig, node, party, "lodge", name));
}

static void lodge_and_wait(const char *name, struct bytes document)
{
	rig_lodge(&rig, RIG_VN, TRADER, name, document);
	wait_for(RIG_VN, TRADER, "taken", name);
}

/* ---- The folder door ---- */

static void everything_bad_is_refused_with_its_cause(void **state)
{
	(void)state;
	lodge_and_wait("first.xml", export_of("GBT-FIRST"));
	for (size_t i = 0; i < BAD_COUNT; i++)
		rig_lodge(&rig, RIG_VN, TRADER, bad[i].name, bad[i].make());
	for (size_t i = 0; i < BAD_COUNT; i++)
		assert_refused(RIG_VN, TRADER, bad[i].name, bad[i].code);
	passed++;
}

static void no_answer_holds_what_an_entity_pointed_to(void **state)
{
	struct bytes findings;

	(void)state;
	findings = rig_read(&rig, RIG_VN, TRADER, "refused", "external-entity.xml.findings");
	assert_true(findings.len > 0);
	assert_null(memmem(findings.at, findings.len, "root:", 5));
	passed++;
}

static void a_strangers_files_are_refused(void **state)
{
	(void)state;
	assert_refused(RIG_VN, STRANGER, "export.xml", "unknown-sender");
	passed++;
}

static void the_same_again_gets_the_same_answer(void **state)
{
	json_t *first, *again;

	(void)state;
	lodge_and_wait("same-1.xml", export_of("GBT-SAME"));
	lodge_and_wait("same-2.xml", export_of("GBT-SAME"));
	first = answer_of(RIG_VN, TRADER, "taken", "same-1.xml", ".receipt");
	again = answer_of(RIG_VN, TRADER, "taken", "same-2.xml", ".receipt");
	assert_string_equal(json_string_value(json_object_get(first, "id")),
			    json_string_value(json_object_get(again, "id")));
	assert_true(json_is_object(json_object_get(first, "receipt")));
	assert_true(
		json_equal(json_object_get(first, "receipt"), json_object_get(again, "receipt")));
	json_decref(first);
	json_decref(again);
	passed++;
}

static void an_amendment_to_something_unknown_is_parked_and_reported(void **state)
{
	struct bytes document =
		rig_replace(&rig, export_of("GBT-AMEND"), "<function>01", "<function>02");
	const char *status[] = {"status", "--json", "--config", rig.town.nodes[RIG_VN].config_path,
				NULL,     NULL};
	struct bytes output;
	json_t *answer;

	(void)state;
	document = rig_replace(&rig, document, "<documentYear>2026</documentYear>",
			       "<documentYear>2026</documentYear>"
			       "<preReference>GBT-NEVER-SEEN</preReference>");
	lodge_and_wait("amendment.xml", document);
	answer = answer_of(RIG_VN, TRADER, "taken", "amendment.xml", ".receipt");
	assert_string_equal(json_string_value(json_object_get(answer, "state")), "parked");
	assert_true(has_code(json_object_get(answer, "findings"), "original-unknown"));
	status[4] = arena_text(rig.arena,
			       bytes_of_text(json_string_value(json_object_get(answer, "id"))));
	assert_int_equal(rig_run(&rig, status, &output), 0);
	assert_non_null(strstr((const char *)output.at, "parked"));
	json_decref(answer);
	passed++;
}

/* Half of a file is not a document; when its writer closes it, it is. */
static void a_file_still_being_written_is_left_alone_until_it_is_closed(void **state)
{
	struct bytes document = export_of("GBT-SLOW");
	char path[RIG_PATH_BYTES];
	int file;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s",
		       rig_path(&rig, RIG_VN, TRADER, "lodge", "a-slow.xml"));
	file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_true(file >= 0);
	assert_int_equal(write(file, document.at, document.len / 2), document.len / 2);
	/* files are looked at in order of name: when these were taken, the slow one was seen twice
	 */
	lodge_and_wait("b-quick.xml", export_of("GBT-QUICK-1"));
	lodge_and_wait("c-quick.xml", export_of("GBT-QUICK-2"));
	assert_true(rig_has(&rig, RIG_VN, TRADER, "lodge", "a-slow.xml"));
	assert_int_equal(
		write(file, document.at + document.len / 2, document.len - document.len / 2),
		document.len - document.len / 2);
	assert_int_equal(close(file), 0);
	wait_for(RIG_VN, TRADER, "taken", "a-slow.xml");
	passed++;
}

static void put_raw(const char *name, struct bytes document)
{
	int file = open(rig_path(&rig, RIG_VN, TRADER, "lodge", name),
			O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	assert_true(file >= 0);
	assert_int_equal(write(file, document.at, document.len), document.len);
	assert_int_equal(close(file), 0);
}

static void only_finished_regular_files_are_read(void **state)
{
	static const char *const left[] = {"half.part", "half.tmp",   ".hidden.xml",
					   "link.xml",  "folder.xml", "pipe.xml"};
	char outside[RIG_PATH_BYTES];
	struct bytes document = export_of("GBT-NEVER-READ");

	(void)state;
	for (size_t i = 0; i < 3; i++)
		put_raw(left[i], document);
	(void)snprintf(outside, sizeof(outside), "%s",
		       rig_path(&rig, RIG_VN, TRADER, "lodge", "half.part"));
	assert_int_equal(symlink(outside, rig_path(&rig, RIG_VN, TRADER, "lodge", "link.xml")), 0);
	assert_int_equal(mkdir(rig_path(&rig, RIG_VN, TRADER, "lodge", "folder.xml"), 0700), 0);
	assert_int_equal(mkfifo(rig_path(&rig, RIG_VN, TRADER, "lodge", "pipe.xml"), 0600), 0);
	lodge_and_wait("z-after.xml", export_of("GBT-AFTER-1"));
	lodge_and_wait("z-after-2.xml", export_of("GBT-AFTER-2"));
	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
		assert_true(rig_has(&rig, RIG_VN, TRADER, "lodge", left[i]));
		assert_false(rig_has(&rig, RIG_VN, TRADER, "taken", left[i]));
		assert_false(rig_has(&rig, RIG_VN, TRADER, "refused", left[i]));
	}
	/* a document finished under its right name is one like others */
	assert_int_equal(unlink(rig_path(&rig, RIG_VN, TRADER, "lodge", "link.xml")), 0);
	assert_int_equal(rename(outside, rig_path(&rig, RIG_VN, TRADER, "lodge", "whole.xml")), 0);
	wait_for(RIG_VN, TRADER, "taken", "whole.xml");
	passed++;
}

/* ---- The admin socket ---- */

static int lodge_by_command(const char *party, struct bytes document, json_t **ret_answer)
{
	const char *const arguments[] = {
		"lodge",   "--json", "--config", rig.town.nodes[RIG_VN].config_path,
		"--party", party,    "-",        NULL};
	const char *copy[8];
	char path[RIG_PATH_BYTES];
	struct bytes output;
	FILE *file;
	int code;

	memcpy(copy, arguments, sizeof(copy));
	(void)snprintf(path, sizeof(path), "%.4000s/by-command.xml", rig.directory);
	copy[6] = path;
	assert_non_null(file = fopen(path, "we"));
	assert_int_equal(fwrite(document.at, 1, document.len, file), document.len);
	assert_int_equal(fclose(file), 0);
	code = rig_run(&rig, copy, &output);
	*ret_answer = json_loadb((const char *)output.at, output.len, 0, NULL);
	return code;
}

static void the_command_line_is_told_the_same(void **state)
{
	json_t *answer, *again;

	(void)state;
	for (size_t i = 0; i < BAD_COUNT; i++) {
		if (bad[i].make == over_the_limit)
			continue;
		assert_int_equal(lodge_by_command(TRADER, bad[i].make(), &answer), 65);
		assert_true(has_code(json_object_get(answer, "findings"), bad[i].code));
		json_decref(answer);
	}
	/*
	 * a party that the configuration does not have is the operator's slip, and nothing is
	 * lodged
	 */
	assert_int_equal(lodge_by_command("nobody", export_of("GBT-COMMAND"), &answer), 64);
	assert_null(answer);
	assert_int_equal(lodge_by_command(TRADER, export_of("GBT-COMMAND"), &answer), 0);
	assert_int_equal(lodge_by_command(TRADER, export_of("GBT-COMMAND"), &again), 0);
	assert_string_equal(json_string_value(json_object_get(again, "verdict")), "same");
	assert_string_equal(json_string_value(json_object_get(answer, "id")),
			    json_string_value(json_object_get(again, "id")));
	assert_true(
		json_equal(json_object_get(answer, "receipt"), json_object_get(again, "receipt")));
	json_decref(answer);
	json_decref(again);
	passed++;
}

static void the_command_line_refuses_what_is_too_large(void **state)
{
	json_t *answer = NULL;

	(void)state;
	assert_int_not_equal(lodge_by_command(TRADER, over_the_limit(), &answer), 0);
	json_decref(answer);
	passed++;
}

/* ---- The town ---- */

static struct {
	long pids[TOWN_NODES][RIG_PIDS];
	size_t count[TOWN_NODES];
} at_first;

static void no_role_died_of_any_of_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < TOWN_NODES; i++) {
		long pids[RIG_PIDS];

		assert_int_equal(rig_pids(&rig, i, NULL, pids), at_first.count[i]);
		assert_memory_equal(pids, at_first.pids[i], at_first.count[i] * sizeof(pids[0]));
	}
	passed++;
}

static void nothing_acknowledged_was_lost(void **state)
{
	struct town_audit audit;

	(void)state;
	assert_true(rig_wait_for_rest(&rig, PATIENCE_MS));
	assert_int_equal(town_audit(&rig.town, &audit), OK);
	assert_int_equal(audit.lost, 0);
	assert_int_equal(audit.duplicated, 0);
	assert_int_equal(audit.receipts, audit.taken);
	for (size_t i = 0; i < TOWN_NODES; i++) {
		const char *const verify[] = {"ledger", "verify", "--config",
					      rig.town.nodes[i].config_path, NULL};
		struct bytes output;

		assert_int_equal(rig_run(&rig, verify, &output), 0);
	}
	passed++;
}

static int open_town(void **state)
{
	(void)state;
	rig_open(&rig);
	/* a stranger's folder that is there when the node starts is looked at once */
	assert_int_equal(mkdir(rig_path(&rig, RIG_VN, STRANGER, "", ""), 0700), 0);
	assert_int_equal(mkdir(rig_path(&rig, RIG_VN, STRANGER, "lodge", ""), 0700), 0);
	rig_lodge(&rig, RIG_VN, STRANGER, "export.xml", export_of("GBT-STRANGER"));
	rig_start(&rig);
	for (size_t i = 0; i < TOWN_NODES; i++)
		at_first.count[i] = rig_pids(&rig, i, NULL, at_first.pids[i]);
	assert_true(at_first.count[RIG_VN] >= 6 && at_first.count[RIG_TH] >= 6);
	return 0;
}

static int close_town(void **state)
{
	(void)state;
	rig_close(&rig, passed == TESTS);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_bad_is_refused_with_its_cause),
		cmocka_unit_test(no_answer_holds_what_an_entity_pointed_to),
		cmocka_unit_test(a_strangers_files_are_refused),
		cmocka_unit_test(the_same_again_gets_the_same_answer),
		cmocka_unit_test(an_amendment_to_something_unknown_is_parked_and_reported),
		cmocka_unit_test(a_file_still_being_written_is_left_alone_until_it_is_closed),
		cmocka_unit_test(only_finished_regular_files_are_read),
		cmocka_unit_test(the_command_line_is_told_the_same),
		cmocka_unit_test(the_command_line_refuses_what_is_too_large),
		cmocka_unit_test(no_role_died_of_any_of_it),
		cmocka_unit_test(nothing_acknowledged_was_lost),
	};

	return cmocka_run_group_tests(tests, open_town, close_town);
}
