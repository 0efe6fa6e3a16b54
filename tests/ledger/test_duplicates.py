"""What was sent before, to the letter or nearly so, is found on both databases."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, func, select, update

from ledger.fingerprint import BANDS, bands
from ledger.ids import DraftId, LetterId
from ledger.letter_types import Headers, StoredMessage
from ledger.models.database import alembic_config, open_ledger
from ledger.models.decisions import StandingRow
from ledger.models.letters import BandRow, DraftRow
from ledger.outbox import Outbox
from ledger.storage.retention import purge
from ledger.storage.vault import Vault
from rulebook.judge import judge
from rulebook.model import Authentication, Draft, Duplicate, Fault, Sender, Submission, Verdict
from rulebook.reasons import Outcome, Reason
from rulebook.rulings import Ruling
from tests.ledger.world import LATER, MARCH, OFFICE, RULES, World, owing
from tests.rulebook.builders import draft

BASE = (
    "3月7日，湖塘镇应急管理局组织执法人员对辖区危化品企业开展专项检查。检查组先后来到常武化工、"
    "永安涂料2家企业，重点检查危险化学品储存、特殊作业审批、应急物资配备等情况，共发现隐患7条，"
    "已当场责令整改4条，限期整改3条。\n下一步，湖塘镇将持续加大检查力度，压实企业主体责任，"
    "坚决防范各类生产安全事故发生。"
)
POLISHED = BASE.replace("组织执法人员", "派出执法人员").replace("先后来到", "先后走进")
OTHER_FIRMS = (
    BASE.replace("3月7日", "4月12日")
    .replace("危化品企业", "涉氨制冷企业")
    .replace("常武化工、永安涂料", "天目食品、金源冷链")
    .replace("危险化学品储存、特殊作业审批", "氨机房通风、气体报警装置")
    .replace("7条", "11条")
    .replace("4条", "6条")
    .replace("3条", "5条")
)
"""The same turns of phrase over another inspection: a draft of its own."""
OPINION = (
    "3月7日11时许，抖音网民“武进老王”发布一段16秒的短视频，配文“湖塘这边什么厂着火了，烟好大”。"
    "截至15时，该视频点赞236个，评论87条，转发41次。经核实，系某纺织厂锅炉检修后点火，产生短时黑烟，"
    "不是火灾。湖塘镇已要求企业向周边居民做好解释，并在评论区进行回复，目前舆论平稳。"
)
OTHER_OPINION = (
    "3月7日20时许，抖音网民“常州小李”发布一段23秒的短视频，配文“万达广场这边怎么停电了，电梯里有人吗”。"
    "截至22时，该视频点赞112个，评论35条，转发9次。经核实，系供电线路计划检修，已提前公告，无人员被困。"
    "湖塘镇已要求物业公司做好解释，并在评论区进行回复，目前舆论平稳。"
)


def piece(text: str, name: str = "稿", **changes: object) -> Draft:
    """A draft as the worker makes it: digests and fingerprint belong to its text."""
    values: dict[str, object] = {
        "title": f"标题{name}",
        "text": text,
        "digest": hashlib.sha256(text.encode()).hexdigest(),
        "file_digest": hashlib.sha256((name + text).encode()).hexdigest(),
        "bands": bands(text),
    }
    return draft(f"{name}.zip/{name}.docx", **(values | changes))


class IntakeWorld(World):
    """A ledger that is asked for twins before each entry, as the intake does."""

    def send(
        self,
        *drafts: Draft,
        unit: str | None = "湖塘镇",
        received: datetime = MARCH,
        subject: str = "【工作动态】湖塘镇",
        forged: bool = False,
    ) -> tuple[int, Verdict]:
        self.entered += 1
        seen = StoredMessage(
            "a", "INBOX", 1, str(self.entered), received, f"{self.entered:064d}", 9
        )
        (pending,) = self.letters.collect([seen], received)
        verdict = self.ask(
            *drafts,
            unit=unit,
            received=received,
            subject=subject,
            letter=pending.id,
            forged=forged,
        )
        submission = self.submission(drafts, unit, received, subject, forged)
        headers = Headers(f"<{self.entered}@town.example>", received)
        day = received.astimezone(OFFICE).date()
        assert self.letters.enter(pending.id, submission, verdict, headers, [], received, day)
        return pending.id, verdict

    def ask(
        self,
        *drafts: Draft,
        unit: str | None = "湖塘镇",
        received: datetime = MARCH,
        subject: str = "【工作动态】湖塘镇",
        letter: int = 0,
        before: datetime | None = None,
        forged: bool = False,
    ) -> Verdict:
        submission = self.submission(drafts, unit, received, subject, forged)
        duplicates = self.letters.duplicates(
            submission, LetterId(letter), self.rules.near_duplicate, before
        )
        return judge(submission, self.rules, duplicates)

    @staticmethod
    def submission(
        drafts: Sequence[Draft],
        unit: str | None,
        received: datetime,
        subject: str,
        forged: bool = False,
    ) -> Submission:
        sender = Sender("钱一鸣", "qian@town.example", unit, "钱一鸣" if unit else None)
        proved = Authentication.FAILED if forged else Authentication.UNKNOWN
        return Submission(
            subject,
            sender,
            received,
            ("稿.zip",),
            tuple(drafts),
            archives=1,
            authentication=proved,
        )


@pytest.fixture
def desk(engine: Engine) -> IntakeWorld:
    return IntakeWorld(engine)


def only(verdict: Verdict) -> tuple[Reason | None, Duplicate | None]:
    (judged,) = verdict.drafts
    repeats = [one for one in judged.reasons if one in (Reason.DUPLICATE, Reason.RESENT)]
    return (repeats[0] if repeats else None), judged.duplicate


def test_a_polished_draft_of_another_unit_is_held_with_its_twin_and_how_alike(
    desk: IntakeWorld,
) -> None:
    letter, _ = desk.send(piece(BASE))
    _, verdict = desk.send(piece(POLISHED, "二"), unit="高新区", received=MARCH + LATER)
    reason, duplicate = only(verdict)
    assert reason is Reason.DUPLICATE
    assert duplicate is not None
    assert (duplicate.letter, duplicate.position, duplicate.unit, duplicate.title) == (
        letter,
        1,
        "湖塘镇",
        "标题稿",
    )
    assert 0.9 < duplicate.similarity < 1
    with desk.engine.connect() as connection:
        row = connection.execute(select(DraftRow).where(DraftRow.letter_id != letter)).one()
    assert (row.twin_letter_id, row.twin_position, row.outcome) == (letter, 1, Outcome.HELD)
    assert row.similarity == pytest.approx(duplicate.similarity)


def test_the_twin_is_the_very_draft_of_its_letter(desk: IntakeWorld) -> None:
    letter, _ = desk.send(piece(OPINION, "一"), piece(BASE, "二"))
    _, verdict = desk.send(piece(POLISHED, "三"), unit="高新区")
    _, duplicate = only(verdict)
    assert duplicate is not None
    assert (duplicate.letter, duplicate.position) == (letter, 2)


@pytest.mark.parametrize("later", [BASE, POLISHED])
def test_a_forged_letter_takes_nothing_from_the_officer_until_a_person_believes_it(
    desk: IntakeWorld, later: str
) -> None:
    forged, _ = desk.send(piece(BASE), forged=True)
    reason, duplicate = only(desk.ask(piece(later), received=MARCH + LATER))
    assert reason is None
    assert duplicate is not None  # a person who looks at the forged one is shown what came after
    assert (duplicate.letter, duplicate.unverified) == (forged, True)
    desk.decisions.rule(DraftId(1), Ruling(accepted=True), "li", "电话核实，是本人所发", MARCH)
    reason, _ = only(desk.ask(piece(later), received=MARCH + LATER))
    assert reason is (Reason.RESENT if later == BASE else Reason.DUPLICATE)


def test_a_forged_letter_hides_no_earlier_one_of_the_officers_own(desk: IntakeWorld) -> None:
    desk.send(piece(BASE), forged=True)
    own, _ = desk.send(piece(BASE), received=MARCH + LATER)
    reason, duplicate = only(desk.ask(piece(BASE), received=MARCH + 2 * LATER))
    assert reason is Reason.RESENT
    assert duplicate is not None
    assert duplicate.letter == own


def test_two_drafts_of_one_letter_that_are_nearly_the_same(desk: IntakeWorld) -> None:
    letter, verdict = desk.send(piece(BASE, "一"), piece(OPINION, "二"), piece(POLISHED, "三"))
    first, second, third = verdict.drafts
    assert (first.duplicate, second.duplicate) == (None, None)
    assert Reason.DUPLICATE in third.reasons
    assert third.duplicate is not None
    assert (third.duplicate.letter, third.duplicate.position) == (letter, 1)


def test_the_same_words_in_another_file_and_the_same_file_again(desk: IntakeWorld) -> None:
    desk.send(piece(BASE))
    other_file = piece(BASE, "二", file_digest="e" * 64)
    assert only(desk.ask(other_file))[0] is Reason.DUPLICATE
    assert only(desk.ask(piece(BASE)))[0] is Reason.RESENT
    assert only(desk.ask(piece(BASE), unit="高新区"))[0] is Reason.DUPLICATE


@pytest.mark.parametrize(("before", "after"), [(BASE, OTHER_FIRMS), (OPINION, OTHER_OPINION)])
def test_shared_turns_of_phrase_make_no_twins(desk: IntakeWorld, before: str, after: str) -> None:
    desk.send(piece(before))
    assert only(desk.ask(piece(after, "二"))) == (None, None)


def test_paragraphs_in_another_order_are_the_same_draft(desk: IntakeWorld) -> None:
    desk.send(piece(BASE))
    first, second = BASE.split("\n")
    reason, duplicate = only(desk.ask(piece(f"{second}\n{first}", "二"), unit="高新区"))
    assert reason is Reason.DUPLICATE
    assert duplicate is not None
    assert duplicate.similarity > 0.9


@pytest.mark.parametrize("text", ["详见附件。", "", "3月7日，湖塘镇开展检查。"])
def test_short_texts_prove_nothing(desk: IntakeWorld, text: str) -> None:
    desk.send(piece(text, "一", digest="5" * 64))
    assert only(desk.ask(piece(text, "二", digest="5" * 64), unit="高新区")) == (None, None)


@pytest.mark.parametrize(("letters", "reason"), [(19, None), (20, Reason.DUPLICATE)])
def test_equal_texts_prove_something_from_twenty_letters_on(
    desk: IntakeWorld, letters: int, reason: Reason | None
) -> None:
    text = "湖塘镇对辖区内四家企业开展检查发现隐患三条已整改"[:letters]
    desk.send(piece(text, "一"))
    assert only(desk.ask(piece(text, "二"), unit="高新区"))[0] is reason


def test_a_sentence_that_is_one_date_apart_is_too_short_to_be_judged(desk: IntakeWorld) -> None:
    text = "3月7日，湖塘镇应急管理局对2家危化品企业开展检查，发现隐患3条。"
    desk.send(piece(text, "一"))
    assert only(desk.ask(piece(text.replace("7日", "8日"), "二"))) == (None, None)


def test_what_was_refused_may_be_sent_again_mended(desk: IntakeWorld) -> None:
    _, verdict = desk.send(piece(BASE))
    assert verdict.outcome is Outcome.ACCEPTED
    with desk.engine.begin() as connection:
        connection.execute(update(StandingRow).values(outcome=Outcome.REFUSED))
    assert only(desk.ask(piece(BASE, "二"))) == (None, None)
    assert only(desk.ask(piece(POLISHED, "二"))) == (None, None)


def test_a_draft_that_was_refused_and_then_taken_by_a_person_counts_again(
    desk: IntakeWorld,
) -> None:
    desk.send(piece(BASE))
    desk.send(piece(BASE))
    last = desk.decisions.rule(DraftId(1), Ruling(accepted=False), "li", "不收", MARCH, owing)
    assert last.after.outcome is Outcome.REFUSED
    assert only(desk.ask(piece(POLISHED, "二"))) == (None, None)
    desk.decisions.rule(DraftId(1), Ruling(accepted=True), "li", "还是收", MARCH, owing)
    assert only(desk.ask(piece(POLISHED, "二")))[0] is Reason.DUPLICATE


def test_asked_how_it_was_then_the_ledger_answers_by_first_verdicts(desk: IntakeWorld) -> None:
    desk.send(piece(BASE))
    again, _ = desk.send(piece(POLISHED, "二"), received=MARCH + LATER)
    desk.decisions.rule(DraftId(1), Ruling(accepted=False), "li", "不收", MARCH + LATER, owing)
    then = MARCH + LATER
    told = desk.ask(piece(POLISHED, "二"), received=then, letter=again, before=then)
    assert only(told)[0] is Reason.DUPLICATE
    assert only(desk.ask(piece(BASE), letter=1, before=MARCH)) == (None, None)


SHORT_ARTICLE = "一、摸清底数\n" + BASE + "二、压实责任\n" + OPINION.replace("3月7日", "近期")


def test_an_article_sent_again_at_length_is_not_held_against_its_short_self(
    desk: IntakeWorld,
) -> None:
    subject = "【综合】湖塘镇"
    _, first = desk.send(piece(SHORT_ARTICLE, "一", characters=700), subject=subject)
    assert Reason.TOO_SHORT in first.reasons
    longer = piece(SHORT_ARTICLE + "三、再添一段" * 8, "二", characters=820)
    assert only(desk.ask(longer, subject=subject))[0] is None
    assert only(desk.ask(longer, subject=subject, unit="高新区"))[0] is Reason.DUPLICATE


def test_a_short_article_may_be_sent_again_under_another_label_but_not_unchanged(
    desk: IntakeWorld,
) -> None:
    short = piece(BASE, "一", characters=200)
    _, first = desk.send(short, subject="【综合】湖塘镇")
    assert Reason.TOO_SHORT in first.reasons
    assert only(desk.ask(short, subject="【综合】湖塘镇"))[0] is Reason.RESENT
    assert only(desk.ask(short, subject="【工作动态】湖塘镇"))[0] is None


def test_a_mended_draft_is_still_held_against_another_that_was_taken(desk: IntakeWorld) -> None:
    desk.send(piece(SHORT_ARTICLE, "一", characters=700), subject="【综合】湖塘镇")
    taken, _ = desk.send(
        piece(SHORT_ARTICLE + "又一段", "二", characters=900), subject="【综合】湖塘镇"
    )
    reason, duplicate = only(
        desk.ask(piece(SHORT_ARTICLE, "三", characters=900), subject="【综合】湖塘镇")
    )
    assert reason is Reason.DUPLICATE
    assert duplicate is not None
    assert duplicate.letter == taken


def test_of_several_twins_the_units_own_comes_first_then_the_most_alike(
    desk: IntakeWorld,
) -> None:
    desk.send(piece(POLISHED, "一"), unit="高新区")
    desk.send(piece(BASE.replace("7条", "9条"), "二"), unit="湖塘镇")
    best, _ = desk.send(piece(BASE.replace("永安涂料", "永安化工"), "三"), unit="湖塘镇")
    _, duplicate = only(
        desk.ask(piece(BASE.replace("永安涂料", "永安化工厂"), "四"), unit="湖塘镇")
    )
    assert duplicate is not None
    assert duplicate.letter == best


def test_the_office_says_how_alike_is_too_alike(engine: Engine) -> None:
    strict = IntakeWorld(engine, replace(RULES, near_duplicate=0.75))
    strict.send(piece(BASE))
    assert only(strict.ask(piece(OTHER_FIRMS, "二")))[0] is Reason.DUPLICATE


def counted(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(BandRow)) or 0


def test_of_a_letter_with_a_secret_mark_no_fingerprint_is_kept(desk: IntakeWorld) -> None:
    desk.send(piece(BASE))
    assert counted(desk.engine) == BANDS
    submission = desk.submission([piece(OPINION)], "湖塘镇", MARCH, "主题")
    seen = StoredMessage("a", "INBOX", 1, "99", MARCH, "9" * 64, 9)
    (pending,) = desk.letters.collect([seen], MARCH)
    judged = judge(submission, RULES, {})
    secret = replace(judged, faults=(Fault(Reason.SECRET_MARK, "秘密★1年"),))
    desk.letters.enter(pending.id, submission, secret, Headers("", MARCH), [], MARCH, MARCH.date())
    assert counted(desk.engine) == BANDS


def test_forgetting_a_text_forgets_its_fingerprint_and_repeats_to_the_letter_are_still_told(
    desk: IntakeWorld, tmp_path: Path
) -> None:
    desk.send(piece(BASE))
    desk.send(piece(OPINION, "二"), received=MARCH + timedelta(days=90))
    Outbox(desk.engine)
    later = MARCH + timedelta(days=100)
    done = purge(
        desk.engine, Vault(tmp_path / "vault"), MARCH + timedelta(days=30), None, "li", later
    )
    assert done.letters == 1
    assert counted(desk.engine) == BANDS
    assert only(desk.ask(piece(POLISHED, "三"))) == (None, None)
    assert only(desk.ask(piece(BASE)))[0] is Reason.RESENT


def test_the_drafts_of_an_older_ledger_get_their_fingerprints(url: str) -> None:
    engine = open_ledger(url)
    desk = IntakeWorld(engine)
    desk.send(piece(BASE), piece(OPINION, "二"), piece("短", "三"))

    def found() -> set[tuple[int, int]]:
        with engine.connect() as connection:
            return {(row.key, row.draft_id) for row in connection.execute(select(BandRow))}

    before = found()
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "0004")
    engine.dispose()
    engine = open_ledger(url)
    assert found() == before
    assert len(before) == 2 * BANDS
    assert (
        only(IntakeWorld(engine).ask(piece(POLISHED, "四"), unit="高新区"))[0] is Reason.DUPLICATE
    )
    engine.dispose()
