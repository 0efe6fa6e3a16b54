"""What is wrong with a command line, in one Chinese sentence with the remedy."""

from __future__ import annotations

import difflib
import re
from typing import Any

from typer.exceptions import TyperException

HELP = "--help"
FAULTS = (
    (r"valid (?:integer|int)", "应为整数"),
    (r"valid (?:number|float)", "应为数字"),
    (r"greater than or equal to (\S+)", "不能小于 {}"),
    (r"less than or equal to (\S+)", "不能大于 {}"),
)
"""What the parser says of a number that will not do."""


def usage_error(error: TyperException) -> str:
    """
    Say what the command line's parser objects to.

    The parser's exceptions have no public names beyond their base, so they are told by class name; an
    unknown one keeps its own words.
    """
    context: Any = getattr(error, "ctx", None)
    usage = f"{context.command_path if context is not None else 'shougao'} {HELP}"
    message = error.format_message()
    match type(error).__name__:
        case "NoSuchOption":
            option = getattr(error, "option_name", "")
            near = getattr(error, "possibilities", None) or ()
            return f"没有选项 {option}{_perhaps(near)}。用法见 {usage}。"
        case "MissingParameter":
            return f"缺少{_name(error)}。用法见 {usage}。"
        case "BadOptionUsage":
            return f"选项 {getattr(error, 'option_name', '')} 后面要写一个值。用法见 {usage}。"
        case "BadParameter":
            return f"{_name(error).lstrip()}的值不对：{_fault(error, message)}。用法见 {usage}。"
    unknown = re.match(r"No such command '(.+?)'", message)
    if unknown:
        known = context.command.list_commands(context) if context is not None else []
        near = difflib.get_close_matches(unknown[1], known, 1) or known
        return f"没有命令 {unknown[1]}{_perhaps(near)}。用法见 {usage}。"
    extra = re.match(r"Got unexpected extra argument\S* \((.+)\)", message)
    if extra:
        return f"多写了“{extra[1]}”；有空格的内容请加引号。用法见 {usage}。"
    return f"命令写得不对：{message} 用法见 {usage}。"


def _name(error: TyperException) -> str:
    """How the parameter is written, and what it is for."""
    parameter: Any = getattr(error, "param", None)
    if parameter is None:
        return str(getattr(error, "param_hint", "") or "参数")
    options = [name for name in parameter.opts if name.startswith("-")]
    help_ = (getattr(parameter, "help", "") or "").rstrip("。.")
    name = options[0] if options else (parameter.metavar or parameter.name.upper())
    return f" {name}（{help_}）" if help_ else f" {name} "


def _fault(error: TyperException, message: str) -> str:
    given = re.search(r"'([^']*)' is not one of (.+?)\.?$", message, re.DOTALL)
    if given:
        choices = re.findall(r"'([^']*)'", given[2])
        near = difflib.get_close_matches(given[1].upper(), choices, 3, 0.5)
        listed = near if near and len(choices) > 8 else choices
        return f"没有“{given[1]}”，可以写 {'、'.join(listed)}"
    detail = message.rpartition(": ")[2].rstrip(".")
    for pattern, words in FAULTS:
        match = re.search(pattern, detail)
        if match:
            return words.format(*match.groups())
    return detail


def _perhaps(names: Any) -> str:
    listed = "、".join(list(names)[:12])
    return f"，是否想写 {listed}" if listed else ""
