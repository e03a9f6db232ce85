"""Makes the font of the digest's pictures anew: of Noto Sans SC (SIL OFL 1.1) the characters that Chinese names are written with.

    apt-get install fonts-noto-cjk
    python tools/chinese_font.py /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc
"""

from __future__ import annotations

import argparse
from pathlib import Path

from fontTools import subset

TARGET = Path(__file__).parents[1] / "bot/digest/workbook/NotoSansSC-subset.otf"
SIMPLIFIED = 2  # of the fonts in the collection
# Letters with accents, punctuation, arrows, signs, full-width forms; every Chinese character that Unicode 1.1 has, which is more than GBK.
RANGES = ((0x20, 0x17F), (0x2000, 0x2BFF), (0x3000, 0x303F), (0x3200, 0x33FF), (0x4E00, 0x9FA5), (0xFF00, 0xFFEF))
MODERN = range(0x9FA6, 0x9FFF)  # characters of names that the standard of 2013 added


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("font", type=Path)
    options = subset.Options()
    options.layout_features, options.font_number = [], SIMPLIFIED
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "GPOS", "GSUB", "GDEF"]  # nothing is written downwards
    options.notdef_outline = True
    font = subset.load_font(str(parser.parse_args().font), options)
    made = subset.Subsetter(options)
    made.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)] + list(MODERN))
    made.subset(font)
    subset.save_font(font, str(TARGET), options)


if __name__ == "__main__":
    main()
