/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast rows come out of a file: csv_bench FILE [ROUNDS]. Prints the
 * rate of reading alone, of each scan alone over the file's first bytes,
 * and of the whole reader, the best of the rounds. Without a file it makes
 * one of 64 MiB in memory: penalty rows of 21 columns.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/tr.h"
#include "intake/reader.h"
#include "intake/reader_priv.h"

enum { SAMPLE_BYTES = 64 * 1024 * 1024, SCAN_BYTES = 256 * 1024 };

static const char row_text[] =
    "示例%08u商贸有限公司,法人及非法人组织,91371102MA%08uX,,,,,,,,"
    "日示监罚〔2023〕%u号,未按规定公示年度报告,"
    "当事人自2023年4月24日起未在规定期限内公示上一年度报告，经责令改正后仍未"
    "改正，其行为违反了有关条例第八条第一款的规定，事实清楚，证据充分。,"
    "《示例条例》第十七条第一款第一项,罚款,罚款人民币壹仟元整,0.100000,"
    "0.000000,2023-04-24,2026-04-24,示例市市场监督管理局\r\n";

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int make_sample(void)
{
	int fd = memfd_create("sample", 0);
	FILE *f = fdopen(dup(fd), "w");
	unsigned i;

	if (!f)
		return -1;
	for (i = 0; ftell(f) < SAMPLE_BYTES; i++)
		fprintf(f, row_text, i, i, i);
	fclose(f);
	return fd;
}

static double rate_of_read(int fd)
{
	static char buffer[SCAN_BYTES];
	double start = now_s();
	double bytes = 0;
	ssize_t got;

	lseek(fd, 0, SEEK_SET);
	while ((got = read(fd, buffer, sizeof(buffer))) > 0)
		bytes += (double)got;
	return bytes / (now_s() - start) / 1e9;
}

static void print_scans(int fd)
{
	static const char *const names[] = {"plain", "sse2", "avx2"};
	static char buffer[SCAN_BYTES + SCAN_PAD];
	static uint32_t positions[SCAN_BYTES];
	enum { ROUNDS = 1000 };
	enum scan_way way;
	size_t n;

	lseek(fd, 0, SEEK_SET);
	n = (size_t)read(fd, buffer, SCAN_BYTES);
	for (way = 0; way <= scan_best_way(); way++) {
		size_t found = 0;
		double start = now_s();
		double text, specials;
		int i;

		for (i = 0; i < ROUNDS; i++)
			found += scan_text_prefix(way, buffer, n);
		text = now_s() - start;
		start = now_s();
		for (i = 0; i < ROUNDS; i++)
			found +=
			    scan_specials(way, buffer, 0, n, ',', positions);
		specials = now_s() - start;
		printf(
		    "%-6s is it text %6.2f GB/s, specials %6.2f GB/s (%zu)\n",
		    names[way], (double)n * ROUNDS / text / 1e9,
		    (double)n * ROUNDS / specials / 1e9, found);
	}
}

static double rate_of_reader(int fd, const char *name)
{
	struct reader *reader;
	struct reader_row row;
	struct err err;
	double start = now_s();
	uint64_t rows = 0, cells = 0;
	double rate;
	int result;

	lseek(fd, 0, SEEK_SET);
	if (reader_open(fd, -1, name, &reader, &err) != ERR_NONE) {
		fprintf(stderr, "%s\n", err.message);
		exit(2);
	}
	while ((result = reader_next(reader, &row, &err)) == 1) {
		rows++;
		cells += row.count;
	}
	if (result < 0) {
		fprintf(stderr, "%s\n", err.message);
		exit(2);
	}
	rate = (double)reader_position(reader) / (now_s() - start) / 1e9;
	printf(
	    "reader %6.2f GB/s, %llu rows, %llu cells, %.1f million rows/s\n",
	    rate, (unsigned long long)rows, (unsigned long long)cells,
	    (double)rows / (now_s() - start) / 1e6);
	reader_free(&reader);
	return rate;
}

int main(int argc, char **argv)
{
	int fd = argc > 1 ? open(argv[1], O_RDONLY) : make_sample();
	int rounds = argc > 2 ? atoi(argv[2]) : 5;
	double best = 0;

	tr_set_lang(LANG_EN);
	reader_prepare();
	if (fd < 0) {
		perror(argc > 1 ? argv[1] : "memfd");
		return 2;
	}
	printf("read   %6.2f GB/s\n", rate_of_read(fd));
	print_scans(fd);
	while (rounds-- > 0) {
		double rate = rate_of_reader(fd, argc > 1 ? argv[1] : "x.csv");

		best = rate > best ? rate : best;
	}
	printf("best   %6.2f GB/s\n", best);
	return 0;
}
