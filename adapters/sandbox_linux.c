#include "sampan/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- Landlock (the kernel's Documentation/userspace-api/landlock.rst) ---- */

/* Rights that older headers do not name. */
#define FS_REFER (1ull << 13)    /* ABI 2 */
#define FS_TRUNCATE (1ull << 14) /* ABI 3 */
#define FS_ABI_1 ((1ull << 13) - 1)

#define FS_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define FS_WRITE \
	(FS_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE | \
	 LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_DIR | \
	 LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | FS_REFER | FS_TRUNCATE)
#define FS_OF_A_FILE (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE)

/* As the kernel has it since ABI 4; older headers end before the second word. */
struct ruleset {
	uint64_t handled_access_fs;
	uint64_t handled_access_net;
};

#define NET_BIND_AND_CONNECT_TCP 3ull

static long abi_of_kernel(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

static uint64_t handled_rights(long abi)
{
	return abi < 1 ? 0 : FS_ABI_1 | (abi >= 2 ? FS_REFER : 0) | (abi >= 3 ? FS_TRUNCATE : 0);
}

static enum err allow_path(int ruleset, const char *path, uint64_t rights)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = rights};
	struct stat status;
	enum err err = OK;
	int fd = open(path, O_PATH | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? OK : ERR_IO;
	rule.parent_fd = fd;
	if (fstat(fd, &status) == 0 && !S_ISDIR(status.st_mode))
		rule.allowed_access &= FS_OF_A_FILE;
	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
		err = ERR_IO;
	close(fd);
	return err;
}

static enum err allow_paths(int ruleset, const char *const *paths, uint64_t rights)
{
	enum err err = OK;

	for (; *paths != NULL && err == OK; paths++)
		err = allow_path(ruleset, *paths, rights);
	return err;
}

enum err sandbox_limit_paths(const struct sandbox_paths *paths)
{
	const long abi = abi_of_kernel();
	struct ruleset attributes = {.handled_access_fs = handled_rights(abi)};
	size_t size = abi >= 4 ? sizeof(attributes) : sizeof(attributes.handled_access_fs);
	enum err err;
	int ruleset;

	if (attributes.handled_access_fs == 0)
		return ERR_UNAVAILABLE;
	if (paths->no_tcp && abi >= 4)
		attributes.handled_access_net = NET_BIND_AND_CONNECT_TCP;
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes, size, 0);
	if (ruleset < 0)
		return ERR_UNAVAILABLE;
	err = allow_paths(ruleset, paths->list, LANDLOCK_ACCESS_FS_READ_DIR);
	if (err == OK)
		err = allow_paths(ruleset, paths->read, FS_READ);
	if (err == OK)
		err = allow_paths(ruleset, paths->write, FS_WRITE & attributes.handled_access_fs);
	if (err == OK && (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
			  syscall(SYS_landlock_restrict_self, ruleset, 0) != 0))
		err = ERR_IO;
	close(ruleset);
	return err;
}

/* ---- seccomp ---- */

/* Names, so that a call which this libseccomp does not know yet is passed over. */
/* clang-format off */
static const char *const never[] = {
	"execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev",
	"kcmp", "pidfd_open", "pidfd_getfd", "pidfd_send_signal", "tkill", "rt_sigqueueinfo",
	"rt_tgsigqueueinfo", "mount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree",
	"fsopen", "fsmount", "fsconfig", "fspick", "mount_setattr", "swapon", "swapoff", "reboot",
	"kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "bpf",
	"perf_event_open", "userfaultfd", "keyctl", "add_key", "request_key", "unshare", "setns",
	"io_uring_setup", "io_uring_enter", "io_uring_register", "open_by_handle_at", "personality",
	"acct", "quotactl", "syslog", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex",
	"sethostname", "setdomainname", "iopl", "ioperm", "setuid", "setgid", "setreuid", "setregid",
	"setresuid", "setresgid", "setgroups", "setfsuid", "setfsgid", "capset", "chown", "fchown",
	"lchown", "fchownat", "mknod", "mknodat", "memfd_create", "vhangup", "uselib", "nfsservctl",
	"migrate_pages", "move_pages", "process_madvise", "process_mrelease",
	NULL,
};
/* clang-format on */

/* clang-format off */
static const char *const files[] = {
	"open", "openat", "openat2", "creat", "truncate", "unlink", "unlinkat", "rename", "renameat",
	"renameat2", "mkdir", "mkdirat", "rmdir", "link", "linkat", "symlink", "symlinkat", "chmod",
	"fchmod", "fchmodat", "utime", "utimes", "utimensat", "futimesat", "setxattr", "lsetxattr",
	"fsetxattr", "removexattr", "lremovexattr", "fremovexattr", "chdir", "fchdir", "fanotify_init",
	"inotify_add_watch", "bind", "listen", "accept", "accept4", NULL,
};
/* clang-format on */

#define DENY SCMP_ACT_ERRNO(EPERM)

/* Errors stick: 0 while all went well. */
struct filter {
	scmp_filter_ctx context;
	int failed;
};

static void deny_names(struct filter *filter, const char *const *names)
{
	for (; *names != NULL; names++) {
		int number = seccomp_syscall_resolve_name(*names);

		if (number != __NR_SCMP_ERROR)
			filter->failed |= seccomp_rule_add(filter->context, DENY, number, 0);
	}
}

static void deny_when(struct filter *filter, int number, struct scmp_arg_cmp argument)
{
	filter->failed |= seccomp_rule_add_array(filter->context, DENY, number, 1, &argument);
}

/*
 * New threads at most: libzmq and libcurl make them. clone3 hides its flags in memory; glibc falls
 * back to clone on ENOSYS.
 */
static void deny_processes(struct filter *filter, bool may_thread)
{
	int clone3 = seccomp_syscall_resolve_name("clone3");

	if (may_thread)
		deny_when(filter, SCMP_SYS(clone), SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
	else
		filter->failed |= seccomp_rule_add(filter->context, DENY, SCMP_SYS(clone), 0);
	if (clone3 != __NR_SCMP_ERROR)
		filter->failed |=
			seccomp_rule_add(filter->context, SCMP_ACT_ERRNO(ENOSYS), clone3, 0);
}

/* abort() signals its own process; others of the same user must stay out of reach. */
static void deny_signals(struct filter *filter)
{
	scmp_datum_t own = (scmp_datum_t)getpid();

	deny_when(filter, SCMP_SYS(kill), SCMP_A0(SCMP_CMP_NE, own));
	deny_when(filter, SCMP_SYS(tgkill), SCMP_A0(SCMP_CMP_NE, own));
	/* a descriptor's owner is sent signals, whoever that is */
	deny_when(filter, SCMP_SYS(fcntl), SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff, F_SETOWN));
	deny_when(filter, SCMP_SYS(fcntl), SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff, F_SETOWN_EX));
	deny_when(filter, SCMP_SYS(ioctl), SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff, FIOSETOWN));
	deny_when(filter, SCMP_SYS(ioctl), SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff, SIOCSPGRP));
}

/*
 * Limits and scheduling of oneself are 0; of others they could starve or kill them. Not
 * sched_setscheduler: libzmq sets the policy of its threads by number.
 */
static void deny_limits_of_others(struct filter *filter)
{
	deny_when(filter, SCMP_SYS(prlimit64), SCMP_A0(SCMP_CMP_NE, 0));
	deny_when(filter, SCMP_SYS(sched_setaffinity), SCMP_A0(SCMP_CMP_NE, 0));
	deny_when(filter, SCMP_SYS(sched_setparam), SCMP_A0(SCMP_CMP_NE, 0));
	deny_when(filter, SCMP_SYS(sched_setattr), SCMP_A0(SCMP_CMP_NE, 0));
	deny_when(filter, SCMP_SYS(setpriority), SCMP_A1(SCMP_CMP_NE, 0));
	deny_when(filter, SCMP_SYS(ioprio_set), SCMP_A1(SCMP_CMP_NE, 0));
}

static void deny_sockets(struct filter *filter, bool may_tcp)
{
	/* Name resolution asks the kernel through a netlink socket. */
	for (scmp_datum_t family = 0; family <= AF_NETLINK; family++) {
		bool is_tcp = family == AF_INET || family == AF_INET6 || family == AF_NETLINK;

		if (family != AF_UNIX && !(is_tcp && may_tcp))
			deny_when(filter, SCMP_SYS(socket), SCMP_A0(SCMP_CMP_EQ, family));
	}
	deny_when(filter, SCMP_SYS(socket), SCMP_A0(SCMP_CMP_GT, AF_NETLINK));
}

static void deny_code(struct filter *filter)
{
	deny_when(filter, SCMP_SYS(mmap), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC));
	deny_when(filter, SCMP_SYS(mprotect), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC));
	deny_when(filter, SCMP_SYS(pkey_mprotect),
		  SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC));
}

enum err sandbox_limit_calls(const struct sandbox_calls *calls)
{
	struct filter filter = {.context = seccomp_init(SCMP_ACT_ALLOW)};
	enum err err = OK;

	if (filter.context == NULL)
		return ERR_UNAVAILABLE;
	filter.failed |= seccomp_attr_set(filter.context, SCMP_FLTATR_CTL_TSYNC, 1);
	deny_names(&filter, never);
	deny_processes(&filter, calls->may_thread);
	deny_signals(&filter);
	deny_limits_of_others(&filter);
	deny_sockets(&filter, calls->may_tcp);
	/* Typing into the terminal that started the node. */
	deny_when(&filter, SCMP_SYS(ioctl), SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff, TIOCSTI));
	deny_when(&filter, SCMP_SYS(ioctl), SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff, TIOCLINUX));
	if (!calls->may_open) {
		deny_names(&filter, files);
		deny_code(&filter);
	}
	if (filter.failed != 0)
		err = ERR_IO;
	else if (seccomp_load(filter.context) != 0)
		err = ERR_UNAVAILABLE;
	seccomp_release(filter.context);
	return err;
}

enum err sandbox_limit_memory(size_t max_bytes)
{
#ifdef __SANITIZE_ADDRESS__
	(void)max_bytes;
	return OK;
#else
	const struct rlimit limit = {max_bytes, max_bytes};

	return setrlimit(RLIMIT_AS, &limit) == 0 ? OK : ERR_IO;
#endif
}
