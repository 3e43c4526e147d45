/*
 * config_stamp - the section `stamps` of node.yaml (docs/configuration.md), for config_cyaml.c alone.
 */
#ifndef ADAPTERS_CONFIG_STAMP_CYAML_H
#define ADAPTERS_CONFIG_STAMP_CYAML_H

#include "adapters/yaml_cyaml.h"
#include "sampan/config.h"

extern const cyaml_schema_field_t config_stamp_fields[];

/* Hold it to its forms and bounds, and put defaults in. ERR_CONFIG: file->message says it. */
enum err config_stamp_check(struct yaml_file *file, struct config_stamps *stamps);

/* Put it into the config, whose directory is known, with absolute paths in the arena. */
enum err config_stamp_take(struct config *config, const struct config_stamps *from,
			   struct arena *arena);

#endif
