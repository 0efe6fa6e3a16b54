"""加减分: entered, taken back and shared in the pages as by the command; what cannot stand is told."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from console.application import Application
from ledger.models.decisions import StandingRow
from rulebook.model import Outcome, Timely

LINE = {
    "unit": "湖塘镇",
    "points": "-2.5",
    "day": "2022-03-07",
    "why": "漏报",
    "approved_by": "王主任",
}


def test_a_line_is_entered_shown_and_taken_back(application: Application, sign_in: Any) -> None:
    client = sign_in("editor")
    assert client.post("/points/add", data=LINE).status_code == 303
    text = client.get("/points").text
    assert "-2.5" in text and "漏报" in text and "王主任" in text
    assert client.post("/points/1/remove", data={"why": ""}).status_code == 400
    assert client.post("/points/1/remove", data={"why": "登记错了"}).status_code == 303
    assert "已撤销" in client.get("/points").text
    assert client.post("/points/99/remove", data={"why": "x"}).status_code == 404
    for changed, words in (
        ({"points": "viel"}, "不是分数"),
        ({"points": "NaN"}, "以内"),
        ({"points": "0"}, "不能是 0"),
        ({"unit": ""}, "单位或个人"),
        ({"day": "2030-01-01"}, "还没有到"),
        ({"approved_by": ""}, "请填写审批人"),
    ):
        told = client.post("/points/add", data=LINE | changed)
        assert told.status_code == 400
        assert words in told.text
        assert 'value="漏报"' in told.text  # what was typed is kept
    assert len(application.hand_lines.listing()) == 1


def test_a_drafts_points_are_shared_in_one_act_from_its_page(
    application: Application, sign_in: Any
) -> None:
    with Session(application.engine) as session:
        row = (
            session.query(StandingRow)
            .filter_by(outcome=Outcome.ACCEPTED, timely=Timely.ON_TIME)
            .first()
        )
        assert row is not None
        draft, unit = row.draft_id, row.unit
    client = sign_in("editor")
    partner = next(one for one in ("礼嘉镇", "湖塘镇") if one != unit)
    form = {"partner": [partner], "ratio": "3∶1", "approved_by": "王主任"}
    assert client.post(f"/queue/{draft}/share", data=form).status_code == 303
    shared = application.shared_drafts.of(draft)
    assert [one.unit for one in shared] == [unit, partner]
    assert shared[0].points == 3 * shared[1].points
    assert f"{partner} {shared[1].points} 分" in client.get(f"/queue/{draft}").text
    assert f"第{draft}号稿件合写" in client.get("/points").text
    assert client.post(f"/queue/{draft}/share", data=form | {"ratio": "drei"}).status_code == 400
    viewer = sign_in("viewer")
    assert viewer.post(f"/queue/{draft}/share", data=form).status_code == 403
    assert "登记请找经办人" in viewer.get("/points").text
