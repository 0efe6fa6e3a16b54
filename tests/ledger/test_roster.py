from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine

from ledger.errors import InvalidInput, NotFound
from ledger.journal import history
from ledger.roster import Imported, Officer, Roster

DAY = date(2022, 3, 7)
NOW = datetime(2022, 3, 7, 4, 0, tzinfo=UTC)
ZHANG = Officer("湖塘镇", "张三", "科员", "13800000001", "", ("zhang@town.example",))


def test_an_officer_is_known_by_any_of_his_addresses(engine: Engine) -> None:
    roster = Roster(engine)
    roster.enter(
        [Officer("湖塘镇", "张三", addresses=("a@town.example", "b@town.example"))], "li", NOW
    )
    for address in ("a@town.example", "B@Town.Example"):
        sender = roster.sender("", address, DAY)
        assert (sender.unit, sender.officer, sender.ended) == ("湖塘镇", "张三", False)


def test_a_stranger_has_no_unit(engine: Engine) -> None:
    assert Roster(engine).sender("某人", "who@else.example", DAY).unit is None


def test_importing_the_same_list_again_changes_nothing(engine: Engine) -> None:
    roster = Roster(engine)
    assert roster.enter([ZHANG], "li", NOW) == Imported(1, 0, 0)
    assert roster.enter([ZHANG], "li", NOW) == Imported(0, 0, 1)
    assert roster.officers() == [ZHANG]


def test_a_new_address_replaces_the_old_one(engine: Engine) -> None:
    roster = Roster(engine)
    roster.enter([ZHANG], "li", NOW)
    roster.enter([Officer("湖塘镇", "张三", addresses=("new@town.example",))], "li", NOW)
    assert roster.sender("", "zhang@town.example", DAY).unit is None
    assert roster.sender("", "new@town.example", DAY).unit == "湖塘镇"


def test_mail_of_an_ended_officer_is_copied_to_the_successor(engine: Engine) -> None:
    roster = Roster(engine)
    roster.enter(
        [
            Officer("湖塘镇", "张三", addresses=("z@town.example",), ends=date(2022, 3, 1)),
            Officer("湖塘镇", "李四", addresses=("li@town.example",), begins=date(2022, 3, 2)),
        ],
        "li",
        NOW,
    )
    sender = roster.sender("", "z@town.example", DAY)
    assert (sender.unit, sender.ended, sender.successors) == ("湖塘镇", True, ("li@town.example",))
    assert not roster.sender("", "z@town.example", date(2022, 2, 1)).ended


def test_a_handed_over_office_ends_the_day_before_the_successor_begins(engine: Engine) -> None:
    roster = Roster(engine)
    roster.enter([ZHANG], "li", NOW)
    successor = Officer("湖塘镇", "李四", addresses=("li@town.example",), begins=date(2022, 4, 1))
    roster.hand_over("湖塘镇", "张三", successor, "li", NOW)
    assert not roster.sender("", "zhang@town.example", date(2022, 3, 31)).ended
    late = roster.sender("", "zhang@town.example", date(2022, 4, 1))
    assert (late.ended, late.successors) == (True, ("li@town.example",))
    assert [line.entry.facts["change"] for line in history(engine)] == ["added", "ended", "added"]


def test_an_old_sheet_imported_again_does_not_bring_back_who_has_left(engine: Engine) -> None:
    roster = Roster(engine)
    roster.enter([ZHANG], "li", NOW)
    successor = Officer("湖塘镇", "李四", addresses=("li@town.example",), begins=date(2022, 4, 1))
    roster.hand_over("湖塘镇", "张三", successor, "li", NOW)
    roster.enter([ZHANG], "li", NOW)
    assert roster.sender("", "zhang@town.example", date(2022, 4, 1)).ended


def test_a_form_without_addresses_leaves_those_known(engine: Engine) -> None:
    roster = Roster(engine)
    roster.enter([ZHANG], "li", NOW)
    changed = Officer("湖塘镇", "张三", "副科长")
    assert roster.enter([changed], "li", NOW) == Imported(0, 1, 0)
    assert roster.sender("", "zhang@town.example", DAY).officer == "张三"


@pytest.mark.parametrize(("name", "error"), [("王五", NotFound), ("张三", InvalidInput)])
def test_a_hand_over_by_nobody_or_from_no_day_on_is_refused(
    engine: Engine, name: str, error: type[Exception]
) -> None:
    roster = Roster(engine)
    roster.enter([ZHANG], "li", NOW)
    begins = date(2022, 4, 1) if error is NotFound else None
    with pytest.raises(error):
        roster.hand_over("湖塘镇", name, Officer("湖塘镇", "李四", begins=begins), "li", NOW)
    assert len(roster.officers()) == 1


def test_what_a_list_leaves_empty_is_not_wiped(engine: Engine) -> None:
    roster = Roster(engine)
    roster.enter([ZHANG], "li", NOW)
    assert roster.enter([Officer("湖塘镇", "张三")], "li", NOW) == Imported(0, 0, 1)
    assert roster.officers() == [ZHANG]


def test_appointments_that_a_list_ends_are_ended_and_told(engine: Engine) -> None:
    roster = Roster(engine)
    roster.enter([ZHANG], "li", NOW)
    (zhang,) = roster.officers()
    li = Officer("湖塘镇", "李四", addresses=("li@town.example",))
    roster.enter([li], "li", NOW, [zhang.id], date(2022, 3, 31))
    assert roster.sender("", "zhang@town.example", date(2022, 4, 1)).ended
    assert [line.entry.facts["change"] for line in history(engine)] == ["ended", "added", "added"]


def test_an_appointment_does_not_end_before_it_begins_and_then_nothing_is_written(
    engine: Engine,
) -> None:
    roster = Roster(engine)
    roster.enter([Officer("湖塘镇", "张三", begins=date(2022, 3, 2))], "li", NOW)
    (zhang,) = roster.officers()
    with pytest.raises(InvalidInput, match="张三"):
        roster.enter([Officer("湖塘镇", "李四")], "li", NOW, [zhang.id], date(2022, 3, 1))
    assert roster.officers() == [zhang]
