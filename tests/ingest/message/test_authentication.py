"""The server's word counts when it is about the domain in From, and only then."""

from __future__ import annotations

import authres
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.message.authentication import aligned, authentication, parse
from rulebook.model import Authentication

MX = "mx.office.example"
PASSED, FAILED, UNKNOWN = Authentication.PASSED, Authentication.FAILED, Authentication.UNKNOWN


def verdict(
    *values: str, ids: tuple[str, ...] = (), domain: str = "hutang.example"
) -> Authentication:
    return authentication([value.encode() for value in values], ids, domain)


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ("none", UNKNOWN),
        ("spf=softfail", UNKNOWN),
        ("spf=fail smtp.mailfrom=hutang.example", FAILED),
        ("spf=pass smtp.mailfrom=qian@hutang.example", PASSED),
        ("spf=pass smtp.mailfrom=bounce.hutang.example", PASSED),
        ("spf=fail smtp.mailfrom=relay.example; dkim=pass header.d=hutang.example", PASSED),
        ("dkim=fail header.d=hutang.example; spf=pass smtp.mailfrom=hutang.example", PASSED),
        ("dkim=pass header.i=@hutang.example", PASSED),
        ("dmarc=pass header.from=hutang.example", PASSED),
        ("dmarc=pass", PASSED),
        ("spf=pass smtp.mailfrom=hutang.example; dmarc=fail (p=none)", FAILED),
        ("dmarc=pass header.from=evil.example", FAILED),
        ("spf=pass smtp.mailfrom=hutang.example; dmarc=pass header.from=evil.example", FAILED),
        ("spf=pass smtp.mailfrom=x@evil.example", FAILED),
        (
            "spf=pass smtp.mailfrom=evil.example; dkim=pass header.d=evil.example; dmarc=pass",
            FAILED,
        ),
        ("dkim=pass header.d=example", FAILED),
        # a pass that names no domain proves nothing
        ("spf=pass; dkim=pass", UNKNOWN),
        ("spf=fail; dkim=pass", FAILED),
        # the quoted string and the comment are no results
        ('spf=fail smtp.mailfrom="a; dmarc=pass x"@evil.example; dmarc=fail', FAILED),
        ('spf=pass smtp.mailfrom="x@hutang.example"@evil.example', FAILED),
        ("dmarc=fail (a comment; dmarc=pass header.from=hutang.example)", FAILED),
        ("spf=none (x (nested; dkim=pass header.d=hutang.example) y)", UNKNOWN),
        (r'spf=none reason="\"; dkim=pass header.d=hutang.example"', UNKNOWN),
        ("dmarc = (c) pass (p=reject) header . from = (c) hutang.example", PASSED),
        ("DMARC=Pass Header.From=HuTang.Example", PASSED),
        ("dkim/1=pass header.b=Ab+/c== header.d=hutang.example", PASSED),
        ("spf=none (never closed; dkim=pass header.d=hutang.example", UNKNOWN),
    ],
)
def test_only_what_is_about_the_domain_in_from_counts(
    results: str, expected: Authentication
) -> None:
    assert verdict(f"{MX}; {results}") is expected
    assert verdict(f"{MX} 1; {results}", ids=(MX,)) is expected


def test_without_a_word_of_the_server_nothing_is_known() -> None:
    assert verdict() is UNKNOWN
    assert verdict("forged.example; dmarc=fail", ids=(MX,)) is UNKNOWN


def test_all_fields_of_the_trusted_server_count_and_a_fail_wins() -> None:
    good = f"{MX}; spf=pass smtp.mailfrom=hutang.example"
    bad = f"{MX}; dmarc=fail (p=reject) header.from=hutang.example"
    assert verdict(good, bad) is FAILED
    assert verdict(bad, good, ids=(MX.upper(),)) is FAILED


def test_the_word_of_another_server_does_not_count() -> None:
    forged = "forged.example; dmarc=pass header.from=hutang.example"
    own = f"{MX}; dmarc=fail header.from=hutang.example"
    assert verdict(forged, own, ids=(MX,)) is FAILED
    assert verdict(own, forged) is FAILED
    assert verdict(f"{MX}; spf=none", forged) is UNKNOWN


def test_a_letter_without_one_mailbox_in_from_is_vouched_for_by_nobody() -> None:
    assert verdict(f"{MX}; dmarc=pass header.from=evil.example", domain="") is FAILED
    assert verdict(f"{MX}; dmarc=pass", domain="") is UNKNOWN


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("hutang.example", "hutang.example", True),
        ("mail.hutang.example", "hutang.example", True),
        ("a.gov.cn", "gov.cn", False),
        ("a.wujin.gov.cn", "wujin.gov.cn", True),
        ("a.example", "b.example", False),
        ("evilhutang.example", "hutang.example", False),
        ("hutang.example", "example", False),
        ("", "hutang.example", False),
    ],
)
def test_alignment_is_relaxed_to_one_organization(one: str, other: str, same: bool) -> None:
    assert aligned(one, other) is same
    assert aligned(other, one) is same


@pytest.mark.parametrize(
    "mark", ["(", "((", "\\(", '"', "=", "a=", "; ", "a. ", "(\\", "a=b; ", ". "]
)
def test_a_field_of_nothing_but_marks_is_read_to_its_end(mark: str) -> None:
    """In time linear to its length: one that grows with the square would take minutes."""
    assert parse(f"{MX}; " + mark * (200_000 // len(mark))).methods == ()


ATOMS = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=8)
DOMAINS = st.lists(ATOMS.map(lambda a: a.strip("-") or "a"), min_size=2, max_size=3).map(".".join)
COMMENTS = st.sampled_from(["", " ", " (p=none) ", " (a (b) c) ", " (x; dmarc=pass) ", "\t"])
METHODS = st.sampled_from(
    [("spf", "smtp.mailfrom"), ("dkim", "header.d"), ("dmarc", "header.from")]
)
RESULTS = st.sampled_from(["pass", "fail", "none", "neutral", "softfail", "temperror"])


@st.composite
def fields(draw: st.DrawFn) -> str:
    parts = []
    for _ in range(draw(st.integers(1, 4))):
        method, key = draw(METHODS)
        comment, domain = draw(COMMENTS), draw(DOMAINS)
        value = (
            f'"{draw(ATOMS)}; dmarc=pass"@{domain}'
            if draw(st.booleans()) and method == "spf"
            else domain
        )
        parts.append(f" {method}={draw(RESULTS)}{comment} {key}={value}")
    return f"{MX};" + ";".join(parts)


@given(fields())
@settings(max_examples=200)
def test_every_result_is_read_as_authres_reads_it(value: str) -> None:
    try:
        oracle = authres.parse_value(value)
    except authres.AuthResError:  # it takes no quoted local part in some versions
        return
    expected = []
    for result in oracle.results:
        domains = {
            (prop.value or "").rpartition("@")[2].lower()
            for prop in result.properties
            if prop.name in ("mailfrom", "d", "from")
        }
        expected.append((result.method, result.result, domains))
    assert parse(value).server == oracle.authserv_id
    assert [(m.method, m.result, set(m.domains)) for m in parse(value).methods] == expected
