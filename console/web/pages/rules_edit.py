"""规则 edited by the administrator: a version from a day on, or a correction; looked at, then entered."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.actions.rule_changes import (
    Preview,
    apply_rules,
    differences_of_new,
    preview,
)
from console.policy import Permission
from console.settings import rewriting
from console.settings.loading import ConfigError, Settings, load_text
from console.settings.rule_editing import RulesEdit, edited
from console.settings.rule_text import SECTIONS, BadLine, Section, shown
from console.web import forms
from console.web.forms import Unusable
from console.web.redirects import redirect
from console.web.request_context import RequestContext
from console.web.routing import action, page
from ledger.errors import RulesChanged
from ledger.os_errors import describe
from ledger.rule_versions import pending
from rulebook.provisions import Provisions

MAX_FORM = 4_000_000
MAX_SOURCE, MAX_ADDRESSEES = 200, 500
FILE = "file"
"""The form's word for what was written in the file by hand and is not entered yet."""


@dataclass(frozen=True, slots=True)
class _Edit:
    """What the form says: the file with it in it, and what it was made of."""

    before: str
    after: str
    settings: Settings
    why: str
    digest: str


def edit_rules(ctx: RequestContext) -> Response:
    """Show the form over the version that is asked for, or that in force."""
    rules = _version(ctx, ctx.query("since"))
    return _form(ctx, rules, shown(rules), since=str(rules.since))


def preview_rules(ctx: RequestContext) -> Response:
    """Show what the change would do; nothing is kept."""
    return _with_edit(ctx, _preview_page)


def enter_rules(ctx: RequestContext) -> Response:
    """Write the file and enter the change, exactly what was shown."""
    return _with_edit(ctx, _enter)


def _with_edit(ctx: RequestContext, go_on: Callable[[RequestContext, _Edit], Response]) -> Response:
    """Take the form; one that cannot be used comes back with what is wrong, as it was typed."""
    try:
        edit = _from_file(ctx) if ctx.form_value("base") == FILE else _edit(ctx)
    except (Unusable, BadLine, ConfigError) as error:
        if ctx.form_value("base") == FILE:
            return redirect("/rules", trouble=str(error)[:300])
        rules = _version(ctx, ctx.form_value("base"))
        return _form(ctx, rules, _typed(ctx), since=ctx.form_value("since"), trouble=str(error))
    return go_on(ctx, edit)


def _edit(ctx: RequestContext) -> _Edit:
    """Put the form into the file's text, and check what the file would say."""
    path = ctx.web.application.settings.path
    before = _text(ctx)
    base = forms.day(ctx, "base", "这一段规定")
    edit = RulesEdit(
        base=base,
        since=forms.day(ctx, "since", "起用日期"),
        source=forms.text(ctx, "source", "依据", MAX_SOURCE),
        addressees=" ".join(ctx.form_value("addressees").split())[:MAX_ADDRESSEES],
        lists={section: ctx.form_value(section.value) for section in Section},
    )
    written = load_text(before, path, {}).provisions
    after = edited(before, edit, written)
    settings = load_text(after, path, {})
    return _Edit(before, after, settings, _why(ctx), _digest(before))


def _from_file(ctx: RequestContext) -> _Edit:
    """Take the file as it is: somebody wrote in it by hand."""
    text = _text(ctx)
    settings = load_text(text, ctx.web.application.settings.path, {})
    return _Edit(text, text, settings, _why(ctx), _digest(text))


def _preview_page(ctx: RequestContext, edit: _Edit, trouble: str = "") -> Response:
    application = ctx.web.application
    changes = pending(edit.settings.provisions, application.settings.provisions)
    if not changes.new and not changes.changed:
        said = f"{changes.sentence}已登记的规定不能删去。" if changes.gone else "没有改动。"
        return redirect("/rules", said=said)
    seen = preview(application, changes, ctx.today)
    return ctx.render(
        "rules_preview.html",
        200 if not trouble else 409,
        here="/rules",
        trouble=trouble,
        seen=seen,
        lines=_lines(ctx, seen),
        fields=_fields(ctx),
        digest=edit.digest,
        why=edit.why,
        by_hand=ctx.form_value("base") == FILE,
    )


def _enter(ctx: RequestContext, edit: _Edit) -> Response:
    if edit.digest != ctx.form_value("digest"):
        return _preview_page(ctx, edit, "设置文件刚刚被改过，请核对以下变动，再登记一次。")
    application = ctx.web.application
    changes = pending(edit.settings.provisions, application.settings.provisions)
    path = application.settings.path
    if not changes.new and not changes.changed:
        return redirect("/rules", said="没有改动。")
    if edit.after != edit.before:
        try:
            rewriting.write_atomically(path, edit.after)
        except OSError as error:
            return ctx.render(
                "rules_paste.html",
                409,
                here="/rules",
                path=path,
                fault=describe(error),
                text=edit.after,
            )
    try:
        letters = apply_rules(application, changes, ctx.account.name, edit.why, ctx.now)
    except BaseException as error:
        if edit.after != edit.before:  # the ledger did not take it: neither shall the file
            rewriting.write_atomically(path, edit.before)
        if isinstance(error, RulesChanged):
            return _preview_page(ctx, edit, str(error))
        raise
    told = f"；{letters} 封来信的稿件因此变动，已答复过的发更正回执" if letters else ""
    return redirect(
        "/rules", said=f"规定已登记，写入 {path.name}{told}。程序几秒钟内换用新的规定。"
    )


def _lines(ctx: RequestContext, seen: Preview) -> list[str]:
    in_force = ctx.web.application.settings.provisions
    return [*seen.lines, *differences_of_new(in_force, seen.changes)]


def _form(
    ctx: RequestContext,
    rules: Provisions,
    lines: dict[Section, str],
    *,
    since: str,
    trouble: str = "",
) -> Response:
    typed = bool(trouble)
    return ctx.render(
        "rules_edit.html",
        400 if trouble else 200,
        here="/rules",
        rules=rules,
        since=since,
        source=ctx.form_value("source") if typed else rules.source,
        addressees=ctx.form_value("addressees") if typed else rules.addressees,
        general=ctx.web.application.settings.notice.addressees,
        why=ctx.form_value("why"),
        sections=[(section, SECTIONS[section], lines[section]) for section in Section],
        trouble=trouble,
    )


def _version(ctx: RequestContext, since: str) -> Provisions:
    """Return the version of the file that begins on a day, by default that in force."""
    settings = ctx.web.application.settings
    if not since:
        return settings.provisions_on_day(ctx.today)
    found = next((one for one in settings.provisions if str(one.since) == since), None)
    if found is None:
        raise HTTPException(404)
    return found


def _typed(ctx: RequestContext) -> dict[Section, str]:
    return {section: ctx.form_value(section.value) for section in Section}


def _fields(ctx: RequestContext) -> list[tuple[str, str]]:
    names = ["base", "since", "source", "addressees", "why", *(one.value for one in Section)]
    return [(name, ctx.form_value(name)) for name in names]


def _why(ctx: RequestContext) -> str:
    return forms.text(ctx, "why", "为什么改动", forms.MAX_WHY)


def _text(ctx: RequestContext) -> str:
    path = ctx.web.application.settings.path
    try:
        return rewriting.text_of(path.read_bytes(), path)
    except OSError as error:
        raise Unusable(f"打不开设置文件 {path}：{describe(error)}。") from error


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


routes = (
    page("/rules/edit", edit_rules, Permission.EDIT_RULES),
    action("/rules/preview", preview_rules, Permission.EDIT_RULES, MAX_FORM),
    action("/rules/enter", enter_rules, Permission.EDIT_RULES, MAX_FORM),
)
