#include "sampan/config.h"

#include <string.h>

const struct config_partner *config_partner_of(const struct config *config, const char *country)
{
	for (size_t i = 0; i < config->partner_count; i++)
		if (strcmp(config->partners[i].country, country) == 0)
			return &config->partners[i];
	return NULL;
}

const char *config_partner_takes(const struct config_partner *partner, const char *kind)
{
	size_t len = strlen(kind);

	for (size_t i = 0; i < partner->take_count; i++)
		if (strncmp(partner->takes[i], kind, len) == 0 && partner->takes[i][len] == '/')
			return partner->takes[i];
	return NULL;
}

const struct config_party *config_party_of(const struct config *config, const char *id)
{
	for (size_t i = 0; i < config->party_count; i++)
		if (strcmp(config->parties[i].id, id) == 0)
			return &config->parties[i];
	return NULL;
}

const struct config_party *config_party_with(const struct config *config, const char *tax_code,
					     unsigned roles)
{
	for (size_t i = 0; tax_code[0] != '\0' && i < config->party_count; i++)
		if ((config->parties[i].roles & roles) != 0 &&
		    strcmp(config->parties[i].tax_code, tax_code) == 0)
			return &config->parties[i];
	return NULL;
}

const struct config_trader *config_trader_of(const struct config *config, const char *tax_code)
{
	for (size_t i = 0; tax_code[0] != '\0' && i < config->trader_count; i++)
		if (strcmp(config->traders[i].tax_code, tax_code) == 0)
			return &config->traders[i];
	return NULL;
}

bool config_must_be_signed(const struct config *config, const char *kind, bool by_kind)
{
	for (size_t i = 0; i < config->signatures.kind_count; i++)
		if (strcmp(config->signatures.kinds[i].kind, kind) == 0)
			return config->signatures.kinds[i].is == CONFIG_SIGNATURE_REQUIRED;
	return by_kind;
}

const struct config_office *config_office_of(const struct config *config, const char *code)
{
	for (size_t i = 0; i < config->office_count; i++)
		if (strcmp(config->offices[i].code, code) == 0)
			return &config->offices[i];
	return NULL;
}
