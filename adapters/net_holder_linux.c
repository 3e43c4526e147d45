#include "sampan/net.h"

#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LISTENS 0x0au /* TCP_LISTEN, as proc(5) writes states */
#define PATH_ROOM 320u

/* A listening socket of the port, by /proc/net/tcp or tcp6 (proc(5)). */
static bool find_socket(const char *path, uint16_t port, uint64_t *ret_inode, unsigned *ret_user)
{
	FILE *file = fopen(path, "re");
	char line[512];
	bool is_found = false;

	while (!is_found && file != NULL && fgets(line, sizeof(line), file) != NULL) {
		unsigned local = 0, state = 0, user = 0;
		uint64_t inode = 0;

		is_found =
			sscanf(line,
			       " %*u: %*[0-9A-F]:%x %*[0-9A-F]:%*x %x %*s %*s %*s %u %*u %" SCNu64,
			       &local, &state, &user, &inode) == 4 &&
			local == port && state == LISTENS;
		if (is_found) {
			*ret_inode = inode;
			*ret_user = user;
		}
	}
	if (file != NULL)
		(void)fclose(file);
	return is_found;
}

/* Other users' processes cannot be looked into. */
static bool has_socket(const char *pid, uint64_t inode)
{
	char path[PATH_ROOM], wanted[64], target[64];
	struct dirent *entry;
	bool is_found = false;
	DIR *folder;

	(void)snprintf(wanted, sizeof(wanted), "socket:[%" PRIu64 "]", inode);
	(void)snprintf(path, sizeof(path), "/proc/%.20s/fd", pid);
	folder = opendir(path);
	while (!is_found && folder != NULL && (entry = readdir(folder)) != NULL) {
		ssize_t len;

		(void)snprintf(path, sizeof(path), "/proc/%.20s/fd/%.20s", pid, entry->d_name);
		len = readlink(path, target, sizeof(target) - 1);
		if (len > 0)
			target[len] = '\0';
		is_found = len > 0 && strcmp(target, wanted) == 0;
	}
	if (folder != NULL)
		(void)closedir(folder);
	return is_found;
}

static void name_process(const char *pid, char ret_holder[NET_HOLDER_BYTES])
{
	char path[PATH_ROOM], name[32] = "a process";
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%.20s/comm", pid);
	file = fopen(path, "re");
	if (file != NULL && fgets(name, sizeof(name), file) != NULL)
		name[strcspn(name, "\n")] = '\0';
	if (file != NULL)
		(void)fclose(file);
	(void)snprintf(ret_holder, NET_HOLDER_BYTES, "%s (pid %.20s)", name, pid);
}

static bool find_process(uint64_t inode, char ret_holder[NET_HOLDER_BYTES])
{
	DIR *folder = opendir("/proc");
	struct dirent *entry;
	bool is_found = false;

	while (!is_found && folder != NULL && (entry = readdir(folder)) != NULL) {
		is_found = isdigit((unsigned char)entry->d_name[0]) != 0 &&
			   has_socket(entry->d_name, inode);
		if (is_found)
			name_process(entry->d_name, ret_holder);
	}
	if (folder != NULL)
		(void)closedir(folder);
	return is_found;
}

void net_holder_find(uint16_t port, char ret_holder[NET_HOLDER_BYTES])
{
	uint64_t inode = 0;
	unsigned user = 0;

	if (!find_socket("/proc/net/tcp", port, &inode, &user) &&
	    !find_socket("/proc/net/tcp6", port, &inode, &user))
		(void)snprintf(ret_holder, NET_HOLDER_BYTES, "unknown");
	else if (!find_process(inode, ret_holder))
		(void)snprintf(ret_holder, NET_HOLDER_BYTES, "a process of user number %u", user);
}
