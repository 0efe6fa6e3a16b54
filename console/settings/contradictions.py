"""What no single value of config.toml shows: names that nothing bears, figures that cannot be."""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from console.settings.addresses import address_faults
from console.settings.sections import ConfigFile, VaultSettings
from console.settings.urls import UrlError, bucket_place, is_service_address
from ledger.models.schemas import is_schema
from rulebook.clauses import TOPICS
from rulebook.periods import Span
from rulebook.provisions import Provisions
from rulebook.reasons import Reason
from rulebook.unit_history import history_faults
from rulebook.units import names_of

LEAST_IDLE = 5
"""Minutes: about as exactly as the ledger keeps when a session was last used."""
MAX_GRACE = 1440
"""Minutes that a corrected receipt may wait: what is put off for longer than a day is taken for a wrong clock."""

LEAST_OCR_MEMORY = 2_000_000_000
"""Bytes of address space; one page took 1.6 GB, three quarters of a GB of them in use."""


def _vault(vault: VaultSettings) -> Iterator[str]:
    """Find what keeps a bucket from being reached."""
    if not vault.url:
        return
    try:
        bucket_place(vault.url)
    except UrlError as error:
        yield f"vault.url：{error}"
    if not vault.key:
        yield "vault.key 是空的，请写上 S3 密钥的名字（Access Key）。"
    if not vault.endpoint and not vault.region:
        yield "vault.endpoint 和 vault.region 都空着，请写上 S3 服务的地址。"
    if vault.endpoint and not is_service_address(vault.endpoint):
        yield (
            f"vault.endpoint “{vault.endpoint}”不对，应写作 https://服务器；"
            "http:// 只能用于本机或内网的地址。"
        )
    if vault.copies_mb < 0:
        yield "vault.copies_mb 不能是负数。"


def contradictions(provisions: Provisions, here: str) -> Iterator[str]:
    """Yield each fault of a version of the provisions in Chinese. `here`: its place in the file."""
    try:
        ZoneInfo(provisions.zone)
    except (ZoneInfoNotFoundError, ValueError):
        yield f"{here}.zone “{provisions.zone}”不是时区名，例如 Asia/Shanghai。"
    if not provisions.units:
        yield f"{here}.units 是空的，请写上单位。"
    owners: dict[str, str] = {}
    for number, unit in enumerate(provisions.units, 1):
        for name in names_of(unit):
            if name in owners:
                yield (
                    f"{here}.units[{number}]：“{name}”同时属于“{owners[name]}”和“{unit.name}”，"
                    "请去掉一处。"
                )
            owners[name] = unit.name
    if provisions.timeliness.days < 0 or provisions.article_characters < 0:
        yield f"{here} 的天数和字数不能是负数。"
    if not 0.7 <= provisions.near_duplicate <= 1:
        yield f"{here}.near_duplicate 应在 0.7 到 1 之间，例如 0.85。"
    if provisions.points.weekly_cap < 0:
        yield f"{here}.points.weekly_cap 不能是负数；0 为不限。"
    ranked = provisions.points.assessment
    if any(one < two for one, two in itertools.pairwise(ranked)):
        yield f"{here}.points.assessment 应从高到低，第一名在前。"
    for number, shares in enumerate(provisions.points.shares, 2):
        if len(shares) != number or any(share <= 0 for share in shares):
            yield (
                f"{here}.points.shares 的第 {number - 1} 项应为 {number} 个正数"
                f"（{number} 人合写的比例），如 {'[3, 2]' if number == 2 else '[5, 3, 2]'}。"
            )
    if not provisions.tiers and len(provisions.points.adoption) != 5:
        yield f"{here}.points.adoption 应有五个数（一类至五类）；类别不止五个的，请写 [[provisions.tiers]]。"
    for number, outlet in enumerate(provisions.outlets, 1):
        if provisions.tier(outlet.tier) is None:
            most = len(provisions.tier_rules)
            yield f"{here}.outlets[{number}].tier 应为 1 至 {most}。"
    yield from _names(provisions, here)


def _names(provisions: Provisions, here: str) -> Iterator[str]:
    """Yield kinds and groups that something names and nothing lists, and names given twice."""
    kinds: list[str] = [rule.name for rule in provisions.kind_rules]
    groups: list[str] = [rule.name for rule in provisions.group_rules]
    units = [unit.name for unit in provisions.units]
    for what, names in (("kinds", kinds), ("groups", groups)):
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"{here}.{what}：“{name}”写了两次，请去掉一处。"
    for number, unit in enumerate(provisions.units, 1):
        if unit.group not in groups:
            yield _unknown(f"{here}.units[{number}].group", unit.group, groups)
    for number, rule in enumerate(provisions.kinds, 1):
        for key in ("short_as", "pictures_as"):
            other = getattr(rule, key)
            if other and other not in kinds:
                yield _unknown(f"{here}.kinds[{number}].{key}", other, kinds)
    if any(one.last < one.first for one in provisions.periods):
        yield f"{here}.periods 的 last 不能早于 first。"
    for number, target in enumerate(provisions.targets, 1):
        at = f"{here}.targets[{number}]"
        if target.period is Span.OWN and not provisions.periods:
            yield f"{at}.period 是 own，请在 [[provisions.periods]] 里写明各个通报期。"
        if target.missing_points > 0:
            yield f"{at}.missing_points 是每缺一篇加减的分，应为 0 或负数，如 -1。"
        if target.kind and target.kind not in kinds:
            yield _unknown(f"{at}.kind", target.kind, kinds)
        if target.unit and target.unit not in units:
            yield _unknown(f"{at}.unit", target.unit, units)
        if not target.unit and target.group not in groups:
            yield _unknown(f"{at}.group", target.group, groups)
    for kind in provisions.timeliness.applies_to if not provisions.kinds else ():
        if kind not in kinds:
            yield _unknown(f"{here}.timeliness.applies_to", kind, kinds)
    codes = sorted({reason.name for reason in Reason} | TOPICS.keys())
    for number, clause in enumerate(provisions.clauses, 1):
        for code in clause.reasons:
            if code not in codes:
                near = difflib.get_close_matches(code, codes, 1, 0.5)
                hint = f"是否想写 {near[0]}？" if near else "可用的代号见网页“规则”。"
                yield f"{here}.clauses[{number}].reasons 里没有 {code} 这个代号，{hint}"
    for number, tier in enumerate(provisions.tiers, 1):
        for one in tier.kinds:
            if one.kind not in kinds:
                yield _unknown(f"{here}.tiers[{number}].kinds", one.kind, kinds)


def _unknown(where: str, written: str, known: Sequence[str]) -> str:
    value = f'"{written}"'
    return f"{where} 的值 {value} 不对，应为 {'、'.join(known) or '（还没有写）'}。"


def of_file(file: ConfigFile) -> Iterator[str]:
    """Find what no single value of the file shows."""
    if file.data.schema and not file.data.ledger:
        yield "data.schema 只用于 PostgreSQL 台账：请写好 data.ledger，或把 schema 留空。"
    elif file.data.schema and not is_schema(file.data.schema):
        yield (
            f"data.schema “{file.data.schema}”不能作模式（schema）的名字：请用小写字母开头，只含小写字母、数字和"
            "下划线，最多 63 个，不以 pg_ 开头，如 east。"
        )
    if file.data.ledger:
        try:
            url = make_url(file.data.ledger)
        except ArgumentError:
            url = None
        if url is None or url.get_backend_name() != "postgresql":
            yield "data.ledger 应留空，或写成 postgresql://账号@主机/库名。"
        elif url.password:
            yield "data.ledger 里不要写密码，请改用环境变量 SHOUGAO_LEDGER_PASSWORD 或 password_file。"
    elif file.engine.queued:
        yield (
            'engine.kind = "procrastinate" 要用 PostgreSQL 台账：请写好 [data] ledger '
            '（postgresql://账号@主机/库名），或把 engine.kind 改回 "inline"。'
        )
    yield from _vault(file.vault)
    if "://" in file.digest.push_file:
        yield (
            "digest.push_file 应为文件名。推送地址里有密钥，不要写进 config.toml，"
            "请写到单独的文件里，或用环境变量 SHOUGAO_PUSH。"
        )
    yield from address_faults(
        (
            ("relay.sender", file.relay.sender),
            *(("digest.recipients", one) for one in file.digest.recipients),
            *(("notice.recipients", one) for one in file.notice.recipients),
        )
    )
    if not file.provisions:
        yield "缺少 [[provisions]]，请至少写一段规定。"
    starts = [provisions.since for provisions in file.provisions]
    for since in sorted({since for since in starts if starts.count(since) > 1}):
        yield f"有两段 [[provisions]] 都从 {since} 起用，请改其中一段的 since。"
    for number, provisions in enumerate(file.provisions, 1):
        yield from contradictions(provisions, f"provisions[{number}]")
    yield from history_faults(file.provisions)
    for name, value in (
        *(
            (f"limits.{limit.name}", getattr(file.limits, limit.name))
            for limit in fields(file.limits)
            if limit.name != "walls"
        ),
        ("ocr.pages", file.ocr.pages),
        ("ocr.seconds", file.ocr.seconds),
        ("mailbox.poll_seconds", file.mailbox.poll_seconds),
        ("console.session_hours", file.console.session_hours),
        ("relay.per_hour", file.relay.per_hour),
        ("relay.per_day", file.relay.per_day),
        ("relay.per_address_per_day", file.relay.per_address_per_day),
    ):
        if value <= 0:
            yield f"{name} 应大于 0。"
    if file.console.idle_minutes < LEAST_IDLE:
        yield f"console.idle_minutes 至少 {LEAST_IDLE} 分钟，否则填一张表就会要求重新登录。"
    if not 0 <= file.answers.grace_minutes <= MAX_GRACE:
        yield f"answers.grace_minutes 应在 0 到 {MAX_GRACE} 之间。"
    if file.mailbox.since and not _is_day(file.mailbox.since):
        yield f'mailbox.since “{file.mailbox.since}”不是日期，例如 "2022-02-24"；留空从台账建立前两天算起。'
    if file.virus.clamd and not re.fullmatch(r"/\S.*|\S+:\d{1,5}", file.virus.clamd):
        yield 'virus.clamd 应写套接字的路径，如 "/run/clamav/clamd.ctl"，或 "127.0.0.1:3310"。'
    if file.ocr.memory < LEAST_OCR_MEMORY:
        yield f"ocr.memory 至少要 {LEAST_OCR_MEMORY}（字节），否则识别程序启动不了。"


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
