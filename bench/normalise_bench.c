/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rates of folding and normalising, on values as penalty rows have them.
 * Prints one line a function: nanoseconds a call and bytes a second. Not a
 * test: rates depend on the machine.
 *
 * usage: normalise_bench [MILLISECONDS_EACH]
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/check.h"
#include "base/fold.h"
#include "calendar/calendar.h"
#include "intake/normalise.h"

static char scratch[64 * 1024];
static uint64_t sink; /* keeps results alive */

struct subject {
	const char *name;
	void (*run)(struct span value);
	const char *values[8]; /* taken in turn */
};

static void run_text(struct span value)
{
	sink += normalise_text(value, false, scratch).n;
}

static void run_doc(struct span value)
{
	sink += normalise_doc_number(value, scratch).n;
}

static void run_date(struct span value)
{
	date_days date = 0;

	sink += (uint64_t)normalise_date(value, CELL_TEXT, &date);
	sink += (uint64_t)date;
}

static void run_money(struct span value)
{
	struct normal_money money = {0};

	sink += (uint64_t)normalise_money(value, MONEY_WAN, &money);
	sink += (uint64_t)money.fen;
}

static void run_fold(struct span value)
{
	sink += fold_name(value, scratch, sizeof(scratch));
}

static void run_late(struct span value)
{
	date_days received = 20000 + (date_days)(value.n * 37 & 1023);

	sink += (uint64_t)calendar_late_before(received, 7, true);
}

#define FACTS                                                                                                 \
	"当事人在未取得食品经营许可证的情况下，于示例街道从事食品经营活动，" \
	"货值金额较小，未造成危害后果，“情节轻微”——并主动改正。"
#define FACTS_4 FACTS FACTS FACTS FACTS

static const struct subject subjects[] = {
    {"text, 500 bytes clean", run_text, {FACTS_4}},
    {"text, a row's short cells", run_text,
	{"日照示例建设有限公司", "法人及非法人组织", "罚款",
	    "91371100MA3C000000", "日照市市场监督管理局", "警告、罚款",
	    "2023-04-24", FACTS}},
    {"text, with a line break", run_text, {FACTS "\n" FACTS}},
    {"text, with a middle dot", run_text, {FACTS "阿布都·示例"}},
    {"document number, canonical", run_doc,
	{"日市监处罚〔2023〕0123号", "阳环罚字〔2024〕7号"}},
    {"document number, typed", run_doc,
	{"日市监处罚［2023］ 0123 号", "阳环罚字(2024)7号"}},
    {"date, YYYY-MM-DD and Y/M/D", run_date,
	{"2023-04-24", "2024/5/6", "2022-12-31", "2021/11/1"}},
    {"date, written", run_date, {"2023年04月24日", "2023-04-24 00:00:00"}},
    {"amount, plain", run_money, {"0", "1.5", "0.3000", "12.345678"}},
    {"amount, typed", run_money, {"￥1,234.50", "3.2万元", "1E-4"}},
    {"fold, a name", run_fold,
	{"日照示例建设工程有限公司", "示例电气设备（山东）有限公司"}},
    {"fold, plain ideographs", run_fold,
	{"当事人在未取得食品经营许可证的情况下于示例街道从事食品经营活动"
	 "货值金额较小未造成危害后果情节轻微并主动改正"}},
    {"fold, Traditional", run_fold, {"臨安示例電氣設備廠（普通合夥）"}},
    {"late-before of a day", run_late, {"a", "ab", "abc", "abcd"}},
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

static void measure(const struct subject *subject, uint64_t limit_ns)
{
	struct span values[ARRAY_COUNT(subject->values)];
	uint64_t calls = 0, bytes = 0, start = now_ns(), taken;
	size_t count = 0, i;

	while (count < ARRAY_COUNT(values) && subject->values[count]) {
		values[count] = span_of(subject->values[count]);
		count++;
	}
	do {
		int round;

		for (round = 0; round < 1000; round++)
			for (i = 0; i < count; i++) {
				subject->run(values[i]);
				bytes += values[i].n;
			}
		calls += 1000 * count;
		taken = now_ns() - start;
	} while (taken < limit_ns);
	printf("%-28s %8.1f ns a call %8.2f GB/s\n", subject->name,
	    (double)taken / (double)calls, (double)bytes / (double)taken);
}

int main(int argc, char **argv)
{
	uint64_t limit_ms = argc > 1 ? strtoull(argv[1], NULL, 10) : 200;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(subjects); i++)
		measure(&subjects[i], limit_ms * 1000000U);
	return sink == 0;
}
