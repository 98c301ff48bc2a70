# SPDX-License-Identifier: Apache-2.0
"""Rules for how a Chinese question leans on earlier turns."""

from __future__ import annotations

import re

from desktop_app.analysis import question_words
from desktop_app.analysis.folding import fold
from desktop_app.analysis.leaning.leaning_kinds import ALONE, BARE, POINTS, PUNCTUATION, REPLY, SHIFT, WHICH, WHY
from desktop_app.analysis.script import HAN

_FEW = 3  # characters beside 哪家 that name something
_SHORT = 4  # characters beside 也 or 还

ASKS = "为什么|为何|为啥|什么|怎么|怎样|如何|多少|多久|多长|多大|多高|多远|多快|几|哪|谁|何时|何[地处而]|何人|因何|是否|是不是|能不能|可不可以|有没有|能否|可否|吗"
YES_OR_NO = re.compile(
    r"(?:对的?|是的?|嗯+|好的?|行|没错|正是|当然|可以|要的?|需要|不|不是|不要|不用|不对)(?:啊|呀|吧|了)?(?:[，,。.！!、；; ]+|$)"
)
# 那 that begins a sentence; 那不勒斯 and 那曲 are towns.
JOINING = re.compile(
    r"(?:那么|那|那要是|而|还有|另外|再问一下|再问|顺便问一下|顺便|换成|改成|换作|如果是|要是)(?!不勒斯|曲)[，, ]?"
)
_AND_ALONE = re.compile(r"(?:那么?(?!不勒斯|曲|达慕)|(?:还有|另外)(?=[，, ]|[^多少几什么怎哪谁吗]*$)|换成|改成|换作)")
HOW_ABOUT = re.compile(r"([^，,？?]+)呢(?=[，,？? ]|$)")
_IT = re.compile(rf"它们?|(?<![及尤极与])其(?=[{HAN}])(?![他它中余实次间后])")
_PERSON = re.compile(r"(?<!其)[他她](?:们)?(?!人|国|乡|处|用|项|方)")
_PEOPLE = re.compile(r"人|员|者|客户|经理|主管|同事|老板|司机|访客|家属|配偶|子女|学生|老师|先生|女士|方|生")
PRONOUN = re.compile(r"[它他她]们?|[这那]|前者|后者|上述|[两二]者")
_TIME = r"(?:个?(?:月|季度|星期|礼拜)|周|年|几[天年]|天|时候|期间)"
_THIS = re.compile(
    rf"这(?!{_TIME})|(?<!刹)那(?!不勒斯|曲|{_TIME})(?=[个种些份条项笔家台间套类次位样里儿边])|上述|以上(?=的|[^\d]*(?:条|项|种|规定|内容))|(?:上面|前面|刚才|刚刚)(?:的|那|这|说|提)|"
    r"前者|后者|同上|此(?:项|条|款|类|种|合同|协议|文件|规定|费用)|(?<![应须])该(?=合同|协议|文件|公司|项目|产品|设备|规定|办法|制度|部门|员工|会议|岗位|客户|供应商|方案|报告|条|款|项|费用)"
)
_WHICH = re.compile(
    r"(?:^|[，,])(?:那么?)?(?:这|那)?(?:两|二|三|几|其中)?(?:者|个|种|样|家|份|台|项)?(?:里|中|之间|当中)?[，,]?(?:到底)?(?:是)?"
    r"哪(?:一)?(?:个|种|样|家|份|台|项|款|方|边)?(?:更|最|比较|贵|便宜|多|高|大|长|快|早|晚|好|划算|省|重|[^，,？?和与跟或]{0,8}更)"
)
_OF_SOME = re.compile(r"[这那两二三其]")
_BOTH = re.compile(r"两者|二者|(?:这|那)(?:两|几)(?!天|年|周|个月)")
_OR = re.compile(r"和|与|跟|还是|或者?|、")
_ALSO = re.compile(r"(?:[也又再]|还(?![款车价书贷债清钱本息原租给]))(?![名叫称被]|有(?:多少|几))")
_REASON = re.compile(
    r"(?:那么?)?(?:这(?:是|又是)?)?(?:为什么|为何|为啥|凭什么|怎么会|什么原因|原因(?:是什么|呢|何在)?|有什么(?:原因|理由|道理))(?:呢|啊)?"
)
_SO = re.compile(r"[这那]么|会|要|能|是|不|没有?|都|就|才|有|更|还|又|得|这样|那样|如此")
_HEADLESS = re.compile(r"[^，,。？?的]{1,6}的(?=[，,？?]|怎么|怎样|如何|多少|什么时候|要多少|能不能|可以吗)")
_IF_DONE = re.compile(r"(?:要是|如果|假如|万一|倘若|若)[^，,]{1,8}[，,]")
# Verbs and words about a thing that they do not name: who only says these has no subject. Longest first.
_LIGHT = (
    "什么时候开始|开始|结束|生效|到期|起算|算起|计算|计算起|申请|办理|批准|审批|负责|联系|处理|提前|通知|提交|登记|预约|取消|终止|续签|延长|延期|支付|缴纳|退还|归还|"
    "规定|要求|执行|适用|例外|限制|最多|最少|最晚|最早|至少|一共|总共|大概|左右|必须|可以|允许|需要|应该|应当|不能|一样|不同|区别|具体|详细|情况|之后|以后|之前|以前|"
    "时候|时间|多长|地方|人|钱|元|天|日|月|年|周|次|倍|号|级|从|到|在|由|向|找|给|让|被|把|对|按|用|以|于|为|是|有|没有|没|不|算|付|退|交|收|批|办|填|领|签|盖|赔|罚|扣|"
    "涨|降|换|修|选|买|卖|租|借|还|够|行|急|贵|便宜|短|慢|快|早|晚|高|低|说|写|看|查|会|能|要|须|得|该|就|才|都|又|再|也|最|更|很|太|多|少|长|久|起|止|了|的|地|着|过|吧|啊|呀|嘛|一|个|条|项|份|种|"
    "那么|那|而且|并且|而|且|请问|我|你|您|我们|你们|如果|要是|的话|这样|那样|话"
)
_LIGHT_PATTERN = re.compile("|".join(sorted(_LIGHT.split("|"), key=len, reverse=True)))
_CLAUSE = re.compile(
    r".*(?:[，,；;]|的话|[之以][后前]|(?<=[了完过职任期束效满])[后前]|时候|(?<![同及按临准届])时(?![间长])|[和与跟及](?=[他她]))"
)
_NAMED_BEFORE = re.compile(r".*[^么问在对于按照据如果把被将和与跟的，,。；;：:](?=[这那])")


def leaning(text: str) -> str:
    """The kind, for a question in Chinese whose quotations were replaced by a name."""
    question = text.strip(PUNCTUATION)
    if YES_OR_NO.match(text.strip()):
        return REPLY
    if (why := _REASON.match(question)) and not _named(_SO.sub("", question[why.end() :])):
        return WHY
    if _BOTH.search(question) or _which_of_those(question):
        return WHICH
    about = HOW_ABOUT.search(question)
    if about and not re.search(ASKS, about[1]):
        return SHIFT
    if _points(question):
        return POINTS
    if _AND_ALONE.match(question):
        return SHIFT if not re.search(ASKS, question) else POINTS
    rest = _named(question)
    if re.search(ASKS, question):
        if not rest or (_ALSO.search(question) and len(rest) <= _SHORT):
            return POINTS
        return BARE if len(rest) == 1 or _HEADLESS.match(question) or _IF_DONE.match(question) else ALONE
    fragment = len(rest) <= 2 * _SHORT and "，" not in question and question[-1:] not in "是为"
    return BARE if fragment else ALONE


def _which_of_those(question: str) -> bool:
    """哪个更贵 of the things spoken of; not 哪家供应商更便宜, which says of what."""
    which = _WHICH.search(question)
    if which is None or _OR.search(question):
        return False
    return bool(_OF_SOME.search(which[0])) or len(_named(which[0])) < _FEW


def _points(question: str) -> bool:
    """Whether a pronoun of the question means nothing that the question itself names."""
    this = _THIS.search(question)
    if this is not None:
        # "闻溪这个名字": the word right before it is what it means
        return _NAMED_BEFORE.match(question[: this.end()]) is None or len(_named(question[: this.start()])) < 2
    thing, person = _IT.search(question), _PERSON.search(question)
    if thing is not None:
        before = _CLAUSE.match(question[: thing.start()])
        return before is None or not _named(before[0])
    if person is None:
        return False
    before = _CLAUSE.match(question[: person.start()])
    return not _PEOPLE.search(question[: person.start()]) and (before is None or not _named(before[0]))


def _named(question: str) -> str:
    """The Chinese characters (and words in other letters) of a question that name something, after all that only asks."""
    return "".join(named_parts(question).split()).strip(PUNCTUATION)


def named_parts(question: str) -> str:
    """A question without the words that only ask, join or are light; spaces between what is left."""
    return _LIGHT_PATTERN.sub(" ", question_words.without(re.sub(ASKS, " ", fold(question))))
