# SPDX-License-Identifier: Apache-2.0
"""Control words of rich text: which are skipped, signs, or begin asides.

Apart from the reader, which says what is done with them.
"""

from __future__ import annotations

# Windows character sets by number, as fonts name them.
CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
SKIPPED = frozenset(
    b"info pict object fldinst bkmkstart bkmkend listtable"
    b" listoverridetable revtbl rsidtbl generator xmlnstbl themedata colorschememapping datastore latentstyles filetbl"
    b" nonshppict pnseclvl mmathPr userprops template passwordhash datafield formfield atnid atndate"
    b" atrfstart atrfend panose falt sp shpgrp listpicture ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn xe tc tcn rxe txe"
    b" wgrffmtfilter pgptbl sn sv hsv staticval propname".split()
)
KEPT_IF_OPTIONAL = frozenset(b"shptxt shpinst ud annotation footnote fldrslt shprslt do atnauthor pntext listtext".split())
# Words that begin what stands beside the body, and what it is.
ASIDES = {
    **dict.fromkeys((b"header", b"headerl", b"headerr", b"headerf"), "header"),
    **dict.fromkeys((b"footer", b"footerl", b"footerr", b"footerf"), "footer"),
    b"footnote": "footnote",
    b"annotation": "comment",
    b"shptxt": "box",
    b"dptxbxtext": "box",
}
COLLECTED = {b"listtext": "number", b"pntext": "number", b"atnauthor": "author", b"colortbl": "colours"}
WORDS = {
    b"tab": "\t", b"line": "\n", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"emdash": "—",
    b"endash": "–", b"bullet": "•", b"emspace": " ", b"enspace": " ", b"qmspace": " ",
}  # fmt: skip
