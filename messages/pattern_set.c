#include "messages/pattern_set.h"

#include <libxml/xmlregexp.h>
#include <stdlib.h>
#include <string.h>

static void add(struct pattern_class *class, struct pattern_range *ranges, size_t *count,
		struct pattern_range range)
{
	if (*count == PATTERN_SET_RANGES)
		class->is_full = true;
	else
		ranges[(*count)++] = range;
}

static void add_possible(struct pattern_class *class, uint32_t first, uint32_t last)
{
	add(class, class->possible, &class->possible_count, (struct pattern_range){first, last});
}

void pattern_class_add(struct pattern_class *class, uint32_t first, uint32_t last)
{
	add(class, class->sure, &class->sure_count, (struct pattern_range){first, last});
	add_possible(class, first, last);
}

static void add_space(struct pattern_class *class)
{
	pattern_class_add(class, '\t', '\n');
	pattern_class_add(class, '\r', '\r');
	pattern_class_add(class, ' ', ' ');
}

static void add_not_space(struct pattern_class *class)
{
	pattern_class_add(class, 1, '\t' - 1);
	pattern_class_add(class, '\n' + 1, '\r' - 1);
	pattern_class_add(class, '\r' + 1, ' ' - 1);
	pattern_class_add(class, ' ' + 1, PATTERN_LAST);
}

/* ASCII is asked of libxml2, so that both agree; beyond it may be either. */
static bool add_asked(struct pattern_class *class, const char *escape)
{
	xmlRegexp *regexp = xmlRegexpCompile((const xmlChar *)escape);

	if (regexp == NULL)
		return false;
	for (uint32_t c = 1; c < 128; c++) {
		const xmlChar text[] = {(xmlChar)c, 0};

		if (xmlRegexpExec(regexp, text) == 1)
			pattern_class_add(class, c, c);
	}
	xmlRegFreeRegexp(regexp);
	add_possible(class, 128, PATTERN_LAST);
	return true;
}

bool pattern_class_add_escape(struct pattern_class *class, struct bytes escape)
{
	char text[32];

	if (bytes_equal(escape, bytes_of_text("\\s"))) {
		add_space(class);
		return true;
	}
	if (bytes_equal(escape, bytes_of_text("\\S"))) {
		add_not_space(class);
		return true;
	}
	if (escape.len >= sizeof(text))
		return false;
	memcpy(text, escape.at, escape.len);
	text[escape.len] = '\0';
	return add_asked(class, text);
}

static int compare(const void *a, const void *b)
{
	const struct pattern_range *first = a, *second = b;

	return first->first < second->first ? -1 : first->first > second->first;
}

/* In order; what overlaps or touches becomes one. */
static size_t tidy(struct pattern_range *ranges, size_t count)
{
	size_t kept = 0;

	qsort(ranges, count, sizeof(*ranges), compare);
	for (size_t i = 0; i < count; i++) {
		struct pattern_range *last = kept == 0 ? NULL : &ranges[kept - 1];

		if (last == NULL || ranges[i].first > last->last + 1)
			ranges[kept++] = ranges[i];
		else if (ranges[i].last > last->last)
			last->last = ranges[i].last;
	}
	return kept;
}

static size_t others(const struct pattern_range *ranges, size_t count, struct pattern_range *ret)
{
	uint32_t next = 1;
	size_t made = 0;

	for (size_t i = 0; i < count; i++) {
		if (ranges[i].first > next)
			ret[made++] = (struct pattern_range){next, ranges[i].first - 1};
		next = ranges[i].last + 1;
	}
	if (next <= PATTERN_LAST)
		ret[made++] = (struct pattern_range){next, PATTERN_LAST};
	return made;
}

/* Surely in the negation is only what cannot be in the class. */
void pattern_class_negate(struct pattern_class *class)
{
	struct pattern_class negation = {.is_full = class->is_full};

	class->sure_count = tidy(class->sure, class->sure_count);
	class->possible_count = tidy(class->possible, class->possible_count);
	if (class->sure_count == PATTERN_SET_RANGES ||
	    class->possible_count == PATTERN_SET_RANGES) {
		class->is_full = true;
		return;
	}
	negation.sure_count = others(class->possible, class->possible_count, negation.sure);
	negation.possible_count = others(class->sure, class->sure_count, negation.possible);
	*class = negation;
}

struct pattern_set pattern_class_set(struct pattern_class *class, struct arena *arena)
{
	struct pattern_set set;

	set.count = tidy(class->sure, class->sure_count);
	set.ranges = arena_alloc_array(arena, set.count + 1, sizeof(*set.ranges));
	if (set.ranges != NULL)
		memcpy(set.ranges, class->sure, set.count * sizeof(*set.ranges));
	return set;
}
