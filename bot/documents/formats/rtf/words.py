"""The control words of RTF that matter, by what they do."""

from __future__ import annotations

STORIES = {
    **dict.fromkeys(("header", "headerl", "headerr", "headerf"), "header"),
    **dict.fromkeys(("footer", "footerl", "footerr", "footerf"), "footer"),
    "footnote": "note",
    "shptxt": "box",
    "dptxbxtext": "box",
}
# Destinations without text of their own; ``\*`` hides every other one that is not named in READ.
_SKIPPED_WORDS = (
    "info listtable listoverridetable revtbl rsidtbl generator pgdsctbl xmlnstbl "
    "themedata colorschememapping latentstyles datastore nonshppict nonesttables atnid atnauthor "
    "annotation bkmkstart bkmkend pnseclvl filetbl docvar objclass objname objalias objsect shprslt "
    "private background falt panose ftnsep ftnsepc aftnsep tc xe comment mmathPr nextfile template "
    "operator author keywords doccomm company category manager subject datafield blipuid "
    "picprop sp sn upr fontemb"
)
SKIPPED = frozenset(_SKIPPED_WORDS.split())
_READ_WORDS = (
    "fldinst fldrslt formfield ffname ffl shppict shpinst nesttableprops objdata ud shptxt pn do "
    "dptxbxtext hyphen moveto"
)
READ = frozenset(_READ_WORDS.split())
TEXTS = {
    "tab": "\t",
    "line": "\n",
    "lbr": "\n",
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "emspace": "\u2003",
    "enspace": "\u2002",
    "qmspace": "\u2005",
    "page": "\n",
    "column": "\n",
}
SIGNS = {"~": "\xa0", "_": "-", "-": "", ":": "", "|": ""}
_DESTINATION_WORDS = (
    "field fldinst fldrslt formfield pict objdata pntext listtext shp shpinst do pn fonttbl ffl result stylesheet "
    "colortbl"
)
DESTINATIONS = frozenset(_DESTINATION_WORDS.split())
ROW_WORDS = {"cellx", "trleft", "clmgf", "clmrg", "clvmgf", "clvmrg", "clcbpat", "clshdng"}
LAYOUT_WORDS = {"par", "sect", "cell", "nestcell", "row", "nestrow", "trowd"}
COLOUR_WORDS = ("red", "green", "blue")
# Words of styles that old exporters write behind ``\*``: properties, no destinations.
STYLE_WORDS = frozenset({"cs", "ds", "ts", "s"})
