/*
 * version_2 - a schema set in which the ACDD has a second version, made from the shipped files by
 * data only: it also names the customs office, which version 1 leaves at home.
 */
#ifndef TESTS_SUPPORT_VERSION_2_H
#define TESTS_SUPPORT_VERSION_2_H

/* Make it in an existing empty folder. Ends the process when that fails. */
void version_2_make(const char *folder);

#endif
