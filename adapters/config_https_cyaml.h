/*
 * config_https - the section `https` of node.yaml (docs/configuration.md), for config_cyaml.c alone.
 */
#ifndef ADAPTERS_CONFIG_HTTPS_CYAML_H
#define ADAPTERS_CONFIG_HTTPS_CYAML_H

#include "adapters/yaml_cyaml.h"
#include "sampan/config.h"

extern const cyaml_schema_field_t config_https_fields[];

/* Hold it to its forms and bounds, and put defaults in. ERR_CONFIG: file->message says it. */
enum err config_https_check(struct yaml_file *file, struct config_https *https);

/* Put it into the config, whose directory is known, with absolute paths in the arena. */
enum err config_https_take(struct config *config, const struct config_https *from,
			   struct arena *arena);

#endif
