"""
What stands around a draft and is none of it.

Labels, numbers of issues and documents, captions, lists of copies, and what a web page or a 公众号 puts
above and below an article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_CAPTION = re.compile(
    r"[（(【\[▲△↑]?\s*(?:图\s*为|图片\s*为|上图|下图|左图|右图|图\s*[\d一二三四五六七八九十]+|图(?=\s*[：:])|图片\s*\d*|配图|附图|图注)\s*[：:为\d，,．.、]?.{0,80}"
    r"|[▲△↑].{2,60}|[（(]?附[^。，；]{0,12}(?:图|图片|照片|截图|视频)[^。，；]{0,8}[）)]?"
)
_DATED_CAPTION = re.compile(
    r"[（(▲△]?(?:20\d\d年)?\d{1,2}月\d{1,2}日(?:[上下]午|晚)?[，,](?=[^，,。]{4,})"
)
_SOURCE = re.compile(
    r"[（(]\s*(?:信息|消息|稿件|帖文|图片|视频)?(?:来源|出处|链接|网址|发帖|原帖)[^（）()。]{0,20}[：:].{0,120}[）)]"
)
"""“（来源：化龙巷论坛，发帖时间：2022-07-28，浏览2213）”, a paragraph of its own."""

_END_MARK = re.compile(
    r"[（(【\[—\-–=·•\s]*(?:全?文?完|THE\s+END|END)[）)】\]—\-–=·•.。\s]*", re.IGNORECASE
)
_COPIES = re.compile(
    r"^(?:主报|主送|报|送|发|抄报|抄送|分送)\s*[：:].{0,60}$|^（?共印\s*\d+\s*份）?$"
)
"""Who gets copies of a bulletin: the last lines of a page under a red head."""

_ACCOUNT = re.compile(
    r"(?:原创|转载)[\s　]+\S.{0,50}(?:20\d\d|发表于|收录于).{0,30}"
    r"|原创[\s　]+[一-鿿·]{2,8}(?:[\s　]+[一-鿿A-Za-z0-9]{2,14})?|.{0,50}发表于[一-鿿]{2,8}|收录于.{0,30}"
    r"|[^一-鿿（(“]{0,4}(?:点击|长按|扫描?|戳)[^。]{0,16}(?:关注|蓝字|二维码|阅读原文|订阅|↑|↓)[^。，！？：]{0,6}"
    r"|(?:欢迎|记得)?关注(?:我们|公众号).{0,10}|(?:欢迎)?关注[一-鿿“”]{2,14}[，,\s](?:了解|获取|掌握|查看|获得)[^。]{0,10}(?:资讯|更多|动态|信息|精彩)[^。]{0,10}"
    r"|(?:本文|全文)?(?:约|共)?\s*\d{2,5}\s*字[，,\s]*(?:预计|大约)?阅读(?:时间)?(?:需要?|约|大约)?\s*\d{1,3}\s*分钟|(?:微信)?扫一扫.{0,20}|预览时标签不可点|阅读原文"
    r"|(?:[【\[]?(?:打印|关闭|返回顶部|字号|大|中|小|分享到?)[】\]]?[\s　：:|｜]*)+"
    r"|喜欢此内容的人还喜欢|轻触阅读原文|继续滑动看下一个|向上滑动看下一个"
    r"|(?:(?:阅读|点?赞|在看|分享|收藏|转发|评论|写留言|三连|支持|一下|吧|哦)[\s　、，~！]*(?:\d[\d.万+]*[\s　]*)?)+"
    r"|(?:喜欢|觉得|看完|别忘了?|记得|求|请|帮忙|欢迎|如果)[^。：:]{0,20}(?:点赞|点个|在看|分享|转发|收藏|三连)[^。：:]{0,12}"
    r"|[一-鿿A-Za-z0-9·]{2,16}[\s　]+"
    r"(?:今天|昨天|前天|刚刚|\d{1,2}(?:分钟|小时|天)前|星期[一二三四五六日]|(?:20\d\d年)?\d{1,2}月\d{1,2}日)(?:\s*\d{1,2}[:：]\d\d)?(?:\s+[一-鿿]{2,3})?"
    r"|[^。]{0,14}(?:蓝字|蓝色字体?)[^。]{0,20}"
    r"|(?:[一-鿿]{2,10}[\s　]+)?(?:微信)?(?:公众号|微信号|视频号|抖音号)(?:\s*[：:]\s*|[\s　]+)[\w\-“”·]{2,24}"
    r"|(?:来自|转自)[\s　：:]+[一-鿿“”]{2,14}|功能介绍[\s　]+.{2,40}"
    r"|(?:点击|设为|加)?星标[^。]{0,16}"
    r"|(?:收听|听)(?:本文|全文)[^。]{0,14}|[^一-鿿]{0,4}更多(?:精彩|内容|资讯)[^。]{0,14}(?:点击|关注)[^。]{0,8}"
    r"|(?:你|您)?(?:当前|所在|现在)(?:的)?位置\s*[：:].{0,60}"
    r"|(?:网站)?首页(?:\s*(?:>|＞|»|›|→|/|\\|-|·|｜|\|)+\s*[一-鿿A-Za-z0-9（）()]{1,24}){1,6}"
    r"|(?:上|下|前|后)一(?:篇|条|则|页|个)[\s　]*[：:].{0,60}"
    r"|(?:相关|延伸|推荐|热门|往期)(?:阅读|链接|新闻|文章|推荐|回顾|内容|信息)\s*[：:].{0,60}"
)
"""What is copied along with an article of a 公众号 or a web page: accounts, crumbs, neighbours."""


_NEIGHBOURS = re.compile(
    r"[^一-鿿]{0,8}(?:往期|相关|延伸|热门|精彩|更多)(?:推荐|阅读|回顾|链接|文章|精选|新闻|内容)[^一-鿿]{0,8}"
)
_SAYS_OR_SIGNS = re.compile(
    r"[。；]|(?:文字|供稿|撰稿|通讯员|作者|审核|审稿|编辑|校对|来源|图片|摄影|[一二三终初]审)\s*[：:|｜丨／/]|^[（(]"
)

_STAMP_KEY = (
    r"(?:发布|发表|更新|上传|录入|发稿|编辑)(?:时间|日期)|发布(?:机构|单位|人|者|部门)|(?:信息|稿件|文章|内容)?来源|(?:浏览|阅读|点击|访问|查看)(?:次数|量|数|率)?"
    r"|字号|字体|(?:文字|字体)大小|视力保护色|保护视力色|责任编辑|编辑|点击数|人气|分享到?|作者|索引号|文号|主题分类|生成日期|时间|日期"
)
_STAMP_WEB = re.compile(
    r"(?:发布|发表|更新|上传|录入)(?:时间|日期)|(?:浏览|阅读|点击|访问|查看)(?:次数|量|数|率)?\s*[：:]|字号|字体|视力保护色|保护视力色|索引号|点击数|人气\s*[：:]|打印本页|(?:信息|稿件|文章)来源"
)
_STAMP_FIELD = re.compile(
    rf"(?:{_STAMP_KEY})\s*[：:]|[【\[]?(?:打印(?:本页)?|关闭(?:窗口|本页)?|分享到?|收藏)[】\]]?"
)
_STAMP_HEAD = re.compile(
    r"[【\[（(]?\s*(?:[一-鿿·]{0,20}\s*20\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s*\d{1,2}[:：]\d\d(?:[:：]\d\d)?)?\s+)?"
)
_CLOCK = r"\d{1,2}[:：]\d\d(?:[:：]\d\d)?"
_NUMERIC_DAY = r"20\d\d[-/.]\d{1,2}[-/.]\d{1,2}"
_PUT_UP = "(?:最后)?(?:发布|发表|更新|上传|发稿|编辑)(?:于|时间|日期)?"
_READ = r"(?:浏览|阅读|点击|访问|查看)(?:次数|量|数)?\s*[：:]?\s*\d+\s*次?"
_BARE_STAMP = re.compile(
    rf"(?:[一-鿿·]{{2,20}}\s+)?(?:{_PUT_UP}\s*[：:]?\s*)?{_NUMERIC_DAY}日?\s+{_CLOCK}(?:\s+[一-鿿·]{{2,20}})?(?:\s*{_READ})?"
    rf"|(?:[一-鿿·]{{2,20}}\s+)?{_PUT_UP}\s*[：:]?\s*20\d\d[-/.年]\d{{1,2}}[-/.月]\d{{1,2}}日?(?:\s*{_CLOCK})?(?:\s*{_READ})?"
    rf"|(?:[一-鿿·]{{2,20}}\s+)?{_NUMERIC_DAY}(?:\s+[一-鿿·]{{2,20}})?\s*{_READ}"
)
"""“湖塘镇 2022-03-07 10:00”, “发布于2022-03-07 浏览 123 次”: a stamp without the names of its fields."""

_STAMP_TOKEN = re.compile(
    rf"[【\[（(]?\s*(?:(?P<day>{_NUMERIC_DAY}日?|20\d\d年\d{{1,2}}月\d{{1,2}}日)(?:\s*T?{_CLOCK})?|(?P<web>{_CLOCK}|(?:浏览|阅读|点击|访问|查看)(?:次数|量|数)?\s*[：:（(]?\s*\d+\s*次?[）)]?"
    rf"|(?:字[体号](?:大小)?|打印(?:本页)?|关闭(?:窗口|本页)?|分享到?|收藏)\s*[：:]?)|[大中小]|(?P<who>[一-鿿·]{{2,20}}))\s*[】\]）)]?"
)
"""One piece of “2022-03-07 08:00:01 湖塘镇 阅读（21）” or “【2022-03-07】 【字体：大 中 小】”."""

_STAMP_DAY = re.compile(
    r"(?:发布|发表|更新|上传|录入|发稿|编辑)?(?:时间|日期)\s*[：:]?\s*20\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?"
)
_STAMP_LINE = re.compile(rf"[\s　【\[（(]*(?:{_STAMP_KEY})\s*[：:]")
_STAMP_LINES = 6
_STAMP_MOST = 160
_STAMP_VALUE = 60
"""“发布时间：2022-03-08 16:04 来源：湖塘镇 浏览次数：37”, in any order: pasted along from a web page."""


def is_stamp(line: str) -> bool:
    """Whether a line is what a web page says of an article: when it was put up, where from, how often read."""
    bare = line.strip()
    if len(bare) > _STAMP_MOST or re.search(r"[\t。，！？]|平台|首发", bare):
        return False
    if _BARE_STAMP.fullmatch(bare) or _all_stamp(bare):
        return True
    fields = list(_STAMP_FIELD.finditer(bare))
    head = _STAMP_HEAD.match(bare)
    if not fields or head is None or head.end() < fields[0].start():
        return False
    dated = bool(head[0].strip("【[（( "))
    ends = [*(field.start() for field in fields[1:]), len(bare)]
    short = all(end - field.end() <= _STAMP_VALUE for field, end in zip(fields, ends, strict=True))
    return short and (dated or _STAMP_WEB.search(bare) is not None)


def stamps_in(lines: Sequence[str]) -> list[str]:
    """Return the lines that are stamps, alone or with their neighbours: “来源：…” / “时间：…” / “阅读：…”."""
    found = [is_stamp(line) for line in lines]
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and end - start < _STAMP_LINES and _STAMP_LINE.match(lines[end]):
            end += 1
        if end - start > 1 and is_stamp(" ".join(line.strip() for line in lines[start:end])):
            found[start:end] = [True] * (end - start)
        start = max(end, start + 1)
    return [line for line, stamp in zip(lines, found, strict=True) if stamp]


def _all_stamp(line: str) -> bool:
    """Whether every piece of a line belongs to a stamp, a day in figures and a piece of the web among them."""
    days = webs = names = position = 0
    while position < len(line):
        blank = re.compile(r"[\s　|｜·]*").match(line, position)
        position = blank.end() if blank else position
        if position == len(line):
            break
        piece = _STAMP_TOKEN.match(line, position)
        if piece is None or piece.end() == position:
            return False
        days += piece["day"] is not None
        webs += piece["web"] is not None or (piece["day"] is not None and ":" in piece[0])
        names += piece["who"] is not None
        position = piece.end()
    return days == 1 and webs > 0 and names < 3


def undated(stamp: str) -> str:
    """Return a stamp without its days, so that a by-line in it can be read."""
    return _STAMP_DAY.sub(" ", stamp)


def without_neighbours(lines: list[str]) -> list[str]:
    """Return an article's lines without “往期推荐” and the titles of others below it."""
    start = next((n for n, line in enumerate(lines) if n and _NEIGHBOURS.fullmatch(line)), None)
    if start is None:
        return lines
    end = start + 1
    while end < len(lines) and len(lines[end]) <= 45 and not _SAYS_OR_SIGNS.search(lines[end]):
        end += 1
    return [*lines[:start], *lines[end:]]


def is_furniture(line: str) -> bool:
    """Tell whether a line is what a 公众号 or a web page adds to an article."""
    return len(line) <= 80 and _ACCOUNT.fullmatch(line) is not None


def is_caption(line: str) -> bool:
    """Tell whether a line says what a picture shows."""
    return len(line) <= 90 and _CAPTION.fullmatch(line) is not None


def is_dated_caption(line: str, above: str) -> bool:
    """Tell whether the last line, under finished prose, starts with a day and ends without a stop."""
    return (
        8 <= len(line) <= 60
        and _DATED_CAPTION.match(line) is not None
        and line[-1] not in "。！？；：…”"
        and above.rstrip()[-1:] in ("。", "！", "？", "”", "…")
    )


def is_source(line: str) -> bool:
    """Whether a paragraph in brackets only tells where a piece on public opinion was found."""
    return _SOURCE.fullmatch(line.strip()) is not None


def is_foot(line: str) -> bool:
    """Tell whether a line ends a page: “（完）”, who gets copies, furniture."""
    return (
        _END_MARK.fullmatch(line) is not None
        or _COPIES.match(line) is not None
        or is_furniture(line)
    )
