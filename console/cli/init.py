"""`shougao init`: nine questions, then a config.toml with its comments; asked again it changes what is answered."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, TypeVar

import tomlkit
import typer

from console.cli.options import GlobalOptions
from console.cli.terminal import exit_with_error, print_line
from console.clock import now
from console.settings import rewriting
from console.settings.loading import (
    MAILBOX_PASSWORD,
    ConfigError,
    Settings,
    load_text,
    variable_of,
)
from console.setup import answers as reading
from console.setup.answers import Answers, BadAnswer
from console.setup.drafting import drafted, shipped
from console.spreadsheets.errors import SheetError
from console.spreadsheets.office_lists import ListedOutlet, ListedUnit, read_outlets, read_units
from ledger.os_errors import describe
from parsers.charsets import decode

T = TypeVar("T")
KEPT = "init-answers.toml"
"""Where the answers of a dialogue that was broken off are kept, beside config.toml."""
_SHEETS = (".xlsx", ".xls", ".csv", ".docx")


@dataclass(frozen=True, slots=True)
class Question:
    """One of the nine. `key`: in the file of answers; `hint`: how to answer."""

    key: str
    asked: str
    hint: str


QUESTIONS = (
    Question("name", "单位名称", "回执、通报的落款，如 某某街道办事处党政办"),
    Question(
        "contact",
        "联系方式",
        "写在每封回执末尾，如 如有疑问，请直接回复本邮件，或拨打 0000-0000000。",
    ),
    Question(
        "address", "收稿邮箱", "如 tougao@163.com；先试用的可以写 maildir:in（本机的一个目录）"
    ),
    Question(
        "form",
        "稿件的形式",
        "打包（必须压缩打包）、附件（Word 等文档直接作附件）、均可（写在正文里也收）",
    ),
    Question("kinds", "稿件的类别和分值", "分号隔开，如 简讯 1；调研文章 3 800字以上；约稿 2"),
    Question("limit", "报送时限", "如 2天；24小时：要情；3个工作日：简讯、舆情；没有的写 不限"),
    Question(
        "units",
        "报送单位",
        "写表格文件名（列：单位、分组、别名），或直接写 社区：东街社区、西街社区；科室：党政办",
    ),
    Question(
        "outlets",
        "采用载体",
        "写表格文件名（列：载体、级别、分值、别名），或直接写 市级 5：甲日报、甲电视台；没有的写 无",
    ),
    Question("targets", "报送任务", "如 社区 简讯 每月2篇；全部 合计 每年20分；没有的写 无"),
    Question("addressees", "通报的主送", "原样写进通报，如 各社区，机关各科室"),
)
"""As they are asked; name and contact are one question in two parts."""


def init(
    context: typer.Context,
    from_file: Annotated[
        Path | None, typer.Option("--answers", help="答案文件（TOML）；没有写的再问。")
    ] = None,
) -> None:
    """Ask nine questions and write config.toml; nothing is written before the end."""
    front: GlobalOptions = context.obj
    path = front.config
    before = _existing(path)
    kept = path.with_name(KEPT)
    given = _given(from_file or (kept if kept.exists() else None))
    folder = (from_file or path).resolve().parent
    there = load_text(before, path, {}) if before else None
    dialogue = _Dialogue(given, sys.stdin.isatty(), folder, there)
    if dialogue.asks:
        print_line(
            f"{'已有' if before else '将写'} {path}。回答九个问题，最后才写入；"
            "随时可以按 Ctrl+C 停下，什么也不会改。"
            f"{'直接按回车的，照原来的不改。' if before else ''}"
        )
    try:
        answers = _answered(dialogue)
    except (KeyboardInterrupt, EOFError, typer.Abort):
        _stopped(dialogue, kept)
    text = drafted(answers, now().astimezone().date(), before)
    try:
        settings = load_text(text, path, {})
    except ConfigError as error:
        exit_with_error(f"照这些答案写出的设置还有问题，没有写入：\n{error}", 2)
    _write(path, before, text)
    kept.unlink(missing_ok=True)
    rules = settings.provisions[-1]
    print_line(
        f"{path} 已写好，检查没有问题：{len(rules.units)} 个单位，{len(rules.kind_rules)} 类稿件，"
        f"{len(rules.outlets)} 个载体，{len(rules.targets)} 项任务，自 {rules.since} 起用。"
    )
    for line in _next_steps(front, answers):
        print_line(line)


@dataclass
class _Dialogue:
    """
    Takes answers from a file, else asks until one can be read.

    `folder`: where sheets are looked for. `there`: what the office's file says; an empty answer keeps it.
    """

    given: Mapping[str, str]
    asks: bool
    folder: Path
    there: Settings | None = None
    said: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def get(self, key: str, read: Callable[[str], T]) -> T | None:
        """Return what the answer to a question comes to; None where it is left, or a fault was noted."""
        number, question = next(
            (number, one) for number, one in enumerate(QUESTIONS) if one.key == key
        )
        if key in self.given:
            try:
                found = read(self.given[key])
            except (BadAnswer, SheetError) as error:
                if not self.asks:
                    self.faults.append(f"{key}（{question.asked}）：{error}")
                    return None
                print_line(f"{error}")
            else:
                self.said[key] = self.given[key]
                return found
        elif not self.asks and self.there:
            return None
        elif not self.asks:
            self.faults.append(f"缺少 {key}（{question.asked}）：{question.hint}")
            return None
        while True:
            print_line(f"\n{max(1, number)}. {question.asked}（{question.hint}）")
            written = input("> ")
            if self.there and not written.strip():
                return None
            try:
                found = read(written)
            except (BadAnswer, SheetError) as error:
                print_line(f"{error}")
                continue
            self.said[key] = written
            return found


def _answered(dialogue: _Dialogue) -> Answers:
    """Ask everything. Raises ConfigError with all that a file of answers lacks."""
    get, given = dialogue.get, dialogue.given
    name = get("name", lambda text: reading.text_of(text, "单位名称"))
    contact = get("contact", lambda text: reading.text_of(text, "联系方式"))
    address = get(
        "address",
        lambda text: reading.address_of(text, given.get("imap", ""), given.get("smtp", "")),
    )
    form = get("form", reading.form_of)
    there = dialogue.there.provisions[-1] if dialogue.there else None
    kinds = get("kinds", reading.kinds_of)
    known = reading.kinds_in(there) if kinds is None and there else kinds or ()
    limited = get("limit", lambda text: reading.limited(known, text))
    units = get("units", lambda text: _units(text, dialogue.folder))
    in_force = reading.units_in(there) if units is None and there else units or ()
    outlets = get("outlets", lambda text: _outlets(text, dialogue.folder))
    targets = get("targets", lambda text: reading.targets_of(text, known, in_force))
    addressees = get("addressees", lambda text: reading.text_of(text, "主送"))
    if dialogue.faults:
        raise ConfigError("\n".join(["答案还不全，没有写入：", *dialogue.faults]))
    kinds = limited or kinds
    return Answers(name, contact, address, form, kinds, units, outlets, targets, addressees)


def _units(written: str, folder: Path) -> tuple[ListedUnit, ...]:
    if sheet := _sheet(written, folder):
        return tuple(read_units(sheet))
    return reading.units_of(reading.items(written))


def _outlets(written: str, folder: Path) -> tuple[ListedOutlet, ...]:
    if reading.plain(written) in ("", "无", "没有"):
        return ()
    if sheet := _sheet(written, folder):
        return tuple(read_outlets(sheet))
    return reading.outlets_of(reading.items(written))


def _sheet(written: str, folder: Path) -> Path | None:
    named = written.strip().strip("\"'“”")
    return folder / named if named.lower().endswith(_SHEETS) else None


def _given(path: Path | None) -> dict[str, str]:
    """Read a file of answers: texts, or lists of texts. Raises ConfigError."""
    if path is None:
        return {}
    try:
        values = tomllib.loads(decode(path.read_bytes()) or "")
    except OSError as error:
        raise ConfigError(f"打不开 {path}：{describe(error)}。请检查文件名。") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f'{path} 的写法有误（{error}）。每行写 键 = "答案"，答案用英文引号括起来。'
        ) from error
    known = [one.key for one in QUESTIONS] + ["imap", "smtp"]
    for key, value in values.items():
        if key not in known:
            raise ConfigError(f"{path}：没有 {key} 这一项，可用的有 {'、'.join(known)}。")
        listed = isinstance(value, list) and all(isinstance(one, str) for one in value)
        if not isinstance(value, str) and not listed:
            raise ConfigError(f"{path}：{key} 应为带引号的文字，或方括号里的几条。")
    return {key: "\n".join(one) if isinstance(one, list) else one for key, one in values.items()}


def _existing(path: Path) -> str:
    """Return the office's file of an earlier time, "" for none. Raises ConfigError where it cannot be kept."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise ConfigError(f"打不开 {path}：{describe(error)}。请检查路径和权限。") from error
    text = rewriting.text_of(raw, path)
    return "" if text.strip() == shipped().strip() else text  # as it came it is nobody's yet


def _write(path: Path, before: str, text: str) -> None:
    try:
        if path.exists():
            old = path.with_name(f"{path.name}.old")
            old.write_bytes(path.read_bytes())
            if before:
                print_line(f"原来的设置另存为 {old}。")
        rewriting.write_atomically(path, text)
    except OSError as error:
        exit_with_error(f"无法写入 {path}：{describe(error)}。请检查目录和权限；什么也没有改。", 1)


def _stopped(dialogue: _Dialogue, kept: Path) -> Any:
    told = "已停下，设置文件没有改。"
    if dialogue.said:
        lines = [f"{key} = {_quoted(text)}\n" for key, text in dialogue.said.items()]
        try:
            rewriting.write_atomically(kept, "".join(lines))
            told += f"已答的 {len(lines)} 项存在 {kept}，再运行 shougao init 时接着问。"
        except OSError:
            pass
    print_line("")
    exit_with_error(told, 130)


def _quoted(text: str) -> str:
    return tomlkit.item(text).as_string()


def _next_steps(front: GlobalOptions, answers: Answers) -> list[str]:
    option = front.typed
    variable = variable_of(front.office, MAILBOX_PASSWORD) if front.office else MAILBOX_PASSWORD
    steps = (
        [] if answers.address is None or answers.address.maildir else [f"export {variable}=授权码"]
    )
    return [
        "接下来：",
        *(f"  {one}" for one in steps),
        f"  shougao{option} doctor                      检查邮箱和本机",
        f"  shougao{option} roster import 名单.xlsx      导入报送人员（列：单位、姓名、职务、联系电话、邮箱）",
        f"  shougao{option} examine 某封来信.eml         看看一封来信会得到什么答复，不发信",
        f"  shougao{'' if front.office else option} run                         开始收稿",
        "规定里更细的写法（条款、加减分、逾期分值等）在文件里逐项有说明，改后用 shougao config check 检查。",
    ]
