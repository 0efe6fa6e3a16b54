"""Words by which a clause with a day tells a deed, a post, an answer, an accident or a second look."""

from __future__ import annotations

import re

POSTED = re.compile(
    r"发帖|发布|发文|反映|投诉|留言|爆料|曝光|吐槽|质疑|来电|举报|网传|流传|热议|上传|咨询|求助|(?<![职名])称"
)

ANSWERED = re.compile(
    r"回应|回复|答复|处置|处理|核实|核查|调查|整改|约谈|到场|现场|清理|修复|修补|查处|责令|赶赴|辟谣|联系|督促|恢复|更换|安装|整治"
)
"""Of a piece on what people say, the day they said it counts, not the day it was answered."""

ISSUED = re.compile(r"^(?:[上下]午)?[，,]?[^，。]{0,16}(?:印发|下发|出台|公布)")

ABOUT = re.compile(
    r"^[^，。]{0,24}(?:针对|就(?!诊|业|餐|地|近)|根据|接到?|收到|关于|围绕)[^，。]{0,16}(?:网民|网友|群众|反映|投诉|帖|舆情|来电)"
)
"""“5月11日，镇里就网民反映的问题……”: the answer, not the post."""

PEOPLE = re.compile(
    r"网民|网友|用户|家长|业主|群众|市民|村民|居民|博主|帖|视频|论坛|微博|抖音|快手|小红书|公众号|热线"
)

DEED = re.compile(
    r"开展|召开|举行|举办|组织|检查|开讲|授课|开课|揭牌|走进|来到|赶赴|赴|捣毁|查扣|复查|论证|培训|演练|宣传|部署|走访|督查|排查|启动|联合|会同|研究|深入|查获|查处|慰问|抽查|夜查|巡查|合龙|解除|验收|落幕|闭幕|结业|连开|处置|救援|转移|传达|学习|完成|集中|收官|终止|(?:全部|圆满|正式|顺利)结束"
)

REPORTED = re.compile(
    r"刊发|刊登|报道|转发|转载|获评|公布|回应|回复|答复|反馈(?!会)|提交|上报|来电|点赞|表示|下发|印发"
)

STAGE = re.compile(r"再次|再度|重新|二次|复查|复核|回访|回头看|验收|销号|整改|跟踪|督办|抽查核实")
"""A later stage of a story told, not another deed of its own."""

ALL_DONE = re.compile(r"(?:全部|圆满|全面|正式|顺利)(?:完成|结束|收官)")
"""The end of what was begun; what is counted behind it (整改多少项) is no later stage."""

SECOND_LOOK = re.compile(
    r"^[^。；]{0,30}?(?:复查|复核|复验|回访|回头看|再次(?:来到|上门|登门|走进|赶到|前往|检查|对)|(?:重新|二次)(?:检查|上门))"
)

ACCIDENT = re.compile(r"发生|起火|着火|火灾|事故|爆炸|爆燃|坍塌|滑塌|溺水|被困|泄漏|受伤")
