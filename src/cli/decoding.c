/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/decoding.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "registry/runs.h"

void decoding_init(struct decoding_file *file)
{
	*file = (struct decoding_file){.fd = -1, .spool_fd = -1};
}

enum err_code decoding_open(struct decoding_file *file, const char *path,
    const char *tmp_folder, struct decode_request request, struct err *err)
{
	struct stat st;

	/* NONBLOCK: opening a pipe would wait for somebody to write. */
	file->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (file->fd < 0)
		return err_set_errno(err, "could not open the file");
	if (fstat(file->fd, &st) != 0 || !S_ISREG(st.st_mode))
		return err_set(err, ERR_INPUT, "this is not an ordinary file");
	file->spool_fd = key_runs_open_temp(tmp_folder, err);
	if (file->spool_fd < 0)
		return (enum err_code)file->spool_fd;
	request.fd = file->fd;
	request.spool_fd = file->spool_fd;
	return proc_decode_start(&request, &file->decoder, err);
}

void decoding_close(struct decoding_file *file)
{
	proc_decode_stop(&file->decoder);
	if (file->fd >= 0)
		close(file->fd);
	if (file->spool_fd >= 0)
		close(file->spool_fd);
	decoding_init(file);
}

const char *decoding_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}
