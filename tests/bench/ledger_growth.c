#include "tests/bench/ledger_parts.h"

void ledger_growth_measure(const struct measure_options *options,
			   const struct ledger_growth_options *growth, const char *folder,
			   json_t *json)
{
	(void)options;
	(void)growth;
	(void)folder;
	(void)json;
}
