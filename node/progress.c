#include "node/progress.h"

#include <stdio.h>
#include <unistd.h>

#define WIDTH 40

struct progress progress_begin(const char *what, bool is_wanted)
{
	return (struct progress){.what = what, .is_shown = is_wanted && isatty(STDERR_FILENO) == 1};
}

void progress_draw(const struct progress *progress, uint64_t done, uint64_t all)
{
	int filled = all == 0 ? WIDTH : (int)((double)done / (double)all * WIDTH);

	if (progress->is_shown)
		fprintf(stderr, "\r[%.*s%*s] %llu of %llu %s", filled,
			"########################################", WIDTH - filled, "",
			(unsigned long long)done, (unsigned long long)all, progress->what);
}

void progress_hide(const struct progress *progress)
{
	if (progress->is_shown)
		fputs("\r\033[K", stderr);
}

void progress_end(const struct progress *progress)
{
	if (progress->is_shown)
		fputc('\n', stderr);
}
