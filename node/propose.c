#include "node/propose.h"

#include <string.h>

#include "messages/word.h"
#include "node/calendar.h"

static bool is_given(const char *text)
{
	return text != NULL && text[0] != '\0';
}

/* "40%" is "%", and so is every number of percent but 100. */
static struct bytes word_of(struct bytes token)
{
	if (token.len > 1 && token.at[token.len - 1] == '%' && token.at[0] >= '0' &&
	    token.at[0] <= '9' && !bytes_equal(token, bytes_of_text("100%")))
		return bytes_of_text("%");
	return token;
}

static bool is_word_in(const char *words, struct bytes wanted)
{
	struct bytes word;

	while (word_next(&words, &word))
		if (bytes_equal(word, wanted))
			return true;
	return false;
}

/* "CTSH + RVC 35%": blanks, plus and slash stand between the words. The next one; false: none. */
static bool next_token(const char **at, struct bytes *ret_token)
{
	static const char between[] = " \t\n+/,;";

	*at += strspn(*at, between);
	*ret_token = bytes_of(*at, strcspn(*at, between));
	*at += ret_token->len;
	return ret_token->len > 0;
}

static bool has_family(const struct config_origin *table, const char *criterion, const char *family)
{
	struct bytes token;

	while (next_token(&criterion, &token))
		for (size_t i = 0; i < table->criterion_count; i++)
			if (strcmp(table->criteria[i].family, family) == 0 &&
			    is_word_in(table->criteria[i].words, word_of(token)))
				return true;
	return false;
}

/* RVC 100% is of a family of its own, also where the word RVC stands before it. */
static bool is_whole_value(const struct config_origin *table, const char *criterion)
{
	return has_family(table, criterion, "RVC100");
}

static bool fits_certificate(const struct config_origin *table, const char *families,
			     const char *criterion)
{
	struct bytes word;

	while (word_next(&families, &word))
		for (size_t i = 0; i < table->criterion_count; i++) {
			const char *family = table->criteria[i].family;

			if (bytes_equal(word, bytes_of_text(family)) &&
			    has_family(table, criterion, family) &&
			    !(strcmp(family, "RVC") == 0 && is_whole_value(table, criterion)))
				return true;
		}
	return false;
}

/* What the rule for goods of this HS code allows. */
static const char *families_of(const struct config_origin *table, const char *hs)
{
	const char *families = "";
	size_t longest = 0;

	for (size_t i = 0; i < table->goods_count; i++) {
		size_t len = strlen(table->goods[i].hs);

		if (len >= longest && strncmp(hs, table->goods[i].hs, len) == 0) {
			families = table->goods[i].families;
			longest = len;
		}
	}
	return families;
}

static bool have_common(const char *words, const char *others)
{
	struct bytes word;

	while (word_next(&words, &word))
		if (is_word_in(others, word))
			return true;
	return false;
}

static bool is_in_force(const struct config_origin_row *row, const char *today)
{
	return calendar_is_within(today, is_given(row->valid_from) ? row->valid_from : "",
				  is_given(row->valid_until) ? row->valid_until : "");
}

static bool fits(const struct config_origin *table, const struct config_origin_row *row,
		 const struct compare_row *compared, const char *special)
{
	if (strcmp(row->field, compared->field) != 0 ||
	    strcmp(row->verdict, compare_verdict_name(compared->verdict)) != 0)
		return false;
	if (is_given(row->certificate) &&
	    !fits_certificate(table, row->certificate, compared->criterion))
		return false;
	if (is_given(row->goods) && !have_common(row->goods, families_of(table, compared->hs)))
		return false;
	return !is_given(row->special) || have_common(row->special, special);
}

const struct config_origin_row *propose_find(const struct config_origin *table,
					     const struct compare_row *compared,
					     const char *special, const char *today)
{
	for (size_t i = 0; i < table->row_count; i++)
		if (is_in_force(&table->rows[i], today) &&
		    fits(table, &table->rows[i], compared, special))
			return &table->rows[i];
	return NULL;
}

const struct config_origin_row *propose_find_answer(const struct config_origin *table,
						    const char *answer, const char *today)
{
	for (size_t i = 0; i < table->row_count; i++)
		if (is_in_force(&table->rows[i], today) &&
		    strcmp(table->rows[i].field, "verification") == 0 &&
		    strcmp(table->rows[i].verdict, answer) == 0)
			return &table->rows[i];
	return NULL;
}
