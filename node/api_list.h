/*
 * api_list - the calls that list: messages, and for those whom it concerns partners, what waits for
 * whom, and schemas; and live events.
 */
#ifndef NODE_API_LIST_H
#define NODE_API_LIST_H

#include "node/api.h"

/* api_list_applications: as api_list_messages, of applications for certificates where no schema is said.
 * api_list_work: messages that wait for an officer, with "lanes" and "lanesWhole" (clerk_list.h). */
api_handler api_list_messages, api_list_work, api_list_applications, api_list_partners, api_list_queue, api_list_schemas,
	api_list_events;

#endif
