/* SPDX-License-Identifier: Apache-2.0 */
/* Sums of the reads of a period: sorted by what they are summed by, added
 * up, sorted by how many. */
#include "usage/audit.h"

#include <stdlib.h>

#include "base/mem.h"

/* The reads of the period, copied. */
static size_t take_reads(const struct audit_set *set,
    const struct audit_period *period, struct audit_use **out)
{
	size_t n = 0, i;

	*out = mem_zalloc(set->count + 1, sizeof(**out));
	for (i = 0; i < set->count; i++)
		if (audit_is_read(&set->uses[i]) &&
		    audit_is_in(period, set->uses[i].at_ms))
			(*out)[n++] = set->uses[i];
	return n;
}

static int compare_pair(uint32_t a1, uint32_t b1, uint32_t a2, uint32_t b2)
{
	if (a1 != a2)
		return a1 < a2 ? -1 : 1;
	return b1 < b2 ? -1 : b1 > b2;
}

static int by_flow(const void *x, const void *y)
{
	const struct audit_use *p = x, *q = y;

	return compare_pair(p->department, p->matter, q->department, q->matter);
}

static int by_reader(const void *x, const void *y)
{
	const struct audit_use *p = x, *q = y;

	return compare_pair(p->department, p->reader, q->department, q->reader);
}

static int larger_flow(const void *x, const void *y)
{
	const struct audit_flow *p = x, *q = y;
	int64_t a = p->answered + p->refused, b = q->answered + q->refused;

	if (a != b)
		return a > b ? -1 : 1;
	return compare_pair(p->department, p->matter, q->department, q->matter);
}

static int larger_reader(const void *x, const void *y)
{
	const struct audit_reader *p = x, *q = y;

	if (p->reads != q->reads)
		return p->reads > q->reads ? -1 : 1;
	return compare_pair(
	    p->one.department, p->one.reader, q->one.department, q->one.reader);
}

size_t audit_flows(const struct audit_set *set,
    const struct audit_period *period, struct audit_flow **out)
{
	struct audit_use *reads;
	size_t count = take_reads(set, period, &reads), n = 0, i;
	struct audit_flow *flows = mem_zalloc(count + 1, sizeof(*flows));

	qsort(reads, count, sizeof(*reads), by_flow);
	for (i = 0; i < count; i++) {
		if (i == 0 || by_flow(&reads[i - 1], &reads[i]) != 0)
			flows[n++] = (struct audit_flow){
			    reads[i].department, reads[i].matter, 0, 0};
		if (reads[i].outcome == USE_REFUSED)
			flows[n - 1].refused += reads[i].weight;
		else
			flows[n - 1].answered += reads[i].weight;
	}
	qsort(flows, n, sizeof(*flows), larger_flow);
	free(reads);
	*out = flows;
	return n;
}

size_t audit_readers(const struct audit_set *set,
    const struct audit_period *period, struct audit_reader **out)
{
	struct audit_use *reads;
	size_t count = take_reads(set, period, &reads), n = 0, i;
	struct audit_reader *readers = mem_zalloc(count + 1, sizeof(*readers));

	qsort(reads, count, sizeof(*reads), by_reader);
	for (i = 0; i < count; i++) {
		if (i == 0 || by_reader(&reads[i - 1], &reads[i]) != 0)
			readers[n++].one = reads[i];
		readers[n - 1].reads += reads[i].weight;
		if (reads[i].outcome == USE_REFUSED)
			readers[n - 1].refused += reads[i].weight;
	}
	qsort(readers, n, sizeof(*readers), larger_reader);
	free(reads);
	*out = readers;
	return n;
}

static int smaller(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return a < b ? -1 : a > b;
}

int64_t audit_median_twice(int64_t *reads, size_t count)
{
	if (count == 0)
		return 0;
	qsort(reads, count, sizeof(*reads), smaller);
	return reads[(count - 1) / 2] + reads[count / 2];
}
