# SPDX-License-Identifier: Apache-2.0
"""The kind of answer a question asks for, and sentences that hold one.

A question that names its document asks for something beside the name: "What is the total of invoice RE-20260417?" wants a
sum, and the line with the number of the invoice holds none. By patterns, in Chinese and English, with no model: an amount, a count,
a date or time, a duration, a person, a place, a way to reach someone, a reason, yes or no.
"""

from __future__ import annotations

import re

from desktop_app.analysis.folding import fold
from desktop_app.analysis.numerals import EVERYDAY, FINANCIAL
from desktop_app.analysis.script import HAN_BASIC

AMOUNT, COUNT, DATE, DURATION, PERSON, PLACE, CONTACT, REASON, YES_NO = (
    "amount",
    "count",
    "date",
    "duration",
    "person",
    "place",
    "contact",
    "reason",
    "yes_no",
)

# Folded questions. What follows "几" and "多少" says which kind of number; the first kinds are the surer ones.
_TIME_UNIT = "个?(?:半)?(?:工作日|天|日|年|月|周|星期|小时|钟头|分钟|季度|晚)"
_ASKED = {
    CONTACT: r"(?:电话|手机|邮箱|邮件|传真|热线|分机)(?:号码?|地址)?(?:是|为|多少|几|怎么|[?。 ]*$)|联系方式|怎么联系|网址|"
    r"\b(?:phone|telephone|fax|mobile|hotline|extension)(?: number)?(?= of\b|[?. ]*$)|\b(?:phone|telephone|fax|contact) number|\be-?mail address\b|"
    r"\bhow (?:can|do|may) \w+ (?:reach|contact|call)\b",
    PERSON: r"谁|何人|哪[位名]|什么人|哪个(?:人|部门|科室|处室|单位|公司|岗位|机构|委员会)|哪家|联系人|负责人|经办人|签收人|姓名|\bwho(?:m|se)?\b|"
    r"\bwhich (?:person|employee|manager|colleague|department|team|body|company|office|firm|supplier)\b|\bname of (?:the |our |a )?(?:\w+ )?(?:person|manager|employee|customer|supplier|tenant|landlord|client|author|director)\b",
    PLACE: r"哪里|哪儿|何处|什么地方|在哪|去哪|往哪|哪个(?:地方|房间|楼|城市|会议室|仓库|入口|出口|门)|几楼|几层|地点|地址|位置|\bwhere\b|"
    r"\b(?:which|what) (?:room|city|town|place|building|floor|address|hall|stand|booth|location|gate|desk)\b|\b(?:address|location|venue)\b",
    REASON: r"为什么|为何|原因|缘故|为啥|\bwhy\b|\breason\b|\bcauses?d?\b|\bwhat for\b",
    DURATION: rf"多久|多长时间|多长|多快|几{_TIME_UNIT}|多少{_TIME_UNIT}|期限|有效期|时限|保质期|质保期|工期|"
    r"\bhow (?:long|soon|quickly|fast)\b|\bhow (?:many|much) (?:\w+ )?(?:days|weeks|months|years|hours|minutes|time|notice)\b|"
    r"\b(?:period|duration|lead time)\b",
    DATE: r"何时|什么时候|什么时间|啥时候|几号|几月|几点|几时|哪[一]?[天年日周]|哪个月|日期|周几|星期几|截止|多会儿|(?:^|\b(?:since|until|till|by|and|from) |[,;:] )when\b|"
    r"\b(?:what|which) (?:date|day|time|year|month|weekday)\b|\bhow (?:late|early|often)\b|\b(?:deadline|due date|date of)\b|隔多|多久一次",
    COUNT: r"几[个名人份次台件张条项本家倍只块页位]|多少(?:个|名|人|份|次|台|件|张|条|项|本|家|倍|只|页|位|户)|数量|人数|第几|"
    r"\bhow many\b|\bnumber of\b|\bquantity\b",
    AMOUNT: r"多少|几成|百分之几|金额|价格|价款|单价|总价|费用|预算|租金|押金|工资|薪水|上限|限额|比例|税率|总额|合计|多高|多重|多大|多远|"
    r"\bhow (?:much|far|big|large|high|heavy|tall|costly|expensive)\b|\b(?:costs?|price|fees?|amount|total|sum|rent|deposit|salary|budget|limit|rate|"
    r"percentage|charge|worth|net pay|gross pay|balance)\b",
    YES_NO: r"吗|是否|能不能|可不可以|能否|可否|有没有|是不是|要不要|行不行|允许|"
    r"^(?:and |but |so )?(?:is|are|was|were|do|does|did|can|could|may|must|should|shall|will|would|has|have|had|am)\b",
}
_ASKED_PATTERNS = {kind: re.compile(pattern) for kind, pattern in _ASKED.items()}
# "By whom" and "how long" leave no doubt; "the deposit period" may ask for many things.
_SURE = (CONTACT, PERSON, PLACE, REASON, DURATION, DATE, COUNT)

_HAN = f"{EVERYDAY}{FINANCIAL}半"
_NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?|[{_HAN}]+)"
_ENGLISH_NUMBER = (
    r"(?:\d[\d,.]*|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|"
    r"nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|half|several|dozen)"
)
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
)
_DAYS = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_HELD = {
    AMOUNT: rf"[¥$€£]|{_NUMBER} ?[余多]?(?:万|亿|千|百)?(?:元|块|角|美元|欧元|日元|港元|港币|人民币|折|成|%|‰|公斤|千克|克|吨|米|公里|平方|毫米|厘米|升|度)|[百千万]分之|"
    rf"\d ?(?:euros?|eur|usd|dollars?|pounds?|francs?|chf|yuan|rmb|cny|gbp|cents?|percent|per cent|%|kg|km|cm|mm|kilo\w*|met(?:er|re)s?|litres?|tons?)\b|"
    rf"\b(?:eur|usd|chf|rmb|cny|gbp|fr\.) ?\d|\b{_ENGLISH_NUMBER} (?:euros?|dollars?|pounds?|francs?|yuan|cents?|percent|per cent|times)\b|"
    r"\b(?:twice|half|double|third|quarter) (?:of )?the\b|[:：] ?\d[\d,.]*(?=;|$)|全额|免费|\bfree of charge\b",
    COUNT: rf"\d|[{_HAN}]+(?:个|名|人|份|次|台|件|张|条|项|本|家|倍|只|页|位|户|轮|套|间)|\b{_ENGLISH_NUMBER}\b(?<!\ba)(?<!\ban)",
    DATE: rf"\d{{4}}年|(?:\d|[{_HAN}])(?:月|号)(?!内)|月[底初末中]|年[底初末]|季度末|每[周月年季天日逢]|[周星期]+[一二三四五六日天末]|{_NUMBER}点|\d{{1,2}}:\d\d|上午|下午|凌晨|"
    rf"\b{_MONTH} ?\d|\d(?:st|nd|rd|th)?(?: of)? {_MONTH}|\b{_MONTH} (?:of )?(?:19|20)\d\d|\b{_DAYS}s?\b|\b(?:1\d|20)\d\ds?\b|\b(?:before|after|on) \d{1, 2} |\d ?(?:am|pm|a\.m|p\.m|o'clock)\b|"
    r"\b(?:noon|midnight|daily|weekly|monthly|quarterly|annually|yearly|every|once|twice)\b|\bend of\b|\d{4}-\d\d|\b\d{1,2}(?:st|nd|rd|th)\b|\beach (?:day|week|month|quarter|year)\b",
    DURATION: rf"(?<!月)(?<!\d{{4}}年)(?:{_NUMBER}|数)余?个?半?(?:工作日|自然日|天|日(?!期)|月(?!\d)|周|星期|小时|钟头|分钟|秒|季度)|"
    rf"(?<!\d)(?:\d{{1,3}}|[{_HAN}]+)周?年(?!\d|[{_HAN}]+月|度)|\b{_ENGLISH_NUMBER}[ -](?:\w+ )?(?:day|week|month|year|hour|minute|second|quarter|fortnight)s?\b|当[天日]内?|"
    r"\b(?:overnight|immediately|same day)\b|长期|永久|\bindefinite",
    PLACE: r"[楼层室厅馆园街路区市省县镇村门亭场库站港座](?:[^长]|$)|地址|中心|位于|设在|地下|\b(?:in|at|on|to|beside|behind|next to|near|inside|opposite) (?:the |our |a )?(?:[a-z-]+ )?"
    r"(?:room|floor|street|road|building|hall|office|warehouse|basement|desk|gate|entrance|lobby|kitchen|cage|racks?|level|stand|booth|yard|wing|canteen|cupboard|post)\b|"
    r"\b(?:room|floor|level|building|hall|stand|booth|gate|street|road|avenue) [a-z]?\d*\b|\bat (?:the |our )?[a-z]{2,}|\bon the [a-z]|接待处|前台",
    CONTACT: r"\d{3,4}[- ]\d{3,}|\d{7,}|\+\d\d|@|www\.|https?:|分机|\bext(?:ension|\.)|\b\d{3,5}\b.*(?:phone|电话|热线)|(?:phone|tel|电话|热线|拨打|拨)[^。.]*\d{3}",
    REASON: r"因为|由于|原因|因此|所致|造成|导致|系因|是因|以免|以便|为了|避免|鉴于|\bbecause\b|\bdue to\b|\bcause|\breason|\bas a result\b|\bin order to\b|\bso that\b|\bto (?:avoid|prevent)\b",
    YES_NO: r"不得|不能|不可|不予|不允许|可以|可|允许|禁止|严禁|应当|必须|须|无需|不需|凭|\b(?:may|must|not|no|never|allowed|permitted|prohibited|forbidden|required|"
    r"entitled|cannot|only|need)\b",
}
_HELD_PATTERNS = {kind: re.compile(pattern) for kind, pattern in _HELD.items()}
# By the commonest Chinese surnames, before a given name and something that ends it; or by a post or an office.
_SURNAMES = "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚"
_PERSON_HELD = re.compile(
    rf"(?:^|[^{HAN_BASIC}]|[由向找请给与和是为])[{_SURNAMES}][{HAN_BASIC}]{{1,2}}(?=[^{HAN_BASIC}]|负|主|担|签|任|审|批|管|办|$)|"
    r"经理|主任|总监|部长|主管|组长|专员|秘书|会计|出纳|律师|医生|工程师|院长|所长|校长|董事|委员会|人力资源|[^全内外]部(?:门|负责)?|服务台|[门诊行政财务法务]部|负责人|承担|医院|公司|小组|科(?:室|长)?|"
    r"\b[A-Z][a-z]+ [A-Z][a-zé]+\b|(?<=[a-z,] )[A-Z][a-z]{2,}\b|(?:ed|en|id) (?:\w+ ){0,2}by\b|\b(?:Mr|Ms|Mrs|Dr|Prof)\b|\b(?:[Mm]anagers?|[Dd]irectors?|[Hh]ead of|[Ss]ecretary|[Oo]fficer|[Tt]eam|[Dd]epartment|[Pp]anel|[Cc]ommittee|[Bb]oard|"
    r"[Cc]ontroller|[Bb]ureau|[Dd]esk|[Ss]upervisor|[Aa]ccountant|[Ee]ngineer|[Cc]hair(?:man|woman|person)?|[Ss]upplier|[Cc]ustomer|[Cc]ompany|[Tt]reasurer|[Cc]ouncil)\b"
)


def asked(question: str) -> tuple[str, ...]:
    """The kinds that a question asks for, the surest first; none for "Tell me about the fair"."""
    folded = fold(question)
    found = [kind for kind, pattern in _ASKED_PATTERNS.items() if pattern.search(folded)]
    sure = [kind for kind in found if kind in _SURE]
    return tuple(sure or found)[:2]


def holds(kind: str, text: str) -> bool:
    """Whether a text, as it is written, holds something of this kind."""
    if kind == PERSON:
        return _PERSON_HELD.search(text) is not None
    return _HELD_PATTERNS[kind].search(fold(text)) is not None
