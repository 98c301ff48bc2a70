# SPDX-License-Identifier: Apache-2.0
"""How a question depends on earlier turns: pronouns, ellipsis, bare words.

A question leans when it points at something that it does not name ("它什么时候退？", "Which of the two costs more?") or leaves out what
it asks ("那实习生呢？", "And for lunch?", "Why?"). One that names its own subject does not, even where it holds a pronoun: in "How
often do employees change their password?" and "员工离职后他的电脑怎么处理？" the pronoun means a word of the question itself. When in doubt a
question is independent: what is taken for leaning is searched for in other words, and a complete question must not be.

Other languages have no rules here; their questions are independent.
"""

from __future__ import annotations

import re

from desktop_app.analysis import question_words
from desktop_app.analysis.folding import fold
from desktop_app.analysis.language import asked_in
from desktop_app.analysis.script import HAN

ALONE, SHIFT, POINTS, WHY, WHICH, REPLY, BARE = "", "shift", "points", "why", "which", "reply", "bare"
"""Independent; the same question of another thing; names its subject by a pronoun, or not at all; asks for the reason of what was
said; which of several things that were named; says yes or no to what was asked back; names a thing and asks nothing."""

_FEW = 3  # words after "what if" that make no question of its own; characters beside 哪家 that name something
_SHORT = 4  # beside 也 or 还
_WORDS = 4  # of an English fragment
_WHOLE = 3  # words after "what about" that say all by themselves when there are more
_FULL = 7  # words with "too" at the end
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|《[^》]*》|「[^」]*」")
_PUNCTUATION = " \t\n?？!！。.,，、;；:：…~～"

# ---- Chinese --------------------------------------------------------------------------------------------------------

_ASKS = "为什么|为何|为啥|什么|怎么|怎样|如何|多少|多久|多长|多大|多高|多远|多快|几|哪|谁|何时|何[地处而]|何人|因何|是否|是不是|能不能|可不可以|有没有|能否|可否|吗"
_REPLY = re.compile(
    r"(?:对的?|是的?|嗯+|好的?|行|没错|正是|当然|可以|要的?|需要|不|不是|不要|不用|不对)(?:啊|呀|吧|了)?(?:[，,。.！!、；; ]+|$)"
)
# 那 that begins a sentence; 那不勒斯 and 那曲 are towns.
_AND = re.compile(
    r"(?:那么|那|那要是|而|还有|另外|再问一下|再问|顺便问一下|顺便|换成|改成|换作|如果是|要是)(?!不勒斯|曲)[，, ]?"
)
_AND_ALONE = re.compile(r"(?:那么?(?!不勒斯|曲|达慕)|(?:还有|另外)(?=[，, ]|[^多少几什么怎哪谁吗]*$)|换成|改成|换作)")
_HOW_ABOUT = re.compile(r"([^，,？?]+)呢(?=[，,？? ]|$)")
_IT = re.compile(rf"它们?|(?<![及尤极与])其(?=[{HAN}])(?![他它中余实次间后])")
_PERSON = re.compile(r"(?<!其)[他她](?:们)?(?!人|国|乡|处|用|项|方)")
_PEOPLE = re.compile(r"人|员|者|客户|经理|主管|同事|老板|司机|访客|家属|配偶|子女|学生|老师|先生|女士|方|生")
_PRONOUN = re.compile(r"[它他她]们?|[这那]|前者|后者|上述|[两二]者")
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


def _chinese(text: str) -> str:
    question = text.strip(_PUNCTUATION)
    if _REPLY.match(text.strip()):
        return REPLY
    if (why := _REASON.match(question)) and not _named(_SO.sub("", question[why.end() :])):
        return WHY
    if _BOTH.search(question) or _which_of_those(question):
        return WHICH
    about = _HOW_ABOUT.search(question)
    if about and not re.search(_ASKS, about[1]):
        return SHIFT
    if _points(question):
        return POINTS
    if _AND_ALONE.match(question):
        return SHIFT if not re.search(_ASKS, question) else POINTS
    rest = _named(question)
    if re.search(_ASKS, question):
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
    return "".join(_named_parts(question).split()).strip(_PUNCTUATION)


def _named_parts(question: str) -> str:
    return _LIGHT_PATTERN.sub(" ", question_words.without(re.sub(_ASKS, " ", fold(question))))


# ---- English --------------------------------------------------------------------------------------------------------

_YES = re.compile(
    r"(?!yes or no\b)(?:yes|yeah|yep|yup|sure|ok|okay|right|correct|exactly|please(?: do)?|no|nope|not really)(?:,? (?:please|thanks|thank you))?(?:[,.!;:–-]+ *|(?<=yes) |(?<=yeah) |(?<=yep) |$)"
)
_START = re.compile(
    r"(?:and|but|so|or|then|also|plus)\b[, ]+(?:then\b[, ]+)?|(?:what|how) about\b|what if\b|(?:the )?same (?:for|with)\b|and\b"
)
_ABOUT = re.compile(r"(?:and |but |so )?(?:(?:what|how) about|what of|(?:the )?same (?:for|with))\b")
_VERB = re.compile(
    r"\b(?:is|are|was|were|am|be|do|does|did|can|could|may|might|must|shall|should|will|would|has|have|had|isn't|aren't|don't|doesn't|can't)\b"
)
_ASKING = re.compile(r"\b(?:what|which|who|whom|whose|when|where|why|how)\b")
_NAME = re.compile(r"(?<=[\w,] )[A-Z][a-z]+")
_BREAK = re.compile(
    r",|;|(?<!have )(?<!has )(?<!need )(?<!needs )(?<!able )(?<!going )(?<!had )(?<!allowed )\bto\b|\b(?:when|if|before|after|once|until|till|unless|while|because|although|and|that|who|which|as soon as)\b"
)
_THEM = re.compile(r"\b(?:it|they|them|he|him|she|itself|themselves)\b")
_THEIR = re.compile(r"\b(?:its|their|theirs|his|her|hers)\b")
_NO_SUBJECT = re.compile(
    r"\b(?:is|was|does|did|will|would|can|could|should|if|makes?|find) it\b(?: \w+){0,3}? (?:to|that|for|allowed|possible|permitted|necessary|required|"
    r"forbidden|ok|okay)\b(?! be\b)|\bit (?:take|takes|cost|costs) to\b"
)
_PLURAL = re.compile(
    r"\b(?!(?:this|his|its|was|is|has|does|business|always|yes)\b)[a-z]{3,}s\b|\b(?:staff|people|everyone|everybody|anyone|each|every)\b"
)
_SOMEBODY = re.compile(
    r"\b(?:employee|manager|tenant|landlord|customer|supplier|visitor|contractor|intern|person|someone|anyone|everyone|driver|guest|worker|colleague|"
    r"member|director|applicant|owner|buyer|seller|patient|student|teacher|user)s?\b"
)
_THAT = re.compile(
    r"(?:^|\b(?:is|are|was|were|do|does|did|can|could|will|would|should|must|about|for|of|in|on|at|after|before|if|why|than|to|by|with|from|and|but|like|until) )"
    r"that\b(?! (?:the|a|an|our|my|your|of)\b)"
)
_THESE = re.compile(
    r"\bthis\b(?! (?:year|month|week|quarter|morning|afternoon|evening|summer|winter|spring|autumn|season|time|century|company|office|building|library|folder)\b)|\b(?:these|those)\b(?! (?:who|that|which|days)\b)"
)
_THERE = re.compile(
    r"(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )(?<!will )\bthere\b(?! (?:is|are|was|were|be|will|a|an|any)\b)"
)
_ONES = re.compile(
    r"\bones\b|\b(?:which|that|this|other|another|last|next) one\b|\bone$|\bsuch (?:a|an|cases?|things?|claims?)\b"
)
_AS_WELL = re.compile(r"\b(?:too|as well|instead|otherwise|in that case|either)$")
_TWO = re.compile(
    r"(?:which|who|what)(?: one)? of (?:them|these|those|both)\b|\bthe (?:former|latter)(?=$|[,?]| (?:is|are|was|were|do|does|did|has|have|can|must|may)\b)|"
    r"\bthe other(?: one)?$|\bboth$|\bboth of (?:them|these|those)\b|\bthe two$"
)
_OF_TWO = re.compile(r"(?:which|who|what)(?: one)? of (?:the|these|those) (?:two|three|four)\b ?")
_MORE = re.compile(
    r"which (?:one )?(?:is|are|was|were|has|have|costs?|takes?|lasts?|gets?|pays?|comes?|needs?|did|do|does|should|would)\b"
)
_COMPARED = re.compile(r"\b(?:more|less|most|least|fewer|better|best|worse|worst|\w{3,}er|\w{3,}est)\b")
_PREPOSITION = re.compile(
    r"(?:for|in|on|at|by|with|without|from|to|under|over|above|below|after|before|during|until|since|per|of|abroad|within|if)\b"
)
_ENGLISH_LIGHT = frozenset(
    "long often far soon late early much many old big more less exactly starting start starts begin begins end ends apply applies approve approves sign signs "
    "pay pays paid cost costs happen happens happened else again still then now so too also even only just please due valid allowed required possible needed "
    "necessary responsible deadline charge who whom when where what why how and but or for from to until by at in on of with about after before under until "
    "since per either both any nobody anybody that this those these any anyone someone anything something time times one day days up out get got take takes need needs say says mean means work works "
    "last lasts expire expires count counts change changes".split()
)
_TOKEN = re.compile(r"[^\W_]+(?:[-'./][^\W_]+)*")


def _english(text: str) -> str:
    question = fold(text).replace("’", "'").strip(_PUNCTUATION)
    said = _TOKEN.findall(question)
    if _YES.match(question):
        return REPLY
    opening = _START.match(question)
    rest = question[opening.end() :].strip(_PUNCTUATION) if opening else question
    if _why(rest):
        return WHY
    if _which_of_them(rest):
        return WHICH
    if _ABOUT.match(question):
        return ALONE if len(_english_named(rest)) > _WHOLE and not _english_points(rest, text) else SHIFT
    if question.startswith("what if") and len(_english_named(rest)) > _FEW and not _english_points(rest, text):
        return ALONE
    asking = _ASKING.match(rest) or _VERB.match(rest)
    if opening and not asking:
        return SHIFT
    if (
        _english_points(rest, text)
        or (opening and len(_english_named(rest)) < 2)
        or (_AS_WELL.search(rest) and len(said) <= _FULL)
    ):
        return POINTS
    if asking:
        return ALONE if _english_named(rest) else POINTS
    return _fragment(rest, asked=text.strip().endswith("?"))


def _fragment(rest: str, *, asked: bool) -> str:
    """Of words that begin with none that asks: "For interns?", "Motorcycles?"."""
    said = len(_TOKEN.findall(rest))
    if _VERB.search(rest) or said > _WORDS:
        return ALONE
    return SHIFT if asked and _PREPOSITION.match(rest) else BARE


def _why(rest: str) -> bool:
    """ "Why?", "Why more often?", "How come?", "What is the reason?"; not "Why do flights need an approval?"."""
    asked = re.match(r"(?:why|how come|what for|(?:what is|what's) the reason|for what reason)\b", rest)
    if asked is None:
        return False
    left = rest[asked.end() :]
    return (_VERB.search(left) is None and len(_TOKEN.findall(left)) <= _WORDS) or not _english_named(left)


def _which_of_them(question: str) -> bool:
    of_two = _OF_TWO.match(question)
    if of_two is not None:  # "Which of the two printers …?" names them
        left = question[of_two.end() :]
        return _VERB.match(left) is not None or len(_english_named(left)) <= 1
    if _TWO.search(question) is not None:
        return True
    compared = _MORE.match(question) and _COMPARED.search(question) and not re.search(r"\b(?:or|than)\b", question)
    return bool(compared) and len(_english_named(_COMPARED.sub(" ", question))) <= 1


def _english_points(question: str, written: str) -> bool:
    """Whether a pronoun of the question means nothing that the question itself names."""
    if _THESE.search(question) or _THAT.search(question) or _ONES.search(question) or _THERE.search(question):
        return True
    them = _THEM.search(question)
    if them is not None and not _NO_SUBJECT.search(question) and not _meant(question[: them.start()], question[them.end() :]):
        return True
    their = _THEIR.search(question)
    if their is None or _NAME.search(written):
        return False
    before = question[: their.start()]
    verb = _VERB.search(before)
    if verb is not None and len(_english_named(before[verb.end() :])) > 1:
        return False  # "does the union receive … for its activities": a subject and what it does
    if re.search(r"\b(?:has|have|with) $", before) and _english_named(before):
        return False
    return their[0] == "its" or not (_PLURAL.search(before) or _SOMEBODY.search(before))


def _meant(before: str, after: str) -> bool:
    """Whether a pronoun means what its own question names. What is named in the same clause cannot be meant ("Are contractors
    paid for them?"); in a clause before it may be ("What does a driver do when he is late?", "When did Setanta say it would
    start?")."""
    if _first_clause_named(before):
        return True
    broken = list(_BREAK.finditer(before))
    if broken and _english_named(before[: broken[-1].start()]):
        return True
    inverted = re.search(
        r"(?:^|\b(?:is|are|was|were|do|does|did|can|could|may|might|must|shall|should|will|would|has|have|had) )$", before
    )
    clause = re.match(
        r" (?!too\b|as well\b|also\b|on\b|in\b|at\b|for\b|by\b|to\b|with\b|from\b|after\b|before\b|back\b)\w", after
    )
    return inverted is None and clause is not None and bool(_english_named(before))


def _first_clause_named(before: str) -> bool:
    """ "When an employee is ill, must he …": a clause that begins the question and names somebody."""
    first = re.match(r"(?:when|if|once|after|before|while)\b(.*?),", before)
    return first is not None and bool(_english_named(first[1]))


def _english_named(question: str) -> list[str]:
    """The words of a question that name something."""
    cut = _TOKEN.findall(question_words.without(question))
    empty = question_words.of(["the", *cut])
    return [word for word in cut if word not in empty and word not in _ENGLISH_LIGHT and not _THEM.fullmatch(word)]


# ---- both -----------------------------------------------------------------------------------------------------------


_ASKING_CHINESE = re.compile(
    rf"(?:最[晚早多少迟快]|[须要需]?提前|是|有|在|为|要|须|得|每年有|能)*(?:{_ASKS})(?:[个名人份次台件张条项本家倍只页位种]|[工作]*[天日月年周]|小时|钱|时候|时间|算|样)?"
)
_ASKING_ENGLISH = re.compile(
    r"\b(?:(?:in|at|on|by|for|to|from|within|under|of|with)\s+)?(?:what|which|who|whom|whose|when|where|why|how(?:\s+(?:many|much|long|often|far|soon|early|late|fast|big|high|large|old))?)\b"
    r"(?:\s+(?:is|are|was|were|do|does|did|can|could|may|must|should|shall|will|would)\b)?",
    re.IGNORECASE,
)


def leaning(question: str) -> str:
    """How a question leans on the one before. ``BARE`` is a weak sign: "Motorcycles?" may as well begin something new."""
    code = asked_in(question)
    if code not in ("zh", "en") or _TOKEN.search(question) is None:
        return ALONE
    # What is in quotation marks is a name, whatever words are in it.
    return _chinese(_QUOTED.sub("某某物", question)) if code == "zh" else _english(_QUOTED.sub(" Title Name ", question))


def named(question: str) -> str:
    """The words of a question that name something, after all that only asks or joins."""
    if asked_in(question) == "zh":
        return " ".join(_named_parts(_PRONOUN.sub(" ", question)).split())
    return " ".join(_english_named(fold(question)))


def asks(text: str) -> bool:
    """Whether a text holds a word that asks, as a fragment does not."""
    return re.search(_ASKS, text) is not None or _ASKING.search(fold(text)) is not None


def own_words(question: str) -> str:
    """A question without the words that only join it to the one before: 那…呢, "and", "what about"."""
    text = without_reply(question)
    if asked_in(question) == "zh":
        text = _AND.sub("", text.strip(), count=1) if _AND.match(text.strip()) else text
        return _HOW_ABOUT.sub(r"\1", text).strip(_PUNCTUATION)
    opening = re.match(rf"(?:{_START.pattern})[, ]*", text.strip(), re.IGNORECASE)
    return text.strip()[opening.end() if opening else 0 :].strip(_PUNCTUATION)


def without_reply(question: str) -> str:
    """What follows on "Yes, …" and "对，…"."""
    text = question.strip()
    pattern = _REPLY if asked_in(question) == "zh" else re.compile(_YES.pattern, re.IGNORECASE)
    said = pattern.match(text)
    return text[said.end() :].strip(_PUNCTUATION) if said else text


def topic(question: str) -> str:
    """What a question is about: without the words that ask, so that it can be joined to another question."""
    without = _ASKING_CHINESE.sub(" ", question.replace("？", " ").replace("?", " "))
    return _ASKING_ENGLISH.sub(" ", without).strip(_PUNCTUATION + "()")
