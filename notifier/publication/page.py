"""
An article as HTML for the editor of a 公众号: inline styles alone, since it drops style sheets, classes and scripts.

The file opens in a browser without a network; pictures stand in it as data, which the editor takes over
when they are pasted. Whoever pastes elsewhere finds the originals beside it.
"""

from __future__ import annotations

import base64
import functools

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from notifier.notice.text import legal
from notifier.publication.document import source
from notifier.publication.facts import Article


def page(article: Article) -> bytes:
    """Make the page: what is to be copied, and around it how that is done."""
    inside = _environment().get_template("article.html")
    return inside.render(article=article, body=Markup(body(article))).encode("utf-8", "replace")


def body(article: Article) -> str:
    """Make what is pasted: one <section> whose elements bear their styles."""
    return (
        _environment()
        .get_template("article_body.html")
        .render(article=article, source=source(article))
    )


@functools.cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("notifier"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: (
            legal(value) if isinstance(value, str) and not isinstance(value, Markup) else value
        ),
    )
    made.filters["data"] = lambda content: (
        "data:image/jpeg;base64," + base64.b64encode(content).decode("ascii")
    )
    return made
