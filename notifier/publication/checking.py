"""What is wrong with an office's own article.docx, found by reading its tags and filling it with a sample."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date

from PIL import Image

from notifier.notice import tags
from notifier.notice.document import BadTemplate
from notifier.publication.document import ARTICLE, BLOCK, VALUES, document
from notifier.publication.facts import Article, Block, Picture

WHAT = "出稿模板"


def faults(template: bytes, office: str) -> Iterator[str]:
    """Yield what is wrong with a template, a Chinese sentence each; nothing of one that can be used."""
    told = list(tags.faults_of_writing(template, WHAT))
    if not told:
        fields = {"article": ARTICLE, "block": BLOCK}
        told = list(tags.faults_of_names(template, WHAT, VALUES, fields))
    yield from told
    if told:
        return
    one = sample()
    try:
        for articles in ([one], [one, one]):
            document(articles, one.title, office, template)
    except BadTemplate as error:
        yield str(error)


def sample() -> Article:
    """Make an article with all that one may have: a picture, a caption, one that could not be had."""
    small = io.BytesIO()
    Image.new("RGB", (30, 20), "white").save(small, "JPEG")
    return Article(
        title="样稿",
        unit="某单位",
        author="某人",
        reviewer="某人",
        day=date(2022, 3, 7),
        blocks=(
            Block("正文第一段。"),
            Block(picture=Picture("样稿-图1.jpg", "图注", small.getvalue(), 30, 20)),
            Block(picture=Picture("样稿-图2.jpg", trouble="打不开")),
        ),
        stem="样稿",
    )
