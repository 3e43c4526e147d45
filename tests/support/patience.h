/* patience - how long a test waits for what must come: only a broken program needs so long. */
#ifndef TESTS_SUPPORT_PATIENCE_H
#define TESTS_SUPPORT_PATIENCE_H

#define PATIENCE_MS 120000u

#endif
