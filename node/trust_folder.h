/*
 * trust_folder - the files that say whose signatures on documents are believed.
 *
 * In the node's folder they lie in trust/: *.pem and *.crt are certificates, *.crl revocation lists,
 * all PEM, several in one file as they come. They are read when a worker starts, before its sandbox
 * closes, so a SIGHUP takes up what changed. The lists count for client certificates at the door too.
 */
#ifndef NODE_TRUST_FOLDER_H
#define NODE_TRUST_FOLDER_H

#include "sampan/config.h"
#include "sampan/stamp.h"
#include "sampan/trust.h"

#define TRUST_FOLDER "trust" /* below the node's folder */

/*
 * Add all such files of a folder, in order of name. ERR_MISSING: no such folder. ERR_FORMAT,
 * ERR_LIMIT, ERR_IO: *ret_message (in the arena) names the file and says why; what was read before
 * it is added.
 */
enum err trust_folder_add(const char *folder, struct trust *trust, struct arena *arena,
			  const char **ret_message);

/* The same, for who gives time stamps. */
enum err trust_folder_add_stamps(const char *folder, struct stamp_trust *stamps,
				 struct arena *arena, const char **ret_message);

#define TRUST_FOLDER_LIST_BYTES ((size_t)64 * 1024 * 1024)

/*
 * The PEM files of a folder that hold revocation lists, one behind the other, in the arena: at most
 * TRUST_FOLDER_LIST_BYTES, and 32 MiB more while they are read. OK with nothing: there are none, or no
 * such folder. ERR_LIMIT, ERR_IO: *ret_message (in the arena) names the file.
 */
enum err trust_folder_lists(const char *folder, struct arena *arena, struct bytes *ret_pem,
			    const char **ret_message);

/*
 * Whom a node believes when a party lodges: its folder, which may be missing. Errors as above;
 * ERR_CONFIG: the field of the configuration is unknown.
 */
enum err trust_folder_open(const struct config *config, struct arena *arena,
			   struct trust **ret_trust, const char **ret_message);

/* Could it be opened? As trust_folder_open(). */
enum err trust_folder_check(const struct config *config, struct arena *arena,
			    const char **ret_message);

#endif
