# SPDX-License-Identifier: Apache-2.0
"""Small penalty files for scenarios: import, then csv_file(path, rows).

A row is a dict of what differs from a good row. All names are invented.
"""
import csv
import io
import zipfile
from xml.sax.saxutils import escape

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
TITLES = [
    ("CF_XDR_MC", "行政相对人名称"), ("CF_XDR_LB", "行政相对人类别"),
    ("CF_XDR_SHXYM", "行政相对人代码_1(统一社会信用代码)"),
    ("CF_XDR_ZZJG", "行政相对人代码_3(组织机构代码)"),
    ("CF_FRDB", "法定代表人"), ("CF_FR_ZJLX", "法定代表人证件类型"),
    ("CF_FR_SFZH", "法定代表人证件号码"), ("CF_XDR_ZJLX", "证件类型"),
    ("CF_XDR_ZJHM", "证件号码"), ("CF_WSH", "行政处罚决定书文号"),
    ("CF_WFXW", "违法行为类型"), ("CF_SY", "违法事实"),
    ("CF_YJ", "处罚依据"), ("CF_CFLB", "处罚类别"), ("CF_NR", "处罚内容"),
    ("CF_NR_FK", "罚款金额(万元)"), ("CF_JDRQ", "处罚决定日期"),
    ("CF_YXQ", "处罚有效期"), ("CF_CFJG", "处罚机关"),
    ("CF_CFJGDM", "处罚机关统一社会信用代码"), ("CF_SJLY", "数据来源单位"),
    ("CF_SJLYDM", "数据来源单位统一社会信用代码"), ("BZ", "备注"),
]


def uscc(first17):
    """The 17 characters with their check character (GB 32100-2015)."""
    total = sum(ALPHABET.index(c) * pow(3, i, 31)
                for i, c in enumerate(first17))
    return first17 + ALPHABET[-total % 31]


def org_code(first8):
    """The 8 characters with their check character (GB 11714)."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    rest = -sum(digits.index(c) * w
                for c, w in zip(first8, (3, 7, 9, 10, 5, 8, 4, 2))) % 11
    return first8 + "0123456789X"[rest]


def organisation(number):
    """A valid enterprise code of Donggang district, Rizhao."""
    return uscc("91371102" + org_code(f"MAEX{number:04d}"))


def citizen(first17):
    """The 17 digits with their check character (GB 11643)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return first17 + "10X98765432"[
        sum(int(d) * w for d, w in zip(first17, weights)) % 11]


def row(number, **changed):
    good = {
        "CF_XDR_MC": f"日照虚构甲{number}号有限公司",
        "CF_XDR_LB": "法人及非法人组织",
        "CF_XDR_SHXYM": organisation(number),
        "CF_WSH": f"日市监处罚〔2026〕{number}号",
        "CF_WFXW": "未按规定明码标价",
        "CF_SY": "经查，当事人未按规定明码标价",
        "CF_YJ": "《价格法》第四十二条",
        "CF_CFLB": "罚款", "CF_NR": "罚款1000元", "CF_NR_FK": "0.1",
        "CF_JDRQ": "2026-03-02", "CF_YXQ": "2027-03-02",
        "CF_CFJG": "日照市市场监督管理局",
        "CF_CFJGDM": uscc("11371100" + org_code("MB000001")),
        "CF_SJLY": "日照市市场监督管理局",
        "CF_SJLYDM": uscc("11371100" + org_code("MB000001")),
    }
    good.update(changed)
    return good


def csv_file(path, rows, encoding="utf-8", names=None):
    names = names or [name for name, _ in TITLES]
    titles = dict(TITLES)
    with open(path, "w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow([titles.get(name, name) for name in names])
        for one in rows:
            writer.writerow([one.get(name, "") for name in names])


def workbook(*sheets, merged=()):
    """XLSX with (name, rows) as sheets, of plain texts. A row is one as
    above, under the titles, or a list of cells, and all are written."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = ("http://schemas.openxmlformats.org/officeDocument/2006/"
              "relationships")
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    titles = dict(TITLES)
    parts = {"_rels/.rels": f'<Relationships xmlns="{package}"><Relationship '
             f'Id="r1" Type="{office}/officeDocument" '
             'Target="xl/workbook.xml"/></Relationships>',
             "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}">'
             "<sheets>" + "".join(
                 f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>'
                 for n, (name, _) in enumerate(sheets, 1)) +
             "</sheets></workbook>",
             "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">'
             + "".join(f'<Relationship Id="r{n}" Type="{office}/worksheet" '
                       f'Target="worksheets/sheet{n}.xml"/>'
                       for n in range(1, len(sheets) + 1)) +
             "</Relationships>"}
    for n, (_, rows) in enumerate(sheets, 1):
        lines = rows if rows and isinstance(rows[0], list) else [
            [titles[name] for name in titles]] + [
            [one.get(name, "") for name in titles] for one in rows]
        parts[f"xl/worksheets/sheet{n}.xml"] = (
            f'<worksheet xmlns="{main}"><sheetData>' + "".join(
                f'<row r="{r}">' + "".join(
                    f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
                    for cell in line) + "</row>"
                for r, line in enumerate(lines, 1)) +
            "</sheetData>" + (
                f'<mergeCells count="{len(merged)}">' + "".join(
                    f'<mergeCell ref="{cells}"/>' for cells in merged) +
                "</mergeCells>" if merged else "") + "</worksheet>")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return out.getvalue()
