"""The browser behind a User-Agent field, as its owner would call it."""

from __future__ import annotations

# what says it first: nearly every browser also calls itself Chrome and Safari (RFC 9110 10.1.5)
_BROWSERS = (
    ("Edg", "Edge"),
    ("360", "360 浏览器"),
    ("QQBrowser", "QQ 浏览器"),
    ("MicroMessenger", "微信"),
    ("UOS", "UOS 浏览器"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "安卓手机"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def browser_name(agent: str) -> str:
    """Return `Chrome，Windows` for a User-Agent field; “其他程序” for what is no browser of ours to know."""
    found = [
        next((name for mark, name in marks if mark in agent), "") for marks in (_BROWSERS, _SYSTEMS)
    ]
    return "，".join(name for name in found if name) or "其他程序"
