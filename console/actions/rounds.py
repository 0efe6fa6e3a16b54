"""One round, and how people see it: a progress bar, a table, a letter's verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from threading import Event
from time import perf_counter
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from console.application import Application, now
from console.service import last_round
from console.settings.loading import Settings
from ingest.intake import Entered, Round
from ingest.intake import Progress as Report
from ingest.mailboxes.mailbox import MailboxRefused
from notifier.delivery.deliver import Delivered
from rulebook.labels import OUTCOMES
from rulebook.model import DraftVerdict, Outcome, Submission, Verdict
from rulebook.originality import percent
from rulebook.rulings import OF_DUPLICATE

ROWS = 60
"""Letters that a round's table lists; beyond it those that need nobody's attention are only counted."""

PIPED = 120
"""Columns of what goes into a file or a pipe; a terminal knows its own."""

PAUSE = 0.5
"""Seconds between two looks at what is owed while a round runs."""

COLOURS = {
    Outcome.ACCEPTED: "green",
    Outcome.HELD: "yellow",
    Outcome.REFUSED: "red",
    Outcome.IGNORED: "bright_black",
}


@dataclass(frozen=True, slots=True)
class Whole:
    """A round and its delivery."""

    round: Round
    delivered: Delivered

    @property
    def transient_error(self) -> str:
        """Why something has to be done again, empty when nothing has."""
        return self.round.transient_error or self.delivered.trouble


def with_progress(application: Application) -> Whole:
    """One round, a progress bar while it works. Raises MailboxRefused."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("收取并审核邮件", total=None)
        return whole_round(
            application, lambda done, known: bar.update(task, completed=done, total=known)
        )


def whole_round(
    application: Application,
    progress: Report = lambda done, known: None,
    halted: Callable[[], bool] = lambda: False,
) -> Whole:
    """
    One round; receipts go out while later letters are still being examined.

    What is owed is delivered even when the mailbox fails. Raises MailboxRefused.
    """
    ended = Event()

    def keep_delivering() -> Delivered:
        done = Delivered()
        while not done.trouble:
            last = ended.wait(PAUSE)
            done = done.and_then(application.deliver())
            if last:
                break
        return done

    begun = perf_counter()
    with ThreadPoolExecutor(1, "delivery") as postman:
        delivered = postman.submit(keep_delivering)
        try:
            result = application.intake.run_round(application.mailbox(), progress, halted)
        except MailboxRefused as refused:
            last_round.record_round(
                application.settings.data_dir, now(), str(refused), perf_counter() - begun
            )
            raise
        finally:
            ended.set()
        took = perf_counter() - begun
        last_round.record_round(application.settings.data_dir, now(), result.transient_error, took)
        return Whole(result, delivered.result())


def show(whole: Whole, settings: Settings) -> None:
    """What a round did, as a table."""
    out = for_people()
    entered = whole.round.entered
    if not entered and not whole.transient_error:
        waiting = "，另有回执待发" if whole.delivered.postponed else ""
        out.print(f"没有新邮件{waiting}。")
    if entered:
        out.print(letters_table(entered, settings.provisions[-1].zone, out.width))
        if len(entered) > ROWS:
            out.print(_counted(entered))
    if whole.delivered.sent or whole.delivered.postponed or whole.delivered.given_up:
        out.print(
            f"回执：发出 {whole.delivered.sent} 封，稍后再发 {whole.delivered.postponed} 封，"
            f"无法送达 {whole.delivered.given_up} 封。"
        )
    if whole.transient_error:
        out.print(
            f"本轮未完成，下一轮会继续：{whole.transient_error}", style="yellow", markup=False
        )


def for_people() -> Console:
    """Where people read; wide enough for a table where nobody's terminal says how wide."""
    out = Console()
    return out if out.is_terminal else Console(width=max(out.width, PIPED))


def letters_table(entered: list[Entered], zone: str, width: int) -> Table:
    """
    One row a letter: what came and what became of it. Of very many, those that need somebody.

    `width`: the columns there are; the subject gives way so that the reason can be read.
    """
    table = Table(header_style="bold", title=f"本轮 {len(entered)} 封邮件", box=box.SIMPLE_HEAD)
    table.add_column("收到", no_wrap=True)
    table.add_column("单位", no_wrap=True, max_width=12, overflow="ellipsis")
    table.add_column("主题", overflow="ellipsis", no_wrap=True, max_width=max(10, width // 3 - 8))
    table.add_column("结果", no_wrap=True)
    table.add_column("稿件或原因", overflow="fold", ratio=1)
    for letter in _worth_a_row(entered):
        if letter.submission is None or letter.verdict is None:
            aside = "已搁置，待人工处理" if letter.set_aside else "下一轮再试"
            table.add_row("", "", f"第{letter.letter_id}号", f"[magenta]{aside}", letter.trouble)
            continue
        outcome = letter.verdict.outcome
        table.add_row(
            f"{letter.submission.received.astimezone(ZoneInfo(zone)):%m-%d %H:%M}",
            letter.submission.sender.unit or "（名单外）",
            _plain(letter.submission.subject),
            f"[{COLOURS[outcome]}]{OUTCOMES[outcome]}",
            _plain(_summary(letter.verdict)),
        )
    return table


def _worth_a_row(entered: list[Entered]) -> list[Entered]:
    if len(entered) <= ROWS:
        return entered
    calm = (Outcome.ACCEPTED, Outcome.IGNORED)
    return [
        letter for letter in entered if letter.verdict is None or letter.verdict.outcome not in calm
    ][:ROWS]


def _counted(entered: list[Entered]) -> str:
    counts = Counter(letter.verdict.outcome for letter in entered if letter.verdict is not None)
    words = [
        f"{word} {counts[outcome]} 封" for outcome, word in OUTCOMES.items() if counts[outcome]
    ]
    return f"共 {len(entered)} 封：{'，'.join(words)}。上表只列需要留意的；全部见 export letters。"


def show_verdict(submission: Submission, verdict: Verdict, zone: str) -> None:
    """One examined letter, for people."""
    out = for_people()
    word, colour = OUTCOMES[verdict.outcome], COLOURS[verdict.outcome]
    out.print(f"[bold {colour}]{word}[/]  {_plain(submission.subject)}")
    sender = submission.sender
    out.print(
        f"发件：{sender.name} <{sender.address}>  单位：{sender.unit or '（名单中没有）'}",
        markup=False,
        highlight=False,
    )
    out.print(f"收到：{submission.received.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S %z}")
    for fault in verdict.faults:
        out.print(f"• {fault.reason.sentence}{fault.reason.advice}", markup=False)
    table = Table(header_style="bold")
    for column in ("标题", "类别", "字数", "事件日", "截止", "结果", "分", "依据"):
        table.add_column(column, overflow="fold")
    for judged in verdict.drafts:
        table.add_row(
            _plain(judged.draft.title),
            judged.kind.value if judged.kind else "待定",
            str(judged.draft.characters),
            str(judged.draft.event_date.day or "待定"),
            _last_moment(judged.deadline, zone),
            f"[{COLOURS[judged.outcome]}]{OUTCOMES[judged.outcome]}",
            str(judged.points),
            _plain(
                "；".join(
                    text.rstrip("。")
                    for text in (
                        judged.kind_evidence,
                        judged.draft.event_date.evidence,
                        *(reason.sentence for reason in judged.reasons),
                        _repeated(judged, zone),
                    )
                    if text
                )
            ),
        )
    if verdict.drafts:
        out.print(table)
    for remark in verdict.remarks:
        out.print(f"提示：{remark.sentence}", markup=False)


def _repeated(judged: DraftVerdict, zone: str) -> str:
    """The earlier draft that this one repeats."""
    duplicate = judged.duplicate
    if duplicate is None or OF_DUPLICATE.isdisjoint(judged.reasons):
        return ""
    where = f"第{duplicate.letter}号来信" if duplicate.letter else "同一封邮件"
    day = f"{duplicate.received.astimezone(ZoneInfo(zone)):%Y-%m-%d}"
    by = f"{duplicate.unit or '单位待认领'}，{day}，{where}第{duplicate.position}篇"
    return f"相似度{percent(duplicate.similarity)}%：《{duplicate.title}》（{by}）"


def _last_moment(deadline: datetime | None, zone: str) -> str:
    """The exclusive deadline as people say it: 00:00 is the 24:00 of the day before."""
    if deadline is None:
        return "—"
    local = deadline.astimezone(ZoneInfo(zone))
    if local.time() == time():
        return f"{local - timedelta(days=1):%m-%d} 24:00"
    return f"{local:%m-%d %H:%M}"


def _summary(verdict: Verdict) -> str:
    """Why, where there is something to explain; else what came."""
    sentences = [reason.sentence.rstrip("。") for reason in verdict.reasons]
    if sentences:
        return "；".join(sentences) + "。"
    return "\n".join(
        f"《{judged.draft.title}》{judged.kind or ''} {judged.points}分"
        for judged in verdict.drafts
    )


def _plain(text: str) -> str:
    """Senders' text must not be read as markup."""
    return text.replace("[", r"\[")
