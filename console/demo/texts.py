"""Invented drafts in the office's manner. Places are the regulation's units; people do not exist."""

from __future__ import annotations

from datetime import date


def day(moment: date) -> str:
    """×月×日."""
    return f"{moment.month}月{moment.day}日"


def inspection(
    unit: str, on: str, author: str, reviewer: str = "赵立新", firms: int = 6
) -> list[str]:
    """工作动态: an inspection."""
    return [
        f"{unit}开展危化品企业专项检查",
        f"{on}，{unit}应急管理局组织执法人员和安全专家，对辖区内{firms}家危险化学品企业开展专项检查。",
        f"检查组先后查看了企业仓储区、配电室和消防通道，详细了解安全管理制度落实、设备维护保养和应急物资储备情况。"
        f"检查中共发现隐患{firms * 2 + 1}处，主要集中在台账记录不规范、个别灭火器压力不足、警示标识缺失等方面。"
        f"检查组当场指出问题，要求企业限期整改到位，并安排专人跟踪复查。",
        f"下一步，{unit}将持续加大检查力度，压紧压实企业主体责任，坚决守牢安全底线。",
        f"撰稿：{author} 审核：{reviewer}",
    ]


def training(unit: str, on: str, author: str) -> list[str]:
    """工作动态: a training."""
    return [
        f"{unit}举办安全生产网格员培训班",
        f"{on}上午，{unit}举办2期安全生产网格员业务培训，各村（社区）网格员共86人参加。",
        "培训邀请区级专家授课，围绕小微企业常见隐患、燃气安全、电动自行车充电管理等内容，"
        "结合典型案例进行讲解，并组织学员实地走访两家企业，手把手教学。学员们表示，培训内容贴近实际，回去后要把所学用到日常巡查中。",
        f"（{unit} {author}）",
    ]


def opinion(unit: str, on: str, author: str) -> list[str]:
    """舆情."""
    return [
        f"网民反映{unit}某小区电动自行车飞线充电",
        f"{on}，有网民在抖音平台发布短视频，反映{unit}某小区住户从楼上拉线为电动自行车充电，评论区跟帖120余条，"
        "网友普遍担心发生火灾，转发量较低，暂未形成热点。",
        f"{unit}应急管理局获悉后，会同社区和物业当晚到场清理线路，增设充电桩位10个，并在评论区公开回应处理情况。",
        f"撰稿：{author} 审核：周镕",
    ]


def article(unit: str, author: str) -> list[str]:
    """综合性原创文章: more than 800 characters under headings."""
    body = (
        f"{unit}坚持把防范化解重大风险摆在突出位置，从压实责任、摸清底数、强化执法、提升能力四个方面同时发力，"
        "推动安全生产工作由被动应对向主动预防转变。镇主要负责同志带头到一线督导，班子成员分片包干，"
        "各条线部门按照管行业必须管安全的要求，定期会商研判，形成了齐抓共管的工作格局。"
        "镇里建立了一企一档，把厂房租赁、危化品使用、有限空间、粉尘涉爆等风险点逐一标注上图，做到底数清、情况明。"
    )
    return [
        f"织密安全网 守护万家灯——{unit}安全生产工作综述",
        f"今年以来，{body}",
        "一、责任链条拧得更紧",
        body,
        "二、风险底数摸得更清",
        body,
        "三、执法服务做得更实",
        body,
        "四、基层能力提得更快",
        body,
        f"安全生产永远在路上。{unit}将以更严的标准、更实的作风，把各项措施落到每一个车间、每一个岗位。",
        f"撰稿：{author} 审核：赵立新 签发：何静",
    ]
