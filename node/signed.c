#include "node/signed.h"

#include <string.h>

#include "node/objection.h"

#define PREFIX "signature."

static bool is_signed(const struct facts *facts)
{
	return strcmp(facts_get_or_empty(facts, PREFIX "verdict"), "valid") == 0;
}

static bool is_one_of(const char *signer, const char *first, const char *second)
{
	return *signer != '\0' && (strcmp(signer, first) == 0 || strcmp(signer, second) == 0);
}

static enum err object(const struct facts *facts, const char *first, const char *second,
		       struct findings *findings)
{
	const char *signer = facts_get_or_empty(facts, PREFIX "signer");

	if (!is_signed(facts) || is_one_of(signer, first, second))
		return OK;
	return objection_put(findings, OBJECTION_SIGNATURE_NOT_YOURS,
			     *signer != '\0' ? signer
					     : facts_get_or_empty(facts, PREFIX "subject"));
}

enum err signed_object(const struct facts *facts, const char *tax_code, const char *from,
		       struct findings *findings)
{
	return object(facts, tax_code, from, findings);
}

enum err signed_object_to_partner(const struct facts *facts, const char *partner,
				  struct findings *findings)
{
	return object(facts, partner, partner, findings);
}

const char **signed_attributes(const struct facts *facts, const char *const *attributes,
			       struct arena *arena)
{
	const char **all;
	size_t count = 0;

	while (attributes[count] != NULL)
		count++;
	all = arena_alloc_array(arena, count + 2 * facts->count + 1, sizeof(*all));
	if (all == NULL)
		return NULL;
	memcpy(all, attributes, count * sizeof(*all));
	for (size_t i = 0; i < facts->count; i++)
		if (strncmp(facts->items[i].name, PREFIX, strlen(PREFIX)) == 0) {
			all[count++] = facts->items[i].name;
			all[count++] = facts->items[i].value;
		}
	return all;
}
