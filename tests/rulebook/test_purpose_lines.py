"""What officers write under a receipt of ours in one line, and what it is for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rulebook.conversation import Correspondence, Purpose
from rulebook.purpose import purpose
from tests.rulebook.builders import draft, letter, provisions
from tests.rulebook.test_purpose import ANSWER, said

LINES = {
    Purpose.THANKS: """
收到，我们会加强学习
收到！已通知企业
知道啦，谢谢提醒，周五前一定补上
OK，3Q
嗯嗯好的老师
好的，以后按这个格式来
已收到回执，谢谢，辛苦了，周末愉快
谢谢韩科，改天请您喝茶
感谢指正，我们马上整改
好滴，明白
收到，感谢认可，我们会再接再厉！
多谢多谢，麻烦您跑一趟了
收到。祝您端午安康
谢谢老师的耐心解答，这下清楚了
已知悉。
谢谢，我转告小李
好的，知道原因了，下次提前报
Thanks!
收到，非常感谢！ 段知远 敬上
感恩
收悉，谢谢关心
好的老师，晓得了
收到，已存档
感谢！！！
已阅，会及时改进的
谢谢主任，回头我跟我们领导汇报一下
不好意思，是我疏忽了，下不为例
收到了，没有问题
感谢贵科一直以来对我镇工作的支持与帮助
OK
多谢告知，我镇将进一步提高稿件质量
好，谢谢啊
收到，老师们辛苦！
谢谢您，材料已打印留存
明白，我下周补报一篇
好的好的
感谢关注
哦哦，原来是这样，谢谢解释
收到，劳您费神
不客气
谢谢，已经看到了
多谢各位领导关照
""",
    Purpose.WITHDRAWAL: """
这篇稿子麻烦撤了吧，企业有意见
老师帮我把昨天那篇撤回来
此稿请作撤稿处理
活动推迟了，这条不用登了
请不要采用这篇，数据没核准
这篇先别发，等我们局长签字
报错了，不是我们镇的，请删除
申请撤销本次报送
这个稿子我们不要了，重复了
麻烦退回这篇，我们要重新改
稿件涉密审查没过，请勿使用
请忽略这封邮件的稿件，发错版本了
老师，能把这篇撤下来吗？领导不同意发
稿件有误，请撤
这篇不参加评分了，撤掉
我们这边商量了一下，这篇还是不报了
能否把刚才那条信息撤一下
请取消这篇稿子的登记
这条内容不实，请予以撤销
老师这篇作废
稿子拿错了，请把这篇退掉
领导要求收回这篇信息
请将我镇6月10日稿件从统计中剔除
这条请撤，重复报了
该信息暂缓，等通知
您好，因企业投诉，拟撤回该稿件，望批准
主任不让发，撤了
麻烦退稿吧，我们重写
此件作废，不予统计
稿子别登了，当事人不同意
请帮忙取消本次投稿
""",
    Purpose.STATEMENT: """
不是6号，是8号办的，见会议签到表
我们是第一个报的，雪堰那篇是抄我们的
这篇属于约稿，不应该按普通信息算
标题改成《湖塘镇开展夜查》更合适
审签单在压缩包最里面一层，麻烦再看看
照片是现场拍的，不是网上下的
退稿理由不成立，我们确实打包了
单位写错了，应该是高新北区
我没有撤稿啊，怎么显示已撤
为什么退我的稿？明明按要求打包的
这篇不是舆情，是工作动态
密码是123456
请不要退稿，我马上补材料
麻烦把作者改成周安澜
补充一下：参加人数是86人
这是两个不同的活动，不重复
6月8日晚上发的，服务器时间有问题吧
谢谢，不过日期不对，是5月30日
领导审过了，签字在第二页
事情发生在周日，按工作日算没有超
收到，但我们的活动时间是12日
图片说明里写了日期的
附上会议通知佐证时间
作者应为孙立行，不是孙立新
我们没有迟报，前天晚上就发了
此文系原创，与雪堰镇无关
稿件里的日期是对的
这篇应归到舆情类
建议把字数限制放宽一点
事件是昨天凌晨发生的，今天早上报不算晚
能不能不退，我补一个审签单
我不认可这个结果
第二段数字应是46家，不是64家
我们提前一天就发了，是服务器延迟
不接受这个处理意见
请问为什么显示重复？我们没有和别人共用过稿件
其实那天没有开会，是15日开的
照片补充说明：左一为镇长
按规定约稿不受两天限制，请复核
已在正文补了日期：6月12日
密级标记是模板自带的，本稿不涉密
我们单位改名了，原来叫高新北区
作者排名请以附件审签单为准
这篇请按综合性文章计
麻烦更正一下单位名称
""",
    Purpose.INQUIRY: """
请问我们本月得了几分？
老师，我们第二季度排名多少
还欠几篇没报？
截止时间是几号
上个月的通报什么时候出
我镇本周完成任务了吗
能告诉我现在的积分吗
方便查一下我们科报了几篇、用了几篇吗
麻烦问下上周的稿子算分了没有
这个月约稿我们还差多少
我科今年一共用了多少篇
排行榜能发一份吗
现在多少分了
上周那篇有没有录用
老师问一下这周交了没
下周截稿是哪天
想了解一下本月我们的排名情况
我们这边本季度得分是多少呢
请告知尚缺的篇数
能不能把我们的成绩发一下
上一篇算几分
""",
}
FRESH = {
    Purpose.INQUIRY: """
查一下我镇积分
请教：报送截止到什么时候
老师，我发的稿子收到了么
没收到回执，稿件是否成功
本周还用报吗
新来的，请问稿件格式有什么要求
""",
    Purpose.STATEMENT: """
上周《湖塘镇夜查》一稿日期写错，应为6月9日
申诉：我镇稿件不应判为逾期
""",
    Purpose.WITHDRAWAL: """
《湖塘镇夜查》请撤下，不再使用
申请取消昨天投的稿
""",
    Purpose.OTHER: """
明天培训记得带U盘
食堂换菜单了，大家看看
我调走了，以后找小王
周五下午三点打球，来不来
帮我看看这份合同行不行
车牌号报一下，下午要登记
""",
    Purpose.THANKS: """
谢谢老师们一年来的支持，新年快乐！
收到回执了，谢谢
""",
}
MORE_THAN_THANKS = """
收到，稿件里日期打错了
收到，作者是李四
感谢，单位写高新北区
谢谢，题目变了，用新的
收到，第二篇没收到回执
好的，照片是上个月的
收到，活动其实是周三办的
谢谢，但那篇是我们先报的
收到，我们单位搬家了，地址变更为常武路1号
好的，以后联系小李，电话13800000888
谢谢，审签单在附件里
收到，那天没有下雨
辛苦了，稿子用第二版
知道了，不认可
谢谢，我们不服
收到，参会人数少写了一个零
好的，密码是abcd
谢谢，标题里少了个字
收到，图片是网上找的
谢谢老师，稿子是小王写的
收到，领导说要改
收到，谢谢，企业名字要打码
收到，附件打不开
谢谢，这分给一科吧
收到，我们主动放弃这一分
感谢，分数算少了
收到，人名写错一个
谢谢，把综合科去掉
明白，那就按重复处理
收到。该企业已停产，内容有变化
"""
CASES = [(line, wanted) for wanted, text in LINES.items() for line in text.strip().splitlines()]
OF_THEIR_OWN = [
    (line, wanted) for wanted, text in FRESH.items() for line in text.strip().splitlines()
]


@pytest.mark.parametrize(("line", "wanted"), CASES, ids=[line for line, _ in CASES])
def test_a_line_under_a_receipt_tells_what_it_is_for(line: str, wanted: Purpose) -> None:
    assert purpose(said(line), ANSWER, provisions()).purpose is wanted


@pytest.mark.parametrize("line", LINES[Purpose.INQUIRY].strip().splitlines())
def test_a_question_of_its_own_letter_is_an_inquiry_too(line: str) -> None:
    assert purpose(said(line, "请教"), None, provisions()).purpose is Purpose.INQUIRY


@pytest.mark.parametrize(("line", "wanted"), OF_THEIR_OWN, ids=[line for line, _ in OF_THEIR_OWN])
def test_a_line_of_its_own_letter_tells_what_it_is_for(line: str, wanted: Purpose) -> None:
    assert purpose(said(line, "您好"), None, provisions()).purpose is wanted


@pytest.mark.parametrize("line", MORE_THAN_THANKS.strip().splitlines())
def test_what_tells_something_beside_its_thanks_is_read_by_a_person(line: str) -> None:
    assert purpose(said(line), ANSWER, provisions()).purpose is not Purpose.THANKS


def test_a_letter_that_fits_three_purposes_is_one_that_a_person_deals_with() -> None:
    words = "谢谢老师！第一篇请撤稿，第二篇日期应为3月8日，另外我镇积分多少？"
    found = purpose(said(words), ANSWER, provisions())
    assert found.purpose in (Purpose.WITHDRAWAL, Purpose.STATEMENT)
    both = replace(letter(draft()), correspondence=Correspondence(own_words=words))
    assert purpose(both, ANSWER, provisions()).purpose is Purpose.RESUBMISSION
