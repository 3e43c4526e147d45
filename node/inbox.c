#include "node/inbox.h"

#include <stdio.h>

#include "sampan/folder.h"

enum err inbox_write(const struct config *config, const char *party, const struct ledger_work *work)
{
	struct folder *folder;
	char path[4096], name[LIMIT_NAME_BYTES];
	enum err err;

	(void)snprintf(path, sizeof(path), "%s/parties/%s/inbox", config->directory, party);
	(void)snprintf(name, sizeof(name), "%.64s.%llu.%.64s.xml", work->message,
		       (unsigned long long)work->number, work->as);
	if ((err = folder_open(path, false, &folder)) != OK)
		return err;
	err = folder_write(folder, name, work->document);
	folder_close(folder);
	return err;
}
