"""Articles as .docx and as a page for a 公众号: what stands in them, and what strangers write into them."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date

import docx.document
import pytest
from docx import Document
from docx.text.paragraph import Paragraph
from lxml import html
from PIL import Image

from notifier.notice.document import BadTemplate
from notifier.publication import page
from notifier.publication.document import document, shipped, size_in_mm
from notifier.publication.facts import Article, Block, Picture
from notifier.publication.template import blank

HOSTILE = [
    "{{7*7}}",
    "{%p if x %}",
    "<w:p>",
    "</section><script>",
    '"><img src=x>',
    "甲\x00\x0b",
    "甲\ud800",
]


def picture(caption: str = "图为检查现场", width: int = 1600, height: int = 1200) -> Picture:
    out = io.BytesIO()
    Image.new("RGB", (width // 10, height // 10), "navy").save(out, "JPEG")
    return Picture("湖塘镇-检查-图1.jpg", caption, out.getvalue(), width, height)


def article(*blocks: Block, title: str = "湖塘镇开展专项检查") -> Article:
    made = blocks or (Block("第一段。"), Block(picture=picture()), Block("第二段。"))
    return Article(title, "湖塘镇", "钱一鸣", "赵立新", date(2022, 3, 7), made, f"湖塘镇-{title}")


def style_of(paragraph: Paragraph) -> str:
    return (paragraph.style and paragraph.style.name) or ""


def opened(*articles: Article, template: bytes | None = None) -> docx.document.Document:
    return Document(io.BytesIO(document(articles, "信息稿件汇编", "某区应急管理局", template)))


def test_an_article_has_title_by_line_words_and_pictures_in_their_order() -> None:
    made = opened(article())
    assert [(style_of(one), one.text) for one in made.paragraphs] == [
        ("稿件标题", "湖塘镇开展专项检查"),
        ("稿件署名", "湖塘镇　钱一鸣"),
        ("公文正文", "第一段。"),
        ("图片", ""),
        ("图注", "图为检查现场"),
        ("公文正文", "第二段。"),
        ("稿件来源", "（来源：湖塘镇　作者：钱一鸣　审核：赵立新）"),
    ]
    (shape,) = made.inline_shapes
    assert (round(shape.width.mm), round(shape.height.mm)) == (140, 105)


def test_several_articles_get_contents_and_a_page_each() -> None:
    made = opened(article(), article(title="另一篇"))
    lines = [one for one in made.paragraphs if style_of(one) == "目录行"]
    assert [one.text.strip() for one in lines] == [
        "1．湖塘镇开展专项检查（湖塘镇）",
        "2．另一篇（湖塘镇）",
    ]
    assert "PAGEREF _Toc000002" in lines[1]._p.xml
    marks = re.findall(r'bookmarkStart w:id="\d+" w:name="(_Toc\d+)"', made.element.xml)
    assert marks == ["_Toc000001", "_Toc000002"]
    titles = [one for one in made.paragraphs if style_of(one) == "稿件标题（另页）"]
    assert len(titles) == 2


def test_a_picture_that_could_not_be_had_is_told_in_its_place() -> None:
    lost = Picture("湖塘镇-检查-图1.heic", trouble="打不开")
    made = opened(article(Block("第一段。"), Block(picture=lost)))
    assert "（湖塘镇-检查-图1.heic：打不开）" in [one.text for one in made.paragraphs]
    assert "此处插入图片：湖塘镇-检查-图1.heic" in page.body(article(Block(picture=lost)))


@pytest.mark.parametrize("words", HOSTILE)
def test_what_strangers_wrote_is_text(words: str) -> None:
    one = replace(article(Block(words), title=words), unit=words, author=words, reviewer=words)
    made = opened(one, one)
    clean = words.replace("\x00", "").replace("\x0b", "").replace("\ud800", "")
    assert [one.text for one in made.paragraphs if style_of(one) == "公文正文"] == [clean] * 2
    tree = html.fromstring(page.page(one).decode())
    pasted = next(tree.iter("section"))
    assert next(pasted.iter("p")).text == clean
    assert len(list(tree.iter("script"))) == 1
    assert not list(tree.iter("img"))


def test_a_page_for_pasting_bears_its_styles_on_its_elements_and_asks_no_other_host() -> None:
    body = page.body(article())
    tree = html.fromstring(body)
    assert tree.tag == "section"
    assert all(one.get("style") for one in tree.iter() if isinstance(one.tag, str))
    assert not list(tree.iter("style", "script"))
    assert not [one for one in tree.iter() if one.get("class") or one.get("id")]
    (image,) = tree.iter("img")
    assert str(image.get("src")).startswith("data:image/jpeg;base64,")
    whole = page.page(article()).decode()
    assert "http:" not in whole
    assert "https:" not in whole


def test_the_same_articles_give_the_same_bytes() -> None:
    several = [article(), article(title="另一篇")]
    assert document(several, "甲", "乙") == document(several, "甲", "乙")


def test_the_offices_own_template_is_filled_and_a_broken_one_is_named() -> None:
    own = Document()
    own.add_paragraph("{%p for article in articles %}")
    own.add_paragraph("本局稿件：{{ article.title }}")
    own.add_paragraph("{%p endfor %}")
    out = io.BytesIO()
    own.save(out)
    assert "本局稿件：湖塘镇开展专项检查" in [
        one.text for one in opened(article(), template=out.getvalue()).paragraphs
    ]
    with pytest.raises(BadTemplate, match=r"article\.docx"):
        document([article()], "甲", "乙", b"no zip")


def test_the_template_that_is_shipped_is_the_one_that_is_made() -> None:
    def body(packed: bytes) -> bytes:
        return zipfile.ZipFile(io.BytesIO(packed)).read("word/document.xml")

    again = "run: python -m notifier.publication.template notifier/templates/article.docx"
    assert body(shipped()) == body(blank()), again


def test_a_picture_fits_the_page_and_a_small_one_is_not_blown_up() -> None:
    assert size_in_mm(4000, 3000) == pytest.approx((140.0, 105.0))
    assert size_in_mm(900, 1600)[1] == pytest.approx(105.0)
    assert size_in_mm(150, 150)[0] == pytest.approx(25.4)
