/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a file named x.json: every row keeps the reader's promises. */
#include <stdint.h>
#include <unistd.h>

#include "intake/reader_test_help.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = help_file(data, size);

	help_check(fd, -1, "x.json");
	close(fd);
	return 0;
}
