"""
Pictures of all pages for the documentation: the demo's letters, real Chromium.

    python -m bench.pictures [folder]

Writes docs/pictures/*.png, few colours, each under 150 kB. The folder keeps the demo.
"""

from __future__ import annotations

import io
import secrets
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from console.demo import show
from console.serving import place, serving
from console.settings import load
from console.web.accounts import digest
from console.wiring import House, now
from ledger.people import People
from ledger.search import Wanted, search
from ledger.tables_people import Role
from rulebook.reasons import Outcome, Reason

OUT = Path(__file__).resolve().parents[1] / "docs" / "pictures"
MOST = 150_000
DESKTOP, PHONE = (1280, 860), (390, 844)


def main() -> None:
    with tempfile.TemporaryDirectory() as passing:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else passing) / "demo"
        show.run(folder)
        with House(load(folder / "config.toml", {}), {}) as house:
            places = place("127.0.0.1", 0)
            base = f"http://127.0.0.1:{places[0].getsockname()[1]}"
            with serving(house, "127.0.0.1", places), sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path="/usr/bin/chromium", args=["--no-sandbox"]
                )
                take(browser, base, house)
                browser.close()


def take(browser: Browser, base: str, house: House) -> None:
    """All pictures, the door first."""
    secret = secrets.token_urlsafe()
    people = People(house.engine)
    if not people.accounts():
        people.add("王敏", Role.ADMIN, "demo", now())
    people.log_in(people.accounts()[0].id, digest(secret), now(), now() + timedelta(hours=1))
    held = search(house.engine, Wanted(outcome=Outcome.HELD))
    undated = search(house.engine, Wanted(reason=Reason.DATE_UNCERTAIN))[0]
    twin = search(house.engine, Wanted(reason=Reason.DUPLICATE, outcome=Outcome.HELD))[0]
    pages = {
        "today": "/", "queue": "/queue", "decide": f"/queue/{undated.draft}", "twin": f"/queue/{twin.draft}",
        "drafts": "/drafts", "letters": "/letters", "letter": f"/letters/{held[0].letter}",
        "adoptions": "/adoptions", "commissions": "/commissions", "officers": "/officers", "notices": "/notices",
        "rules": "/rules", "audit": "/audit?act=all", "account": "/account",
    }  # fmt: skip
    for scheme, size, wanted in (
        ("light", DESKTOP, pages),
        ("dark", DESKTOP, {"today-dark": "/"}),
        ("light", PHONE, {"phone": "/", "phone-queue": "/queue", "phone-drafts": "/drafts"}),
    ):
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, locale="zh-CN"
        )  # type: ignore[arg-type]
        page = context.new_page()
        page.set_default_timeout(120_000)
        if scheme == "light" and size == DESKTOP:
            page.goto(f"{base}/login")
            keep("login", page.screenshot())
        context.add_cookies([{"name": "shougao", "value": secret, "url": base}])
        for name, path in wanted.items():
            answer = page.goto(base + path)
            if answer is not None and answer.status == 200:
                keep(name, page.screenshot())
        context.close()


def keep(name: str, png: bytes) -> None:
    """The picture in as many colours as fit under MOST."""
    with Image.open(io.BytesIO(png)) as picture:
        for colours in (128, 64, 32, 16):
            out = io.BytesIO()
            picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(
                out, "PNG", optimize=True
            )
            if out.tell() < MOST:
                break
    (OUT / f"{name}.png").write_bytes(out.getvalue())
    print(f"{name}.png {out.tell() / 1000:.0f} kB", flush=True)


if __name__ == "__main__":
    main()
