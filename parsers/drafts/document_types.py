"""Papers that are no drafts: rosters, surveys, approval sheets, listings; and marks of secrecy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from parsers.drafts import byline
from parsers.drafts.byline import Byline
from rulebook.model import Form

_STARRED = re.compile(r"(?:秘\s*密|机\s*密|绝\s*密)\s*[★☆＊*]")
_DECLARED = re.compile(r"密\s*级\s*[：:]\s*(秘密|机密|绝密)")
_ALONE = re.compile(r"[【\[（(]?\s*(秘\s*密|机\s*密|绝\s*密)\s*(?:文件|级)?\s*[】\])）]?")
_FIELD_TITLE = re.compile(r"(?:信息|稿件|文章|舆情)?(?:标题|题目)")
_FIELD_BODY = re.compile(r"(?:信息|稿件|文章|舆情|主要|正文|具体)?(?:内容|正文|全文)")
_FIELD_MORE = re.compile(
    r".{0,4}(?:处置|处理|办理|核查|核实|研判|回应|应对)(?:情况|结果|措施|建议|意见)?"
)
_FIELD_KIND = re.compile(r"(?:信息|稿件)?(?:类别|类型|种类|栏目)")
_FIELD_OTHER = re.compile(
    r"(?:撰稿|供稿|作者|审核|审签|签发|报送|填报|单位|部门|科室|领导|负责人|联系|电话|日期|时间|地点|意见|编号|备注).{0,6}"
    r"|.{1,6}(?:人|单位|部门|意见|领导|日期|时间|地点|平台|电话|签字|审核|审签|签发|核稿)"
)
_APPROVED = re.compile(
    r"(?:审核人?|签发人?|审签人?|分管领导|部门负责人)(?:审[核签批]|签发)?(?:意见|签字|签名)?[\s：:\t]*(?:同意[，,。\s]*)?"
    r"(?:发布|[报上]送|上?报|刊发|采用|印发)?[，,。\s\t]*([一-鿿]{2,4})(?:[\s\t，,。]|$)"
)
_NO_NAMES = frozenset({"同意", "意见", "签字", "签名", "日期", "审核", "审签", "审批", "签发"})
_APPROVAL_FIELD = re.compile(r"意\s*见|审\s*[核签批稿]|签\s*发|领\s*导")
_SHEET_ROWS = 2
_FIELDS_OF_SHEET = 3
_AGREES = re.compile(
    "(?:审[核签批稿]|核稿|签发|领导|负责人)[^。]{0,6}(?:意见|签字|签名|人)|审核|审签|签发"
)
_NOTE = re.compile(r"[（(【]?(?:备?注|说明|填[表写]|本[表单])")
_HEAD_LINES = 6
_COVER = 120
"""A sheet whose text is longer carries the draft itself."""

_LISTING = re.compile(
    r"(?:稿件|信息|报送|投稿|供稿|来稿|材料)[^。，]{0,6}(?:清单|目录|统计表|汇总表?|一览表?|明细表?)(?![一-鿿])|^目录$|^清单$"
)
_SENTENCE = 60
"""A listing counts and sums up; it has no paragraph of prose as long as this."""

_LINE = 40
"""A form names itself in a short line; a sentence may speak of 审批单 and be news."""

_SHEET_NAME = re.compile(
    r"审签|审批[单表页件]|审核[单表页]|审稿|送审[单表稿]|签发[单表页稿]|发稿[单笺]|签批"
)
"""What approval sheets are called as files, photographed or not."""

Table = Sequence[Sequence[str]]


def names_sheet(path: str) -> bool:
    """Whether a file's name says that it is an approval sheet."""
    return _SHEET_NAME.search(path.rpartition("/")[2]) is not None


def reads_like_sheet(paragraphs: Sequence[str]) -> bool:
    """Whether a recognised page is an approval sheet: it calls itself one, and who agreed has a place on it."""
    head = [_bare(line) for line in paragraphs[:_HEAD_LINES]]
    called = any(len(line) <= _LINE and _SHEET_NAME.search(line) for line in head)
    fields = sum(
        len(_APPROVAL_FIELD.findall(line)) > 0 for line in paragraphs if len(line) <= _LINE
    )
    return called and fields >= _SHEET_ROWS


def secret_mark(paragraphs: Sequence[str]) -> str | None:
    """
    Return the 密级 mark of a text ("秘密★1年", "密级：机密", 绝密 alone in its head), None without one.

    Source:  保守国家秘密法; GB/T 9704-2012 7.2.2. “商业秘密” in a sentence is no mark.
    """
    for position, paragraph in enumerate(paragraphs):
        for line in paragraph.split("\t"):
            match = _STARRED.search(line) or _DECLARED.search(line)
            if match is None and position < _HEAD_LINES and len(line) <= _LINE:
                match = _ALONE.fullmatch(line.strip())
            if match is not None:
                return re.sub(r"\s", "", match[0])
    return None


def form_of(paragraphs: Sequence[str], tables: Sequence[Table], file_name: str) -> Form | None:
    """Which form a document is, None for an ordinary text."""
    lines = [line for line in paragraphs[:4] if len(line) <= _LINE and "。" not in line]
    head = " ".join([PurePosixPath(file_name).stem, *lines])
    headings = [{_bare(cell) for row in table[:3] for cell in row} for table in tables]
    long_text = max((len(cell) for table in tables for row in table for cell in row), default=0)
    prose = sum(len(paragraph) for paragraph in paragraphs if "。" in paragraph)
    if "体验馆" in head and re.search(r"(?:摸排|汇总|调查|统计)[表册](?![一-鿿])|摸排情况$", head):
        return Form.SURVEY
    for cells in headings:
        if {"姓名", "职务"} <= cells and any("电话" in cell or "手机" in cell for cell in cells):
            return Form.ROSTER
    if re.search(r"宣传员(?:名单|信息|登记|推荐|备案)+[表册]?(?![一-鿿])", head) and (
        tables or prose < _COVER
    ):
        return Form.ROSTER
    if (
        re.search(r"(?:审签[单表笺]|审批[单表]|审核[单表]|审稿单|发布审[批核])(?![一-鿿])", head)
        and max(prose, long_text) < _COVER
    ):
        return Form.APPROVAL
    if max(prose, long_text) < _COVER and _is_sheet_of_fields(paragraphs):
        return Form.APPROVAL
    listing = any(
        "序号" in cells and any(re.search(r"标题|题目|稿件", cell) for cell in cells)
        for cells in headings
    )
    named = any(_LISTING.search(_bare(line)) for line in [PurePosixPath(file_name).stem, *lines])
    longest = max((len(paragraph) for paragraph in paragraphs if "。" in paragraph), default=0)
    if (listing or named) and prose < _COVER and longest < _SENTENCE:
        return Form.LISTING
    return None


def _is_sheet_of_fields(paragraphs: Sequence[str]) -> bool:
    """Whether a text is hardly more than fields beside empty or short cells, one of them for who agrees."""
    rows = [paragraph.split("\t") for paragraph in paragraphs]
    if any(_FIELD_BODY.fullmatch(_bare(row[0]).rstrip("：:")) for row in rows):
        return False  # a form that carries a draft
    fields = [row for row in rows if len(row) > 1 and _is_field(row)]
    agreed = any(_AGREES.search(_bare(cell)) for row in fields for cell in row[::2])
    return agreed and len(fields) >= _FIELDS_OF_SHEET and len(fields) * 2 > len(rows)


def draft_in_form(lines: list[str], unit_names: Sequence[str]) -> tuple[list[str], Byline]:
    """
    Turn a form that carries a draft into that draft; other texts stay as they are.

    Such a form has rows "标题 | …", "内容 | …", "审核人 | …".
    """
    rows = [line.split("\t") for line in lines]
    names = [re.sub(r"[\s：:]", "", row[0]) for row in rows]
    if not any(len(row) > 1 and _FIELD_BODY.fullmatch(names[n]) for n, row in enumerate(rows)):
        return lines, Byline()
    head: list[str] = []
    body: list[str] = []
    signature = Byline()
    for name, row, line in zip(names, rows, lines, strict=True):
        value = " ".join(row[1:]).strip()
        if len(row) > 1 and _FIELD_TITLE.fullmatch(name):
            head.append(f"标题：{value}")
        elif len(row) > 1 and _FIELD_KIND.fullmatch(name):
            head.insert(0, value)
        elif len(row) > 1 and (
            _FIELD_BODY.fullmatch(name) or (body and _FIELD_MORE.fullmatch(name))
        ):
            body.append(value)
        elif len(row) > 1 and _FIELD_OTHER.fullmatch(name):
            pairs = zip(row[::2], row[1::2], strict=False)
            for named in (byline.read_line(f"{key}：{value}", unit_names) for key, value in pairs):
                signature = signature.above(named) if named else signature
            signature = signature.filled_from(Byline(reviewer=approved_by([line])))
        elif body:
            body.append(line)
    return [*head, *body], signature


def draft_under_sheet(paragraphs: list[str], unit_names: Sequence[str]) -> list[str]:
    """
    Take a draft out of a document that holds its approval sheet, too; other texts stay as they are.

    Under the draft stands in a line what the sheet says of author and reviewer, above it the kind that
    the sheet names and, where the draft has no title of its own, the sheet's.
    """
    rows = [paragraph.split("\t") for paragraph in paragraphs]
    inside = [len(row) > 1 and _is_field(row) for row in rows]
    sheet = [row for row, field in zip(rows, inside, strict=True) if field]
    signed = any(_APPROVAL_FIELD.search(cell) for row in sheet for cell in row[::2])
    if len(sheet) < _SHEET_ROWS or not signed:
        return paragraphs
    left = [
        paragraph
        for paragraph, field in zip(paragraphs, inside, strict=True)
        if not field and not (len(paragraph) <= _LINE and names_sheet(_bare(paragraph)))
    ]
    prose = [one for one in left if "。" in one and "\t" not in one and not _NOTE.match(one)]
    if sum(map(len, prose)) < _COVER // 2:
        return paragraphs
    head: list[str] = []
    signature = Byline()
    for row in sheet:
        for key, value in zip(row[::2], row[1::2], strict=False):
            name = _bare(key)
            if _FIELD_KIND.fullmatch(name):
                head.insert(0, value.strip())
            elif _FIELD_TITLE.fullmatch(name) and value.strip() and left[0] in prose:
                head.append(f"标题：{value.strip()}")
            elif match := byline.read_line(f"{name}：{value}", unit_names):
                signature = signature.above(match)
        signature = signature.filled_from(Byline(reviewer=approved_by(["\t".join(row)])))
    named = {"撰稿": signature.author, "审核": signature.reviewer}
    foot = "　".join(f"{role}：{names}" for role, names in named.items() if names)
    return [*filter(None, head), *left, *filter(None, [foot])]


def _is_field(row: Sequence[str]) -> bool:
    name = re.sub(r"[\s：:]", "", row[0])
    return any(field.fullmatch(name) for field in (_FIELD_TITLE, _FIELD_KIND, _FIELD_OTHER))


def approved_by(paragraphs: Sequence[str]) -> str:
    """Return the names beside 审核 and 签发 on an approval sheet, joined by “、”, or ""."""
    names = []
    for paragraph in paragraphs:
        match = _APPROVED.search(paragraph)
        if match and match[1] not in _NO_NAMES:
            names.append(match[1])
    return "、".join(dict.fromkeys(names))


def _bare(cell: str) -> str:
    return re.sub(r"\s", "", cell)
