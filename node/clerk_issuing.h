/*
 * clerk_issuing - what an issuing office is told beside an application or a certificate of its own: the number
 * that it would give next, the exporter's declaration of the same goods, and whether these are certified
 * already.
 */
#ifndef NODE_CLERK_ISSUING_H
#define NODE_CLERK_ISSUING_H

#include <jansson.h>

#include "node/reading.h"

/*
 * {"office": {"code","name","place","isSealed"}, "officer", "number", "declaration": {"id","number","state"},
 * "certified": {"id","number","state"}} as a new object; "number" is empty and "isSealed" false where the seal holds no key of the
 * office; declaration and certified have empty texts where there is none. NULL with OK: the message is none that the
 * caller's party decides on as an issuing authority. What cannot be read is an error: who decides must not take it for none.
 */
enum err clerk_issuing_new(const struct turn *turn, const struct caller *caller,
			   const struct message *message, json_t **ret_issuing);

/*
 * May the caller see this export declaration because an application that they may see names it, by its number and
 * the exporter's tax code (flows.md, Proof of origin)? For reading it and its document only.
 */
bool clerk_issuing_opens(const struct reading *reading, enum access_action action,
			 const struct message *message);

#endif
