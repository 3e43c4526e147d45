#include "tests/support/xslt_word.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/*
 * translate() with the places of the old form as its alphabet puts them where the new form wants
 * them, in one call. NULL: the form has a time, and zones need arithmetic.
 */
static const char *places_of(enum date_form form)
{
	if (form == DATE_FORM_DDMMYYYY)
		return "dDmMyYzZ";
	if (form == DATE_FORM_102)
		return "yYzZmMdD";
	if (form == DATE_FORM_ISO_DATE)
		return "yYzZ-mMbdD"; /* b: the second dash, which has a place of its own */
	if (form == DATE_FORM_304)
		return "yYzZmMdDhHiIsS";
	if (form == DATE_FORM_ISO_TIME || form == DATE_FORM_VNSW)
		return "yYzZ-mMbdDThHciIesS";
	return NULL;
}

/* The new form in letters of the old. The day at +07 is the day as written, while it is not yet 17:00
 * UTC: enough to race with, and left out of what is compared. */
static const char *wanted_of(enum date_form form)
{
	if (form == DATE_FORM_DDMMYYYY)
		return "dDmMyYzZ";
	if (form == DATE_FORM_102 || form == DATE_FORM_102_AT_07)
		return "yYzZmMdD";
	if (form == DATE_FORM_ISO_DATE)
		return "yYzZ-mM-dD";
	return NULL;
}

/* A dash that the old form does not have stays as it is; the one it has is a dash again. */
static const char *date_text(struct xslt_plan *plan, const struct map_rule *rule,
			     const struct convert *convert, const char *from)
{
	const char *places = places_of(convert->from_form);
	const char *wanted = wanted_of(convert->to_form);

	if (wanted == NULL || places == NULL) {
		xslt_plan_leave_out(plan, rule, "a time and its zone in another form");
		return from;
	}
	if (convert->to_form == DATE_FORM_102_AT_07)
		xslt_plan_leave_out(plan, rule, "the day of a time in another zone");
	return arena_format(plan->arena, "translate('%s','%s',%s)", wanted, places, from);
}

/* Lines "from TAB to [TAB lossy]"; the first line with a code counts. */
static const char *pairs_of(struct xslt_plan *plan, const char *folder,
			    const struct convert *convert)
{
	char line[1024];
	const char *path =
		arena_format(plan->arena, "%s/lists/%s.tsv", folder, code_list_name(convert->list));
	FILE *file = fopen(path, "r");
	const char *pairs = "|";

	assert(file != NULL);
	while (fgets(line, sizeof(line), file) != NULL) {
		char *first = strtok(line, "\t\r\n"), *second = strtok(NULL, "\t\r\n");
		const char *known, *pair;

		if (first == NULL || second == NULL || strncmp(line, "# ", 2) == 0)
			continue;
		known = arena_format(plan->arena, "|%s=", convert->is_back ? second : first);
		pair = convert->is_back ? first : second;
		if (strpbrk(first, "|='") != NULL || strpbrk(second, "|='") != NULL)
			pairs = NULL;
		if (pairs != NULL && strstr(pairs, known) == NULL)
			pairs = arena_format(plan->arena, "%s%s%s|", pairs, known + 1, pair);
	}
	(void)fclose(file);
	return pairs;
}

/* One call instead of a choice among all codes. */
static const char *list_text(struct xslt_plan *plan, const char *folder,
			     const struct map_rule *rule, const struct convert *convert,
			     const char *from)
{
	const char *pairs = pairs_of(plan, folder, convert);

	if (pairs == NULL) {
		xslt_plan_leave_out(plan, rule, "codes with signs that part them");
		return from;
	}
	return arena_format(plan->arena,
			    "substring-before(substring-after('%s',concat('|',%s,'=')),'|')", pairs,
			    from);
}

#define LOWER_MARKED \
	"àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợ" \
	"ùúủũụưừứửữựỳýỷỹỵđäöüåøçñ"
#define UPPER_MARKED \
	"ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢ" \
	"ÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐÄÖÜÅØÇÑ"
#define LOWER "abcdefghijklmnopqrstuvwxyz" LOWER_MARKED
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ" UPPER_MARKED
#define MARKED LOWER_MARKED UPPER_MARKED "–—‘’"
#define PLAIN \
	"aaaaaaaaaaaaaaaaaeeeeeeeeeeeiiiiiooooooooooooooooouuuuuuuuuuuyyyyydaouaocn" \
	"AAAAAAAAAAAAAAAAAEEEEEEEEEEEIIIIIOOOOOOOOOOOOOOOOOUUUUUUUUUUUYYYYYDAOUAOCN--''"

static const char *convert_one(struct xslt_plan *plan, const char *folder,
			       const struct map_rule *rule, const struct convert *convert,
			       const char *from)
{
	if (convert->kind == CONVERT_DATE)
		return date_text(plan, rule, convert, from);
	if (convert->kind == CONVERT_LIST)
		return list_text(plan, folder, rule, convert, from);
	if (convert->kind == CONVERT_ASCII)
		return arena_format(plan->arena, "translate(%s,\"" MARKED "\",\"" PLAIN "\")",
				    from);
	if (convert->kind == CONVERT_UPPER)
		return arena_format(plan->arena, "translate(%s,'" LOWER "','" UPPER "')", from);
	if (convert->kind == CONVERT_DECIMAL || convert->kind == CONVERT_UNIT) {
		xslt_plan_carry_only(plan, rule, "exact decimals; XPath has binary ones");
		return from;
	}
	xslt_plan_leave_out(plan, rule, "a conversion that is not known here");
	return from;
}

const char *xslt_word_cut(struct xslt_plan *plan, const char *from, const struct shape *to)
{
	unsigned length = (unsigned)to->max_length;

	return arena_format(plan->arena, "substring(%s,1,%u - number(substring(%s,%u,1)=' '))",
			    from, length, from, length);
}

const char *xslt_word_converted(struct xslt_plan *plan, const char *folder,
				const struct map_rule *rule, const char *from,
				const struct shape *to)
{
	for (size_t i = 0; i < rule->convert_count; i++)
		from = convert_one(plan, folder, rule, &rule->converts[i], from);
	if (rule->may_cut && to->max_length > 0)
		from = xslt_word_cut(plan, from, to);
	return from;
}
