/*
 * config_signature_cyaml - the key "signatures" of node.yaml, for config_cyaml.c.
 */
#ifndef ADAPTERS_CONFIG_SIGNATURE_CYAML_H
#define ADAPTERS_CONFIG_SIGNATURE_CYAML_H

#include "adapters/yaml_cyaml.h"
#include "sampan/config.h"

extern const cyaml_schema_field_t config_signature_fields[];

/* Hold it to its forms, and set what was not given. As yaml_obey(). */
enum err config_signature_check(struct yaml_file *file, struct config_signatures *signatures);

#endif
