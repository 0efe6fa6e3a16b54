"""Mail that is no submission and must never be answered; and what the server says of a sender."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.message.headers import Headers
from rulebook.model import Authentication

_SUBJECT = re.compile(
    r"^\s*(?:\[?自动回复\]?|自动答复|系统退信|退信|邮件退回|已读[:：]|Automatic reply|Auto-?reply"
    r"|Out of office|Undeliver(?:able|ed)|Mail delivery (?:failed|failure)"
    r"|Delivery Status Notification|Returned mail|Failure notice|Read[:：])",
    re.IGNORECASE,
)
_MACHINES = re.compile(
    r"^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)(?:[+\-].*)?@"
)


def automatic(headers: Headers) -> str:
    """
    Why a letter is a machine's (RFC 3834 2, RFC 3464, RFC 2919), "" for a person's.

    Lists and bulk mail are counted in; so is mail whose envelope names nobody (`Return-Path: <>`).
    """
    submitted = headers.text("auto-submitted").lower()
    if submitted and not submitted.startswith("no"):
        return f"Auto-Submitted: {submitted}"
    if headers.has("return-path") and headers.raw("return-path").strip() in (b"<>", b""):
        return "Return-Path: <>"
    precedence = headers.text("precedence").lower()
    if precedence in ("bulk", "junk", "list", "auto_reply"):
        return f"Precedence: {precedence}"
    for field in ("list-id", "list-unsubscribe", "x-autoreply", "x-autorespond"):
        if headers.has(field) and headers.text(field).lower() != "no":
            return field
    if headers.text("content-type").lower().startswith("multipart/report"):
        return "multipart/report"
    suppress = headers.text("x-auto-response-suppress").lower()
    if suppress and suppress != "none":
        return "X-Auto-Response-Suppress"
    subject = headers.text("subject")
    if found := _SUBJECT.match(subject):
        return f"主题“{found[0].strip()}”"
    return ""


def from_machine(address: str) -> bool:
    """Addresses at which nobody reads (mailer-daemon, no-reply)."""
    return _MACHINES.match(address) is not None


def authentication(values: Sequence[str], authserv_ids: Sequence[str]) -> Authentication:
    """
    What the receiving server found out about the sender.

    Source:  RFC 8601. Only the server's own field counts: the topmost with its authserv-id, or
             simply the topmost where none is configured. DMARC decides where it spoke; else one
             failed and no passed method is a failure.
    """
    wanted = {identity.lower() for identity in authserv_ids}
    for value in values:
        identity, _, results = value.partition(";")
        if wanted and identity.split()[:1] and identity.split()[0].lower() not in wanted:
            continue
        return _verdict(results)
    return Authentication.UNKNOWN


def _verdict(results: str) -> Authentication:
    plain = re.sub(r"\([^)]*\)", " ", results).lower()
    found = re.findall(r"(?:^|;)\s*(spf|dkim|dmarc)\s*=\s*([a-z]+)", plain)
    by_method: dict[str, set[str]] = {}
    for method, result in found:
        by_method.setdefault(method, set()).add(result)
    dmarc = by_method.get("dmarc", set())
    if "pass" in dmarc:
        return Authentication.PASSED
    if "fail" in dmarc:
        return Authentication.FAILED
    all_results = set().union(*by_method.values()) if by_method else set()
    if "pass" in all_results:
        return Authentication.PASSED
    return Authentication.FAILED if "fail" in all_results else Authentication.UNKNOWN
