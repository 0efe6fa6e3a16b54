"""年终: 附加分 filled in by hand, cancelled with an approval, and seen in the year's notice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from console.application import Application
from ledger.annual_bonus import Sanction
from ledger.queries.figures import AnnualBonus
from tests.console.office import NOW

BONUS = {"unit": "湖塘镇", "year": "2022", "points": "2.5", "why": "局务会研究确定"}
SANCTION = {
    "unit": "湖塘镇",
    "year": "2022",
    "reason": "虚报稿件",
    "approved_by": "王主任",
    "day": "2022-03-07",
}


def of(application: Application, unit: str) -> AnnualBonus:
    return next(one for one in application.figures.annual(2022) if one.unit == unit)


def test_a_bonus_is_filled_in_and_told_in_the_years_notice(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("editor")
    assert client.post("/merits/bonus", data=BONUS).status_code == 303
    assert of(application, "湖塘镇").bonus == Decimal("2.5")
    assert "2.5" in client.get("/merits?year=2022").text
    assert "局务会研究确定" in client.get("/audit?who=editor").text


def test_a_sanction_cancels_it_until_it_is_lifted(application: Application, sign_in: Any) -> None:
    client = sign_in("editor")
    client.post("/merits/bonus", data=BONUS)
    assert client.post("/merits/sanctions", data=SANCTION).status_code == 303
    assert of(application, "湖塘镇").counted == 0
    assert "虚报稿件" in client.get("/merits").text
    (one,) = application.annual_bonuses.sanctions(2022)
    assert client.post(f"/merits/sanctions/{one.id}/lift", data={"why": ""}).status_code == 400
    client.post(f"/merits/sanctions/{one.id}/lift", data={"why": "查明不实"})
    assert of(application, "湖塘镇").counted == Decimal("2.5")
    assert client.post("/merits/sanctions/99/lift", data={"why": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("path", "data", "words"),
    [
        ("bonus", {**BONUS, "points": "viel"}, "不是数字"),
        ("bonus", {**BONUS, "points": "NaN"}, "在 0 到"),
        ("bonus", {**BONUS, "points": "-1"}, "在 0 到"),
        ("bonus", {**BONUS, "points": "1.234"}, "两位小数"),
        ("bonus", {**BONUS, "why": ""}, "请填写依据"),
        ("bonus", {**BONUS, "unit": "火星"}, "没有“火星”"),
        ("sanctions", {**SANCTION, "approved_by": ""}, "请填写批准人"),
        ("sanctions", {**SANCTION, "day": "2022-12-31"}, "还没有到"),
    ],
)
def test_what_cannot_stand_is_told_and_not_entered(
    application: Application, sign_in: Any, path: str, data: dict[str, str], words: str
) -> None:
    told = sign_in("editor").post(f"/merits/{path}", data=data)
    assert told.status_code == 400
    assert words in told.text
    assert of(application, "湖塘镇") == AnnualBonus("湖塘镇", Decimal(0), ())


def test_a_viewer_looks_and_enters_nothing(application: Application, sign_in: Any) -> None:
    one = Sanction("湖塘镇", 2022, "虚报稿件", "王主任", date(2022, 3, 7))
    number = application.annual_bonuses.sanction(one, "test", NOW)
    client = sign_in("viewer")
    assert 'method="post" action="/merits' not in client.get("/merits").text
    for path in ("bonus", "sanctions", f"sanctions/{number}/lift"):
        assert client.post(f"/merits/{path}", data={**BONUS, "why": "x"}).status_code == 403
    assert client.get("/merits?year=1000").status_code == 404
