"""
What stands above, below and around a title and is none of it.

Kinds, numbers of issues and documents, names of bulletins, columns and accounts, and the marks that
writers put before and behind a title.
"""

from __future__ import annotations

import re

from parsers.drafts import boilerplate

_LABEL_LINE = re.compile(
    r"[【\[（(〔]?\s*(?:工作动态|动态信息|舆情信息|舆情专报|舆情|综合性原创文章|综合性文章|综合文章|原创文章|综合信息|约稿|信息简报|工作信息|政务信息|信息快报)"
    r"\s*[】\])）〕]?\s*(?:[（(]?第?\s*[\d一二三四五六七八九十〇]+\s*[期号篇][）)]?)?\s*[：:]?"
)
_FIGURE = r"[\d一二三四五六七八九十〇百]{1,5}"
_ISSUE_LINE = re.compile(
    rf"[（(\[【]?\s*(?:20\d\d年?)?\s*第?\s*{_FIGURE}\s*[期号]\s*[）)\]】]?|[（(【\[]?\s*(?:稿\s*件|正\s*文|标\s*题|全\s*文|导\s*读|编\s*者\s*按)\s*[）)】\]]?\s*[：:]?"
)
_DOCUMENT_LINE = re.compile(
    r"(?:[一-鿿]{2,12}\s*)?[〔﹝\[（(【]\s*20\d\d\s*年?\s*[〕﹞\]）)】]\s*第?\s*\d+\s*[号期]?"
)
"""“武安办〔2022〕31号” (GB/T 9704-2012, 7.2.5), “〔2022〕第5期”, alone in its line."""

_OF_ALL = rf"[（(]?\s*[总共]\s*(?:第\s*)?{_FIGURE}\s*期\s*[）)]?"
_NUMBER_OF_ISSUE = re.compile(
    rf"(?:[一-鿿]{{2,20}}(?:编|编印|编发|主办|办公室|办)[\s　]+)?"
    rf"[（(]?\s*(?:20\d\d\s*年?\s*(?:\d{{1,2}}月)?)?\s*(?:增刊|专刊|特刊)?"
    rf"\s*第\s*[（(]?{_FIGURE}[）)]?\s*期\s*[）)]?(?:[\s　]*{_OF_ALL})?"
    rf"(?:[\s　]+20\d\d年\d{{1,2}}月\d{{1,2}}日)?|{_OF_ALL}"
    rf"|20\d\d\s*[（(]\d{{1,3}}[）)]|(?:No|NO|Vol)\s*[.．:：]?\s*\d{{1,5}}"
    r"|(?:编|流水|序|文)\s*号\s*[：:]\s*[^，。：:]{1,24}"
)
_FORM_HEADING = re.compile(
    r"[^，。！？：:“”]{0,24}(?:信息|稿件|舆情|新闻|宣传)[^，。！？：:“”]{0,6}(?:报送|上报|采集|登记|审核|审批|发布|呈报|投稿)[^，。]{0,3}(?:单|表)"
)
"""“西太湖科技产业园信息报送单”: the heading of a form that carries a draft."""

_NAMEPLATE = re.compile(
    r"[一-鿿]{2,14}(?:舆情|信息|工作|政务|应急|安全)(?:信息|动态)?(?:快报|专报|简报|日报|周报|摘报|通讯)"
)
"""“南夏墅街道舆情快报”: the name of a bulletin above a title."""

_PIECE = rf"(?:附件|稿件|文章|材料|信息|动态|新闻|来稿)\s*[\d一二三四五六七八九十]{{1,3}}|第\s*{_FIGURE}\s*[篇条则]"
_REVISION = r"(?:送审|修改|修订|更正|改后|审定|初|定|终)稿|最终版?|修改版|已审|第[一二三]稿"
_MARK_LINE = re.compile(
    rf"附\s*件\s*[：:]?|(?:{_PIECE})\s*[：:]?|[（(【\[]\s*(?:{_REVISION})\s*[）)】\]]"
    r"|[-—–·\s]*\d{1,3}[-—–·\s]*|第\s*\d+\s*页(?:[\s，,]*共\s*\d+\s*页)?|[\[【（(](?:图片|图|表情|视频|封面)[\]】）)]"
)
"""“附件1”, “（修改稿）”, “- 1 -”, “[图片]”: a line of its own that says nothing of the matter."""

_ASIDE = re.compile(
    r"[（(【\[]\s*(?:此|本|该)稿[^（）()]{2,24}[）)】\]]|[（(【\[]?\s*(?:全文)?\s*(?:字数|共计?)\s*[：:约]?\s*\d{2,5}\s*字?\s*[）)】\]]?"
)
"""“（此稿已经镇领导审核）”, “（字数：960）”."""

_COVERING = re.compile(
    r"(?:您好|你好|现将|现报送|现有|现投稿|兹|附上|以下)[^。]{0,44}(?:报送|投稿|审阅|查收|如下|采用|指正|编发)[^。]{0,10}[。：:！!]?|您好[！!。]?"
)
"""What a covering letter says, when the draft stands below it in one document."""

_KIND_FIELD = re.compile(
    r"[（(]?(?:信息|稿件|文章)?(?:类别|类型|种类|栏目|分类)\s*[：:]\s*(?P<kind>[^，。：:]{2,14}?)[）)]?"
)
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9 .,&'’\-]{2,40}")
_COLUMN_BOXED = re.compile(
    r"[【〖\[◆●■★☆▶▌◎※♦]\s*[^，。！？：:【】\[\]◆●■★☆]{2,14}\s*[】〗\]◆●■★☆◀▌◎※♦]|#[^#，。]{2,16}#"
)
_COLUMN = re.compile(
    r"[一-鿿·\s]{0,8}(?:动态|传真|进行时|快讯|之窗|园地|视点|聚焦|专栏|风采|播报|速递|速览|要闻|简讯|信息|一线|快报|简报|头条|在行动|之声|专题|资讯)"
)
_COLUMN_OF = re.compile("[一-鿿]{2,8}[·•][一-鿿]{2,8}")
_BULLETIN = re.compile(
    r"[一-鿿]{0,12}(?:20\d\d年)?(?:\d{1,2}月)?(?:第[\d一二三四五六]{1,2}[周期])?(?:工作)?(?:动态|舆情|简讯)(?:信息|快报|专报)?(?:[（(][\d一二三四五六七八九十]{1,3}[）)])"
)
"""“科教城2022年4月工作动态（三）”."""

_ACCOUNT_NAME = re.compile(
    r"[一-鿿]{1,8}(?:发布|应急|消防|平安|融媒|微信|公众号|微讯|在线|安监|网信|之声|政务)"
)
_SALUTATION = re.compile(
    r"[一-鿿、，（）()]{2,40}(?:局|办|科|委|政府|部|室|单位|领导|同志|老师|编辑|大队|中心)\s*[：:]|尊敬的[一-鿿、]{2,20}\s*[：:，,！!]"
)
_BEFORE_TITLE = re.compile(
    rf"(?:\d{{1,2}}\s*(?:[、]|[.．](?!\d))|[一二三四五六七八九十]{{1,3}}、|[（(][一二三四五六七八九十\d]{{1,2}}[）)]|[①-⑳]|(?:{_PIECE})\s*[：:、])\s*"
)
_BEHIND_TITLE = re.compile(rf"\s*[（(【\[]\s*(?:{_REVISION})\s*[）)】\]]$")
_SPREAD = re.compile(r"(?:[一-鿿][ \t　]+)+[一-鿿]")


def is_label(line: str) -> bool:
    """Tell whether a line is a kind and nothing more."""
    return _LABEL_LINE.fullmatch(tight(line)) is not None


def is_number(line: str) -> bool:
    """Tell whether a line is the number of an issue or a document."""
    return (
        _NUMBER_OF_ISSUE.fullmatch(line) is not None or _DOCUMENT_LINE.fullmatch(line) is not None
    )


def is_masthead(line: str) -> bool:
    """Tell whether a line is a kind, a number or a mark alone, or the furniture of a web page."""
    return (
        is_label(line)
        or _ISSUE_LINE.fullmatch(line) is not None
        or _MARK_LINE.fullmatch(line) is not None
        or _ASIDE.fullmatch(line) is not None
        or is_number(line)
        or boilerplate.is_furniture(line)
    )


def is_form_heading(line: str) -> bool:
    """Whether a line is the heading of a form in which drafts are sent."""
    return len(line) <= 40 and (
        _FORM_HEADING.fullmatch(line) is not None or _NAMEPLATE.fullmatch(line) is not None
    )


def is_above_title(line: str) -> bool:
    """
    Whether a line may stand above a title without being its first half.

    A column (“【基层动态】”, “安全生产月进行时”), an account (“湖塘发布”), whom a paper is addressed to. Only
    what follows can tell: alone it may be the title.
    """
    return (
        _COLUMN_BOXED.fullmatch(line) is not None
        or (len(line) <= 10 and _COLUMN.fullmatch(tight(line)) is not None)
        or _COLUMN_OF.fullmatch(line) is not None
        or _BULLETIN.fullmatch(line) is not None
        or _ACCOUNT_NAME.fullmatch(line) is not None
        or _SALUTATION.fullmatch(line) is not None
        or _LATIN.fullmatch(line) is not None
        or is_covering(line)
    )


def is_covering(line: str) -> bool:
    """Whether a line is a covering letter's sentence: “现将我镇信息报送如下，请审阅。”."""
    return len(line) <= 60 and _COVERING.fullmatch(line) is not None


def kind_of(line: str) -> str:
    """Return the kind in a line “类别：工作动态”, "" for any other."""
    field = _KIND_FIELD.fullmatch(line)
    return field["kind"] if field else ""


def tight(line: str) -> str:
    """Return “工　作　动　态” as “工作动态”; anything else as it is."""
    return re.sub(r"\s", "", line) if _SPREAD.fullmatch(line) else line


def unmarked(title: str) -> str:
    """Return a title without its number, the “《…》” around it and the “（定稿）” behind it."""
    bare = _BEHIND_TITLE.sub("", _BEFORE_TITLE.sub("", title, count=1)).strip()
    if re.fullmatch("《[^《》]+》", bare):
        bare = bare[1:-1]
    return bare if len(bare) >= 4 else title
