/* SPDX-License-Identifier: Apache-2.0 */
#include "base/random.h"

#include <errno.h>
#include <sys/random.h>
#include <sys/types.h>

enum err_code random_bytes(void *out, size_t n, struct err *err)
{
	size_t done = 0;

	while (done < n) {
		ssize_t got = getrandom((char *)out + done, n - done, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_set_errno(err, "could not get random bytes");
		done += (size_t)got;
	}
	return ERR_NONE;
}
