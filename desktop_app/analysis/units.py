# SPDX-License-Identifier: Apache-2.0
"""Units of measure in Chinese and English, and their conversion.

A base and a factor: "2 weeks" and "14 days" are one duration, "30 days" and "30 working days" are two. Months and days do not
convert, and neither do currencies. Counting words (三份, 12 pieces) are no unit: the same figure is written with and without them.
"""

from __future__ import annotations

import re
from fractions import Fraction

TIME = frozenset({"second", "month", "workday"})
"""Bases of durations."""
RATIO = "ratio"

# base -> {factor: spellings}, as ``folding.fold`` leaves them. A trailing "s" of an English word is matched by itself.
_UNITS: dict[str, dict[str, str]] = {
    "second": {
        "1": "秒钟 秒 second sec",
        "60": "分钟 minute min",
        "3600": "小时 钟头 学时 hour hr",
        "86400": "自然日 日历天 天 日 day",
        "604800": "星期 礼拜 周 week",
        "1209600": "fortnight",
    },
    "month": {"1": "月 month", "3": "季度 quarter", "12": "周年 年 year"},
    "workday": {"1": "工作日 个工作天 working-day business-day workday weekday working~day business~day"},
    "night": {"1": "晚 夜 night"},
    "metre": {
        "0.001": "毫米 mm millimetre millimeter",
        "0.01": "厘米 公分 cm centimetre centimeter",
        "1": "米 公尺 m metre meter",
        "1000": "公里 千米 km kilometre kilometer",
        "1609.344": "英里 mile",
        "0.0254": "英寸 inch inches",
        "0.3048": "英尺 foot feet ft",
    },
    "gram": {
        "0.001": "毫克 mg milligram",
        "1": "克 g gram",
        "500": "斤",
        "1000": "公斤 千克 kg kilo kilogram",
        "1000000": "吨 tonne ton",
    },
    "litre": {"0.001": "毫升 ml millilitre milliliter", "1": "公升 升 l litre liter"},
    "square metre": {
        "1": "平方米 平米 m2 m² square~metre square~meter",
        "10000": "公顷 hectare",
        "666.666": "亩",
        "1000000": "平方公里 平方千米 km2 km² square~kilometre square~kilometer",
    },
    "degree": {"1": "摄氏度 °c 度 ° degree~celsius degrees~celsius degree celsius"},
    "fahrenheit": {"1": "华氏度 °f fahrenheit degrees~fahrenheit"},
    "yuan": {"1": "元人民币 元 块钱 块 圆 人民币 rmb cny yuan ¥", "0.1": "角 毛"},
    "dollar": {"1": "美元 美金 usd us-dollar dollar $"},
    "euro": {"1": "欧元 eur euro €"},
    "pound": {"1": "英镑 gbp pound £", "0.01": "便士 pence penny"},
    "hongkong dollar": {"1": "港元 港币 hkd"},
    "yen": {"1": "日元 日圆 jpy yen"},
    "franc": {"1": "瑞士法郎 法郎 chf franc"},
    "cent": {"1": "cent"},
    RATIO: {
        "0.01": "% 个百分点 百分点 percent per~cent pct percentage~point",
        "0.001": "‰ per~mille",
        "0.1": "成",
    },
    "times": {"1": "倍 times"},
    "byte": {"0.001": "kb", "1": "mb 兆字节 兆 megabyte", "1000": "gb 吉字节 gigabyte", "1000000": "tb terabyte"},
    "volt": {"1": "伏特 伏 v volt", "1000": "千伏 kv"},
    "ampere": {"1": "安培 a ampere amp", "0.001": "毫安 ma"},
    "watt": {"1": "瓦特 瓦 w watt", "1000": "千瓦 kw kilowatt"},
    "watt hour": {"1000": "千瓦时 kwh 度电"},
    "hertz": {"1": "赫兹 赫 hz hertz", "1000": "khz kilohertz", "1000000": "mhz megahertz"},
    "decibel": {"1": "分贝 db decibel"},
    "pascal": {"1": "帕斯卡 帕 pa pascal", "1000": "千帕 kpa", "1000000": "兆帕 mpa", "100000": "巴 bar"},
    "newton": {"1": "牛顿 牛 newton"},
}
_FACTORS = {
    spelling.replace("~", " "): (base, Fraction(factor))
    for base, factors in _UNITS.items()
    for factor, listed in factors.items()
    for spelling in listed.split()
}
_CHINESE = sorted((name for name in _FACTORS if not name[0].isascii()), key=len, reverse=True)
_LATIN = sorted((name for name in _FACTORS if name[0].isascii() and name[0].isalpha()), key=len, reverse=True)

_CODES = "usd|eur|gbp|cny|rmb|chf|hkd|jpy"
# 星期五 and 周五 are days, 年级 and 日常 are words; 个 is written before many units.
_AFTER = re.compile(
    rf"[ -]?(?:余|多|来)?(?:个半?|整)?(?:(?P<zh>{'|'.join(_CHINESE)})(?!(?<=星期)[一二三四五六日天末]|(?<=周)[一二三四五六日天末](?!次)|(?<=礼拜)[一二三四五六日天]"
    rf"|(?<=年)(?:级|龄|休|假)|(?<=天)花|(?<=[日月])[历常]|(?<=块)儿|(?<=度)假|(?<=成)(?:功|立|为|本|果|员)|(?<=元)(?:件|素|旦))"
    rf"|(?P<sign>[%‰°℃$€£¥])"
    rf"|(?:(?:paid|full|further|more|extra|additional|consecutive|whole|calendar|natural|unused|straight|complete|of) )?(?P<en>{'|'.join(_LATIN)})s?(?![a-z\d]))"
)
BEFORE = rf"(?:(?P<money>[$€£¥]|\b(?:{_CODES})) ?)?"
"""A currency that is written before its figure, for patterns."""


def after(text: str, place: int) -> tuple[str, Fraction, int]:
    """The unit that begins at ``place`` behind a figure: base, factor, and where it ends; "" for none."""
    match = _AFTER.match(text, place)
    if match is None:
        return "", Fraction(1), place
    return *_FACTORS[match["zh"] or match["sign"] or match["en"]], match.end()


def of(name: str) -> tuple[str, Fraction]:
    """Base and factor of a unit by its name."""
    return _FACTORS[name]


NAMES_OF_TIME = "|".join(
    sorted((n for n in _FACTORS if _FACTORS[n][0] in TIME | {"night"} and len(n) > 2 and n[0].isascii()), key=len, reverse=True)
)
"""English units of time, for patterns ("a week", "per night")."""
NAMES_OF_MEASURE = "|".join(
    sorted(
        (n for n in _FACTORS if _FACTORS[n][0] in {"metre", "gram", "litre"} and len(n) > 2 and n[0].isascii()),
        key=len,
        reverse=True,
    )
)
