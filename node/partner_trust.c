#include "node/partner_trust.h"

#include <stdlib.h>
#include <string.h>

#include "node/calendar.h"
#include "sampan/hash.h"

struct partner_trust {
	const struct config *config;
	char day[CALENDAR_DATE_BYTES]; /* that the sets were made for */
	struct trust **sets;           /* one for each partner; NULL: not made yet */
};

enum err partner_trust_new(const struct config *config, struct partner_trust **ret_trust)
{
	struct partner_trust *trust = calloc(1, sizeof(*trust));

	if (trust == NULL)
		return ERR_MEMORY;
	trust->config = config;
	trust->sets = calloc(config->partner_count + 1, sizeof(struct trust *));
	if (trust->sets == NULL) {
		free(trust);
		return ERR_MEMORY;
	}
	*ret_trust = trust;
	return OK;
}

static void forget(struct partner_trust *trust)
{
	for (size_t i = 0; i < trust->config->partner_count; i++) {
		trust_free(trust->sets[i]);
		trust->sets[i] = NULL;
	}
}

void partner_trust_free(struct partner_trust *trust)
{
	if (trust == NULL)
		return;
	forget(trust);
	free(trust->sets);
	free(trust);
}

/* A certificate whose last day is over is a stranger's. */
static enum err make(const struct config_partner *partner, const char *day,
		     struct trust **ret_trust)
{
	char name[] = "partner:XX";
	struct trust *trust = NULL;
	enum err err = trust_new("UID", "", &trust);

	memcpy(name + 8, partner->country, 2);
	for (size_t i = 0; err == OK && i < partner->sign_count; i++) {
		const struct config_signer *signer = &partner->signs[i];
		struct hash hash;

		if (calendar_is_within(day, "", signer->until) &&
		    hash_parse_hex(signer->certificate, &hash))
			err = trust_pin(trust, &hash, name);
	}
	if (err == OK)
		*ret_trust = trust;
	else
		trust_free(trust);
	return err;
}

enum err partner_trust_of(struct partner_trust *trust, const char *sender, uint64_t now_ms,
			  struct trust **ret_trust)
{
	const struct config_partner *partner =
		strncmp(sender, "partner:", 8) == 0 ? config_partner_of(trust->config, sender + 8)
						    : NULL;
	char day[CALENDAR_DATE_BYTES];
	struct trust **set;
	enum err err = OK;

	if (partner == NULL || partner->sign_count == 0)
		return ERR_MISSING;
	calendar_format_date(now_ms, day);
	if (strcmp(day, trust->day) != 0)
		forget(trust);
	memcpy(trust->day, day, sizeof(day));
	set = &trust->sets[partner - trust->config->partners];
	if (*set == NULL)
		err = make(partner, day, set);
	if (err == OK)
		*ret_trust = *set;
	return err;
}
