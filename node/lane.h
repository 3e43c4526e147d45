/*
 * lane - into which lane of risk management a declaration is put, and why: by the rules of
 * schemas/lanes.yaml, which are data.
 *
 * The lane is the fact "lane" of the declaration's message, why the fact "laneRule" (the id of a
 * rule) or, where an officer said it, "laneReason".
 */
#ifndef NODE_LANE_H
#define NODE_LANE_H

#include "node/message.h"

#define LANE_FACT "lane"
#define LANE_RULE "laneRule"
#define LANE_REASON "laneReason"

/* The rule that holds for a document of these facts today; NULL: none does, or there are no lanes. */
const struct config_lane_rule *lane_choose(const struct turn *turn, const struct facts *facts);

/* The rule of that id, the lane of that id; NULL: there is none. */
const struct config_lane_rule *lane_rule(const struct config *config, const char *id);
const struct config_lane *lane_of(const struct config *config, const char *id);

/* Does the second stand behind the first in order of strictness? What is no lane is before all. */
bool lane_is_stricter(const struct config *config, const char *lane, const char *other);

/* Put the declaration into the rule's lane; NULL changes nothing. */
enum err lane_put(struct message *message, const struct config_lane_rule *rule);

#endif
