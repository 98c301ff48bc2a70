# SPDX-License-Identifier: Apache-2.0
"""Polarity of a text: negations counted, and words with an opposite.

Exchanging such a word would turn the meaning (前/后, 至少/最多, allow/forbid). Two texts that share their words say the same only if
both are negated an even or both an odd number of times: "must not be refused without a reason", "cannot say no without a reason".
By patterns, for folded text.
"""

from __future__ import annotations

import re

# Negations that only say how much: "no more than", 不少于. Read as at most and at least.
_AT_LEAST = re.compile(
    r"不(?:得|能|可|应)?(?:少于|低于|小于|早于)|至少|最少|最低|起码|\b(?:no|not) (?:less|fewer|earlier|sooner) than\b|\bat least\b|\bminimum\b|\bor more\b|\bat the earliest\b"
)
_AT_MOST = re.compile(
    r"不(?:得|能|可|应|准)?(?:超过|超出|高于|大于|多于|晚于|迟于)|至多|最多|最长|最高|最晚|最迟|上限|\b(?:no|not) (?:more|longer|later|higher|greater|larger) than\b|\bnot exceed\w*|\bat most\b|\bup to\b"
    r"|\bmaximum\b|\bor less\b|\bat the latest\b|\bcapped\b|\bnot above\b"
)
# Words that hold a negation and negate nothing.
_IDIOMS = re.compile(
    r"不同|不断|不仅|不但|不论|不管|不可抗力|不动产|不锈|不妨|差不多|无论|无线|无人机|无非|未来|未婚|非常|除非常|对不起|\bnot only\b|\bnot even\b|\bwhether or not\b|\bno\.|\bnot to mention\b|\bno doubt\b"
)
_NEGATION = re.compile(
    r"[不未无没勿莫禁拒](?:有)?|免(?![费疫])|非(?!洲)|别(?=[把在让用动碰])|除非|"
    r"\b(?:not|no|never|nobody|none|nothing|nor|neither|without|cannot|unless|hardly)\b|n['’]t\b|"
    r"\b(?:refus|reject|declin|prohibit|forbid|forbad|disallow|prevent)\w*|\bden(?:y|ies|ied)\b|\bturn(?:ed|s)? (?:\w+ )?down\b|\bbann?(?:ed|s)?\b"
)
_OPPOSITES = tuple(
    (re.compile(one), re.compile(other))
    for one, other in (
        (_AT_LEAST.pattern, _AT_MOST.pattern),
        (
            _AT_MOST.pattern,
            r"(?<![不未])(?<!不[得能可应准])(?:超过|超出|高于|大于|多于|晚于|迟于)|(?<!no )(?<!not )\b(?:more|longer|later) than\b",
        ),
        (
            _AT_LEAST.pattern,
            r"(?<![不未])(?<!不[得能可应])(?:少于|低于|小于|早于)|(?<!no )(?<!not )\b(?:less|fewer|earlier|sooner) than\b",
        ),
        (
            r"[日天月年期号点前束成]?(?:之前|以前)|[日天月年号点]前|\bbefore\b|\bprior to\b|\bahead of\b",
            r"之后|以后|[日天月年号点]后|\bafter\b|\bfollowing\b",
        ),
        (
            r"增加|提高|上涨|上调|增长|上浮|\bincreas|\brais|\bris(?:e|en|ing)|\bgrow|\bdoubl",
            r"减少|降低|下降|下调|下浮|减半|\bdecreas|\breduc|\blower|\bfall|\bhalv|\bcut\b",
        ),
        (
            r"推迟|延期|延后|延至|\bpostpon|\bdelay|\bput off\b|\bput back\b",
            r"提前到|提早|提前至|\bbrought forward|\bbring forward",
        ),
        (r"允许|准许|\ballow|\bpermitted\b", r"禁止|严禁|\bprohibit|\bforbid|\bbanned\b"),
        (r"包括|包含|含(?!量)|计入|\binclud", r"除外|不含|不包括|不计入|\bexclud|\bexcept|\bleav\w* out"),
        (r"购买|采购|买入|\bbuys?\b|\bbought\b|\bpurchas", r"出售|售出|卖出|\bsells?\b|\bsold\b"),
        (r"上午|早上|早晨|凌晨|\bmorning|\ba\.?m\b", r"下午|傍晚|晚上|夜里|\bafternoon|\bevening|\bp\.?m\b"),
        (r"夏季|夏天|\bsummer", r"冬季|冬天|\bwinter"),
        (r"出租人|房东|\blandlord|\blessor", r"承租人|租客|房客|\btenant|\blessee"),
        (r"甲方|买方|\bbuyer", r"乙方|卖方|\bseller|\bsupplier"),
        (r"同意|批准|通过|\bapprov|\baccept", r"驳回|否决|拒绝|\breject|\brefus|\bturned down"),
        (r"开放|开启|打开|\bopen", r"关闭|关上|停业|\bclos"),
        (r"男", r"女"),
        (r"东[门侧面区]|\beast", r"西[门侧面区]|\bwest"),
        (r"南[门侧面区]|\bsouth", r"北[门侧面区]|\bnorth"),
        (r"全额|全部|\bin full\b|\ball\b", r"半额|一半|减半|\bhalf\b"),
        (r"免费|不收费|\bfree of charge\b|\bfor free\b", r"收费|付费|\bfor a fee\b"),
        (r"有权", r"无权"),
        (r"左", r"右"),
        (r"\bleft[- ]hand|\bto the left", r"\bright[- ]hand|\bto the right"),
        (r"内部", r"外部"),
        (r"双面", r"单面"),
        (r"加急|紧急|\burgent", r"普通|\bordinary"),
        (r"\bfirst\b|首次|第一", r"\blast\b|最后"),
        (r"\bmust\b|必须|\brequired\b|\bmandatory\b|\bcompulsory\b", r"\bmay\b|可以|\boptional\b|\bvoluntary\b|自愿"),
        (r"\balways\b|始终|一律", r"\bsometimes\b|偶尔"),
    )
)
MODALS = re.compile(
    r"应当|应该|必须|可以|不得|不能|不可|需要|无需|无须|不必|不用|允许|准许|禁止|严禁|不准|不许|任何人|谁都|人人|所有人|大家|每个人|[应须需可能要得不未无没勿莫禁便也都就还才但且则将会予均]"
)
"""What says that something is so, and not what: left out where texts are compared by their words."""


_TO_WHOM = re.compile("[向对给把将被与和同从为因]")
_EXCEPTION = re.compile(r"除.*外|例外|\bexcept|\bapart from\b|\bsave for\b|\bother than\b")


def excepts(folded: str) -> bool:
    """Whether a clause names an exception, which is denied or allowed by the words around it."""
    return _EXCEPTION.search(folded) is not None


def negated(folded: str) -> bool:
    """Whether a clause is negated an odd number of times."""
    return len(_NEGATION.findall(_plain(folded))) % 2 == 1


def behind_negation(folded: str) -> str:
    """The text behind the first negation of a clause."""
    plain = _plain(folded)
    first = _NEGATION.search(plain)
    return plain[first.end() :] if first else ""


def begins_with_preposition(folded: str) -> bool:
    """Whether not what is denied comes first but to whom or from what: 不向公司透露."""
    return _TO_WHOM.match(folded) is not None


def _plain(folded: str) -> str:
    return _IDIOMS.sub(" ", _AT_MOST.sub(" ", _AT_LEAST.sub(" ", folded)))


def opposites(said: str, known: str, around: str) -> list[str]:
    """Words of ``said`` whose opposite is in ``known``; they themselves are neither there nor ``around`` it."""
    found = []
    for pair in _OPPOSITES:
        for one, other in (pair, pair[::-1]):
            mine = one.search(said)
            if mine and other.search(known) and not one.search(around) and not other.search(said):
                found.append(mine[0])
    return found
