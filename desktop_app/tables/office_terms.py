# SPDX-License-Identifier: Apache-2.0
"""Words of office tables that mean the same, Chinese and English.

A Chinese question may ask of an English sheet, and "cost" of a column "Price". Only nouns that head columns or name the things of a table; an
embedding model would know more, but it is slower than all the rest together and unsure with words that stand alone. A line is one meaning.
"""

from __future__ import annotations

import functools
import re

from desktop_app.analysis import words
from desktop_app.analysis.script import HAN

_MEANINGS = """
地区 区域 大区 片区 region area territory
国家 国别 country nation
城市 city town
客户 客户名称 顾客 customer client buyer
供应商 供货商 供方 supplier vendor
对方单位 对方 交易对手 counterparty party
产品 商品 产品名称 product item~name
型号 规格 规格型号 model type
订单 销售订单 采购订单 order sales~order purchase~order po
订单号 订单编号 order~no order~number order~id
合同 协议 contract agreement
合同号 合同编号 contract~no contract~number
发票 票据 invoice bill
发票号 发票号码 invoice~no invoice~number
工单 报修单 ticket work~order repair~ticket
工单号 ticket~no ticket~number
编号 序号 代码 no number code id ref reference
品项 物料 货品 存货 item material article
报修 repair reported
品名 名称 name description item
仓位 库位 货位 bin location shelf
仓库 库房 warehouse store
数量 件数 quantity qty units pieces
账面数量 book~quantity recorded~quantity
实盘数量 counted~quantity actual~quantity
单价 价格 售价 price unit~price cost
金额 总价 amount sum value
净额 净金额 net~amount net
费用 花费 开支 cost expense charge fee
预算 budget planned
实际 实际支出 actual spent
预测 forecast
税额 税 tax vat
税率 tax~rate
折扣 discount rebate
佣金 commission
日期 时间 date day
签订日期 签约日期 sign~date signed
到期日期 到期 截止日期 expiry expires expire due end~date
交货日期 交付日期 delivery~date delivered
订单日期 下单日期 order~date ordered
部门 科室 处室 department division unit
岗位 职务 职位 position post job title
员工 职工 雇员 人员 姓名 同事 人 employee staff name person people colleague member
负责人 经办人 责任人 responsible owner person~in~charge contact
销售代表 业务员 代表 representative salesperson rep
经理 主管 manager head
盘点人 counted~by counter
盘点 盘存 count counted stocktake stock~count
状态 情况 status state
类别 类型 种类 category type class kind
故障类别 故障类型 fault~type fault~category
等级 级别 评级 grade level class
等级砝码 weight weights
设备 机器 仪器 equipment machine device instrument
收据 凭证 小票 receipt voucher
时长 工时 hours duration
维修时长 repair~hours repair~time
天数 days
完成时间 lead~time turnaround
延迟 延误 delay
准时率 准时 按时 on~time punctuality
缺陷率 不良率 次品率 defect~rate reject~rate
投诉 投诉次数 complaint complaints
返修 是否返修 repeat~repair rework repeat
执行率 execution~rate
备注 说明 remark note comment
学生 同学 姓名 student pupil
班级 class
成绩 分数 score mark grade
工资 薪资 月薪 salary wage pay
年龄 age
性别 sex gender
电话 联系电话 phone telephone
地址 address
车辆 车牌 vehicle car
项目 项目名称 project
酒店 住宿 宾馆 hotel accommodation lodging
餐饮 餐费 用餐 meals meal dining
火车 高铁 train rail
里程 mileage
借阅 贷款 loan
余额 还剩 剩 结余 balance
收入 revenue income turnover sales
支出 spending expenditure expense
利润 profit margin
库存 存量 stock inventory
案件 case claim
赔付 赔款 payout claim~paid
赔付金额 payout~amount
砝码 weight weights
检定 校准 校验 calibration verification
盒 box boxes
证书 certificate
培训 training
周末 weekend
平日 工作日 weekday
一周 每周 周租 weekly week
日租 一天 每天 daily
送货 配送 送到 delivery deliveries
距离 distance
合格 通过 及格 passed pass
批号 批次 lot batch
价税合计 含税金额 tax~included including~tax gross~amount
检验员 inspector
运费 freight charge charges
货 票 shipment shipments consignment
女 female girl woman girls women
男 male boy man boys men
重量 weight
亏损 loss
分公司 分行 branch branches
已付 付款 paid
收货 received
采购员 buyer
承运人 carrier
公里 里程 kilometre kilometres
登记 registered
赔付 已赔 paid~out
经办 handler handling
课程 course
学时 课时
电 用电 electricity power
水 用水 water
气 用气 gas
司机 驾驶员 driver
油费 油耗 fuel
考勤 attendance
加班 overtime
请假 休假 leave absence
会议室 meeting~room
预订 booking reservation
采购 purchase procurement
销售 sales
租赁 租用 lease rental rent
维修 repair maintenance
保险 insurance
报销 expenses expense~claim claim
差旅 出差 travel trip
申请 application request
付款 支付 payment paid
含税 gross
不含税 net
借方 支出 付出 付给 debit paid~out
贷方 收到 进账 收款 credit received
合格率 pass~rate
不合格 rejected failed
检验 inspection
分公司 分行 branch
保密 机密 confidential confidentiality secrecy
实习生 实习 intern interns internship
违约金 penalty liquidated~damages
押金 保证金 deposit
保修 质保 warranty guarantee
安全 safety security
能耗 用电量 electricity energy consumption
车间 生产车间 workshop shop~floor
计划 计划量 plan planned target
完成 完成量 completed output
租约 租赁合同 lease leases
租户 承租人 承租方 tenant lessee
租金 月租金 房租 rent
样品 样本 试样 sample specimen
样品号 样品编号 sample~no sample~number
加急 急件 是否加急 urgent express rush
全天 整天 一整天 full~day whole~day all~day
半天 half~day
会员 会员等级 member membership
年费 会费 annual~fee membership~fee
学员 trainee learner
课程费 学费 培训费 course~fee tuition
发货 出库 shipped dispatched
入库 received stocked
批准数量 approved~quantity
申请数量 requested~quantity
申请人 applicant requester
客户单位 送样单位 委托单位 client customer
车牌号 plate plate~number registration
存放架 货架 架位 shelf rack
"""  # fmt: skip

_HAN = re.compile(f"[{HAN}]")


@functools.cache
def _by_term() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(_MEANINGS.strip().splitlines()):
        for term in line.split():
            found.setdefault(_key(term.replace("~", " ")), set()).add(number)
    return {term: frozenset(numbers) for term, numbers in found.items()}


@functools.cache
def _by_number() -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = {}
    for term, numbers in _by_term().items():
        for number in numbers:
            found.setdefault(number, []).append(term)
    return {number: tuple(terms) for number, terms in found.items()}


def _key(term: str) -> str:
    return term if _HAN.search(term) else " ".join(map(words.stem, term.split()))


@functools.lru_cache(4_096)
def others(name: str) -> tuple[str, ...]:
    """Other names of the same, Chinese or as stems of English words parted by blanks; ``name`` is folded and may have a kind of its own at
    its end or start: "订单日期", "net amount"."""
    key = _key(name)
    numbers = _by_term().get(key)
    if numbers is None:
        return ()
    return tuple(dict.fromkeys(term for number in sorted(numbers) for term in _by_number()[number] if term != key))


def other_words(text: str) -> tuple[str, ...]:
    """Words of the other language for the words of a folded text: 砝码 for "weight set", "calibration" for 检定."""
    stems = {words.stem(word) for word in re.findall(r"[a-z]{3,}", text)}
    found = dict[str, None]()
    for term, numbers in _by_term().items():
        if (term in text) if _HAN.search(term) else (term in stems):
            found.update(
                (other, None)
                for number in sorted(numbers)
                for other in _by_number()[number]
                if bool(_HAN.search(other)) != bool(_HAN.search(term))
            )
    return tuple(found)
