"""A file is dropped onto its field in a real browser: named before it is sent, and what does not fit is told."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from ledger.queries import letter_lists, letter_views
from tests.console.browser.conftest import Enter, Served

DROP = """(files) => {
  const made = new DataTransfer();
  for (const [name, text] of files) made.items.add(new File([text], name));
  return made;
}"""


def drop(page: Page, onto: Locator, *files: tuple[str, str]) -> None:
    """Drag files over a place and let them go there."""
    carried = page.evaluate_handle(DROP, [list(one) for one in files])
    for event in ("dragover", "drop"):
        onto.dispatch_event(event, {"dataTransfer": carried})


def test_dropped_files_are_named_can_be_taken_out_and_are_what_is_sent(
    enter: Enter, served: Served
) -> None:
    page = enter("editor")
    page.goto("/queue/new")
    zone = page.locator("[data-drop]")
    drop(page, zone, ("截图.png", "a" * 2500), ("多余.png", "b"))
    drop(page, zone, ("<b>照片</b>.jpg", "c"))
    expect(zone.locator(".dropped li")).to_have_count(3)
    expect(zone.locator(".dropped")).to_contain_text("截图.png 3 KB")
    expect(zone.locator(".dropped")).to_contain_text("<b>照片</b>.jpg")
    page.get_by_role("button", name="去掉 多余.png").click()
    expect(zone.locator("input")).to_be_focused()
    drop(page, zone, *((f"{number}.png", "d") for number in range(4)))
    expect(zone.locator(".drop-trouble")).to_contain_text("其余 1 个没有放进来")
    drop(page, page.locator("h1"), ("旁边.png", "e"))
    expect(page).to_have_url(f"{served.base}/queue/new")
    page.locator("select[name=unit]").select_option("湖塘镇")
    page.get_by_label("标题").fill("湖塘镇夜间巡查")
    page.get_by_label("正文").fill("3月6日，湖塘镇组织夜间巡查。")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("status").first).to_contain_text("已补录")
    latest = max(one.id for one in letter_lists.letters(served.application.engine, limit=500))
    letter = letter_views.letter(served.application.engine, latest)
    assert letter is not None
    raw = served.application.vault.get(letter.digest)
    kept = page.context.request.get(f"{served.base}/letters/{latest}")
    assert kept.ok and len(raw) > 1000


def test_a_sheet_field_takes_one_file_of_its_kinds(enter: Enter) -> None:
    page = enter("editor")
    page.goto("/officers")
    page.get_by_text("导入名单", exact=True).click()
    zone = page.locator("[data-drop]")
    drop(page, zone, ("病毒.exe", "x"))
    expect(zone.get_by_role("alert")).to_contain_text("“病毒.exe”不是这里能用的文件")
    assert zone.locator("input").evaluate("field => field.files.length") == 0
    drop(page, zone, ("名单.CSV", "单位,姓名\n湖塘镇,钱一鸣\n"), ("第二份.csv", "x"))
    expect(zone.get_by_role("alert")).to_contain_text("一次只能放一个文件")
    page.get_by_role("button", name="看看会改什么").click()
    expect(page.locator("main")).to_contain_text("未变 1 人")
