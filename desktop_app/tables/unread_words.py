# SPDX-License-Identifier: Apache-2.0
"""What a question says that has no meaning in a table.

A name that the table does not know, a thing that none of its columns measures: what is computed without them answers another question. Of
first questions and of follow-ups alike.
"""

from __future__ import annotations

import re

from desktop_app.analysis.names import SURNAMES
from desktop_app.analysis.numerals import EVERYDAY
from desktop_app.analysis.script import HAN
from desktop_app.contract import form as forms
from desktop_app.contract.form import Form
from desktop_app.contract.typed_table import CODE, TEXT
from desktop_app.tables.conditions import ConditionReader, base_unit
from desktop_app.tables.question_reading import LITTLE_WORDS

_LITTLE = re.compile(
    r"的|了|是|在|与|和|或|为|里|中|内|有|这|那|我|您|你|请|帮|把|被|由|从|到|于|对|将|就|都|也|还|又|则|吗|呢|吧|啊|、|其|以|及|等|相比|比较|比|之间|期间|写|给出|写出|保留[一二两三四]?位?小数|位小数|"
    r"计算|统计|全部|所有|多少|怎么|请问|查询|查一下|告诉|一下|含|不|数据|表|记录|时|需要|负责|分列|叫什么|什么|情况|单笔|单次|一笔|一次|一趟|一张|花了|花费|账户|名下|钱|结果|显示|按|元|年"
)

_NO_NAMES = frozenset("i vat po id hr it us uk eu q1 q2 q3 q4 h1 h2 jan feb mar apr may jun jul aug sep oct nov dec".split())
_OFFICE = re.compile(rf"(?P<name>[{HAN}]{{2,6}}?)(?:分公司|公司|(?<!全)部(?!门|分)|分行|支行|工厂|科室|学院|医院|门店)")
_STRANGER = re.compile(rf"(?<![{HAN}])[{SURNAMES}][{HAN}]{{2}}(?![{HAN}])|\d{{3,}}(?![\d年月日元])")
_NAMED_BY_MONTH = re.compile(f"[{EVERYDAY}]{{1,2}}月[{HAN}]")
_LETTER = re.compile(rf"(?<=[{HAN}])[a-z]")
_MEASURED_BEFORE = re.compile(r"(?:平均|最[高低大小](?:的)?|(?<!一)(?<!汇)总)$")
_ADDED_BEHIND = re.compile(r"分别|合计|共计|总计")
_LEFT_OUT = re.compile(r"的(?!不计|不算|除外)")
_DONE = re.compile(
    r"登记|签订|签署|借出|发生|产生|提交|报销|入库|出库|下单|采购|购买|销售|完成|审批|到期|生效|检定|开具|支付|收到|发出|维修|处理|经办|录入|办理|申请"
    r"|新增|入职|离职|领用|交付|运输|付款|收款|使用|参加|负责|进行|消耗|举办|预订|缴纳|开出|记录|出具|送检|维护|赔付|立案|结案"
)
"""What is done with the things of a table; it names none of them."""
_MEASURED_BEHIND = re.compile(r"(?:分别|各是|各为|是|为|一共|总共|合计|共|总计|有?多少|最)")


class UnreadWords(ConditionReader):
    """Looks at the letters that were not read."""

    def _names_a_stranger(self) -> bool:
        """Whether the question names somebody or something that this table does not know: a code, a name in capitals, a department. What is
        computed without them would be the answer to another question."""
        for word in self._asked.words:
            if any(self._known[word.start : word.end]) or word.stem in LITTLE_WORDS:
                continue
            text = self._text[word.start : word.end]
            first = self._asked.question[self._asked.places[word.start][0]]
            is_code = any(map(str.isdigit, text)) and any(map(str.isalpha, text))
            before = self._text[: word.start].rstrip(" \"'(“")
            begins = not before or before[-1] in ".?!。？！:："
            if is_code or (first.isupper() and not begins and text not in _NO_NAMES and not base_unit(word.stem)):
                return True
        if any(_LETTER.match(self._text, value.end) and not self._known[value.end] for value in self._values):
            return True  # 水泵 of 水泵A
        unknown = self._unknown()
        if any(unknown[value.start : value.end].strip() and value.end - value.start == 1 for value in self._passed):
            return True  # 茶 of "茶卖了多少件"
        without_verbs = _DONE.sub(lambda match: " " * len(match[0]), unknown)
        if not self._conditions and self._says_which(without_verbs):
            return True
        if any(
            _NAMED_BY_MONTH.fullmatch(self._text[one.start : one.end] + without_verbs[one.end :][:1])
            for one in self._asked.periods
        ):
            return True  # 五月艾 is a plant
        offices = (match.span("name") for match in _OFFICE.finditer(self._text))
        return _STRANGER.search(unknown) is not None or any(
            re.search(f"[{HAN}]{{2}}", unknown[start:end]) for start, end in offices
        )

    def _unknown(self) -> str:
        """The question with blanks for what was read and for little words."""
        unknown = "".join(" " if known else character for known, character in zip(self._known, self._text, strict=True))
        return _LITTLE.sub(lambda match: " " * len(match[0]), unknown)

    def _measures_a_stranger(self, form: Form) -> bool:
        """Whether a word stands where the column of the figure would, and names none: "各部门的奖金分别是多少", "the average bonus"."""
        if form.measure not in (forms.SUM, forms.AVERAGE, forms.MAX, forms.MIN, forms.VALUE) or not form.column:
            return False
        used = {number for slot in self._slots if slot.used for number in slot.options}
        if any(self._columns[number].name == form.column for number in used):
            return False
        for match in re.finditer(f"[{HAN}]{{2,}}", self._unknown()):
            before, behind = self._text[: match.start()], self._text[match.end() :]
            if _MEASURED_BEFORE.search(before) or (before.endswith("的") and _MEASURED_BEHIND.match(behind)):
                return True
            if _ADDED_BEHIND.match(behind) and not _DONE.search(match[0]):
                return True
        behind_measure = {sign.end + 1 for sign in self._signs if sign.what in (forms.SUM, forms.AVERAGE)}
        return any(
            word.start in behind_measure and not any(self._known[word.start : word.end]) and word.stem not in LITTLE_WORDS
            for word in self._asked.words
        )

    def _says_which(self, unknown: str) -> bool:
        """Whether unread letters say which rows are meant, before "的" or the name of a column: "张伟的订单", "东北地区", "三车间"."""
        names = {slot.start for slot in self._slots if self._of_kind(slot, (TEXT, CODE)) and slot.score >= 0.85}
        return any(
            _LEFT_OUT.match(self._text, match.end()) is not None or match.end() in names
            for match in re.finditer(
                f"[{HAN}]{{2,}}|^[{HAN}](?![{HAN}])|(?<![{HAN}第])[一二三四五六七八九十](?![{HAN}])", unknown
            )
            if (match.end() - match.start() > 1 or match.start() == 0 or match.end() in names)
            and not re.search(r"[两二三四五六七八九十][个家名种份]", self._text[: match.end()][-4:])
            and not re.search(r"(?:全部|所有|每[个家种]|各)$", self._text[: match.start()])
        )

    def _name_table(self) -> None:
        """Words of the question that name the file, the sheet or the title."""
        named = self._view.named
        sheet = self._view.sheet
        if len(sheet) > 1 and (places := self._asked.find(sheet)):
            self._know(*places[0])
            self._points += 2
        for word in self._asked.words:
            if word.stem in self._view.name_stems and word.stem not in LITTLE_WORDS:
                self._know(word.start, word.end)
                self._points += 1
        for match in re.finditer(f"[{HAN}]{{2,}}", self._text):
            run, at = match[0], 0
            while at < len(run) - 1:
                length = next((n for n in range(len(run) - at, 1, -1) if run[at : at + n] in named), 0)
                if length:
                    self._know(match.start() + at, match.start() + at + length)
                    self._points += 0.5 * length
                at += max(length, 1)

    def _left(self) -> float:
        """The share of the question's letters that have no meaning here and are no little words."""
        text = "".join(" " if self._known[at] else character for at, character in enumerate(self._text))
        han = _LITTLE.sub(" ", text)
        left = float(len(re.findall(f"[{HAN}]", han)))
        whole = float(len(re.findall(f"[{HAN}]", self._text)))
        for word in self._asked.words:
            weight = 2.5
            if word.stem in LITTLE_WORDS or self._text[word.start : word.end] in LITTLE_WORDS:
                continue
            whole += weight
            if not any(self._known[word.start : word.end]):
                left += weight
        return left / whole if whole else 0.0
