#include "node/language.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#define THOUSAND 1000u

/* "q=0.8" as thousandths; 1000 where there is none; what is no weight counts as 0. */
static unsigned weight_of(const char *range, size_t len)
{
	const char *at = memchr(range, ';', len), *end = range + len;
	unsigned weight = 0, unit = THOUSAND;

	if (at == NULL)
		return THOUSAND;
	at++;
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	if (end - at < 3 || (*at != 'q' && *at != 'Q') || at[1] != '=')
		return 0;
	for (at += 2; at < end && unit > 0; at++) {
		if (*at == '.')
			continue;
		if (*at < '0' || *at > '9')
			break;
		weight += (unsigned)(*at - '0') * unit;
		unit /= 10;
	}
	return weight > THOUSAND ? THOUSAND : weight;
}

static bool is_language(const char *range, size_t len, const char *name)
{
	size_t name_len = strlen(name);

	return len >= name_len && strncasecmp(range, name, name_len) == 0 &&
	       (len == name_len || strchr("-; \t", range[name_len]) != NULL);
}

bool language_is_vietnamese(const char *accept)
{
	unsigned vietnamese = 0, english = 0;

	while (accept != NULL && *accept != '\0') {
		size_t len;

		accept += strspn(accept, ", \t");
		len = strcspn(accept, ",");
		if (is_language(accept, len, "vi") && weight_of(accept, len) > vietnamese)
			vietnamese = weight_of(accept, len);
		if (is_language(accept, len, "en") && weight_of(accept, len) > english)
			english = weight_of(accept, len);
		accept += len;
	}
	return vietnamese > english;
}
