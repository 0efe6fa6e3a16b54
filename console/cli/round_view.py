"""How people see a round and an examined letter: a progress bar, a table, a verdict."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from rich import box
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from console.actions.rounds import RoundResult, run_round
from console.application import Application
from console.cli.terminal import PlainConsole, in_words, printable, wide_console
from console.settings.loading import Settings
from ingest.round_types import KEPT, Entered, Round
from ledger.labels import WAIT_REASONS
from ledger.queries.outbox import Backlog
from rulebook.deadlines import last_moment
from rulebook.labels import OUTCOMES, PURPOSES
from rulebook.model import DraftVerdict, Outcome, Submission, Verdict
from rulebook.originality import percent
from rulebook.rulings import OF_DUPLICATE

Said = Callable[[str], str]
"""What puts one of our own sentences into an office's words."""

COLOURS = {
    Outcome.ACCEPTED: "green",
    Outcome.HELD: "yellow",
    Outcome.REFUSED: "red",
    Outcome.IGNORED: "bright_black",
}


def run_with_progress(application: Application) -> RoundResult:
    """Run one round and show a progress bar while it works. Raises as `run_round` does."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=PlainConsole(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("收取并审核邮件", total=None)
        return run_round(
            application,
            lambda done, known: bar.update(task, completed=done, total=known),
            announce=lambda contact: bar.console.print(
                f"第一次收取这个邮箱：{contact.sentence(application.zone)}"
            ),
        )


def print_round(result: RoundResult, settings: Settings, backlog: Backlog | None = None) -> None:
    """Print what a round did, as a table, and what is still owed, with why."""
    out = wide_console()
    done, delivered = result.round, result.delivered
    if settings.engine.queued and done.collected:
        out.print(f"收到 {done.collected} 封来信，已交给解析程序（shougao worker）处理。")
    elif not done.total and not result.transient_error and not result.round.unread:
        out.print("没有新邮件。")
    if done.total:
        out.print(letters_table(done, settings.zone, out.width, said_by(settings)))
        if done.total > KEPT:
            out.print(_counted(done))
    if result.round.unread:
        out.print(
            in_words(f"另有 {result.round.unread} 封来信的稿件是照片或扫描件，下一轮再识别。")
        )
    if delivered.sent or delivered.postponed or delivered.given_up or delivered.uncertain:
        unknown = f"，不知是否送达 {delivered.uncertain} 封" * bool(delivered.uncertain)
        out.print(
            f"回执：发出 {delivered.sent} 封，稍后再发 {delivered.postponed} 封，"
            f"无法送达 {delivered.given_up} 封{unknown}。"
        )
    for fault in result.round.notes.faults:
        if fault.location is None:
            out.print(fault.detail, style="yellow")
        else:
            out.print(
                f"“{fault.folder}”第{fault.location.uid}号信服务器交不出来，稍后再取：{fault.detail}",
                style="yellow",
            )
    if backlog is not None and backlog.many:
        out.print(f"还有 {backlog.many} 封待发：{_reasons(backlog)}。每封的原因见 shougao outbox。")
    if result.transient_error:
        out.print(f"本轮未完成，下一轮会继续：{result.transient_error}", style="yellow")


def _reasons(backlog: Backlog) -> str:
    """Count what waits by why; of very many the latest alone are told apart."""
    return "，".join(f"{WAIT_REASONS[why]} {many} 封" for why, many in backlog.reasons.items())


def said_by(settings: Settings) -> Said:
    """Return what puts our sentences into the words of an office."""
    return settings.wording().said


def letters_table(done: Round, zone: str, width: int, said: Said = str) -> Table:
    """
    Return a table with a row for each letter: what came and what became of it.

    Of more than KEPT letters only those that need somebody are listed. `width` is the terminal's in
    columns; the subject gives way so that the reason can be read.
    """
    table = Table(header_style="bold", title=f"本轮 {done.total} 封邮件", box=box.SIMPLE_HEAD)
    table.add_column("收到", no_wrap=True)
    table.add_column("单位", no_wrap=True, max_width=12, overflow="ellipsis")
    table.add_column("主题", overflow="ellipsis", no_wrap=True, max_width=max(10, width // 3 - 8))
    table.add_column("结果", no_wrap=True)
    table.add_column(said("稿件或原因"), overflow="fold", ratio=1)
    for letter in _worth_a_row(done):
        if letter.submission is None or letter.verdict is None:
            aside = "已搁置，待人工处理" if letter.set_aside else "下一轮再试"
            table.add_row("", "", f"第{letter.letter_id}号", Text(aside, "magenta"), letter.trouble)
            continue
        outcome = letter.verdict.outcome
        table.add_row(
            f"{letter.submission.received.astimezone(ZoneInfo(zone)):%m-%d %H:%M}",
            letter.submission.sender.unit or "（名单外）",
            letter.submission.subject,
            Text(_result(letter.verdict), COLOURS[outcome]),
            said(_summary(letter.verdict)),
        )
    return table


def _worth_a_row(done: Round) -> list[Entered]:
    if done.total <= KEPT:
        return done.entered
    calm = (Outcome.ACCEPTED, Outcome.IGNORED)
    return [one for one in done.entered if one.verdict is None or one.verdict.outcome not in calm][
        :KEPT
    ]


def _counted(done: Round) -> str:
    words = [
        f"{word} {done.outcomes[outcome]} 封"
        for outcome, word in OUTCOMES.items()
        if done.outcomes[outcome]
    ]
    return f"共 {done.total} 封：{'，'.join(words)}。上表只列需要留意的；全部见 export letters。"


def print_verdict(submission: Submission, verdict: Verdict, zone: str, said: Said = str) -> None:
    """Print one examined letter."""
    out = wide_console()
    word, colour = _result(verdict), COLOURS[verdict.outcome]
    out.print(Text.assemble((word, f"bold {colour}"), "  ", printable(submission.subject)))
    sender = submission.sender
    out.print(f"发件：{sender.name} <{sender.address}>  单位：{sender.unit or '（名单中没有）'}")
    out.print(f"收到：{submission.received.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S %z}")
    answer = "程序会答复" if verdict.answer else "程序不答复"
    out.print(printable(f"用途：{_purpose(verdict)}　{answer}"))
    for fault in verdict.faults:
        out.print(said(f"• {fault.reason.sentence}{fault.reason.advice}"))
    table = Table(header_style="bold")
    for column in ("标题", "类别", "字数", "事件日", "截止", "结果", "分", "依据"):
        table.add_column(column, overflow="fold")
    for judged in verdict.drafts:
        table.add_row(
            judged.draft.title,
            judged.kind or "待定",
            str(judged.draft.characters),
            str(judged.draft.event_date.day or "待定"),
            _last_moment(judged.deadline, zone),
            Text(OUTCOMES[judged.outcome], COLOURS[judged.outcome]),
            str(judged.points),
            "；".join(
                text.rstrip("。")
                for text in (
                    judged.kind_evidence,
                    judged.draft.event_date.evidence,
                    *(said(reason.sentence) for reason in judged.reasons),
                    _duplicate(judged, zone),
                )
                if text
            ),
        )
    if verdict.drafts:
        out.print(table)
    for remark in verdict.remarks:
        out.print(said(f"提示：{remark.sentence}"))


def _purpose(verdict: Verdict) -> str:
    """Say what a letter is for, and by what that was told."""
    evidence = verdict.purpose.evidence
    return PURPOSES[verdict.purpose.purpose] + (f"（{evidence}）" if evidence else "")


def _result(verdict: Verdict) -> str:
    """Name the outcome of what was judged, of any other letter what it is for."""
    purpose = verdict.purpose.purpose
    return OUTCOMES[verdict.outcome] if purpose.judged else PURPOSES[purpose]


def _duplicate(judged: DraftVerdict, zone: str) -> str:
    """Describe the earlier draft that this one repeats, empty without one."""
    duplicate = judged.duplicate
    if duplicate is None or OF_DUPLICATE.isdisjoint(judged.reasons):
        return ""
    where = f"第{duplicate.letter}号来信" if duplicate.letter else "同一封邮件"
    day = f"{duplicate.received.astimezone(ZoneInfo(zone)):%Y-%m-%d}"
    by = f"{duplicate.unit or '单位待认领'}，{day}，{where}第{duplicate.position}篇"
    return f"相似度{percent(duplicate.similarity)}%：《{duplicate.title}》（{by}）"


def _last_moment(deadline: datetime | None, zone: str) -> str:
    """Name an exclusive deadline as people do: 00:00 is the 24:00 of the day before."""
    if deadline is None:
        return "—"
    day, hour = last_moment(deadline, zone)
    return f"{day:%m-%d} {hour}"


def _summary(verdict: Verdict) -> str:
    """Say why, where there is something to explain; else what came."""
    sentences = [reason.sentence.rstrip("。") for reason in verdict.reasons]
    if sentences:
        return "；".join(sentences) + "。"
    if not verdict.purpose.purpose.judged:
        return verdict.purpose.evidence
    return "\n".join(
        f"《{judged.draft.title}》{judged.kind or ''} {judged.points}分"
        for judged in verdict.drafts
    )
