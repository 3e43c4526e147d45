/*
 * map - the rules that turn one kind into another, as data (docs/maps.md), compiled for one
 * direction.
 *
 * A map file gives one map, or two when it has inverse="yes". Every path is checked against the
 * shapes of both kinds when the map is loaded.
 */
#ifndef MESSAGES_MAP_H
#define MESSAGES_MAP_H

#include "messages/code_list.h"
#include "messages/schema.h"

/*
 * Read a map's document, which is valid against map.xsd; kinds are found in the set, lists by
 * schema_set_list(). `file` is its name for findings. *ret_back is NULL when there is no inverse.
 * All memory is of the arena. ERR_CONFIG: findings say file, line, path; nothing is returned.
 */
enum err map_read(const struct schema_set *set, const char *file, const struct document *document,
		  struct arena *arena, struct findings *findings, const struct map **ret_forth,
		  const struct map **ret_back);

const struct schema *map_from(const struct map *map);
const struct schema *map_to(const struct map *map);

#endif
