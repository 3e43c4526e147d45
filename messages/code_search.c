#include "messages/code_search.h"

#include <string.h>

#include "messages/utf8.h"

#define FOLDED_BYTES 512u
#define SHORTEST 2u
#define CLASSES 3u
#define RANKS (2 * CLASSES - 1) /* by words twice: with the marks that were typed, and without */

/* ---- Letters without their marks ---- */

/* Unicode: Latin-1 letters, those of Vietnamese behind them, and marks that stand by themselves. */
static const struct {
	uint16_t first, last;
	char letter; /* 0: passed over */
} folded_letters[] = {
	{0x00c0, 0x00c6, 'a'}, {0x00c7, 0x00c7, 'c'}, {0x00c8, 0x00cb, 'e'}, {0x00cc, 0x00cf, 'i'},
	{0x00d0, 0x00d0, 'd'}, {0x00d1, 0x00d1, 'n'}, {0x00d2, 0x00d6, 'o'}, {0x00d8, 0x00d8, 'o'},
	{0x00d9, 0x00dc, 'u'}, {0x00dd, 0x00dd, 'y'}, {0x00e0, 0x00e6, 'a'}, {0x00e7, 0x00e7, 'c'},
	{0x00e8, 0x00eb, 'e'}, {0x00ec, 0x00ef, 'i'}, {0x00f0, 0x00f0, 'd'}, {0x00f1, 0x00f1, 'n'},
	{0x00f2, 0x00f6, 'o'}, {0x00f8, 0x00f8, 'o'}, {0x00f9, 0x00fc, 'u'}, {0x00fd, 0x00fd, 'y'},
	{0x0102, 0x0103, 'a'}, {0x0110, 0x0111, 'd'}, {0x0128, 0x0129, 'i'}, {0x0168, 0x0169, 'u'},
	{0x01a0, 0x01a1, 'o'}, {0x01af, 0x01b0, 'u'}, {0x0300, 0x036f, 0},   {0x1ea0, 0x1eb7, 'a'},
	{0x1eb8, 0x1ec7, 'e'}, {0x1ec8, 0x1ecb, 'i'}, {0x1ecc, 0x1ee3, 'o'}, {0x1ee4, 0x1ef1, 'u'},
	{0x1ef2, 0x1ef9, 'y'},
};

static char ascii_folded(uint8_t byte)
{
	if (byte >= 'A' && byte <= 'Z')
		return (char)(byte | 0x20);
	return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ? (char)byte : ' ';
}

/* What is no letter here parts words, as a blank does. */
static char letter_of(uint32_t character)
{
	for (size_t i = 0; i < sizeof(folded_letters) / sizeof(folded_letters[0]); i++)
		if (character >= folded_letters[i].first && character <= folded_letters[i].last)
			return folded_letters[i].letter;
	return ' ';
}

/* Of UTF-8 (both lists and what is typed were looked at). */
static uint32_t character_at(struct bytes text, size_t len)
{
	uint32_t character = text.at[0] & (0xffu >> (len + 1));

	for (size_t i = 1; i < len; i++)
		character = character << 6 | (text.at[i] & 0x3fu);
	return character;
}

/* Words with one blank before each, which is how a word's beginning is found. */
struct folded {
	char text[FOLDED_BYTES];
	size_t len;
};

static void put_letter(struct folded *folded, char letter)
{
	bool is_blank = letter == ' ';

	if (letter != 0 && folded->len + 1 < sizeof(folded->text) &&
	    !(is_blank && folded->text[folded->len - 1] == ' '))
		folded->text[folded->len++] = letter;
}

/* Of the same letters the small one. */
static uint32_t small_letter(uint32_t character)
{
	if (character <= 0x00ff)
		return character | 0x20;
	return character == 0x01af || character == 0x01b0 ? 0x01b0 : character | 1;
}

/* As it is written, but for its case: two bytes that no other letter has. */
static void put_marked(struct folded *folded, uint32_t character)
{
	uint32_t small = small_letter(character);

	put_letter(folded, (char)(0x80 | (small >> 7 & 0x7f)));
	put_letter(folded, (char)(0x80 | (small & 0x7f)));
}

static void fold(struct bytes text, bool keeps_marks, struct folded *folded)
{
	while (text.len > 0) {
		size_t len = text.at[0] < 0x80   ? 1
			     : text.at[0] < 0xe0 ? 2
			     : text.at[0] < 0xf0 ? 3
						 : 4;
		uint32_t character = len <= text.len ? character_at(text, len) : 0;
		char letter = len == 1 ? ascii_folded(text.at[0]) : letter_of(character);

		if (len > text.len)
			break;
		if (keeps_marks && len > 1 && letter != ' ')
			put_marked(folded, character);
		else
			put_letter(folded, letter);
		text = bytes_of(text.at + len, text.len - len);
	}
	put_letter(folded, ' ');
	folded->text[folded->len] = '\0';
}

static void fold_begin(struct folded *folded)
{
	folded->text[0] = ' ';
	folded->len = 1;
}

/* ---- What is looked for ---- */

struct wanted {
	char joined[CODE_SEARCH_BYTES + 2]; /* " haiphong", for "Hải Phòng" */
	const char *code;                   /* the same without the blank */
	size_t code_len;
	char words[CODE_SEARCH_WORDS][CODE_SEARCH_BYTES + 2]; /* " gom" */
	size_t count;
	bool is_number;
	bool is_marked; /* "chè" is Vietnamese, and no beginning of "cheese" */
	struct folded marked;
};

static void take_words(struct wanted *wanted, const char *text)
{
	wanted->is_number = true;
	while (*text != '\0' && text[1] != '\0' && wanted->count < CODE_SEARCH_WORDS) {
		size_t len = 1 + strcspn(text + 1, " ");
		char *word = wanted->words[wanted->count++];

		memcpy(word, text, len);
		word[len] = '\0';
		memcpy(wanted->joined + 1 + wanted->code_len, text + 1, len - 1);
		wanted->code_len += len - 1;
		wanted->is_number &= strspn(text + 1, "0123456789") >= len - 1;
		text += len;
	}
	wanted->joined[0] = ' ';
	wanted->joined[1 + wanted->code_len] = '\0';
	wanted->code = wanted->joined + 1;
}

static bool take_typed(struct bytes typed, struct wanted *ret_wanted)
{
	struct folded folded;

	*ret_wanted = (struct wanted){0};
	if (utf8_first_wrong(typed) < typed.len)
		return false;
	fold_begin(&folded);
	fold(utf8_within(typed, CODE_SEARCH_BYTES), false, &folded);
	take_words(ret_wanted, folded.text);
	fold_begin(&ret_wanted->marked);
	fold(utf8_within(typed, CODE_SEARCH_BYTES), true, &ret_wanted->marked);
	for (size_t i = 0; i < typed.len; i++)
		ret_wanted->is_marked |= typed.at[i] >= 0x80;
	return ret_wanted->code_len >= SHORTEST;
}

/* ---- Lines ---- */

static bool is_code(const struct wanted *wanted, struct bytes code)
{
	size_t len = code.len < wanted->code_len ? code.len : wanted->code_len;

	if (len == 0 ||
	    (code.len < wanted->code_len && !(wanted->is_number && code.len >= SHORTEST + 2)))
		return false;
	for (size_t i = 0; i < len; i++)
		if (ascii_folded(code.at[i]) != wanted->code[i])
			return false;
	return true;
}

/* Where a word begins: after a blank. In other words than Vietnamese one with marks is a whole word ("Hải Phòng"). */
static const char *find_word(const char *text, const char *word, bool is_whole)
{
	size_t len = strlen(word);
	const char *at = strstr(text, word);

	while (is_whole && at != NULL && at[len] != ' ')
		at = strstr(at + 1, word);
	return at;
}

static unsigned class_at(const char *text, const char *at)
{
	return at == NULL ? CLASSES : at == text ? 1 : 2;
}

/* 1 by the first of its words, 2 by others; CLASSES: not at all. */
static unsigned class_of_words(const struct wanted *wanted, struct bytes words, bool is_whole)
{
	struct folded folded;
	unsigned class = CLASSES;

	if (words.len == 0)
		return CLASSES;
	fold_begin(&folded);
	fold(words, false, &folded);
	for (size_t i = wanted->count; i-- > 0;) {
		class = class_at(folded.text, find_word(folded.text, wanted->words[i], is_whole));
		if (class == CLASSES)
			return wanted->count == 1
				       ? CLASSES
				       : class_at(folded.text,
						  find_word(folded.text, wanted->joined, false));
	}
	return class;
}

/* 0 by its code. */
static unsigned class_of(const struct wanted *wanted, const struct code_set_line *line)
{
	unsigned class;

	if (is_code(wanted, line->code))
		return 0;
	if (wanted->is_number)
		return CLASSES;
	class = class_of_words(wanted, line->words, wanted->is_marked);
	return class < CLASSES ? class : class_of_words(wanted, line->words_vi, false);
}

/* Every word with the marks that were typed: "chè" is no "chế". */
static bool has_marks(const struct wanted *wanted, struct bytes words)
{
	const char *at = wanted->marked.text;
	struct folded folded;

	if (words.len == 0)
		return false;
	fold_begin(&folded);
	fold(words, true, &folded);
	while (*at != '\0' && at[1] != '\0') {
		size_t len = 1 + strcspn(at + 1, " ");

		if (memmem(folded.text, folded.len, at, len) == NULL)
			return false;
		at += len;
	}
	return true;
}

/* Its class, and behind all others what only fits without the marks; RANKS: not at all. */
static unsigned rank_of(const struct wanted *wanted, const struct code_set_line *line)
{
	unsigned class = class_of(wanted, line);

	if (class == 0 ||
	    (class < CLASSES && (!wanted->is_marked || has_marks(wanted, line->words_vi))))
		return class;
	return class + CLASSES - 1;
}

/* What was found so far, by rank. */
struct finds {
	struct code_search_hit hits[RANKS][CODE_SEARCH_MOST], *last;
	struct bytes top; /* the last one by its code that goes on behind what was typed */
	size_t counts[RANKS], all;
};

/* Codes are in byte order: what goes on behind one stands next. */
static void look_at_line(const struct wanted *wanted, const struct code_set_line *line,
			 struct finds *finds)
{
	unsigned rank = rank_of(wanted, line);

	if (finds->last != NULL)
		finds->last->goes_on = bytes_has_prefix(line->code, finds->last->line.code);
	finds->last = NULL;
	if (rank == RANKS ||
	    (rank == 0 && finds->top.len > 0 && bytes_has_prefix(line->code, finds->top)))
		return;
	if (rank == 0 && line->code.len > wanted->code_len)
		finds->top = line->code;
	finds->all++;
	if (finds->counts[rank] == CODE_SEARCH_MOST)
		return;
	finds->last = &finds->hits[rank][finds->counts[rank]++];
	*finds->last = (struct code_search_hit){.line = *line};
}

void code_search_find(const struct code_set *set, struct bytes typed,
		      struct code_search *ret_search)
{
	struct finds finds = {0};
	struct code_set_line line;
	struct wanted wanted;

	*ret_search = (struct code_search){0};
	if (!take_typed(typed, &wanted))
		return;
	for (size_t at = 0; code_set_next(set, &at, &line);)
		look_at_line(&wanted, &line, &finds);
	for (size_t i = 0; i < RANKS; i++)
		for (size_t j = 0; j < finds.counts[i] && ret_search->count < CODE_SEARCH_MOST; j++)
			ret_search->hits[ret_search->count++] = finds.hits[i][j];
	ret_search->has_more = finds.all > ret_search->count;
}

bool code_search_fits(struct bytes words, struct bytes typed)
{
	struct wanted wanted;

	return take_typed(typed, &wanted) && class_of_words(&wanted, words, false) < CLASSES;
}
