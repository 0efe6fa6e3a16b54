"""
What the receiving server found out about a sender: Authentication-Results, by the grammar of RFC 8601.

Only what was found about the domain in From counts. A method that passed for another domain says
that the letter comes from there, and nothing for the sender that it names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rulebook.model import Authentication

_MAX_FIELD = 200_000
"""Characters of a field that are read; a server's own word is a few hundred."""

_QUOTED = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL)
_BLANK = re.compile(r"[\x00-\x20\x7f]+")
_ATOM = re.compile(r"[^\x00-\x20\x7f()\";=]+")
_IN_COMMENT = re.compile(r"[()]|\\.", re.DOTALL)
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)

_FAILS = ("fail", "hardfail")
_DOMAINS_OF = {
    "spf": ("smtp.mailfrom", "smtp.mail"),
    "dkim": ("header.d", "header.i"),
    "dmarc": ("header.from", "header.d"),
}
"""By method the properties that name the domain which was looked at (RFC 8601 2.7, RFC 7489 11.2)."""

_REGISTRIES = frozenset(("com", "net", "org", "gov", "edu", "ac", "mil", "co"))
"""Second levels below which unrelated people register: no organization of its own."""

_COUNTRY = 2


@dataclass(frozen=True, slots=True)
class MethodResult:
    """One result of a server: `domains` are those that the method looked at, as far as it says."""

    method: str
    result: str
    domains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """One Authentication-Results field. `server` is its authserv-id in lower case."""

    server: str
    methods: tuple[MethodResult, ...]


def authentication(
    values: Sequence[bytes], authserv_ids: Sequence[str], from_domain: str
) -> Authentication:
    """
    Decide whether the server vouches for the sender.

    Args:
        values: the Authentication-Results fields, the topmost first, unfolded and not decoded.
        authserv_ids: whose fields count; where none is configured, the topmost field's server.
        from_domain: the domain of the only mailbox in From, "" where there is no such mailbox.

    Returns: FAILED when DMARC failed in any field or passed for another domain, when all that passed
             was another domain's, or when a method failed and none passed for this one; PASSED when
             DMARC, SPF or DKIM passed for this domain; UNKNOWN when nothing certain was said. A
             forwarded letter fails SPF and passes DKIM: that pass, of this domain, proves it.
    Source:  RFC 8601 2.2, 5 and 7.1; alignment by RFC 7489 3.1, relaxed.
    """
    fields = [parse(value.decode("utf-8", "replace")) for value in values]
    trusted = {identity.lower() for identity in authserv_ids}
    if not trusted and fields:
        trusted = {fields[0].server}
    methods = [method for field in fields if field.server in trusted for method in field.methods]
    return _verdict(methods, from_domain.lower().rstrip("."))


def _verdict(methods: Sequence[MethodResult], domain: str) -> Authentication:
    dmarc = [method for method in methods if method.method == "dmarc"]
    others = [method for method in methods if method.method != "dmarc"]
    passed = [method for method in methods if method.result == "pass"]
    if any(method.result in _FAILS for method in dmarc):
        return Authentication.FAILED
    if any(
        method in dmarc and method.domains and not _aligned(method, domain) for method in passed
    ):
        return Authentication.FAILED
    if any(_aligned(method, domain) for method in passed):
        return Authentication.PASSED
    if any(method.domains for method in passed):
        return Authentication.FAILED
    if domain and any(method in passed for method in dmarc):
        return (
            Authentication.PASSED
        )  # DMARC is about From by definition, also where it is not repeated
    failed = any(method.result in _FAILS for method in others)
    return Authentication.FAILED if failed else Authentication.UNKNOWN


def _aligned(method: MethodResult, domain: str) -> bool:
    return bool(method.domains) and all(aligned(other, domain) for other in method.domains)


def aligned(one: str, other: str) -> bool:
    """
    Return whether two domains are one organization's: equal, or one below the other.

    RFC 7489 3.1 asks the public suffix list; here a registry's own second level (gov.cn) and a top
    level are no organization, and sisters below one parent are not aligned.
    """
    if not one or not other:
        return False
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    labels = shorter.split(".")
    registry = len(labels) == 2 and len(labels[1]) == _COUNTRY and labels[0] in _REGISTRIES
    return len(labels) >= 2 and not registry and longer.endswith(f".{shorter}")


def parse(value: str) -> Results:
    """
    Read one field in time linear to its length; what is no result in it is passed over.

    QUIRK: Outlook's servers leave the authserv-id out; then `server` is "".
    """
    parts = list(_parts(_tokens(value[:_MAX_FIELD])))
    first = parts[0] if parts else []
    words = [text for text in first if text != " "]
    server = "" if "=" in words else (words[0][1:] if words else "")
    results = parts if "=" in words else parts[1:]
    methods = tuple(one for part in results if (one := _method(part)) is not None)
    return Results(server.lower(), methods)


def _tokens(value: str) -> Iterator[str]:
    """
    Yield ";", "=", " " (blanks and comments) and words, which begin with "w".

    What is opened and never closed reaches to the end: nothing behind it is a result.
    """
    position, end = 0, len(value)
    while position < end:
        character = value[position]
        if match := _BLANK.match(value, position):
            yield " "
            position = match.end()
        elif character == "(":
            position = _behind_comment(value, position)
            yield " "
        elif character == '"':
            quoted = _QUOTED.match(value, position)
            if quoted is None:
                return
            yield "w" + _QUOTED_PAIR.sub(r"\1", quoted[1])
            position = quoted.end()
        elif match := _ATOM.match(value, position):
            yield "w" + match[0]
            position = match.end()
        else:
            if character in ";=":
                yield character
            position += 1


def _behind_comment(value: str, start: int) -> int:
    depth = 0
    for match in _IN_COMMENT.finditer(value, start):
        depth += (match[0] == "(") - (match[0] == ")")
        if depth == 0:
            return match.end()
    return len(value)


def _parts(tokens: Iterable[str]) -> Iterator[list[str]]:
    part: list[str] = []
    for token in tokens:
        if token == ";":
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _method(part: Sequence[str]) -> MethodResult | None:
    pairs = list(_pairs(part))
    if not pairs:
        return None
    method = pairs[0][0].partition("/")[0]
    if method not in _DOMAINS_OF:
        return None
    wanted = _DOMAINS_OF[method]
    named: dict[str, list[str]] = {}
    for key, value in pairs[1:]:
        if key in wanted:
            named.setdefault(key, []).append(_domain(value))
    domains = next((named[key] for key in wanted if key in named), [])
    return MethodResult(method, pairs[0][1].lower(), tuple(dict.fromkeys(domains)))


def _pairs(part: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield (key in lower case, value) of `key = value`; blanks may stand round "=" and the key's dot."""
    key, number = "", 0
    while number < len(part):
        token = part[number]
        number += 1
        if token.startswith("w"):
            joined = key.endswith((".", "/")) or token.startswith(("w.", "w/"))
            key = key + token[1:] if joined else token[1:]
        elif token == "=":
            while number < len(part) and part[number] == " ":
                number += 1
            value: list[str] = []
            while number < len(part) and part[number] != " ":
                value.append("=" if part[number] == "=" else part[number][1:])
                number += 1
            yield key.lower(), "".join(value)
            key = ""


def _domain(value: str) -> str:
    return value.rpartition("@")[2].strip("<>").rstrip(".").lower()
