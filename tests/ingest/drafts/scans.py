"""Letters with scanned pages, for tests of their recognition."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from io import BytesIO

import pytest

from console.demo import files
from ingest.examination_types import ExaminationResult, ExaminerConfig, Recognition
from parsers.pictures import ocr
from parsers.types import Limits
from rulebook.model import Draft
from tests import paper

NOW = datetime(2026, 3, 6, 4, tzinfo=UTC)
UNITS = ("湖塘镇应急管理局", "湖塘镇")
DESK = ExaminerConfig(limits=Limits(), zone="Asia/Shanghai", unit_names=UNITS)
READING = replace(DESK, recognition=Recognition())
PAGE = [
    "　　　湖塘镇开展燃气安全检查",
    "　　3月5日，湖塘镇应急管理局开展检查，查出",
    "隐患12处，均已责令整改到位。下一步，将加大",
    "力度，守牢底线。",
    "　　　撰稿：张三　审核：李四",
]
SHEET = [
    "　　　　信息稿件审签单",
    "稿件标题\t湖塘镇召开例会",
    "撰稿人\t张三",
    "审核人\t李四",
    "签发人\t王建国",
]
DRAFT = [
    "湖塘镇召开例会",
    "3月5日，湖塘镇召开安全生产例会，部署下阶段工作，各村负责人参加会议并作表态发言。",
]
needs_ocr = pytest.mark.skipif(not ocr.available(), reason="the extra `ocr` is not installed")


def page(lines: list[str]) -> bytes:
    return paper.jpeg(paper.page(lines, (860, 620)))


def photo() -> bytes:
    return files.photo(2, NOW)


def letter(members: Mapping[str, bytes]) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    mail = EmailMessage()
    mail["From"] = "qian@hutang.example"
    mail["Subject"] = "【工作动态】湖塘镇"
    mail.set_content("请查收。")
    mail.add_attachment(
        packed.getvalue(), maintype="application", subtype="zip", filename="稿件.zip"
    )
    return mail.as_bytes()


def only_draft(examined: ExaminationResult) -> Draft:
    (draft,) = examined.submission.drafts
    return draft


def roles(examined: ExaminationResult) -> dict[str, str]:
    return {file.path.removeprefix("稿件.zip/"): file.role for file in examined.submission.files}
