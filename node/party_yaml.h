/*
 * party_yaml - node.yaml with one party more or less: the list `parties` in its text, every other
 * byte and comment as it was.
 *
 * It knows the block style that `sampan node init` and people write, not all of YAML: who calls it
 * loads what comes out and compares before it takes the place of the old file.
 */
#ifndef NODE_PARTY_YAML_H
#define NODE_PARTY_YAML_H

#include "sampan/buffer.h"
#include "sampan/config.h"

/*
 * Append the text with the party behind the others. ERR_USAGE: `parties` is written in a way this
 * does not know, or a text of the party holds a control character.
 */
enum err party_yaml_add(const char *text, const struct config_party *party, struct buffer *to);

/* Append the text without the party. ERR_MISSING: it is not found; ERR_USAGE as above. */
enum err party_yaml_remove(const char *text, const char *id, struct buffer *to);

/* The roles of a party as node.yaml names them, ended by NULL, and the bit of each in its place. */
extern const char *const party_yaml_roles[];
extern const unsigned party_yaml_role_bits[];

#endif
