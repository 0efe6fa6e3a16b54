"""Invented drafts in the office's manner. Places are the regulation's units; people do not exist."""

from __future__ import annotations

from datetime import date


def day(moment: date) -> str:
    """×月×日."""
    return f"{moment.month}月{moment.day}日"


def inspection(unit: str, on: str, author: str) -> list[str]:
    """工作动态: an inspection."""
    return [
        f"{unit}开展危化品企业专项检查",
        f"{on}，{unit}应急管理局组织执法人员和安全专家，对辖区内6家危险化学品企业开展专项检查。",
        "检查组先后查看了企业仓储区、配电室和消防通道，详细了解安全管理制度落实、设备维护保养和应急物资储备情况。"
        "检查中共发现隐患13处，主要集中在台账记录不规范、个别灭火器压力不足、警示标识缺失等方面。"
        "检查组当场指出问题，要求企业限期整改到位，并安排专人跟踪复查。",
        f"下一步，{unit}将持续加大检查力度，压紧压实企业主体责任，坚决守牢安全底线。",
        f"撰稿：{author} 审核：赵立新",
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


def touched_up(draft: list[str], unit: str, author: str) -> list[str]:
    """Another unit's draft with some words changed: not original, and not the same to the letter."""
    changed = [
        line.replace("先后查看了", "实地查看了")
        .replace("压紧压实", "压实")
        .replace("检查组当场指出问题，要求", "针对发现的问题，检查组要求")
        for line in draft[:-1]
    ]
    return [f"{unit}深入企业开展安全检查", *changed[1:], f"撰稿：{author} 审核：周镕"]


def brigade(unit: str, on: str, author: str) -> list[str]:
    """工作动态: a contest."""
    return [
        f"{unit}微型消防站比武见真章",
        f"{on}上午，“出水快、打得准，这一组只用了28秒！”在{unit}文体广场上，一场微型消防站技能比武正在进行。",
        "来自12个村（社区）和重点企业的14支队伍，依次参加两带一枪射水、原地着战斗服、油盆灭火三个项目。"
        "比武不设彩排，裁判由区消防救援大队的战士担任，每队的成绩当场张榜公布。最终，建华村代表队以总分第一夺魁。",
        f"（{unit} {author}）",
    ]


def confined_spaces(unit: str, on: str, author: str) -> list[str]:
    """工作动态: enforcement."""
    return [
        f"{unit}突击检查有限空间作业",
        f"{on}，{unit}采取“四不两直”方式，对印染、食品、污水处理等行业的7家企业进行突击检查。",
        "执法人员重点核对作业审批票、气体检测记录和监护人在岗情况，现场要求企业演示一遍佩戴呼吸器下井救人的全过程。"
        "一家印染企业调节池清淤未办审批，执法人员责令立即停止作业，并立案调查；其余企业的9条问题已书面交办。",
        f"撰稿：{author} 审核：赵立新",
    ]


def reservoirs(unit: str, on: str, author: str) -> list[str]:
    """工作动态: a look at dams before the rains."""
    return [
        f"{unit}汛前查看小型水库",
        f"{on}，{unit}水利站会同应急管理局，沿着3座小型水库的坝体走了一圈，查看溢洪道、放水涵和雨量站。",
        "在一处坝脚，工作人员发现背水坡有少量渗水，随即布设观测点，安排专人早晚各记录一次水位。"
        "物资仓库里的编织袋和救生衣逐件清点，缺少的2台抽水泵当天补齐。",
        f"撰稿：{author} 审核：赵立新",
    ]


def night_check(unit: str, on: str, author: str) -> list[str]:
    """工作动态: a check at night."""
    return [
        f"{unit}夜查沿街商铺违规住人",
        f"{on}，{unit}组织应急、公安、市场监管人员，利用晚间时段对三条老街的沿街商铺开展突击夜查。",
        "一行人逐户敲门，看有没有在店内留宿、有没有把电瓶带上阁楼充电、后门是不是上了锁。"
        "共查商铺52间，劝离留宿人员11人，拆除木质隔断3处，对一家屡劝不改的旅馆当场张贴临时查封决定。",
        f"撰稿：{author} 审核：赵立新",
    ]


def gas_check(unit: str, on: str, author: str) -> list[str]:
    """工作动态: a check of gas."""
    return [
        f"{unit}给餐饮店的燃气做“体检”",
        f"{on}，{unit}邀请燃气公司技术员，为辖区夜市一条街的餐饮店逐户检测燃气管线。",
        "技术员用检漏仪查接头、看软管、试报警器，店主在一旁跟着学。当天共检测31户，免费更换过期软管8根，"
        "对2户擅自改装灶具的店铺停止供气，整改合格后再恢复。街口还摆出宣传台，发放燃气安全明白纸200余份。",
        f"撰稿：{author} 审核：周镕",
    ]


def drill(unit: str, on: str, author: str) -> list[str]:
    """工作动态: a drill."""
    return [
        f"{unit}举行森林防火应急演练",
        f"{on}，{unit}在凤凰山林区举行清明祭扫期间森林火灾扑救演练，护林员、民兵和社区志愿者共60人参演。",
        "演练模拟祭扫烧纸引燃林下枯草，巡山无人机首先发现烟点，指挥部就近调集两支半专业队伍，"
        "用风力灭火机和背负式水枪从两翼合围，同时疏散山脚农家乐游客。参演队伍42分钟完成扑救和看守火场任务。",
        f"撰稿：{author} 审核：何静",
    ]


def meeting(unit: str, on: str, author: str) -> list[str]:
    """工作动态: a meeting."""
    return [
        f"{unit}召开工业园区安全例会",
        f"{on}，{unit}召开一季度工业园区安全例会，42家重点企业的负责人和安全员到会。",
        "会上没有念长稿子，而是播放了上月随手拍到的15段隐患视频，拍到哪家，哪家负责人就站起来说原因、定时限。"
        "分管领导逐一点评，要求企业把“班前五分钟”安全提醒落实到车间，下次例会先看回头看的结果。",
        f"撰稿：{author} 审核：周镕",
    ]


def ctx(unit: str, on: str, author: str) -> list[str]:
    """工作动态: a visit to households."""
    return [
        f"{unit}上门为独居老人查隐患",
        f"{on}，{unit}组织网格员和志愿者走进新城花园，给38户独居老人家里做了一次安全检查。",
        "志愿者帮着把堆在走廊里的纸箱清走，换下发烫的旧插座，教老人用手机上的燃气报警提示。"
        "查到的5处线路老化，社区电工当天换好；一时修不了的，记在册子上，约好下周二再来。",
        f"撰稿：{author} 审核：赵立新",
    ]


def short_article(unit: str, on: str, author: str) -> list[str]:
    """Write a text called 综合, and far from 800 characters."""
    return [
        "从“厂中厂”看小微园区的安全账",
        f"{on}，{unit}完成了对全部小微园区的一轮走访。走访下来，最大的感受是：出租方只管收租，承租方流动频繁，安全责任常常落空。",
        "我们的做法是先算清三本账：一本是房东账，谁的房子谁负责，合同里写明安全条款；一本是租户账，进出登记、工艺变更报备；"
        "一本是镇里的账，网格员每月上门一次，问题挂图销号。账算清了，扯皮就少了，整改也就快了。",
        f"撰稿：{author} 审核：赵立新",
    ]


def complaint(unit: str, on: str, author: str) -> list[str]:
    """舆情: another one."""
    return [
        f"网民质疑{unit}一工地深夜施工",
        f"{on}23时许，微博网友“北港小王”发帖称，{unit}一安置房工地深夜浇筑混凝土，塔吊灯光直射居民楼，"
        "并质疑夜间高处作业没有人管。截至次日10时，该帖阅读量8300次，评论46条，多数网友要求公布施工许可情况。",
        f"{unit}已会同住建、城管部门到场核查：该工地办有夜间施工证明，但未按要求公示，现已责令停工整改，并向发帖人电话说明。",
        f"撰稿：{author} 审核：周镕",
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


def weekly_opinions(unit: str, first: str, second: str, author: str) -> list[str]:
    """Two 舆情 in one document, each with a title and a day of its own."""
    return [
        f"{unit}本周舆情2条",
        "舆情一：网民反映农贸市场消防通道被摊位占用",
        f"{first}，有网民在本地论坛发帖，称{unit}农贸市场东门的消防通道长期被水果摊占用，消防车无法驶入，"
        "帖文阅读量约三千次。属地已派人到场核实，当晚清走摊位，并安排专人值守，发帖人表示满意。",
        "舆情二：居民投诉化工仓库夜间异味",
        f"{second}，有居民拨打热线并在短视频平台留言，反映{unit}工业集中区一处仓库夜间有刺激性气味。"
        "应急和环保人员连夜排查，查明系涂料桶封盖不严，已责令企业转移物料、限期整改，并向居民作了说明。",
        f"供稿：{author}  审核：何静",
    ]


def doubtful_collection(unit: str, on: str, author: str) -> list[str]:
    """Write what may be one report with sections, or several pieces: nobody can tell for certain."""
    return [
        f"{unit}本周工作动态",
        "一、镇安委办召开安全生产例会",
        f"{on}，{unit}召开安全生产例会，传达上级精神，部署下一阶段重点任务，各条线负责人参加会议并作交流发言。",
        "二、网格员入户宣传",
        "各村网格员走村入户，发放宣传单页，提醒老人注意用火用电用气安全，帮助独居老人检查线路和灶具。",
        f"供稿：{author}  审核：何静",
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
