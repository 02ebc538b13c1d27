# SPDX-License-Identifier: Apache-2.0
"""Shared by scenarios that enter organisations on a list."""
import csv
import json

import penalties
import serving as t

LABOUR = "rizhao-human-resources"
TITLES = ["主体名称", "主体类别", "统一社会信用代码", "列入决定书文号", "列入事由",
          "列入依据", "告知书送达日期", "列入日期", "列入决定机关",
          "列入决定机关统一社会信用代码", "列入截止日期"]


def listing(number, day="2026-10-08", until="2029-10-08", why="拖欠工资"):
    return [f"日照虚构甲{number}号有限公司", "法人及非法人组织", penalties.organisation(number),
            f"日人社欠列〔2026〕{number}号", why + "经责令限期支付逾期未支付",
            "《拖欠农民工工资失信联合惩戒对象名单管理暂行办法》第五条",
            "2025-12-20", day, "日照市人力资源和社会保障局",
            "11371100EXAMP0031M", until]


def enlist(rows, data="data", now=None):
    """Entries of the list of wage arrears; the report."""
    with open("list.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([TITLES, *rows])
    report = json.loads(t.run(
        "submit", "--data", data, "--item", "wage-arrears", "--from", LABOUR,
        "--json", "list.csv", now=now))
    t.equal("the list is taken in", len(rows),
            report["counts"]["records"] + report["counts"]["versions"])
    return report
