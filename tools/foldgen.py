#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Build the C tables of base/fold.c from the rules here and the
Traditional-Simplified pairs of data/traditional.tsv.

usage: foldgen.py data/traditional.tsv > fold_table.h

A table cell is the character XOR what it folds to: 0 leaves it as it is, and
a character folded to 0 is dropped. No character folds to a longer one: where
OpenCC's Simplified form lies outside the BMP and the Traditional one inside,
the Traditional one stands for both.
"""
import sys
import unicodedata

DROP = [  # blanks, controls, zero-width, direction marks, selectors
    (0x01, 0x20), (0x7F, 0xA0), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C),
    (0x115F, 0x1160), (0x1680, 0x1680), (0x180B, 0x180F), (0x2000, 0x200F),
    (0x2028, 0x202F), (0x205F, 0x206F), (0x3000, 0x3000), (0x3164, 0x3164),
    (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF9, 0xFFFB),
]

CLASSES = {  # the first stands for all
    "(": "[{<〔［【｛（「『〖〘〚〈《＜｟⦅❨❪❬❮❰❲❴⟦⟨⟪⟬⟮⁅﹙﹛﹝﹤︵︷︹︻︽︿﹁﹃﹇｢",
    ")": "]}>〕］】｝）」』〗〙〛〉》＞｠⦆❩❫❭❯❱❳❵⟧⟩⟫⟭⟯⁆﹚﹜﹞﹥︶︸︺︼︾﹀﹂﹄﹈｣",
    "-": "‐‑‒–—―⁃−─━⸺⸻﹘﹣－",
    "·": "•‧∙⋅⸱⸳・･",
    "\"": "“”„‟〝〞〟＂",
    "'": "‘’‚‛′＇",
    "~": "〜∼～",
    ",": "﹐，",
    ":": "﹕︓：",
    ";": "﹔；",
    "¥": "￥",
    "〇": "○◯",
}

# Radicals and compatibility ideographs (of PDF text and old encodings) that
# Unicode calls the same as one ordinary character.
SAME_IDEOGRAPH = [(0x2E80, 0x2FDF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F)]


def rules():
    fold = {}
    for first, last in DROP:
        fold.update((c, 0) for c in range(first, last + 1))
    fold.update((c, c + 32) for c in range(ord("A"), ord("Z") + 1))
    for c in range(0xFF01, 0xFF5F):
        fold[c] = c - 0xFEE0
    for to, members in CLASSES.items():
        fold.update((ord(c), ord(to)) for c in members)
    for first, last in SAME_IDEOGRAPH:
        for c in range(first, last + 1):
            to = unicodedata.normalize("NFKC", chr(c))
            if len(to) == 1 and ord(to) != c:
                fold[c] = ord(to)
    return fold


def read_pairs(path):
    pairs = {}
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        if line.startswith("#"):
            continue
        pair = line.rstrip("\n").split("\t")
        if len(pair) != 2 or any(len(c) != 1 for c in pair):
            sys.exit(f"{path}:{number}: not two characters")
        pairs[ord(pair[0])] = ord(pair[1])
    return pairs


def follow_chains(fold):
    done = {}
    for c, to in fold.items():
        seen = {c}
        while to in fold:
            if to in seen:
                sys.exit(f"U+{c:04X} folds in a circle")
            seen.add(to)
            to = fold[to]
        done[c] = to
    return done


def never_longer(fold):
    """Let the first BMP character stand for what folds out of the BMP."""
    stand_in = {}
    for c in sorted(fold):
        if c < 0x10000 <= fold[c]:
            stand_in.setdefault(fold[c], c)
    out = {c: stand_in.get(to, to) for c, to in fold.items()}
    out.update(stand_in)
    out = {c: to for c, to in out.items() if c != to}
    for c, to in out.items():
        if to in out or to and len(chr(to).encode()) > len(chr(c).encode()):
            sys.exit(f"U+{c:04X} to U+{to:04X} is longer or not final")
    return out


def numbers(values, form):
    values = [form.format(v) for v in values]
    return "\n".join("\t" + ", ".join(values[i:i + 12]) + ","
                     for i in range(0, len(values), 12))


def main():
    fold = rules()
    fold.update(read_pairs(sys.argv[1]))
    fold = never_longer(follow_chains(fold))
    pages, index = [[0] * 64], []
    for page in range(1024):
        cells = [c ^ fold.get(c, c) for c in range(page * 64, page * 64 + 64)]
        if cells not in pages:
            pages.append(cells)
        index.append(pages.index(cells))
    print("/* Made by tools/foldgen.py; do not edit. */")
    print(f"static const uint16_t fold_page[1024] = {{\n"
          f"{numbers(index, '{}')}\n}};")
    print(f"static const uint16_t fold_cell[{len(pages)}][64] = {{")
    for cells in pages:
        print("{\n" + numbers(cells, "{:#x}") + "\n},")
    print("};\nstatic const struct {\n\tuint32_t from, to;\n"
          "} fold_beyond[] = {")
    for c in sorted(c for c in fold if c >= 0x10000):
        print(f"\t{{{c:#x}, {fold[c]:#x}}},")
    print("};")


if __name__ == "__main__":
    main()
