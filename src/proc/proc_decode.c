/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sandbox of the decoding child.
 *
 * The child is a fork of the parent before the parent opened its database.
 * It closes every descriptor but the file, the spool, its two pipe ends and
 * stderr, gives up core dumps and new privileges, bounds its memory and the
 * spool, and closes the system-call filter: it can read and write what is open,
 * get memory and exit. It cannot open a file, make a socket, start a program,
 * or signal anybody; trying kills it, and the parent reports that the file
 * broke its reader.
 */
#include "proc/proc_decode.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"

enum { MEMORY_MAX_MIB = 1024 }; /* address space, not what is resident */

/* Keeps the listed descriptors (at most 8) and closes all others. */
static void close_others(int *keep, size_t count)
{
	unsigned from = 0;
	size_t i, j;

	for (i = 1; i < count; i++)
		for (j = i; j > 0 && keep[j] < keep[j - 1]; j--) {
			int t = keep[j];

			keep[j] = keep[j - 1];
			keep[j - 1] = t;
		}
	for (i = 0; i < count; i++) {
		if ((unsigned)keep[i] > from)
			close_range(from, (unsigned)keep[i] - 1, 0);
		from = (unsigned)keep[i] + 1;
	}
	close_range(from, ~0U, 0);
}

static void limit_resources(void)
{
	const struct rlimit none = {0, 0};

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
#ifndef GX_SANITIZED /* sanitizers reserve terabytes of addresses */
	{
		const struct rlimit memory = {
		    (rlim_t)MEMORY_MAX_MIB << 20, (rlim_t)MEMORY_MAX_MIB << 20};

		setrlimit(RLIMIT_AS, &memory);
	}
#endif
}

/* The database stands on the spool's disk: half of what is free there stays. */
static void limit_spool(int spool_fd)
{
	struct statvfs disk;
	struct rlimit file;
	rlim_t half;

	signal(SIGXFSZ, SIG_IGN); /* writing fails instead */
	if (fstatvfs(spool_fd, &disk) != 0 ||
	    getrlimit(RLIMIT_FSIZE, &file) != 0)
		return;
	half = (rlim_t)disk.f_bavail * disk.f_frsize / 2;
	if (half < file.rlim_cur)
		file.rlim_cur = half;
	setrlimit(RLIMIT_FSIZE, &file);
}

/* Calls that take no dangerous argument. */
static const int plain_calls[] = {
    SCMP_SYS(read),
    SCMP_SYS(pread64),
    SCMP_SYS(readv),
    SCMP_SYS(write),
    SCMP_SYS(pwrite64),
    SCMP_SYS(writev),
    SCMP_SYS(lseek),
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(close),
    SCMP_SYS(dup),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(brk),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(getrandom),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(restart_syscall),
#ifdef GX_SANITIZED
    SCMP_SYS(sigaltstack),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(tgkill),
    SCMP_SYS(sched_yield),
    SCMP_SYS(prctl),
    SCMP_SYS(getrlimit),
    SCMP_SYS(prlimit64),
    SCMP_SYS(openat),
    SCMP_SYS(readlink),
#endif
};

/* Calls that are allowed only when one argument is as it should be: memory
 * is for data, never executable; fcntl asks for flags and duplicates. */
static const struct {
	int call;
	struct scmp_arg_cmp argument;
} checked_calls[] = {
    {SCMP_SYS(mmap), {2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0}},
    {SCMP_SYS(mprotect), {2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0}},
    {SCMP_SYS(fcntl), {1, SCMP_CMP_EQ, F_GETFL, 0}},
    {SCMP_SYS(fcntl), {1, SCMP_CMP_EQ, F_GETFD, 0}},
    {SCMP_SYS(fcntl), {1, SCMP_CMP_EQ, F_DUPFD_CLOEXEC, 0}},
};

/* 0 or a negative errno. */
static int close_filter(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int rc = filter ? 0 : -ENOMEM;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(plain_calls) && rc == 0; i++)
		rc =
		    seccomp_rule_add(filter, SCMP_ACT_ALLOW, plain_calls[i], 0);
	for (i = 0; i < ARRAY_COUNT(checked_calls) && rc == 0; i++)
		rc = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW,
		    checked_calls[i].call, 1, &checked_calls[i].argument);
	if (rc == 0)
		rc = seccomp_load(filter);
	seccomp_release(filter);
	return rc;
}

static _Noreturn void be_child(
    const struct decode_request *request, struct slots *slots)
{
	struct err err;
	int keep[5];

	slots_be_child(slots);
	slots_child_fds(slots, keep);
	keep[2] = request->fd;
	keep[3] = request->spool_fd;
	keep[4] = STDERR_FILENO;
	close_others(keep, ARRAY_COUNT(keep));
	limit_resources();
	limit_spool(request->spool_fd);
	reader_prepare();
	if (close_filter() != 0) {
		err_set(&err, ERR_SYSTEM, "could not close the sandbox");
		slots_finish(slots, &err, NULL);
		_exit(1);
	}
	decode_file(request, slots);
	_exit(0);
}

enum err_code proc_decode_start(
    const struct decode_request *request, struct decoder *out, struct err *err)
{
	enum err_code rc = slots_new(&out->slots, err);
	pid_t pid;

	if (rc)
		return rc;
	signal(SIGPIPE, SIG_IGN);
	pid = fork();
	if (pid < 0) {
		rc = err_set_errno(err, "could not start a process");
		slots_free(&out->slots);
		return rc;
	}
	if (pid == 0)
		be_child(request, out->slots);
	slots_be_parent(out->slots);
	out->pid = pid;
	return 0;
}

void proc_decode_stop(struct decoder *decoder)
{
	if (decoder->pid > 0) {
		kill(decoder->pid, SIGKILL);
		while (waitpid(decoder->pid, NULL, 0) < 0 && errno == EINTR)
			continue;
	}
	decoder->pid = 0;
	slots_free(&decoder->slots);
}
