from datetime import date

from sqlalchemy import Engine

from ledger.roster import Imported, Officer, Roster

DAY = date(2022, 3, 7)
ZHANG = Officer("湖塘镇", "张三", "科员", "13800000001", "", ("zhang@town.example",))


def test_an_officer_is_known_by_any_of_his_addresses(engine: Engine) -> None:
    roster = Roster(engine)
    roster.enter([Officer("湖塘镇", "张三", addresses=("a@town.example", "b@town.example"))])
    for address in ("a@town.example", "B@Town.Example"):
        sender = roster.sender("", address, DAY)
        assert (sender.unit, sender.officer, sender.ended) == ("湖塘镇", "张三", False)


def test_a_stranger_has_no_unit(engine: Engine) -> None:
    assert Roster(engine).sender("某人", "who@else.example", DAY).unit is None


def test_importing_the_same_list_again_changes_nothing(engine: Engine) -> None:
    roster = Roster(engine)
    assert roster.enter([ZHANG]) == Imported(1, 0, 0)
    assert roster.enter([ZHANG]) == Imported(0, 0, 1)
    assert roster.officers() == [ZHANG]


def test_a_new_address_replaces_the_old_one(engine: Engine) -> None:
    roster = Roster(engine)
    roster.enter([ZHANG])
    roster.enter([Officer("湖塘镇", "张三", addresses=("new@town.example",))])
    assert roster.sender("", "zhang@town.example", DAY).unit is None
    assert roster.sender("", "new@town.example", DAY).unit == "湖塘镇"


def test_mail_of_an_ended_officer_is_copied_to_the_successor(engine: Engine) -> None:
    roster = Roster(engine)
    roster.enter(
        [
            Officer("湖塘镇", "张三", addresses=("z@town.example",), ends=date(2022, 3, 1)),
            Officer("湖塘镇", "李四", addresses=("li@town.example",), begins=date(2022, 3, 2)),
        ]
    )
    sender = roster.sender("", "z@town.example", DAY)
    assert (sender.unit, sender.ended, sender.successors) == ("湖塘镇", True, ("li@town.example",))
    assert not roster.sender("", "z@town.example", date(2022, 2, 1)).ended
