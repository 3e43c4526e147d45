/*
 * A pattern's table against libxml2's regular expressions: what matches here matches there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <libxml/parser.h>
#include <libxml/xmlregexp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/pattern_nfa.h"
#include "messages/xsd.h"
#include "tests/support/mutate.h"

#define TEXT_BYTES 20000u

static const char *const patterns[] = {
	"a",
	"abc",
	"a|b",
	"(a|b)c",
	"a?b",
	"a*",
	"a+",
	"(ab)*c",
	"a{3}",
	"a{2,4}",
	"a{2,}",
	"a{0,3}",
	"(a{2}){2}",
	"(a{1,2}b){2,3}",
	"((a|b){2}c?)+",

	"(a|ab)(c|bcd)(d*)",
	"[a-c]",
	"[^a-c]",
	"[abc]+",
	"[a\\-c]",
	"[-a]",
	"[a-]",
	"[+\\-]",
	"[-+]\\d\\d",
	"[.]",
	"[*+?]",
	"[\\]\\[]",
	"[\\^a]",
	"[a^]",
	"[^^]",
	"[\\s]",
	"[^\\s]",
	"[^\\S]",
	"[\\S]",
	".",
	".*",
	".{1,3}",
	"\\.",
	"\\\\",
	"\\n",
	"\\t",
	"\\r",
	"\\?",
	"\\*",
	"\\+",
	"\\(",
	"\\)",
	"\\{",
	"\\}",
	"\\[",
	"\\]",
	"\\|",
	"\\-",
	"\\^",
	"\\s",
	"\\S",
	"\\s*\\S+\\s*",
	"\\d",
	"\\D",
	"\\w",
	"\\W",
	"\\i",
	"\\I",
	"\\c",
	"\\C",
	"\\d{4}",
	"\\i\\c*",
	"\\w+",
	"[\\w\\-]+",
	"[^\\d]",
	"[^\\w]",
	"[\\d.]+",
	"[^\\d\\s]+",
	"\\p{L}",
	"\\P{L}",
	"\\p{Lu}+",
	"\\p{Nd}",
	"[\\p{L}\\p{Nd}]+",
	"[^\\p{L}]",
	"\\p{IsBasicLatin}",
	"\\p{Sc}?",
	"[\\p{Lu}-]",
	"\xC3\xA9",
	"[\xC3\xA0-\xC3\xBF]+",
	"[^\xC3\xA0-\xC3\xBF]+",
	"[A-Z\xC4\x90][a-z\xE1\xBB\x83]*",
	"\xF0\x9D\x92\xB3",
	"[\xF0\x90\x80\x80-\xF4\x8F\xBF\xBD]",
	"a-b",
	"a,b",
	"a&amp;b",
	"#",
	"a b",
	" a",
	"-",
	"--",
	"/?[^/@\\s]+(/[^/@\\s]+)*",
	"([^\\s]+( [^\\s]+)*)?",
	"[^\\t\\n\\r]*",
	".*[^\\s].*",
	"(20\\d{6})(\\d{6}(Z|[-+]\\d\\d))?",
	"[0-9]{1,13}(\\.[0-9]{1,3})?",
	"[A-Z]{2}[0-9]{1,12}",
	"(0|[1-9][0-9]{0,4})(\\.[0-9]+)?",
	"(a|b|c|d|e){1,40}",
	"[a-y]{1,100}z?",
	"(ab|cd){2,5}(ef)?",
	"(a{0,2}b){1,3}",
	"(a+b*){2,3}",
	"((a|b)+c?){1,4}",
	"a{1,2}a{1,2}",
	"(a|a)a",
	"(a|aa){2}",
	"x*x*x*",

	"(x+)+y",
};

/* Patterns that are not ours to read, or wrong, or too large. */
static const char *const refused[] = {
	"",
	"a||b",
	"()",
	"(a",
	"a)",
	"[a",
	"[a-z-[aeiou]]",
	"a{2,1}",
	"a{0}",
	"a{,2}",
	"a{x}",
	"*a",
	"a**",
	"^a",
	"a$",
	"\\q",
	"\\",
	"[z-a]",
	"[a-c-e]",
	"[]",
	"a{99999}",
	"(a{200}){200}",
	"((.a|b.){1,90}){1,80}",
	"(.|..|a.{40}){1,60}",

	"\\p{L",
	"(a?){3}",
	"(a*){2}",
	"(x?y?){4}",
	"(a*|b)+",
	"]",
	"}",
	"a{1",
};

static const char alphabet[][5] = {
	"a",
	"b",
	"c",
	"d",
	"e",
	"f",
	"x",
	"y",
	"z",
	"A",
	"Z",
	"0",
	"1",
	"9",
	"2",
	" ",
	"\t",
	"\n",
	"\r",
	".",
	"-",
	"+",
	"*",
	"?",
	"(",
	")",
	"[",
	"]",
	"{",
	"}",
	"|",
	"\\",
	"^",
	"/",
	"@",
	",",
	"&",
	"#",
	"_",
	":",
	"$",
	"~",
	"<",
	"\xC3\xA9",
	"\xCC\x81",
	"\xC4\x90",
	"\xE1\xBB\x83",
	"\xF0\x9D\x92\xB3",
	"\xC2\xA0",
	"\xD9\xA3",
	"\xEF\xBF\xBD",
	"\xC3\xA0",
	"\xC3\xBF",
	"\xE2\x80\x83",
};

static size_t put_character(char *at, uint32_t c)
{
	if (c < 0x80) {
		at[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		at[0] = (char)(0xC0 | c >> 6);
		at[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		at[0] = (char)(0xE0 | c >> 12);
		at[1] = (char)(0x80 | (c >> 6 & 0x3F));
		at[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	at[0] = (char)(0xF0 | c >> 18);
	at[1] = (char)(0x80 | (c >> 12 & 0x3F));
	at[2] = (char)(0x80 | (c >> 6 & 0x3F));
	at[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

static bool is_xml(uint32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= ' ' && c < 0xD800) ||
	       (c >= 0xE000 && (c & 0xFFFE) != 0xFFFE);
}

/* A character of a set: near one of its ends, or anywhere in it. */
static uint32_t choose(const struct pattern_set *set, uint64_t *seed)
{
	const struct pattern_range *range = &set->ranges[mutate_next(seed) % set->count];
	uint32_t size = range->last - range->first + 1;

	switch (mutate_next(seed) % 4) {
	case 0:
		return range->first;
	case 1:
		return range->last;
	case 2:
		return range->first + (uint32_t)(mutate_next(seed) % (size < 96 ? size : 96));
	default:
		return range->first + (uint32_t)(mutate_next(seed) % size);
	}
}

/* Walk about in the automaton: what has been read when it can end is a text that matches. */
static bool walk(const struct pattern_nfa *nfa, uint64_t *seed, char *text)
{
	uint16_t at = nfa->parts[0].first;
	size_t len = 0;

	while (at != nfa->parts[0].last) {
		const struct pattern_node *node = &nfa->nodes[at];
		size_t ways = node->out[1] == PATTERN_NONE ? 1 : 2;

		if (node->set != PATTERN_NONE) {
			uint32_t c;

			if (nfa->sets[node->set].count == 0 || len > TEXT_BYTES - 8)
				return false;
			c = choose(&nfa->sets[node->set], seed);
			if (!is_xml(c))
				return false;
			len += put_character(text + len, c);
		}
		at = node->out[mutate_next(seed) % ways];
	}
	text[len] = '\0';
	return true;
}

static void scramble(uint64_t *seed, char *text)
{
	size_t count = mutate_next(seed) % 7;

	*text = '\0';
	for (size_t i = 0; i < count; i++)
		strcat(text,
		       alphabet[mutate_next(seed) % (sizeof(alphabet) / sizeof(alphabet[0]))]);
}

struct trial {
	const char *text; /* of the pattern */
	const struct pattern *pattern;
	xmlRegexp *regexp;
	size_t matches;
	size_t missed; /* that libxml2 alone takes */
};

static void compare(struct trial *trial, const char *value)
{
	bool matches = pattern_matches(trial->pattern, bytes_of_text(value));
	bool is_right = xmlRegexpExec(trial->regexp, (const xmlChar *)value) == 1;

	if (matches && !is_right)
		fail_msg("%s matches \"%s\", but not for libxml2", trial->text, value);
	trial->matches += matches;
	trial->missed += is_right && !matches;
}

static struct pattern_nfa *read_pattern(const char *text, struct arena *arena)
{
	struct pattern_nfa *nfa = arena_alloc(arena, sizeof(*nfa));

	assert_non_null(nfa);
	nfa->arena = arena;
	assert_int_equal(pattern_read(text, nfa), OK);
	return nfa;
}

static void try_pattern(const char *text, size_t rounds, uint64_t seed, struct trial *ret_trial)
{
	struct arena *arena = arena_new(64u * 1024 * 1024);
	struct trial trial = {.text = text, .regexp = xmlRegexpCompile((const xmlChar *)text)};
	struct pattern_nfa *nfa;
	char value[TEXT_BYTES];

	assert_non_null(trial.regexp);
	if (pattern_compile(&text, 1, arena, &trial.pattern) != OK)
		fail_msg("%s is not compiled", text);
	nfa = read_pattern(text, arena);
	for (size_t i = 0; i < rounds; i++) {
		scramble(&seed, value);
		compare(&trial, value);
		if (!walk(nfa, &seed, value))
			continue;
		if (!pattern_matches(trial.pattern, bytes_of_text(value)))
			fail_msg("%s does not match \"%s\"", text, value);
		compare(&trial, value);
		if (strlen(value) < 500)
			compare(&trial, mutate_value(&seed, value));
	}
	xmlRegFreeRegexp(trial.regexp);
	arena_free(arena);
	*ret_trial = trial;
}

static size_t rounds(size_t ordinary)
{
	const char *factor = getenv("SAMPAN_MUTATIONS");

	return factor == NULL ? ordinary : ordinary * strtoul(factor, NULL, 10);
}

static void what_matches_here_matches_in_libxml2(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		struct trial trial;

		try_pattern(patterns[i], rounds(300), i, &trial);
		if (trial.matches == 0)
			fail_msg("nothing matches %s", patterns[i]);
	}
}

/* ---- The patterns that ship ---- */

static size_t try_patterns_below(const xmlNode *node)
{
	size_t count = 0;

	for (; node != NULL; node = node->next) {
		struct trial trial;

		if (node->type != XML_ELEMENT_NODE)
			continue;
		count += try_patterns_below(node->children);
		if (!xsd_is(node, "pattern"))
			continue;
		try_pattern(xsd_attribute(node, "value"), rounds(100), count, &trial);
		/* they are all of plain characters, where both could agree in full */
		if (trial.matches == 0 || trial.missed * 100 > trial.matches)
			fail_msg("%s: %zu match, %zu more for libxml2", trial.text, trial.matches,
				 trial.missed);
		count++;
	}
	return count;
}

static void every_pattern_that_ships_matches_as_in_libxml2(void **state)
{
	DIR *folder = opendir("schemas/xsd");
	struct dirent *entry;
	size_t count = 0;

	(void)state;
	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL) {
		char path[300];
		xmlDoc *document;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "schemas/xsd/%s", entry->d_name);
		document = xmlReadFile(path, NULL, 0);
		assert_non_null(document);
		count += try_patterns_below(xmlDocGetRootElement(document));
		xmlFreeDoc(document);
	}
	closedir(folder);
	print_message("  %zu patterns\n", count);
	assert_true(count >= 100);
}

static void what_is_not_sure_to_be_read_alike_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct arena *arena = arena_new(64u * 1024 * 1024);
		const struct pattern *pattern = NULL;

		if (pattern_compile(&refused[i], 1, arena, &pattern) != ERR_FORMAT)
			fail_msg("%s is compiled", refused[i]);
		assert_null(pattern);
		arena_free(arena);
	}
}

/* Nested repetition would be read anew and anew. */
static void nested_repetition_ends_soon(void **state)
{
	struct arena *arena = arena_new(64u * 1024 * 1024);
	const struct pattern *pattern = NULL;
	char text[400];
	const char *at = text;

	(void)state;
	memset(text, '(', 100);
	text[100] = 'a';
	for (size_t i = 0; i < 100; i++)
		memcpy(text + 101 + 2 * i, ")*", 2);
	text[301] = '\0';
	assert_int_equal(pattern_compile(&at, 1, arena, &pattern), ERR_FORMAT);
	arena_free(arena);
}

static void several_patterns_must_all_match(void **state)
{
	static const char *const both[] = {"[a-z]*", ".*x.*", ".{2,4}"};
	static const struct {
		const char *text;
		bool matches;
	} cases[] = {{"ax", true},   {"x", false},         {"xx", true},   {"ab", false},
		     {"axbc", true}, {"axbcd", false},     {"aXx", false}, {"", false},
		     {"aaxa", true}, {"a\xC3\xA9x", false}};
	struct arena *arena = arena_new(64u * 1024 * 1024);
	const struct pattern *pattern = NULL;

	(void)state;
	assert_int_equal(pattern_compile(both, 3, arena, &pattern), OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(pattern_matches(pattern, bytes_of_text(cases[i].text)),
				 cases[i].matches);
	arena_free(arena);
}

static void bytes_that_cannot_stand_in_xml_never_match(void **state)
{
	static const char *const texts[] = {"\x80",
					    "\xC3",
					    "\xC3(",
					    "\xC0\x80",
					    "\xE0\x80\x80",
					    "\xF0\x80\x80\x80",
					    "\xF5\x80\x80\x80",
					    "a\xFFz",
					    "\xF4\x90\x80\x80",
					    "\x1F",
					    "\x01",
					    "\xED\xA0\x80",
					    "\xEF\xBF\xBE"};
	const char *any = ".*";
	struct arena *arena = arena_new(64u * 1024 * 1024);
	const struct pattern *pattern = NULL;

	(void)state;
	assert_int_equal(pattern_compile(&any, 1, arena, &pattern), OK);
	assert_true(pattern_matches(pattern, bytes_of_text("")));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_false(pattern_matches(pattern, bytes_of_text(texts[i])));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_matches_here_matches_in_libxml2),
		cmocka_unit_test(every_pattern_that_ships_matches_as_in_libxml2),
		cmocka_unit_test(what_is_not_sure_to_be_read_alike_is_refused),
		cmocka_unit_test(nested_repetition_ends_soon),
		cmocka_unit_test(several_patterns_must_all_match),
		cmocka_unit_test(bytes_that_cannot_stand_in_xml_never_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
