# SPDX-License-Identifier: Apache-2.0
"""Text encodings: detects what bytes are written in and decodes them.

In this order: a mark (BOM), zeros or ordinary Chinese in UTF-16, UTF-8 (which does not happen by accident), what the file says of
itself, and chardetng, the detector of Firefox. Of 172 short texts in old encodings it reads 169, as against 140 by our own tables for
all languages, which it replaced, and 101 by charset-normalizer (``tests/benchmarks/encodings``). Two things it does not give are
here. It is certain of everything, also of random bytes, so ``sure`` is judged by the decoded text. And it takes Chinese of a few
characters for Korean or Japanese (16 of 978 pieces of ten characters, 6 here), so GB18030 wins where it gives the most frequent
characters of Chinese; text decoded wrongly is made of rare ones and scores about a fifth.
"""

from __future__ import annotations

import codecs
import itertools
import re
from dataclasses import dataclass
from functools import lru_cache

from desktop_app.analysis.script import FULL_WIDTH_ASCII, HAN_BASIC, is_cjk, is_kana

# The characters that running text is mostly made of, each with its traditional form where it has another.
_CHINESE = frozenset(
    "的一是不了在人有我他这個个们中来来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么"
    "去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点"
    "正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原"
    "东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命"
    "山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取"
    "拉格望觉术领共确传师观清今切院让识候带导争运笔编号码合甲乙丙方签订款项元价格付款期限违约责任条例办法通知规定申请审批报告会议纪要项目"
    "单位姓名电话地址日期联系人部门经理公司有限股份财务人事行政销售采购库存客户订单发票合同协议附件说明备注合计数量金额总计测试文件档案资料"
    "個們來為國說時會對於著後發過裡種經麼學現當沒動還進樣開從實軍無與長機業關點將兩間問並應戰頭體見產話給門東聲員論處義幾認條係氣題爾變"
    "總電數報結務場計資許統區隊決馬書則聽達強難權設記據邊張該規萬術領確傳師觀讓識帶導爭運筆編號碼簽訂項價違約責辦審請協議紀單聯繫財銷購庫"
    "戶說備計額檔檢測試驗臺灣鐘"
)
_WIDE_MARKS = frozenset("，。、：；！？“”‘’（）《》【】「」『』—…·　")
_HAN = re.compile(f"[{HAN_BASIC}]")
_FULL_WIDTH_ASCII = re.compile(f"[{FULL_WIDTH_ASCII}]")
# Letters of Western Europe, which the code pages of Central Europe and Turkey have elsewhere or not at all.
_LATIN = frozenset("éèàüöäßñçêâôûîïáíóúãõåæøÉÀÜÖÄÇÑÅØ")
# Text whose only bytes above ASCII are € – “ ” ‘ ’ … • ° § © « » or, before a figure, £: a letter in Windows-1250.
_ONLY_SIGNS = re.compile(rb"(?:[\x00-\x7f\x80\x84\x85\x91-\x97\xa7\xa9\xab\xae\xb0\xb7\xbb]|\xa3(?=[ \d]))+")
# Signs within a word: letters of DOS (fähig: f„hig) or of the Macintosh (fŠhig, gro§e).
_WITHIN_WORDS = re.compile(r"[A-Za-z][^\x00-\x7f\w’‘–—…·\xad][A-Za-z]")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_SAMPLE = 96 * 1024  # bytes that are looked at: those that are not ASCII, with ``_AROUND`` of each side
_AROUND = 64
_PAUSE = re.compile(rb"[\x00-\x7f]{%d}" % (2 * _AROUND + 1))

# The detector's names (of the Encoding Standard) -> Python's codec and the name people know. Smaller sets are read as the larger ones
# that Windows writes under their names.
_KNOWN = {
    "gbk": ("gb18030", "GB18030"),
    "gb18030": ("gb18030", "GB18030"),
    "big5": ("cp950", "Big5"),
    "shift_jis": ("cp932", "Shift-JIS"),
    "euc-jp": ("euc_jp", "EUC-JP"),
    "euc-kr": ("cp949", "EUC-KR"),
    "ibm866": ("cp866", "CP866"),
    "iso-8859-8-i": ("iso8859_8", "ISO-8859-8"),
}
MULTIBYTE = (
    ("gb18030", "GB18030"),
    ("cp950", "Big5"),
    ("cp932", "Shift-JIS"),
    ("euc_jp", "EUC-JP"),
    ("cp949", "EUC-KR"),
)
# Decodings that may be sure, besides those in several bytes. Of the others another one often gives as good a text.
_CYRILLIC = ("windows-1251", "koi8-r", "koi8-u", "cp866", "iso-8859-5")
_OTHER_SCRIPTS = ("windows-1253", "iso-8859-7", "windows-1256", "iso-8859-6")
_WESTERN = ("windows-1252", "iso-8859-1", "iso-8859-15")
_BOMS = (
    (codecs.BOM_UTF8, "utf_8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf_32_le", "UTF-32LE"),
    (codecs.BOM_UTF32_BE, "utf_32_be", "UTF-32BE"),
    (codecs.BOM_UTF16_LE, "utf_16_le", "UTF-16LE"),
    (codecs.BOM_UTF16_BE, "utf_16_be", "UTF-16BE"),
)
_UTF16 = (("utf_16_le", "UTF-16LE"), ("utf_16_be", "UTF-16BE"))
_NEWLINE = re.compile(r"\r\n?")


@dataclass(frozen=True, slots=True)
class Decoded:
    """``text`` has "\\n" line ends only, whatever the file had, so that character ranges mean the same everywhere.

    ``encoding`` is the name people know; ``sure`` is False where another encoding could be right, or bytes are damaged.
    """

    text: str
    encoding: str
    sure: bool


def decode(data: bytes, declared: str = "") -> Decoded:
    """The text of ``data``. ``declared`` is what the file says of itself (HTML's charset): believed when it fits."""
    text, encoding, sure = _decode(data, declared)
    return Decoded(_NEWLINE.sub("\n", text), encoding, sure)


def looks_binary(data: bytes) -> bool:
    """Whether this is no text at all: control characters that no text file holds, and no pattern of UTF-16."""
    sample = data[:8192]
    if not sample or sample.startswith(tuple(bom for bom, _, _ in _BOMS)):
        return False
    controls = sum(sample.count(code) for code in range(32) if code not in (8, 9, 10, 12, 13, 27))
    if controls * 100 <= len(sample):
        return False
    return _utf16_by_zeros(sample) is None and not _is_chinese_utf16(sample)


def _is_chinese_utf16(sample: bytes) -> bool:
    """UTF-16 without a mark, of Chinese text: no zeros, but ordinary characters."""
    even = sample[: len(sample) // 2 * 2]
    return max(_chinese(even.decode(codec, errors="replace")) for codec, _ in _UTF16) >= _CHINESE_UTF16


def _decode(data: bytes, declared: str) -> tuple[str, str, bool]:
    for bom, codec, name in _BOMS:
        if data.startswith(bom):
            return _tolerant(data[len(bom) :], codec, name)
    zeros = _utf16_by_zeros(data[:8192])
    if zeros is not None:
        return _tolerant(data, *zeros)
    if data.isascii() and b"\x1b$" in data:
        try:
            return data.decode("iso2022_jp"), "ISO-2022-JP", True
        except UnicodeDecodeError:
            pass
    try:
        return data.decode("utf-8"), "UTF-8", True
    except UnicodeDecodeError:
        return _broken_utf8(data) or _declared(data, declared) or _detected(data)


def _tolerant(data: bytes, codec: str, name: str) -> tuple[str, str, bool]:
    """Decode what is known to be ``codec``; only a cut-off end is forgiven, other damage makes it unsure."""
    try:
        return codecs.getincrementaldecoder(codec)("strict").decode(data), name, True
    except UnicodeDecodeError:
        return data.decode(codec, errors="replace"), name, False


def _broken_utf8(data: bytes) -> tuple[str, str, bool] | None:
    """UTF-8 that was cut off, or has a few bad bytes: still UTF-8 when most of what is not ASCII decodes."""
    try:
        text = codecs.getincrementaldecoder("utf-8")("strict").decode(data)
        if any(ord(character) > 127 for character in text):
            return text, "UTF-8", True
    except UnicodeDecodeError:
        pass
    text = _sample(data).decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    good = sum(1 for character in text if ord(character) > 127) - bad
    if good >= 8 * bad:
        return data.decode("utf-8", errors="replace"), "UTF-8", False
    return None


def _utf16_by_zeros(sample: bytes) -> tuple[str, str] | None:
    """UTF-16 of Latin text without a mark: every other byte is zero."""
    half = len(sample) // 2
    if half < 2:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd * 10 >= half * 3 and even * 20 <= half:
        return _UTF16[0]
    if even * 10 >= half * 3 and odd * 20 <= half:
        return _UTF16[1]
    return None


def _declared(data: bytes, declared: str) -> tuple[str, str, bool] | None:
    if not declared:
        return None
    try:
        codec = codecs.lookup(declared).name
    except (LookupError, ValueError):  # ValueError: no word at all, but bytes
        return None
    if codec in ("utf-8", "ascii", "utf-16", "utf-16-le", "utf-16-be"):
        return None  # tried and failed above: the page is wrong about itself
    # GB2312 and Shift-JIS pages hold characters of the larger sets that Windows writes under the same name.
    codec, name = {
        "gb2312": ("gb18030", "GB18030"),
        "gbk": ("gb18030", "GB18030"),
        "gb18030": ("gb18030", "GB18030"),
        "shift_jis": ("cp932", "Shift-JIS"),
        "big5": ("cp950", "Big5"),
        "euc_kr": ("cp949", "EUC-KR"),
        "iso8859-1": ("cp1252", "Windows-1252"),
    }.get(codec, (codec, declared))
    try:
        return codecs.getincrementaldecoder(codec)("strict").decode(data), name, True
    except (UnicodeDecodeError, LookupError, TypeError):
        return None


def _detected(data: bytes) -> tuple[str, str, bool]:
    sample = _sample(data)
    for codec, name in _UTF16:
        text = None if len(data) % 2 else _strictly(data[:_SAMPLE], codec)
        if text is not None and _chinese(text) >= _CHINESE_UTF16:
            return _tolerant(data, codec, name)
    codec, name = _guess(sample)
    whole = _strictly(data, codec)
    if whole is None and codec == "cp950":
        whole = _strictly(data, "big5hkscs")
    if whole is None or (codec, name) not in MULTIBYTE:
        damaged = _damaged(sample)  # a bad byte or two, and the detector takes Chinese for Latin letters
        if damaged is not None:
            return data.decode(damaged[0], errors=_STEP_OVER), damaged[1], False
    if whole is None:
        return data.decode(codec, errors="replace"), name, False
    return whole, name, _is_certain(codec, sample.decode(codec, errors="ignore"), sample)


def _sample(data: bytes) -> bytes:
    """What to look at: a table can have one "±" at its top and the first word of its language 100 KB of ASCII below."""
    pieces, size, end = [], 0, 0
    first = _NOT_ASCII.search(data)
    while first is not None and size < _SAMPLE:
        start = max(end, first.start() - _AROUND)
        pause = _PAUSE.search(data, first.start())
        end = min(len(data) if pause is None else pause.start() + _AROUND, start + _SAMPLE - size)
        pieces.append(data[start:end])
        size += end - start
        first = _NOT_ASCII.search(data, end)
    return b"".join(pieces) if pieces else data[:_SAMPLE]


def _strictly(data: bytes, codec: str) -> str | None:
    """The text, or None; a character that is cut off at the end is left out."""
    try:
        return codecs.getincrementaldecoder(codec)("strict").decode(data)
    except UnicodeDecodeError:
        return None


def _guess(sample: bytes) -> tuple[str, str]:
    """Codec and name of the encoding that fits best."""
    from chardetng_py import EncodingDetector

    chinese = _strictly(sample, "gb18030")
    if chinese is not None and _chinese(chinese) >= _MOSTLY_CHINESE:
        return "gb18030", "GB18030"
    detector = EncodingDetector()
    detector.feed(sample, last=True)
    found = detector.guess(tld=None, allow_utf8=False)
    if found == "windows-1250" and _ONLY_SIGNS.fullmatch(sample):
        found = "windows-1252"
    return _KNOWN.get(found.lower(), (found.lower(), found[:1].upper() + found[1:]))


def _damaged(sample: bytes) -> tuple[str, str] | None:
    """An encoding in several bytes of which a few are bad: what is left without them must be detected as that encoding."""
    best, found = 0.1, None
    for codec, name in MULTIBYTE:
        text = sample.decode(codec, errors=_STEP_OVER)
        bad = text.count("\ufffd")
        share = bad / max(1, sum(1 for character in text if ord(character) > 127) - bad)
        if share < best and _guess(text.replace("\ufffd", "").encode(codec, "ignore")) == (codec, name):
            best, found = share, (codec, name)
    return found


def _is_certain(codec: str, text: str, sample: bytes) -> bool:
    """Whether a text looks like one of its script: few letters fit by accident, and bytes that are no text fit some encoding."""
    letters = [character for character in text if ord(character) > 127]
    if codec in ("gb18030", "cp950"):
        return _chinese(text) >= 0.45
    if codec in ("cp932", "euc_jp", "cp949"):
        return len(letters) >= 5 and _ordinary(text) >= 0.45
    if _WITHIN_WORDS.search(text) or any(
        one.islower() and other.isupper() and ord(other) > 127 for one, other in itertools.pairwise(text)
    ):
        return False
    if codec in _CYRILLIC:
        return len(letters) >= 5 and sum(character.isalpha() for character in letters) >= 0.8 * len(letters)
    if codec in _OTHER_SCRIPTS:
        return len({character for character in letters if character.isalpha()}) >= 6
    return codec in _WESTERN and _unmistaken_latin(sample) and any(one.isascii() and one.isalpha() for one in text)


def _step_over(error: UnicodeError) -> tuple[str, int]:
    """Go on behind a bad byte where the text looks more ordinary: one byte too few or too many, and every character up to the
    next ASCII one would be wrong."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    data = error.object

    def value(position: int) -> float:
        return _ordinary(data[position : position + 48].decode(error.encoding, errors="ignore"))

    return "\ufffd", max((error.start + 1, error.start + 2), key=value)


_STEP_OVER = "inkstone-step-over"
codecs.register_error(_STEP_OVER, _step_over)


def _high(data: bytes) -> bytes:
    """The bytes that are not ASCII, each once."""
    return bytes(byte for byte in range(128, 256) if byte in data)


def _unmistaken_latin(data: bytes) -> bool:
    """Whether the Central European and Turkish code pages would give the very same text."""
    high = _high(data)
    text = high.decode("cp1252", errors="replace")
    return all(high.decode(other, errors="replace") == text for other in ("cp1250", "cp1254")) or not any(
        character.isalpha() and character not in _LATIN for character in text
    )


# ---- how ordinary a text looks: about 1 for running text, near 0 or below for the wrong decoding ----------------------------

_MOSTLY_CHINESE = 0.6  # two bytes in three fit GB18030 by accident
_CHINESE_UTF16 = 0.4  # other encodings hardly ever fit: of 8,900 pieces of text 4 reach it, and 72 of 3,700 in UTF-16 do not


@lru_cache(maxsize=8192)
def _chinese_value(character: str) -> float:
    if character in _CHINESE or character in _WIDE_MARKS:
        return 1.0
    code = ord(character)
    if 0xE000 <= code <= 0xF8FF or code >= 0x10000 or character == "\ufffd" or not character.isprintable():
        return -1.0
    if _FULL_WIDTH_ASCII.match(character):
        return 0.5
    if not _HAN.match(character):
        return 0.0 if is_cjk(character) or not character.isalpha() else -0.3
    # The first level of each set holds the characters in everyday use.
    for codec, low, high in (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6)):
        try:
            if low <= character.encode(codec)[0] <= high:
                return 0.3
        except UnicodeEncodeError:
            continue
    return -0.2


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _chinese(text: str) -> float:
    return _mean([_chinese_value(character) for character in text if ord(character) > 127])


def _ordinary(text: str) -> float:
    """As ``_chinese``, for Japanese and Korean too."""
    return _mean(
        [
            1.0 if is_kana(character) or "가" <= character <= "힣" else _chinese_value(character)
            for character in text
            if ord(character) > 127
        ]
    )
