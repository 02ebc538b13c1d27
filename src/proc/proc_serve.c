/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Order of the start: signals, sockets, data, server; nothing is promised
 * to anybody before all of it stands. The signals that end the process are
 * blocked in every thread, and this one waits for them, so that the end is
 * ordinary code and not a handler.
 *
 * Sockets may come from outside (systemd's LISTEN_FDS): then the process
 * needs no right to bind, and a restart loses no connection. The notice to
 * systemd is one datagram and needs no library.
 */
#include "proc/proc_serve.h"

#include <limits.h>
#include <malloc.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"
#include "base/tr.h"
#include "web/site.h"

enum {
	FIRST_PASSED_FD = 3,
	PEM_BYTES_MAX = 1024 * 1024,
	KEPT_BYTES = 64 << 20
};

static const char default_address[] = "127.0.0.1:8080";

struct serving {
	const struct serve_plan *plan;
	int fds[SERVE_ADDRESSES_MAX];
	size_t fds_count;
	struct buf cert, key;
	char filed_folder[PATH_MAX];
	struct site *site;
	struct http_server *server;
};

/* ---- systemd ---- */

static void notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	size_t n = path ? strlen(path) : 0;
	int fd;

	if (n < 2 || n >= sizeof(to.sun_path))
		return;
	memcpy(to.sun_path, path, n);
	if (to.sun_path[0] == '@') /* a name without a file */
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	(void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL,
	    (struct sockaddr *)&to,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
	close(fd);
}

/* How many sockets were passed to this very process. */
static int passed_sockets(void)
{
	const char *pid = getenv("LISTEN_PID");
	const char *count = getenv("LISTEN_FDS");

	if (!pid || !count || strtol(pid, NULL, 10) != (long)getpid())
		return 0;
	return (int)strtol(count, NULL, 10);
}

static enum err_code take_passed(struct serving *s, int count, struct err *err)
{
	int i;

	if (count > SERVE_ADDRESSES_MAX)
		return err_set(err, ERR_INPUT, "too many sockets were passed");
	for (i = 0; i < count; i++) {
		int is_listening = 0;
		socklen_t n = sizeof(is_listening);
		int fd = FIRST_PASSED_FD + i;

		if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening,
			&n) != 0 ||
		    !is_listening)
			return err_set(err, ERR_INPUT,
			    "descriptor %d was passed and is no listening "
			    "socket",
			    fd);
		s->fds[s->fds_count++] = fd;
	}
	return 0;
}

/* ---- parts ---- */

static enum err_code open_sockets(struct serving *s, struct err *err)
{
	const struct serve_plan *plan = s->plan;
	int passed = passed_sockets();
	enum err_code rc = 0;
	size_t i;

	if (plan->addresses_count == 0 && passed > 0)
		return take_passed(s, passed, err);
	if (plan->addresses_count == 0) {
		rc = http_listen(default_address, &s->fds[0], err);
		s->fds_count = rc ? 0 : 1;
		return rc;
	}
	for (i = 0; i < plan->addresses_count && !rc; i++) {
		rc =
		    http_listen(plan->addresses[i], &s->fds[s->fds_count], err);
		s->fds_count += rc ? 0 : 1;
	}
	return rc;
}

static enum err_code read_pem(
    const char *path, struct buf *out, struct http_pem *pem, struct err *err)
{
	enum err_code rc = file_read(path, out, err);

	if (rc == ERR_NOT_FOUND)
		err_hint(err,
		    "Look how it is written; what does not begin with / is "
		    "looked for where the server was started.");
	else if (rc)
		err_hint(err,
		    "It has to be a file that the server's user may read, in "
		    "folders that he may pass.");
	pem->name = path;
	pem->text = buf_span(out);
	return rc;
}

/* Before anything is opened: who has no TLS must not be served without. */
static enum err_code read_tls(struct serving *s, struct err *err)
{
	const struct serve_plan *plan = s->plan;
	struct http_pem cert, key;
	enum err_code rc;

	if (!plan->tls_cert && !plan->tls_key)
		return 0;
	if (!plan->tls_cert || !plan->tls_key) {
		err_set(
		    err, ERR_USAGE, "TLS needs both a certificate and a key");
		if (plan->tls_cert)
			err_hint(err,
			    "Name the certificate's key with --tls-key FILE.");
		else
			err_hint(err,
			    "Name the key's certificate with --tls-cert FILE.");
		return ERR_USAGE;
	}
	rc = read_pem(plan->tls_cert, &s->cert, &cert, err);
	if (!rc)
		rc = read_pem(plan->tls_key, &s->key, &key, err);
	return rc ? rc : http_tls_check(&cert, &key, err);
}

static enum err_code open_site(struct serving *s, struct err *err)
{
	char name[80], origin[96];
	const struct site_plan plan = {
	    .data = s->plan->data,
	    .home = s->plan->home,
	    .origin = s->plan->origin,
	    .local_origin = origin,
	    .record_cache_bytes = s->plan->record_cache_bytes,
	    .roster_bytes = s->plan->roster_bytes,
	    .is_following = s->plan->is_following,
	};

	http_socket_name(s->fds[0], name);
	snprintf(origin, sizeof(origin), "%s://%s",
	    s->cert.n ? "https" : "http", name);
	return site_open(&plan, &s->site, err);
}

static enum err_code start(struct serving *s, struct err *err)
{
	struct http_options options = s->plan->http;
	enum err_code rc = read_tls(s, err);

	if (!rc)
		rc = open_sockets(s, err);
	if (!rc)
		rc = open_site(s, err);
	if (rc)
		return rc;
	snprintf(s->filed_folder, sizeof(s->filed_folder), "%s/uploads",
	    s->plan->data);
	options.is_behind_tls |= site_is_secure(s->site);
	options.filed_folder = s->filed_folder;
	options.listen_fds = s->fds;
	options.listen_count = s->fds_count;
	options.tls_cert_pem = s->cert.n ? buf_str(&s->cert) : NULL;
	options.tls_key_pem = s->key.n ? buf_str(&s->key) : NULL;
	rc = http_server_start(&options, site_app(s->site), &s->server, err);
	if (rc) /* it has closed them */
		s->fds_count = 0;
	else
		site_set_server(s->site, s->server);
	return rc;
}

static void stop(struct serving *s)
{
	unsigned cut = 0;
	size_t i;

	if (s->server) {
		site_set_server(s->site, NULL);
		cut = http_server_stop(&s->server, SERVE_GRACE_MS);
	} else {
		for (i = 0; i < s->fds_count; i++)
			close(s->fds[i]);
	}
	if (cut)
		fprintf(stderr, tr("gongxin: requests cut off: %u\n"), cut);
	site_close(&s->site);
	buf_release(&s->cert);
	buf_release(&s->key);
}

static void tell_ready(const struct serving *s)
{
	char name[80];
	size_t i;

	for (i = 0; i < s->fds_count && s->plan->ready; i++) {
		http_socket_name(s->fds[i], name);
		s->plan->ready(s->plan->ctx, name);
	}
	notify("READY=1\n");
}

/* As nohup asks for. A signal that is waited for comes all the same. */
static bool is_ignored(int signal_number)
{
	struct sigaction action;

	return sigaction(signal_number, NULL, &action) == 0 &&
	    action.sa_handler == SIG_IGN;
}

/* SIGHUP is for the access log; where that is no file the terminal has gone,
 * and it ends the process as well. */
static void wait_for_end(struct serving *s, const sigset_t *set)
{
	int signal_number;

	do {
		while (sigwait(set, &signal_number) != 0)
			continue;
	} while (signal_number == SIGHUP &&
	    (http_server_reopen_log(s->server) || is_ignored(SIGHUP)));
}

/* Buffers of some hundred kilobytes come and go with each request: given
 * back to the system each time, their pages would be faulted in each time. */
static void keep_memory(void)
{
	mallopt(M_MMAP_THRESHOLD, KEPT_BYTES);
	mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
}

enum err_code proc_serve(const struct serve_plan *plan, struct err *err)
{
	struct serving s = {.plan = plan,
	    .cert = BUF_INIT(PEM_BYTES_MAX),
	    .key = BUF_INIT(PEM_BYTES_MAX)};
	enum err_code rc;
	sigset_t ends;

	ASSERT(plan->addresses_count <= SERVE_ADDRESSES_MAX);
	keep_memory();
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &ends, NULL);
	rc = start(&s, err);
	if (!rc) {
		tell_ready(&s);
		wait_for_end(&s, &ends);
		notify("STOPPING=1\n");
	}
	stop(&s);
	return rc;
}
