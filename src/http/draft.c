/* SPDX-License-Identifier: Apache-2.0 */
#include "http/draft.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/random.h"

enum { NAME_BYTES = 16 };

void draft_init(struct draft *draft)
{
	*draft = (struct draft){.fd = -1};
}

enum err_code draft_open(
    struct draft *draft, const char *folder, struct err *err)
{
	unsigned char name[NAME_BYTES];
	struct buf path = BUF_INIT(DRAFT_PATH_BYTES - 1);
	enum err_code rc = random_bytes(name, sizeof(name), err);

	buf_addf(&path, "%s/" HTTP_FILED_PREFIX, folder);
	buf_add_hex(&path, name, sizeof(name));
	if (!rc && path.is_full)
		rc = err_set(err, ERR_INPUT, "the path is too long");
	if (!rc) {
		snprintf(
		    draft->path, sizeof(draft->path), "%s", buf_str(&path));
		draft->fd = open(
		    draft->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (draft->fd < 0)
			rc = err_set_errno(
			    err, "could not create \"%s\"", draft->path);
	}
	if (!rc)
		draft->digest = sha256_stream_new();
	buf_release(&path);
	return rc;
}

enum err_code draft_add(struct draft *draft, struct span piece, struct err *err)
{
	size_t done = 0;

	sha256_stream_add(draft->digest, piece.p, piece.n);
	while (done < piece.n) {
		ssize_t n = write(draft->fd, piece.p + done, piece.n - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set_errno(err, "could not write a file");
		done += (size_t)n;
	}
	draft->bytes += piece.n;
	return 0;
}

enum err_code draft_finish(
    struct draft *draft, struct http_file *out, struct err *err)
{
	if (lseek(draft->fd, 0, SEEK_SET) != 0)
		return err_set_errno(err, "could not read a file");
	out->fd = draft->fd;
	out->path = draft->path;
	out->bytes = draft->bytes;
	sha256_stream_finish(&draft->digest, out->digest);
	return 0;
}

void draft_release(struct draft *draft)
{
	uint8_t unused[SHA256_BYTES];

	if (draft->fd >= 0) {
		close(draft->fd);
		unlink(draft->path); /* unless it was moved away */
	}
	if (draft->digest)
		sha256_stream_finish(&draft->digest, unused);
	draft_init(draft);
}
