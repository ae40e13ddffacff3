"""Makes resources/fonts from the variable Noto Sans of the PyPI package ``fontpkg-noto-sans`` (OFL 1.1).

Static Regular, SemiBold and Bold, cut down to what a pharmacy in India prints: Latin, Greek letters (alpha, beta,
micro), Devanagari, punctuation and currency signs, each about 200 kB. Qt, PDF and labels use the same files.

Needs ``pip install fontpkg-noto-sans fonttools`` in any environment; the program itself needs neither.
"""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FONTS = Path(__file__).resolve().parent.parent / "resources" / "fonts"
WEIGHTS = {"Regular": 400, "SemiBold": 600, "Bold": 700}
UNICODES = [
    *range(0x0020, 0x007F),
    *range(0x00A0, 0x0180),  # Latin-1 and Latin Extended-A
    *range(0x0218, 0x021C),
    *range(0x0300, 0x0315),  # marks that follow a letter
    *range(0x0386, 0x03D0),  # Greek
    *range(0x0900, 0x0980),  # Devanagari
    *range(0x2009, 0x2010),  # spaces, joiners
    *range(0x2010, 0x2028),  # dashes, quotes, bullets, ellipsis
    *range(0x2030, 0x2035),
    0x2039, 0x203A, 0x2044,
    *range(0x2070, 0x2090),  # superior and inferior digits
    *range(0x20A0, 0x20C1),  # currency signs, the rupee's 20B9 among them
    0x2116, 0x2122, 0x2126, 0x2150, *range(0x2153, 0x215F), 0x2212, 0x25CC,
]  # fmt: skip
FEATURES = [
    *("ccmp", "locl", "kern", "mark", "mkmk", "liga", "tnum", "lnum", "zero", "frac", "sups", "subs"),
    # what Devanagari needs to be read
    *("akhn", "rphf", "rkrf", "blwf", "half", "vatu", "cjct", "nukt", "pres", "abvs", "blws", "psts", "haln"),
    *("abvm", "blwm", "dist"),
]


def main() -> None:
    """Write the three fonts and their licence."""
    spec = importlib.util.find_spec("fontpkg_noto_sans")
    if spec is None or spec.origin is None:
        raise SystemExit("Install fontpkg-noto-sans first.")
    package = Path(spec.origin).parent
    for style, weight in WEIGHTS.items():
        font = TTFont(package / "files" / "NotoSans[wdth,wght].ttf", recalcTimestamp=False)
        static = instancer.instantiateVariableFont(font, {"wght": weight, "wdth": 100}, updateFontNames=True)
        options = subset.Options(layout_features=FEATURES, name_IDs=["*"], notdef_outline=True, hinting=False)
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=UNICODES)
        subsetter.subset(static)
        static.save(FONTS / f"NotoSans-{style}.ttf")
    shutil.copyfile(package / "LICENSE", FONTS / "OFL.txt")


if __name__ == "__main__":
    main()
