#include "tests/support/roundtrip.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/changes.h"

/* An element that was, and where it came back. */
struct pair {
	char *was;
	char *is;
	char *by; /* through which element in between, without indices; NULL: not known */
};

struct checking {
	const struct roundtrip *roundtrip;
	struct report_rows forth;
	struct report_rows back;
	const struct read_row **middle; /* forth's rows by target */
	size_t middle_count;
	struct pair *pairs;
	size_t pair_count, pair_room;
	size_t faults;
	char *first;
};

static void fault(struct checking *checking, const char *what, const struct read_row *forth,
		  const struct read_row *back)
{
	if (checking->faults++ == 0)
		snprintf(checking->first, ROUNDTRIP_FAULT_BYTES,
			 "%s: %s \"%.150s\" (%s) to %s, %s to %s \"%.150s\" (%s)", what,
			 forth == NULL || forth->source == NULL ? "-" : forth->source,
			 forth == NULL || forth->from == NULL ? "" : forth->from,
			 forth == NULL ? "" : forth->word,
			 forth == NULL || forth->target == NULL ? "-" : forth->target,
			 back == NULL || back->source == NULL ? "-" : back->source,
			 back == NULL || back->target == NULL ? "-" : back->target,
			 back == NULL || back->to == NULL ? "" : back->to,
			 back == NULL ? "" : back->word);
}

/* ---- Values ---- */

static bool is_reason(const struct read_row *forth, const struct read_row *back, const char *reason)
{
	return strcmp(forth->word, reason) == 0 || strcmp(back->word, reason) == 0;
}

static struct bytes trimmed(const char *text)
{
	size_t len;

	text += strspn(text, " \t\r\n");
	len = strlen(text);
	while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
		len--;
	return bytes_of(text, len);
}

static bool is_same_value(const struct read_row *forth, const struct read_row *back)
{
	/* A quantity comes back in the unit it went over in, which its own row says. */
	static const char *const losses[] = {
		"unit", "cut", "ascii", "upper-case", "code-list-lossy", "date-form-lossy"};

	for (size_t i = 0; i < sizeof(losses) / sizeof(losses[0]); i++) {
		if (is_reason(forth, back, losses[i]))
			return true;
	}
	if (forth->kind == READ_FIELD && back->kind == READ_FIELD)
		return strcmp(forth->from, back->to) == 0;
	if (is_reason(forth, back, "decimal-form"))
		return changes_is_same_number(forth->from, back->to);
	if (is_reason(forth, back, "date-form") && changes_is_same_moment(forth->from, back->to))
		return true;
	return bytes_equal(trimmed(forth->from), trimmed(back->to));
}

/* ---- Paths ---- */

/* Without indices. */
static void strip(const char *path, char *to, size_t size)
{
	size_t len = 0;

	for (; *path != '\0' && len + 1 < size; path++) {
		if (*path == '[')
			path += strcspn(path, "]");
		else
			to[len++] = *path;
	}
	to[len] = '\0';
}

static bool is_shared(const struct checking *checking, const char *first, const char *second)
{
	const struct roundtrip *roundtrip = checking->roundtrip;

	for (size_t i = 0; i + 1 < roundtrip->shared_count; i += 2) {
		const char *const *pair = &roundtrip->shared[i];

		if ((strcmp(pair[0], first) == 0 && strcmp(pair[1], second) == 0) ||
		    (strcmp(pair[1], first) == 0 && strcmp(pair[0], second) == 0))
			return true;
	}
	return false;
}

static void put_pair(struct checking *checking, struct bytes was, struct bytes is, const char *by)
{
	if (checking->pair_count == checking->pair_room) {
		checking->pair_room = checking->pair_room == 0 ? 512 : 2 * checking->pair_room;
		checking->pairs =
			realloc(checking->pairs, checking->pair_room * sizeof(struct pair));
		if (checking->pairs == NULL)
			abort();
	}
	checking->pairs[checking->pair_count++] =
		(struct pair){.was = strndup((const char *)was.at, was.len),
			      .is = strndup((const char *)is.at, is.len),
			      .by = by == NULL ? NULL : strdup(by)};
}

static struct bytes above(const char *path)
{
	return bytes_of(path, (size_t)(strrchr(path, '/') - path));
}

/* All elements above the two places, unless the last places had the same. */
static void put_pairs(struct checking *checking, const char *was, const char *is,
		      const char *middle)
{
	const struct pair *last =
		checking->pair_count == 0 ? NULL : &checking->pairs[checking->pair_count - 1];
	const char *first = was, *second = is;
	char by[4096];

	if (last != NULL && bytes_equal(bytes_of_text(last->was), above(was)) &&
	    bytes_equal(bytes_of_text(last->is), above(is)))
		return;
	while ((first = strchr(first + 1, '/')) != NULL &&
	       (second = strchr(second + 1, '/')) != NULL && strchr(first + 1, '/') != NULL)
		put_pair(checking, bytes_of(was, (size_t)(first - was)),
			 bytes_of(is, (size_t)(second - is)), NULL);
	strip(middle, by, sizeof(by));
	by[above(by).len] = '\0';
	put_pair(checking, above(was), above(is), by);
}

/* Paths compared step by step, indices as numbers. */
static int compare_paths(const char *first, const char *second)
{
	for (; *first != '\0' && *second != '\0'; first++, second++) {
		if (isdigit((unsigned char)*first) && isdigit((unsigned char)*second)) {
			char *first_end, *second_end;
			long one = strtol(first, &first_end, 10);
			long other = strtol(second, &second_end, 10);

			if (one != other)
				return one < other ? -1 : 1;
			first = first_end;
			second = second_end;
		}
		if (*first != *second)
			return *first < *second ? -1 : 1;
		if (*first == '\0')
			return 0;
	}
	return (*first != '\0') - (*second != '\0');
}

static int compare_pairs(const void *a, const void *b)
{
	const struct pair *first = a, *second = b;
	int order = compare_paths(first->was, second->was);

	return order != 0 ? order : compare_paths(first->is, second->is);
}

static int compare_pairs_by_is(const void *a, const void *b)
{
	const struct pair *first = a, *second = b;
	int order = compare_paths(first->is, second->is);

	return order != 0 ? order : compare_paths(first->was, second->was);
}

/* Are these two places of one parent, with one name? */
static bool are_likes(const char *first, const char *second)
{
	const char *one = strrchr(first, '['), *other = strrchr(second, '[');

	return one != NULL && other != NULL && strchr(one, '/') == NULL &&
	       strchr(other, '/') == NULL && one - first == other - second &&
	       memcmp(first, second, (size_t)(one - first)) == 0;
}

/* What went through different elements comes back kind by kind: docs/maps.md says so. */
static bool went_alike(const struct pair *first, const struct pair *second)
{
	return first->by != NULL && second->by != NULL && strcmp(first->by, second->by) == 0;
}

static void check_pairs(struct checking *checking)
{
	struct pair *pairs = checking->pairs;
	struct read_row was = {0}, is = {0};
	const char *what = NULL;

	if (checking->pair_count == 0)
		return;
	qsort(pairs, checking->pair_count, sizeof(*pairs), compare_pairs);
	for (size_t i = 1; i < checking->pair_count && what == NULL; i++) {
		bool is_one = strcmp(pairs[i - 1].was, pairs[i].was) == 0;

		if (is_one && strcmp(pairs[i - 1].is, pairs[i].is) != 0)
			what = "one element came back as two";
		else if (!is_one && are_likes(pairs[i - 1].was, pairs[i].was) &&
			 are_likes(pairs[i - 1].is, pairs[i].is) &&
			 went_alike(&pairs[i - 1], &pairs[i]) &&
			 compare_paths(pairs[i - 1].is, pairs[i].is) > 0)
			what = "elements came back in another order";
		was.source = pairs[i].was;
		is.target = pairs[i].is;
	}
	qsort(pairs, checking->pair_count, sizeof(*pairs), compare_pairs_by_is);
	for (size_t i = 1; i < checking->pair_count && what == NULL; i++) {
		if (strcmp(pairs[i - 1].is, pairs[i].is) == 0 &&
		    strcmp(pairs[i - 1].was, pairs[i].was) != 0)
			what = "two elements came back as one";
		was.source = pairs[i].was;
		is.target = pairs[i].is;
	}
	if (what != NULL)
		fault(checking, what, &was, &is);
}

/* ---- Rows ---- */

static int compare_targets(const void *a, const void *b)
{
	const struct read_row *const *first = a, *const *second = b;

	return strcmp((*first)->target, (*second)->target);
}

static int compare_to_path(const void *path, const void *b)
{
	const struct read_row *const *row = b;

	return strcmp(path, (*row)->target);
}

static void sort_middle(struct checking *checking)
{
	checking->middle = calloc(checking->forth.count + 1, sizeof(struct read_row *));
	if (checking->middle == NULL)
		abort();
	for (size_t i = 0; i < checking->forth.count; i++) {
		if (checking->forth.items[i].target != NULL)
			checking->middle[checking->middle_count++] = &checking->forth.items[i];
	}
	qsort(checking->middle, checking->middle_count, sizeof(struct read_row *), compare_targets);
}

static void check_dropped(struct checking *checking, const struct read_row *forth,
			  const struct read_row *back)
{
	if (forth->kind != READ_SUPPLIED && strcmp(back->word, "no-counterpart") == 0)
		fault(checking, "went forth and has no way back", forth, back);
}

static void check_row(struct checking *checking, const struct read_row *back)
{
	const struct read_row *const *found =
		bsearch(back->source, checking->middle, checking->middle_count,
			sizeof(struct read_row *), compare_to_path);
	char was[4096], is[4096];

	if (found == NULL) {
		fault(checking, "came from nowhere", NULL, back);
		return;
	}
	if (back->kind == READ_DROPPED) {
		check_dropped(checking, *found, back);
		return;
	}
	/* A pointer's many values are one in between: totality_check_return() holds them to it. */
	if ((*found)->kind == READ_SUPPLIED || is_reason(*found, back, "pointer"))
		return;
	strip((*found)->source, was, sizeof(was));
	strip(back->target, is, sizeof(is));
	if (strcmp(was, is) == 0)
		put_pairs(checking, (*found)->source, back->target, back->source);
	else if (!is_shared(checking, was, is))
		fault(checking, "came back elsewhere", *found, back);
	else if (is_reason(*found, back, "code-list"))
		return; /* one place says it in this list's words, the other in that one's */
	if (!is_same_value(*found, back))
		fault(checking, "came back as another value", *found, back);
}

size_t roundtrip_check(const struct roundtrip *roundtrip, char ret_fault[ROUNDTRIP_FAULT_BYTES])
{
	struct checking checking = {.roundtrip = roundtrip, .first = ret_fault};
	const char *why = "";

	ret_fault[0] = '\0';
	if (!report_rows_read(roundtrip->forth, &checking.forth, &why) ||
	    !report_rows_read(roundtrip->back, &checking.back, &why)) {
		snprintf(ret_fault, ROUNDTRIP_FAULT_BYTES, "%s", why);
		checking.faults++;
		goto out;
	}
	sort_middle(&checking);
	for (size_t i = 0; i < checking.back.count; i++) {
		if (checking.back.items[i].source != NULL)
			check_row(&checking, &checking.back.items[i]);
	}
	check_pairs(&checking);
out:
	for (size_t i = 0; i < checking.pair_count; i++) {
		free(checking.pairs[i].was);
		free(checking.pairs[i].is);
		free(checking.pairs[i].by);
	}
	free(checking.pairs);
	free(checking.middle);
	report_rows_clear(&checking.forth);
	report_rows_clear(&checking.back);
	return checking.faults;
}
