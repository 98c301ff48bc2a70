# SPDX-License-Identifier: Apache-2.0
"""Bytes to text without ever being silently wrong.

Marks first (BOM), then UTF-8, which does not happen by accident, then a contest. Statistical guessers fail on short Chinese
text: a GBK file of ten characters is "Latin" or "Korean" to them. So each encoding that can decode the bytes at all is tried,
and its text is asked how ordinary it looks: what share of its characters are the few hundred that make up most running Chinese,
Japanese, Korean or Russian text. Text decoded wrongly is made of rare characters and scores about a fifth of the right one.
Where the winner is not clear, the answer says so (``sure`` is False) and the ledger shows it.

charset-normalizer is asked about the rest of the Windows code pages, where its statistics are better than ours.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial

from desktop_app.analysis.script import FULL_WIDTH_ASCII, HAN_BASIC, KANA_HALF_WIDTH, is_cjk, is_kana

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
_KOREAN = frozenset("이다는을의에가고하지한를은로도서기사그리자인나있어것수들대시해게일정아라전과보으부제여주상장면만국원")
_RUSSIAN = "оеаинтсрвлкмдпу"
# By script: the letters that most of its text is made of, and from where to where all of them stand.
_ALPHABETS = {
    "greek": ("αοιετσςνηυρπκμλάέήίόύώ", "Ά", "ώ"),
    "hebrew": ("יוהלאתרמבשםן", "א", "ת"),
    "arabic": ("اليمنوترةبدعس", "ء", "ي"),
}
_FINAL = frozenset("ςךםןףץ")  # stand at the end of a word
_HUNGARIAN = frozenset("áéíóöõúüûÁÉÍÓÖÕÚÜÛ")  # as they look in Windows-1252: õ and û are ő and ű
_WIDE_MARKS = frozenset("，。、：；！？“”‘’（）《》【】「」『』—…·　")
_HAN = re.compile(f"[{HAN_BASIC}]")
_KANA_HALF_WIDTH = re.compile(f"[{KANA_HALF_WIDTH}]")
_FULL_WIDTH_ASCII = re.compile(f"[{FULL_WIDTH_ASCII}]")
_LATIN = frozenset("éèàüöäßñçêâôûîïáíóúãõåæøÉÀÜÖÄÇÑÅØ")
_TYPOGRAPHIC = frozenset("“”‘’–—…•·°§©®€£«»¿¡ ´")
_SAMPLE = 96 * 1024

# (Python's codec, the name people know, the script its text is judged by). Order breaks ties.
_CANDIDATES = (
    ("gb18030", "GB18030", "chinese"),
    ("cp950", "Big5", "chinese"),
    ("big5hkscs", "Big5-HKSCS", "chinese"),
    ("cp932", "Shift-JIS", "japanese"),
    ("euc_jp", "EUC-JP", "japanese"),
    ("cp949", "EUC-KR", "korean"),
    ("utf_16_le", "UTF-16LE", "chinese"),
    ("utf_16_be", "UTF-16BE", "chinese"),
    ("cp1251", "Windows-1251", "russian"),
    ("koi8_r", "KOI8-R", "russian"),
    ("cp866", "CP866", "russian"),
    ("cp1253", "Windows-1253", "greek"),
    ("cp1255", "Windows-1255", "hebrew"),
    ("cp1256", "Windows-1256", "arabic"),
    ("cp1252", "Windows-1252", "latin"),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf_8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf_32_le", "UTF-32LE"),
    (codecs.BOM_UTF32_BE, "utf_32_be", "UTF-32BE"),
    (codecs.BOM_UTF16_LE, "utf_16_le", "UTF-16LE"),
    (codecs.BOM_UTF16_BE, "utf_16_be", "UTF-16BE"),
)
_NEWLINE = re.compile(r"\r\n?")


@dataclass(frozen=True, slots=True)
class Decoded:
    """``text`` has "\\n" line ends only, whatever the file had, so that character ranges mean the same everywhere."""

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
    return max(_chinese(even.decode(codec, errors="replace")) for codec in ("utf_16_le", "utf_16_be")) >= 0.45


def _decode(data: bytes, declared: str) -> tuple[str, str, bool]:
    for bom, codec, name in _BOMS:
        if data.startswith(bom):
            return _tolerant(data[len(bom) :], codec, name)
    zeros = _utf16_by_zeros(data[:8192])
    if zeros is not None:
        return _tolerant(data, zeros, _name(zeros))
    if data.isascii() and b"\x1b$" in data:
        try:
            return data.decode("iso2022_jp"), "ISO-2022-JP", True
        except UnicodeDecodeError:
            pass
    try:
        return data.decode("utf-8"), "UTF-8", True
    except UnicodeDecodeError:
        return _broken_utf8(data) or _declared(data, declared) or _contest(data)


def _name(codec: str) -> str:
    return next(name for candidate, name, _ in _CANDIDATES if candidate == codec)


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
    text = data[:_SAMPLE].decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    good = sum(1 for character in text if ord(character) > 127) - bad
    if good >= 8 * bad:
        return data.decode("utf-8", errors="replace"), "UTF-8", False
    return None


def _utf16_by_zeros(sample: bytes) -> str | None:
    """UTF-16 of Latin text without a mark: every other byte is zero."""
    half = len(sample) // 2
    if half < 2:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd * 10 >= half * 3 and even * 20 <= half:
        return "utf_16_le"
    if even * 10 >= half * 3 and odd * 20 <= half:
        return "utf_16_be"
    return None


def _declared(data: bytes, declared: str) -> tuple[str, str, bool] | None:
    if not declared:
        return None
    try:
        codec = codecs.lookup(declared).name
    except LookupError:
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


def _contest(data: bytes) -> tuple[str, str, bool]:
    sample = data[:_SAMPLE]
    scored: list[tuple[float, str, str, str]] = []
    for codec, name, script in _CANDIDATES:
        if codec.startswith("utf_16") and len(data) % 2:
            continue
        try:
            text = codecs.getincrementaldecoder(codec)("strict").decode(sample)
        except UnicodeDecodeError:
            continue
        # A near tie is Chinese: that is what lies on the PCs this program is for.
        scored.append((_SCORES[script](text) + (0.1 if codec == "gb18030" else 0.0), codec, name, text))
    scored.sort(key=lambda entry: -entry[0])
    if scored and scored[0][0] >= 0.3:
        best, codec, name, text = scored[0]
        rival = next((score for score, _, _, other in scored[1:] if other != text), -1.0)
        try:
            whole = codecs.getincrementaldecoder(codec)("strict").decode(data)
        except UnicodeDecodeError:
            return data.decode(codec, errors=_STEP_OVER), name, False
        if codec == "cp1252" and _is_hungarian(text):
            return data.decode("cp1250", errors="replace"), "Windows-1250", False
        sure = best >= 0.45 and best - rival >= 0.1 and _is_certain(codec, text, data)
        return whole, name, sure
    damaged = _damaged_multibyte(sample)
    if damaged is not None:
        return data.decode(damaged[0], errors=_STEP_OVER), damaged[1], False
    return _statistical(data)


def _is_certain(codec: str, text: str, data: bytes) -> bool:
    """Whether the winner of the contest has enough to show for itself; few letters fit by accident."""
    if codec == "cp1252":
        return _unmistaken_latin(data)
    if codec in ("cp1253", "cp1255", "cp1256"):
        return len({character for character in text if ord(character) > 127 and character.isalpha()}) >= 6
    return codec in ("gb18030", "cp950") or sum(1 for character in text if ord(character) > 127) >= 5


def _damaged_multibyte(sample: bytes) -> tuple[str, str] | None:
    """A Chinese file with some bad bytes decodes strictly as nothing; step over them and it still looks Chinese."""
    best, found = 0.35, None
    for codec, name, script in _CANDIDATES[:6]:
        score = _SCORES[script](sample.decode(codec, errors=_STEP_OVER))
        if score > best:
            best, found = score, (codec, name)
    return found


def _step_over(error: UnicodeError) -> tuple[str, int]:
    """Go on behind a bad byte where the text looks more ordinary: one byte too few or too many, and every character up to the
    next ASCII one would be wrong."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    data, script = error.object, next((script for codec, _, script in _CANDIDATES if codec == error.encoding), "chinese")

    def value(position: int) -> float:
        return _SCORES[script](data[position : position + 48].decode(error.encoding, errors="ignore"))

    return "\ufffd", max((error.start + 1, error.start + 2), key=value)


_STEP_OVER = "inkstone-step-over"
codecs.register_error(_STEP_OVER, _step_over)


def _unmistaken_latin(data: bytes) -> bool:
    """Whether the Central European and Turkish code pages would give the very same text."""
    high = bytes(byte for byte in range(128, 256) if byte in data)
    text = high.decode("cp1252", errors="replace")
    return all(high.decode(other, errors="replace") == text for other in ("cp1250", "cp1254")) or not any(
        character.isalpha() and character not in _LATIN for character in text
    )


def _is_hungarian(text: str) -> bool:
    letters = {character for character in text if ord(character) > 127 and character.isalpha()}
    return letters <= _HUNGARIAN and not letters.isdisjoint("õûÕÛ")


def _statistical(data: bytes) -> tuple[str, str, bool]:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE]).best()
    if best is not None:
        try:
            return data.decode(best.encoding), best.encoding, False
        except UnicodeDecodeError:
            pass
    return data.decode("cp1252", errors="replace"), "Windows-1252", False


# ---- how ordinary a text looks: about 1 for running text of that script, near 0 or below for the wrong decoding ----------


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


def _japanese(text: str) -> float:
    values = []
    for character in text:
        if character.isascii():
            continue
        if is_kana(character):
            values.append(1.0)
        elif _KANA_HALF_WIDTH.match(character):
            values.append(-0.1)  # half-width kana: what Chinese bytes turn into
        else:
            values.append(min(0.8, _chinese_value(character)))
    kana = sum(1 for value in values if value == 1.0)
    # Japanese without any kana does not happen in text of some length; kana alone decides against Chinese.
    return _mean(values) + 0.1 if kana * 8 >= len(values) > 0 else _mean(values) - 0.4


def _korean(text: str) -> float:
    values = []
    for character in text:
        if ord(character) <= 127:
            continue
        if character in _KOREAN:
            values.append(1.0)
        elif "가" <= character <= "힣":
            values.append(0.45)
        else:
            values.append(0.5 if character in _WIDE_MARKS else -0.4)
    return _mean(values)


def _russian(text: str) -> float:
    values, previous = [], " "
    for character in text:
        if ord(character) > 127:
            if character in _RUSSIAN and not (previous.isascii() and previous.isalpha()):
                values.append(1.0)
            elif previous.isascii() and previous.isalpha():
                values.append(-0.8)  # no word mixes Latin and Cyrillic letters
            elif "а" <= character <= "я" or character == "ё":
                values.append(0.6)
            elif "А" <= character <= "Я":
                values.append(-0.5 if previous.islower() else 0.6)
            else:
                values.append(0.3 if character in _TYPOGRAPHIC or character == "№" else -0.6)
        previous = character
    return _mean(values)


def _alphabetic(text: str, script: str) -> float:
    common, first, last = _ALPHABETS[script]
    values: list[float] = []
    for index, character in enumerate(text):
        before = text[index - 1 : index]
        if before in _FINAL and character.isalpha():
            values.append(-0.8)
        if ord(character) <= 127:
            continue
        if before.isascii() and before.isalpha():
            values.append(-0.8)
        elif first <= character <= last and character.isalpha():
            values.append(-0.5 if character.isupper() and before.islower() else 1.0 if character in common else 0.6)
        else:
            values.append(0.3 if character in _TYPOGRAPHIC else -0.6)
    return _mean(values)


def _latin(text: str) -> float:
    values, run = [], 0
    for index, character in enumerate(text):
        if ord(character) <= 127:
            run = 0
            continue
        run += 1
        beside = text[max(0, index - 1) : index] + text[index + 1 : index + 2]
        if run >= 3:
            values.append(-1.0)  # accents do not come in rows
        elif character in _TYPOGRAPHIC:
            values.append(0.8)
        elif character.isalpha() and any(other.isascii() and other.isalpha() for other in beside):
            values.append(1.0 if character in _LATIN else 0.5)
        else:
            values.append(-0.4)
    return _mean(values)


_SCORES: dict[str, Callable[[str], float]] = {
    "chinese": _chinese,
    "japanese": _japanese,
    "korean": _korean,
    "russian": _russian,
    "latin": _latin,
}
_SCORES.update({script: partial(_alphabetic, script=script) for script in _ALPHABETS})
