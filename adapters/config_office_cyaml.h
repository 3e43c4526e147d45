/*
 * config_office_cyaml - the key "issuing_offices" of node.yaml, for config_cyaml.c.
 */
#ifndef ADAPTERS_CONFIG_OFFICE_CYAML_H
#define ADAPTERS_CONFIG_OFFICE_CYAML_H

#include "adapters/yaml_cyaml.h"
#include "sampan/config.h"

extern const cyaml_schema_value_t config_an_office;

struct config_offices {
	struct config_office *items;
	size_t count;
};

/* Hold each to its forms, and to the parties of the file. As yaml_obey(). */
enum err config_office_check(struct yaml_file *file, const struct config_offices *offices,
			     const struct config_party *parties, size_t party_count);

/* Take them over: paths become absolute, what was not given is set. ERR_MEMORY. */
enum err config_office_take(struct config *config, const struct config_offices *offices,
			    struct arena *arena);

#endif
