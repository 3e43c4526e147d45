/*
 * process - what a process can do for its own safety and for its family (adapters/process_linux.c).
 */
#ifndef SAMPAN_PROCESS_H
#define SAMPAN_PROCESS_H

#include <stdbool.h>

#include "sampan/err.h"

/*
 * No core dumps, not readable by other processes of the user (no ptrace, no /proc/PID/mem), files
 * are only the owner's; as many open files as the system grants.
 */
void process_harden(void);

/* The name that ps and top show, at most 15 bytes of it. */
void process_name(const char *name);

/* Be killed when the parent dies. false: the parent, which must be `parent`, is gone already. */
bool process_die_with(long parent);

/*
 * Keep up to so many freed bytes for what is allocated next, instead of giving them back to the
 * system: who makes and frees the same memory for each document would pay for its pages each time.
 */
void process_keep_memory(int max_bytes);

/*
 * Hold a lock file for as long as the process lives; it holds the process's number as text.
 * ERR_EXISTS: another process holds it, *ret_holder is its number (0: unknown). ERR_IO.
 */
enum err process_lock(const char *path, int *ret_fd, long *ret_holder);

#endif
