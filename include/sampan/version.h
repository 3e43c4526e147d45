/*
 * version - which Sampan this is (semantic versioning; CHANGELOG.md says what changed).
 */
#ifndef SAMPAN_VERSION_H
#define SAMPAN_VERSION_H

#define SAMPAN_VERSION "0.1.0"

#endif
