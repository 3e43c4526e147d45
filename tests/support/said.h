/* said - what a test's own process writes to stderr meanwhile, kept aside so that the test can look for it. */
#ifndef TESTS_SUPPORT_SAID_H
#define TESTS_SUPPORT_SAID_H

#include <stdio.h>

struct said {
	FILE *file;
	int kept; /* stderr as it was */
};

void said_begin(struct said *said);

/* How often the text was said since. */
unsigned said_count(const struct said *said, const char *text);

/* stderr is as it was; what was said is gone. */
void said_end(struct said *said);

#endif
