"""How the ledger's words are said on the pages."""

from __future__ import annotations

from ledger.models.accounts import Role
from ledger.models.decisions import Act
from ledger.models.letters import LetterState, PostState
from rulebook.model import Kind, Outcome, Timely

OUTCOMES = {
    Outcome.ACCEPTED: "已收稿",
    Outcome.HELD: "待核定",
    Outcome.REFUSED: "已退稿",
    Outcome.IGNORED: "不处理",
}
STATES = {
    LetterState.COLLECTED: "待审核",
    LetterState.EXAMINED: "回执待发",
    LetterState.SETTLED: "已办结",
    LetterState.SET_ASIDE: "已搁置",
}
POSTS = {
    PostState.OWED: "待发",
    PostState.SENT: "已发出",
    PostState.GIVEN_UP: "无法送达",
}
TIMELY = {
    Timely.ON_TIME: "按时",
    Timely.LATE: "逾期",
    Timely.UNDETERMINED: "待定",
    Timely.NOT_APPLICABLE: "不限时",
}
KINDS = {
    Kind.NEWS: "动态",
    Kind.OPINION: "舆情",
    Kind.ARTICLE: "综合",
    Kind.COMMISSION: "约稿",
}
ROLES = {Role.VIEWER: "查阅", Role.EDITOR: "经办", Role.ADMIN: "管理"}
ACTS = {
    Act.ENTERED: "审核登记",
    Act.RULED: "人工核定",
    Act.CLAIMED: "认领",
    Act.RETRIED: "重新处理",
    Act.ADOPTED: "登记录用",
    Act.ADOPTION_CHANGED: "更改录用",
    Act.COMMISSIONED: "布置约稿",
    Act.COMMISSION_CHANGED: "更改约稿",
    Act.BONUS: "附加分",
    Act.SANCTION: "取消附加分",
    Act.PUBLISHED: "发布通报",
    Act.ROSTER: "名单变动",
    Act.PURGED: "到期清除",
    Act.ACCOUNT: "账号",
    Act.EXPORTED: "导出",
}
POST_KINDS = {"receipt": "回执", "correction": "更正回执", "reminder": "催报", "digest": "简报"}
FILE_ROLES = {
    "draft": "文字稿",
    "image": "图片",
    "scan": "文稿照片",
    "media": "音视频",
    "archive": "压缩包",
    "note": "说明",
    "form": "报表",
    "approval": "审签单",
    "listing": "清单",
    "other": "其他",
    "junk": "系统文件",
    "unread": "未能读取",
}
FACTS = {
    "user": "账号",
    "token": "令牌",
    "change": "变动",
    "role": "角色",
    "by": "方式",
    "unit": "单位",
    "officer": "宣传员编号",
    "kind": "类别",
    "happened": "事件日",
    "original": "原创",
    "accepted": "收录",
    "voided": "作废",
    "commission": "约稿",
    "year": "年度",
    "points": "分",
    "outcome": "结果",
    "reasons": "原因",
    "what": "内容",
    "rows": "行数",
    "period": "时段",
    "edition": "版次",
    "outlet": "载体",
    "tier": "类",
    "adoption": "录用编号",
    "day": "日期",
    "topic": "主题",
    "due": "截止",
    "file": "文件",
}
CHANGES = {
    "added": "新增",
    "updated": "更新",
    "ended": "离任",
    "password": "设置密码",
    "role": "改角色",
    "disabled": "停用",
    "enabled": "启用",
    "revoked": "收回",
    "link": "一次性链接",
}
