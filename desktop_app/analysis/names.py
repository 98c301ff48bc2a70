# SPDX-License-Identifier: Apache-2.0
"""Names of people, firms and places in a text, recognised by spelling.

By capitals, surnames beside a post, 厂 and 中心, names in 《》 and “”. No model and no list of names: a name that a writer exchanged
is noticed, an unusual one without any of these signs is not.
"""

from __future__ import annotations

import re

from desktop_app.analysis.script import HAN_BASIC

_LETTER = "A-Za-zÀ-ɏ"
_WORD = f"[A-ZÀ-ÞŽŠČ][{_LETTER}'’&-]*"
_CAPITALS = re.compile(
    rf"(?<![{_LETTER}\d_'’@./-])(?:(?:Mr|Ms|Mrs|Dr|Prof)\.? )?{_WORD}(?: (?:of |de |van |von |the )?{_WORD})*(?![{_LETTER}\d_])(?!-?\d)"
)  # one with figures is a code
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\n•*-])[\s\"'“‘(*_]*$")
# Capitals that name nobody; months and weekdays are facts of their own.
_NO_NAMES = frozenset(
    "i i'm i've i'll i'd a an the yes no ok okay mr ms mrs dr prof monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays "
    "fridays saturdays sundays january february march april may june july august september october november december pdf note answer question".split()
)
SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚"
    "汤陶黎温莫易樊乔文安殷颜庄章鲁倪庞邢俞翟蓝聂齐向申葛柴伍覃骆关焦柳欧祝纪尚毕耿芦左季管符辛苗詹曲房臧卞靳祁戚裴简明连穆亭尤柏蔺磐木闻岑凌霍宁盛"
)
_POST = (
    r"经理|主任|总监|部长|主管|组长|专员|秘书|会计|出纳|律师|医生|工程师|院长|所长|校长|处长|科长|局长|董事长|董事|班长|站长|店长|助理|联系人|负责人|"
    r"收货人|经办人|记录人?|主持人?|老师|师傅|代表|质量|研发|采购|市场|仓库|[^全内外本各]部的?"
)
_PERSON = re.compile(
    rf"(?:(?:{_POST})[是为：: ]{{0,2}}|[由向找问请])(?P<after>[{SURNAMES}][{HAN_BASIC}]{{1,2}}?)(?=$|[^{HAN_BASIC}]|说|提|点|批|签|审|管|办|联|负|和|与|的|查|申|领|牵|协|先|女|担|汇|报|通|会|也|在|同|将|要|处|了|表|认)"
    rf"|(?:^|[，。；、：“ ])(?P<before>[{SURNAMES}][{HAN_BASIC}]{{1,2}}?)(?=先生|女士|经理|主任|总监|部长|老师|师傅|说|负责|担任|主持|批准|签字|认为|提出|通报|汇报)"
)
_PLACE_END = r"厂|社|店|中心|学院|大学|医院|银行|总部|有限公司|分公司|集团|事务所|研究所|俱乐部|工作室|酒店|大厦|门诊部|委员会|分行|支行|物流|实验室|餐饮坊"
_CITIES = (
    "北京|上海|广州|深圳|天津|重庆|杭州|南京|苏州|成都|武汉|西安|长沙|郑州|青岛|大连|宁波|厦门|济南|沈阳|哈尔滨|长春|合肥|福州|昆明|贵阳|南昌|南宁|太原|兰州|海口|无锡|佛山|东莞|温州|香港|澳门|台北|"
    "伦敦|巴黎|柏林|纽约|东京|新加坡|浙江|江苏|广东|山东|四川|河南|河北|湖北|湖南|福建|安徽|江西|辽宁|陕西|云南"
)
_PLACE = re.compile(rf"(?:{_CITIES})|(?P<name>[{HAN_BASIC}]{{2,8}}?)(?:{_PLACE_END})(?![{HAN_BASIC}]{{0,1}}(?:内|部门))")
_QUOTED = re.compile(r"[“「『《\"](?P<name>[^“”「」『』《》\"\n]{2,20})[”」』》\"]")
_CUT = re.compile(r".*[由从在向到找请的了叫去往将把对让被跟各本该每要须是]")
_OFFICE = re.compile(
    rf"(?P<which>[{HAN_BASIC}]{{2,4}})(?P<kind>负责人|经理|主管|总监|专员|主任|会计|委员会|(?<![内外全各上下局大底头顶中])部(?!门|分|署)|科(?!技|学)|处(?!理)|岗|组)"
)


def latin(text: str) -> list[tuple[str, int, int]]:
    """Names in capitals, with their places; a lone capital word that begins a sentence is none."""
    found = []
    for match in _CAPITALS.finditer(text):
        start, end = match.span()
        words = match[0].split()
        first = _SENTENCE_START.search(text, max(0, start - 12), start) is not None
        if first and len(words) > 1 and not _is_capital_pair(words):
            start += len(words[0]) + 1
            words = words[1:]
        elif first and len(words) == 1 and not words[0][1:2].isupper():
            continue
        while words and words[0].lower() in _NO_NAMES:
            start += len(words[0]) + 1
            words = words[1:]
        while words and words[-1].lower() in _NO_NAMES:
            end -= len(words[-1]) + 1
            words = words[:-1]
        if words:
            found.append((text[start:end], start, end))
    return found


def offices(text: str) -> list[tuple[str, str]]:
    """Posts and departments of a Chinese text: which one, and what kind of office it is (财务, 部)."""
    found = []
    for match in _OFFICE.finditer(text):
        which = _CUT.sub("", match["which"])[-2:]
        if len(which) == 2:
            found.append((which, match["kind"]))
    return found


def _is_capital_pair(words: list[str]) -> bool:
    """Whether a sentence's first word belongs to the name behind it: "Tobias Finch", not "The Director", "If Maren"."""
    return words[0].lower() not in _NO_NAMES and len(words[0]) > 3 and words[0].lower() not in _STARTERS


_STARTERS = frozenset(
    "after before when where while with without from into under over since until unless because although though then there their these those this that they "
    "according under during please contact call email both each every either neither some many most only also however therefore what which who your every only".split()
)


def chinese(text: str) -> list[tuple[str, int, int]]:
    """Names of persons beside a post, of firms and places by their last word, and whatever is in quotes."""
    found = [
        (match["after"] or match["before"], *match.span("after" if match["after"] else "before"))
        for match in _PERSON.finditer(text)
    ]
    found += [(match["name"], *match.span("name")) for match in _QUOTED.finditer(text)]
    for match in _PLACE.finditer(text):
        start, end = match.span()
        if match["name"] and (cut := _CUT.match(match["name"])):
            start += cut.end()
        if end - start >= 4 or not match["name"]:
            found.append((text[start:end], start, end))
    return found
