#include "adapters/config_office_cyaml.h"

#include <string.h>

#define SEAL "seal/"
#define MAX_OFFICES 64u
#define MAX_CODE 17u  /* AuthorityCode */
#define MAX_NUMBER 4u /* in a certificate's number, which has 35 characters */
#define MAX_PLACE 70u /* characters are at least bytes */

static const cyaml_schema_field_t fields[] = {
	YAML_TEXT("code", YAML_MUST, struct config_office, code),
	YAML_TEXT("party", YAML_MUST, struct config_office, party),
	YAML_TEXT("number", YAML_MUST, struct config_office, number),
	YAML_TEXT("name", YAML_MAY, struct config_office, name),
	YAML_TEXT("place", YAML_MUST, struct config_office, place),
	YAML_TEXT("key", YAML_MAY, struct config_office, key),
	YAML_TEXT("certificate", YAML_MAY, struct config_office, certificate),
	CYAML_FIELD_END,
};
const cyaml_schema_value_t config_an_office = YAML_MAPPING(struct config_office, fields);

static const struct yaml_rule rules[] = {
	YAML_RULE("code", struct config_office, code, form_is_id, false),
	YAML_RULE("party", struct config_office, party, form_is_id, false),
	YAML_RULE("number", struct config_office, number, form_is_id, false),
	YAML_RULE("name", struct config_office, name, form_is_line, true),
	YAML_RULE("place", struct config_office, place, form_is_line, false),
	YAML_RULE("key", struct config_office, key, form_is_line, true),
	YAML_RULE("certificate", struct config_office, certificate, form_is_line, true),
};

/* The seal reads below seal/ only. */
static bool is_below_seal(const char *path)
{
	return *path == '\0' || (strncmp(path, SEAL, sizeof(SEAL) - 1) == 0 &&
				 path[sizeof(SEAL) - 1] != '\0' && strstr(path, "..") == NULL);
}

static bool is_authority(const struct config_party *parties, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(parties[i].id, id) == 0)
			return (parties[i].roles & PARTY_ISSUING_AUTHORITY) != 0 &&
			       *parties[i].tax_code != '\0';
	return false;
}

static enum err check_one(struct yaml_file *file, const struct config_office *office)
{
	if (strlen(office->code) > MAX_CODE)
		return yaml_complain(file, "code", office->code, "at most 17 characters");
	if (strlen(office->number) > MAX_NUMBER)
		return yaml_complain(file, "number", office->number, "at most 4 characters");
	if (strlen(office->place) > MAX_PLACE)
		return yaml_complain(file, "place", office->place, "at most 70 bytes");
	if (!is_below_seal(office->key))
		return yaml_complain(file, "key", office->key, "a file below seal/");
	if (!is_below_seal(office->certificate))
		return yaml_complain(file, "certificate", office->certificate,
				     "a file below seal/");
	return OK;
}

/* Two offices with one number would give the same numbers. */
static enum err check_others(struct yaml_file *file, const struct config_office *offices,
			     size_t place)
{
	for (size_t i = 0; i < place; i++) {
		if (strcmp(offices[i].code, offices[place].code) == 0)
			return yaml_complain(file, "code", offices[place].code,
					     "each office once in the list of issuing_offices");
		if (strcmp(offices[i].number, offices[place].number) == 0)
			return yaml_complain(file, "number", offices[place].number,
					     "a number that no other office has");
	}
	return OK;
}

enum err config_office_check(struct yaml_file *file, const struct config_offices *offices,
			     const struct config_party *parties, size_t party_count)
{
	enum err err = OK;

	if (offices->count > MAX_OFFICES)
		return yaml_complain(file, "issuing_offices", "", "at most 64 offices");
	for (size_t i = 0; err == OK && i < offices->count; i++) {
		err = yaml_obey(file, rules, CYAML_ARRAY_LEN(rules), &offices->items[i]);
		if (err == OK)
			err = check_one(file, &offices->items[i]);
		if (err == OK && !is_authority(parties, party_count, offices->items[i].party))
			err = yaml_complain(
				file, "party", offices->items[i].party,
				"the id of a party with role issuing-authority and a tax_code");
		if (err == OK)
			err = check_others(file, offices->items, i);
	}
	return err;
}

static enum err place(const struct config *config, const struct config_office *office,
		      const char *ending, struct arena *arena, const char **path)
{
	*path = **path == '\0' ? arena_format(arena, "%s/" SEAL "office-%s.%s", config->directory,
					      office->code, ending)
			       : arena_format(arena, "%s/%s", config->directory, *path);
	return *path == NULL ? ERR_MEMORY : OK;
}

enum err config_office_take(struct config *config, const struct config_offices *offices,
			    struct arena *arena)
{
	enum err err = OK;

	config->offices = offices->items;
	config->office_count = offices->count;
	for (size_t i = 0; err == OK && i < offices->count; i++) {
		struct config_office *office = &offices->items[i];
		const struct config_party *party = config_party_of(config, office->party);

		if (*office->name == '\0' && party != NULL)
			office->name = party->name;
		if ((err = place(config, office, "key", arena, &office->key)) == OK)
			err = place(config, office, "crt", arena, &office->certificate);
	}
	return err;
}
