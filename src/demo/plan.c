/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files, in the order in which they are submitted: registrations first,
 * so that names without codes find candidates; a file that repeats another
 * after it. Every form that intake must read stands here at least once, and
 * every department sends what its own system would: machine names or Chinese
 * headers, UTF-8 or GB18030, the layout of 2018 or of 2015.
 *
 * Shares are per mille of all rows and sum to 1000.
 */
#include "demo/plan.h"

#include <string.h>

#include "base/check.h"

static const struct demo_plan plans[] = {
    {"registration.csv", DEMO_REGISTRATION, DEMO_MARKET, READER_CSV,
	READER_UTF8, DEMO_CHINESE, DEMO_DATES_ISO, 120, DEMO_ONCE, NULL},
    {"penalty-market-history.csv", DEMO_PENALTY, DEMO_MARKET, READER_CSV,
	READER_UTF8, DEMO_CHINESE, DEMO_DATES_MIXED, 200, 0, NULL},
    {"penalty-market-week.xlsx", DEMO_PENALTY, DEMO_MARKET, READER_XLSX,
	READER_UTF8, DEMO_CHINESE, DEMO_DATES_MIXED, 25,
	DEMO_WEEK | DEMO_TITLED, NULL},
    {"penalty-ecology.tsv", DEMO_PENALTY, DEMO_ECOLOGY, READER_TSV,
	READER_UTF8_BOM, DEMO_MACHINE, DEMO_DATES_SLASH, 40, 0, NULL},
    {"penalty-emergency.csv", DEMO_PENALTY, DEMO_EMERGENCY, READER_CSV,
	READER_GB18030, DEMO_CHINESE, DEMO_DATES_CHINESE, 40, 0, NULL},
    {"penalty-transport.json", DEMO_PENALTY, DEMO_TRANSPORT, READER_JSON,
	READER_UTF8, DEMO_MACHINE, DEMO_DATES_ISO, 50, 0, NULL},
    {"penalty-urban.jsonl", DEMO_PENALTY, DEMO_URBAN, READER_JSON_LINES,
	READER_UTF8, DEMO_MACHINE, DEMO_DATES_SLASH, 40, 0, NULL},
    {"penalty-housing-2015.csv", DEMO_PENALTY, DEMO_HOUSING, READER_CSV,
	READER_GB18030, DEMO_OLD, DEMO_DATES_SLASH, 25, 0, NULL},
    {"penalty-labour-clean.csv", DEMO_PENALTY, DEMO_HUMAN_RESOURCES, READER_CSV,
	READER_UTF8_BOM, DEMO_CHINESE, DEMO_DATES_ISO, 30,
	DEMO_WEEK | DEMO_FLAWLESS, NULL},
    {"penalty-market-again.jsonl", DEMO_PENALTY, DEMO_MARKET, READER_JSON_LINES,
	READER_UTF8, DEMO_MACHINE, DEMO_DATES_ISO, 15, 0,
	"penalty-market-history.csv"},
    {"licence-approval-history.csv", DEMO_LICENCE, DEMO_APPROVAL, READER_CSV,
	READER_UTF8_BOM, DEMO_CHINESE, DEMO_DATES_SLASH, 130, 0, NULL},
    {"licence-approval-week.xlsx", DEMO_LICENCE, DEMO_APPROVAL, READER_XLSX,
	READER_UTF8, DEMO_CHINESE, DEMO_DATES_MIXED, 30,
	DEMO_WEEK | DEMO_TITLED, NULL},
    {"licence-labour.jsonl", DEMO_LICENCE, DEMO_HUMAN_RESOURCES,
	READER_JSON_LINES, READER_UTF8, DEMO_MACHINE, DEMO_DATES_CHINESE, 25, 0,
	NULL},
    {"licence-transport.csv", DEMO_LICENCE, DEMO_TRANSPORT, READER_CSV,
	READER_GB18030, DEMO_MACHINE, DEMO_DATES_CHINESE, 30, 0, NULL},
    {"licence-housing-2015.tsv", DEMO_LICENCE, DEMO_HOUSING, READER_TSV,
	READER_GB18030, DEMO_OLD, DEMO_DATES_SLASH, 20, 0, NULL},
    {"licence-ecology-clean.csv", DEMO_LICENCE, DEMO_ECOLOGY, READER_CSV,
	READER_UTF8, DEMO_CHINESE, DEMO_DATES_ISO, 15, DEMO_FLAWLESS, NULL},
    {"licence-approval-again.csv", DEMO_LICENCE, DEMO_APPROVAL, READER_CSV,
	READER_UTF8, DEMO_MACHINE, DEMO_DATES_ISO, 10, 0,
	"licence-approval-history.csv"},
    {"abnormal-operations.csv", DEMO_ABNORMAL, DEMO_MARKET, READER_CSV,
	READER_UTF8, DEMO_CHINESE, DEMO_DATES_ISO, 20, 0, NULL},
    {"judgment-defaulters.xlsx", DEMO_JUDGMENT, DEMO_COURT, READER_XLSX,
	READER_UTF8, DEMO_CHINESE, DEMO_DATES_MIXED, 10, DEMO_TITLED, NULL},
    {"wage-arrears.csv", DEMO_WAGES, DEMO_HUMAN_RESOURCES, READER_CSV,
	READER_GB18030, DEMO_CHINESE, DEMO_DATES_SLASH, 5, 0, NULL},
    {"serious-tax-violations.json", DEMO_TAX_SERIOUS, DEMO_TAX, READER_JSON,
	READER_UTF8, DEMO_CHINESE, DEMO_DATES_ISO, 5, 0, NULL},
    {"market-serious-violations.csv", DEMO_MARKET_SERIOUS, DEMO_MARKET,
	READER_CSV, READER_UTF8_BOM, DEMO_CHINESE, DEMO_DATES_CHINESE, 5, 0,
	NULL},
    {"tax-credit-a.xlsx", DEMO_TAX_A, DEMO_TAX, READER_XLSX, READER_UTF8,
	DEMO_CHINESE, DEMO_DATES_ISO, 25, DEMO_ONCE | DEMO_TITLED, NULL},
    {"honours.csv", DEMO_HONOUR, DEMO_REFORM, READER_CSV, READER_UTF8,
	DEMO_CHINESE, DEMO_DATES_ISO, 10, 0, NULL},
    {"contract-performance.jsonl", DEMO_CONTRACT, DEMO_REFORM,
	READER_JSON_LINES, READER_UTF8, DEMO_MACHINE, DEMO_DATES_ISO, 10, 0,
	NULL},
    {"commitments.csv", DEMO_COMMITMENT, DEMO_APPROVAL, READER_CSV, READER_UTF8,
	DEMO_CHINESE, DEMO_DATES_SLASH, 30, 0, NULL},
    {"inspection-results.tsv", DEMO_INSPECTION, DEMO_MARKET, READER_TSV,
	READER_UTF8, DEMO_CHINESE, DEMO_DATES_ISO, 25, 0, NULL},
    {"utility-arrears.csv", DEMO_ARREARS, DEMO_WATER, READER_CSV,
	READER_GB18030, DEMO_CHINESE, DEMO_DATES_ISO, 10, 0, NULL},
};
_Static_assert(ARRAY_COUNT(plans) <= DEMO_FILES_MAX, "all files fit");

const struct demo_plan *demo_plans(size_t *count_out)
{
	*count_out = ARRAY_COUNT(plans);
	return plans;
}

int demo_plan_index(const char *file)
{
	size_t i;

	for (i = 0; i < ARRAY_COUNT(plans); i++)
		if (strcmp(plans[i].file, file) == 0)
			return (int)i;
	return -1;
}
