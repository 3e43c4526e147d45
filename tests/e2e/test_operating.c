/* docs/operating.md: its commands that copy a ledger, run as they stand beside two living nodes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "node/file.h"
#include "tests/support/patience.h"
#include "tests/support/rig.h"

#define PAGE_BYTES ((size_t)1 << 20)
#define TRADER "gom-bat-trang"
#define EXPORT "vn/gom-bat-trang/01-export-1-line.xml"
#define REFERENCE "GBT-XK-2026-0141"

static struct rig rig;

static void put_line(FILE *script, const char *line, size_t len)
{
	static const struct {
		const char *from, *to;
	} places[] = {
		{"/srv/vn", "$VN"}, {"/srv/second", "$HERE/second"}, {"/backup/vn", "$HERE/copy"}};

	for (size_t i = 0; i < len;) {
		size_t p = 0;

		while (p < 3 && strncmp(line + i, places[p].from, strlen(places[p].from)) != 0)
			p++;
		if (p < 3) {
			fputs(places[p].to, script);
			i += strlen(places[p].from);
		} else {
			fputc(line[i++], script);
		}
	}
	fputc('\n', script);
}

/* The commands of a section's only block, as a script; how many lines. */
static size_t write_script(const char *page, const char *title, FILE *script)
{
	const char *at = strstr(page, title);
	size_t lines = 0;

	assert_non_null(at);
	at = strstr(at, "```sh\n");
	assert_non_null(at);
	for (at += 6; strncmp(at, "```", 3) != 0; at += strcspn(at, "\n") + 1, lines++)
		put_line(script, at, strcspn(at, "\n"));
	return lines;
}

static const char *folder_of(const char *program)
{
	return arena_format(rig.arena, "%.*s", (int)(strrchr(program, '/') - program), program);
}

static void run_section(const char *title, const char *behind)
{
	const char *path = arena_format(rig.arena, "%s/script", rig.directory);
	struct bytes page;
	FILE *script = fopen(path, "w");

	assert_non_null(script);
	assert_int_equal(file_read("docs/operating.md", PAGE_BYTES, rig.arena, &page), OK);
	fprintf(script, "set -eu\nset -o pipefail\nHERE='%s'\nVN='%s'\nPATH='%s':\"$PATH\"\n",
		rig.directory, rig.town.nodes[RIG_VN].directory, folder_of(rig.program));
	assert_true(write_script(arena_text(rig.arena, page), title, script) > 0);
	fputs(behind, script);
	fclose(script);
	assert_int_equal(system(arena_format(rig.arena, "bash '%s' >&2", path)), 0);
}

/* "records":N,"root":"..." */
static const char *stat_of(const char *directory)
{
	const char *const arguments[] = {"ledger", "stat", "--json", "--dir", directory, NULL};
	struct bytes output = {0};
	char *begin, *end;

	if (rig_run(&rig, arguments, &output) != 0 ||
	    (begin = strstr(arena_text(rig.arena, output), "\"records\"")) == NULL ||
	    (end = strstr(begin, ",\"checkpoint\"")) == NULL)
		return "";
	*end = '\0';
	return begin;
}

static void lodge_samples(unsigned from, unsigned until)
{
	for (unsigned i = from; i < until; i++)
		rig_lodge(&rig, RIG_VN, TRADER, arena_format(rig.arena, "export-%u.xml", i),
			  rig_replace(&rig, rig_sample(&rig, EXPORT), REFERENCE,
				      arena_format(rig.arena, "GBT-OPS-%u", i)));
}

static const char *second(void)
{
	return arena_format(rig.arena, "%s/second", rig.directory);
}

static bool has_receipts(void *context)
{
	const char *const *names;

	return rig_list(&rig, RIG_VN, TRADER, "taken", ".receipt", &names) ==
	       *(const size_t *)context;
}

static void rest(size_t receipts)
{
	assert_true(rig_wait(has_receipts, &receipts, PATIENCE_MS));
	assert_true(rig_wait_for_rest(&rig, PATIENCE_MS));
}

/* The nodes still tell each other of keys and checkpoints. */
static bool is_same_after_another_round(void *context)
{
	(void)context;
	run_section("\n## Back it up\n",
		    "sampan ledger follow --from \"$HERE/copy\" --dir \"$HERE/second\"\n"
		    "sampan ledger verify --dir \"$HERE/second\"\n");
	return strcmp(stat_of(rig.town.nodes[RIG_VN].directory), stat_of(second())) == 0;
}

static void the_pages_commands_back_up_restore_and_follow_a_living_node(void **state)
{
	(void)state;
	lodge_samples(1, 6);
	run_section("\n## Back it up\n", ""); /* in the middle of it */
	rest(5);
	run_section("\n## Back it up\n", "");
	run_section("\n## Restore it\n", "");
	assert_true(rig_wait(is_same_after_another_round, NULL, PATIENCE_MS));
	lodge_samples(6, 12);
	run_section(
		"\n## A second machine\n",
		"trap 'kill $(jobs -p); wait' EXIT\n"
		"stat() { sampan ledger stat --json --dir \"$1\" | sed 's/.*\"records\"/records/;s/,.*//'; }\n"
		"for i in $(seq 300); do\n"
		"  if [ \"$(stat \"$VN\")\" = \"$(stat \"$HERE/second\")\" ] && [ \"$i\" -gt 20 ]; then exit 0; fi\n"
		"  sleep 0.1\ndone\nexit 1\n");
	rest(11);
	assert_true(rig_wait(is_same_after_another_round, NULL, PATIENCE_MS));
}

/* With kinds whose policy is over at once; the page's own commands find nothing due. */
static void old_payloads_move_beside_a_living_node_and_are_read_as_before(void **state)
{
	const char *move =
		"cp -r schemas \"$HERE/kinds\"\n"
		"sed -i 's/keepYears=\"5\"/keepYears=\"0\"/' \"$HERE\"/kinds/kinds/*.xml\n"
		"export SAMPAN_SCHEMAS=\"$HERE/kinds\"\n"
		"sampan ledger archive --config \"$VN/node.yaml\" --json | "
		"grep -Ec '\"payloads\":[1-9][0-9]*,'\n"
		"sampan ledger verify --dir \"$VN\" | grep -c 'of the payloads are in archives, and whole'\n"
		"sampan ledger export --dir \"$VN\" --payloads \"$HERE/out\" | "
		"grep -c '\"archive\":\"payloads-000001\"'\n"
		"grep -lq GBT-OPS-1 \"$HERE\"/out/*-document\n"
		"N=$(sampan ledger list --dir \"$VN\" | awk '/SubmissionAcceptance/ && !n {n = $1} END {print n}')\n"
		"sampan evidence --config \"$VN/node.yaml\" \"VN-1-$N\" >\"$HERE/1.evidence\"\n"
		"mv \"$VN/ledger/archive\" \"$HERE/archive\"\n"
		"sampan ledger verify --dir \"$VN\" | grep -c 'not here, such as payloads-000001'\n"
		"sampan ledger export --dir \"$VN\" --payloads \"$HERE/out2\" >\"$HERE/lines\"\n"
		"sampan ledger backup --dir \"$VN\" --to \"$HERE/lacking\" 2>&1 | "
		"grep -c 'payloads are not in this backup.*such as payloads-000001'\n"
		"say() { (set +e; \"$@\" >/dev/null 2>\"$HERE/said\"; echo $?); }\n"
		"test \"$(say sampan evidence --config \"$VN/node.yaml\" \"VN-1-$N\")\" = 69\n"
		"grep -q 'bring it back' \"$HERE/said\"\n"
		"sampan user token far --party gom-bat-trang --config \"$VN/node.yaml\" >\"$HERE/far\"\n"
		"test \"$(say sampan evidence --node \"$(cat \"$VN/door.url\")\" --ca \"$VN/keys/door.crt\" "
		"--token \"$HERE/far\" \"VN-1-$N\")\" = 69\n"
		"grep -q 'payloads-000001.*bring it back' \"$HERE/said\"\n"
		"(umask 077; printf 'Authorization: Bearer %s\\n' \"$(cat \"$HERE/far\")\" >\"$HERE/me\")\n"
		"curl -sS --cacert \"$VN/keys/door.crt\" -H @\"$HERE/me\" -H 'Accept: text/html,*/*' "
		"-H 'Accept-Language: en' \"$(cat \"$VN/door.url\")/v1/messages/VN-1-$N/document\" "
		">\"$HERE/page\"\n"
		"grep -q 'Ask the operator of the node' \"$HERE/page\"\n"
		"test \"$(grep -c 'in a few seconds' \"$HERE/page\")\" = 0\n"
		"mv \"$HERE/archive\" \"$VN/ledger/archive\"\n"
		"sampan ledger verify --dir \"$VN\"\n";

	(void)state;
	run_section("\n## Old payloads\n", move);
}

/* The folder that it reads from has nothing to do with that. */
static void a_restore_without_room_names_where_it_writes_and_goes_on(void **state)
{
	const char *vn = rig.town.nodes[RIG_VN].directory, *program = rig.program;

	(void)state;
	assert_int_equal(
		system(arena_format(rig.arena,
				    "cd '%s' && mkdir -p tight/keys && "
				    "cp '%s'/keys/ledger.pub '%s'/keys/backup.pub tight/keys/",
				    rig.directory, vn, vn)),
		0);
	assert_int_equal(
		system(arena_format(
			rig.arena,
			"cd '%s' && "
			"! (ulimit -f 64; '%s' ledger restore --from copy --dir tight 2>said) && "
			"grep -q 'tight/ledger cannot be written' said && ! grep -q copy said && "
			"'%s' ledger restore --from copy --dir tight && "
			"'%s' ledger verify --dir tight",
			rig.directory, program, program, program)),
		0);
}

/* The page's reader needs nothing of ours; a changed byte is damage to it too. */
static void the_format_pages_reader_reads_segments(void **state)
{
	const char *script = arena_format(rig.arena, "%s/reader.py", rig.directory);
	struct bytes page;
	char *begin, *end;

	(void)state;
	assert_int_equal(file_read("docs/ledger-format.md", PAGE_BYTES, rig.arena, &page), OK);
	begin = strstr(arena_text(rig.arena, page), "\n## Segments\n");
	assert_non_null(begin);
	begin = strstr(begin, "```python\n") + 10;
	end = strstr(begin, "```");
	assert_int_equal(file_make(script, 0600, bytes_of(begin, (size_t)(end - begin))), OK);
	assert_int_equal(
		system(arena_format(
			rig.arena,
			"cd '%s' && python3 reader.py copy | grep -q 'records, the newest cut at' && "
			"cp -r copy changed && printf x | dd of=changed/segment-00000001 bs=1 "
			"seek=900 conv=notrunc 2>/dev/null && ! python3 reader.py changed 2>/dev/null",
			rig.directory)),
		0);
}

static int set_up(void **state)
{
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	rig_close(&rig, true);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_pages_commands_back_up_restore_and_follow_a_living_node),
		cmocka_unit_test(old_payloads_move_beside_a_living_node_and_are_read_as_before),
		cmocka_unit_test(a_restore_without_room_names_where_it_writes_and_goes_on),
		cmocka_unit_test(the_format_pages_reader_reads_segments),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
