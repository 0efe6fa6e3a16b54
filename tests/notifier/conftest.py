"""An office, an officer, letters of every outcome, and a scripted SMTP server."""

import asyncio
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from notifier.delivery.smtp_session import Tls
from notifier.mail.page import Office
from rulebook.default_rules import NEWS, OPINION
from rulebook.model import (
    DayDoubt,
    Draft,
    DraftVerdict,
    Duplicate,
    EventDate,
    Fault,
    Sender,
    Submission,
    Timely,
    Verdict,
)
from rulebook.reasons import Outcome, Reason, Remark

RECEIVED = datetime(2022, 3, 7, 1, 30, tzinfo=UTC)

Case = tuple[Submission, Verdict]


@pytest.fixture
def office() -> Office:
    return Office(
        name="区应急管理局人事教育科",
        display_name="信息宣传收稿邮箱",
        contact="如有疑问，请直接回复本邮件，或与人事教育科联系。",
        domain="office.example",
        zone="Asia/Shanghai",
        sender="inbox@office.example",
    )


@pytest.fixture
def draft() -> Draft:
    return Draft(
        file="稿件.zip/湖塘镇开展检查.docx",
        title="湖塘镇开展危化品企业专项检查",
        text="3月6日，湖塘镇应急管理局组织人员对辖区危化品企业开展专项检查。",
        characters=412,
        event_date=EventDate(
            date(2022, 3, 6), "3月6日，湖塘镇应急管理局组织人员对辖区危化品企业开展"
        ),
        digest="d" * 64,
        file_digest="f" * 64,
        images=("稿件.zip/1.jpg", "稿件.zip/2.jpg"),
    )


@pytest.fixture
def submission(draft: Draft) -> Submission:
    return Submission(
        subject="【工作动态】湖塘镇3月第1周信息",
        sender=Sender("小钱", "qian@hutang.example", "湖塘镇", "钱一鸣"),
        received=RECEIVED,
        attachments=("湖塘镇稿件.zip",),
        drafts=(draft,),
        archives=1,
    )


@pytest.fixture
def judged(draft: Draft) -> DraftVerdict:
    return DraftVerdict(
        draft=draft,
        kind=NEWS,
        kind_evidence="邮件主题“【工作动态】湖塘镇3月第1周信息”标有“工作动态”",
        unit="湖塘镇",
        deadline=datetime(2022, 3, 8, 16, 0, tzinfo=UTC),
        timely=Timely.ON_TIME,
        outcome=Outcome.ACCEPTED,
        reasons=(),
        points=1,
    )


@pytest.fixture
def late(judged: DraftVerdict) -> DraftVerdict:
    draft = replace(
        judged.draft,
        file="稿件.zip/网民反映扬尘.docx",
        title="网民反映某工地夜间施工扬尘问题",
        characters=286,
        event_date=EventDate(date(2022, 3, 3), "3月3日，有网民在论坛发帖反映"),
        images=(),
    )
    return replace(
        judged,
        draft=draft,
        kind=OPINION,
        kind_evidence="没有标注类别，按内容判断：出现“网民”“论坛”“发帖”",
        deadline=datetime(2022, 3, 5, 16, 0, tzinfo=UTC),
        timely=Timely.LATE,
        reasons=(Reason.LATE,),
        points=0,
    )


@pytest.fixture
def held(judged: DraftVerdict) -> DraftVerdict:
    event_date = EventDate(None, "近日，湖塘镇组织企业负责人", DayDoubt.VAGUE)
    return replace(
        judged,
        draft=replace(judged.draft, event_date=event_date),
        deadline=None,
        timely=Timely.UNDETERMINED,
        outcome=Outcome.HELD,
        reasons=(Reason.DATE_UNCERTAIN, Reason.DUPLICATE),
        points=0,
        duplicate=Duplicate(
            "湖塘镇开展专项检查", "湖塘镇", datetime(2022, 3, 1, 2, 5, tzinfo=UTC), 0.93, False, 3
        ),
    )


@pytest.fixture
def refuse(submission: Submission, judged: DraftVerdict) -> Callable[..., Case]:
    """A letter refused for a fault; its one draft shares its fate unless `drafts` is False."""

    def build(reason: Reason, detail: str = "", *, drafts: bool = True) -> Case:
        refused = replace(judged, outcome=Outcome.REFUSED, points=0)
        verdict = Verdict(Outcome.REFUSED, (Fault(reason, detail),), (refused,) if drafts else ())
        return submission, verdict

    return build


@pytest.fixture
def cases(
    submission: Submission,
    judged: DraftVerdict,
    late: DraftVerdict,
    held: DraftVerdict,
    refuse: Callable[..., Case],
) -> dict[str, Case]:
    """One letter of each outcome, and the mixed ones."""
    remarks = (Remark.NO_REVIEWER, Remark.TRACKED_CHANGES)
    stranger = replace(submission, sender=Sender("李四", "li@private.example"))
    unknown = replace(judged, unit=None, outcome=Outcome.HELD, points=0)
    resent = replace(judged, outcome=Outcome.REFUSED, reasons=(Reason.RESENT,), points=0)
    return {
        "accepted": (submission, Verdict(Outcome.ACCEPTED, (), (judged, late), remarks)),
        "held": (submission, Verdict(Outcome.HELD, (), (held,), remarks)),
        "stranger": (stranger, Verdict(Outcome.HELD, (Fault(Reason.UNKNOWN_SENDER),), (unknown,))),
        "refused": refuse(Reason.BARE_ATTACHMENT, "湖塘镇开展检查.docx、1.jpg"),
        "unreadable": refuse(Reason.LOCKED_ARCHIVE, "湖塘镇稿件.zip：已加密", drafts=False),
        "mixed": (submission, Verdict(Outcome.REFUSED, (), (judged, resent))),
        "secret": refuse(Reason.SECRET_MARK, "机密★1年"),
    }


@dataclass
class Post:
    """A scripted SMTP server's memory: what it took, and what it is to answer to the next commands."""

    taken: list[Envelope] = field(default_factory=list)
    mail: list[str] = field(default_factory=list)
    rcpt: dict[str, str] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)
    drop_data: int = 0
    slow: float = 0.0
    logins: int = 0
    connections: int = 0
    resets: int = 0
    hide_auth: bool = False
    options: list[list[str]] = field(default_factory=list)

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        """RFC 4954; `handled=False` lets aiosmtpd send the 535 itself."""
        if (data.login, data.password) == (b"inbox@office.example", b"right"):
            self.logins += 1
            return AuthResult(success=True)
        return AuthResult(success=False, handled=False)

    async def handle_EHLO(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, host: str, lines: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = host
        return [line for line in lines if not (self.hide_auth and "AUTH" in line)]

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.mail.pop(0) if self.mail else "250 OK"
        if answer.startswith("250"):
            envelope.mail_from = address
            self.options.append(options)
        return answer

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.rcpt.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_RSET(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.resets += 1
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.drop_data:
            self.drop_data -= 1
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
            return "250 never heard"
        if self.slow:
            await asyncio.sleep(self.slow)
        answer = self.data.pop(0) if self.data else "250 2.0.0 OK queued"
        if answer.startswith("250"):
            self.taken.append(envelope)
        return answer


class _Controller(Controller):
    """Serves plain, TLS from the first byte, or STARTTLS."""

    def __init__(self, post: Post, tls: Tls, context: ssl.SSLContext, auth: bool) -> None:
        self._starttls = context if tls is Tls.STARTTLS else None
        self._post = post
        self._auth = auth
        super().__init__(
            post,
            hostname="localhost",
            port=0,
            ssl_context=context if tls is Tls.IMPLICIT else None,
        )

    def factory(self) -> SMTP:
        return SMTP(
            self.handler,
            hostname="mail.office.example",
            tls_context=self._starttls,
            require_starttls=self._starttls is not None,
            auth_require_tls=False,
            auth_exclude_mechanism=() if self._auth else ("LOGIN", "PLAIN"),
            authenticator=self._post.authenticate,
        )

    def _trigger_server(self) -> None:
        """The base class greets itself at self.port, which is 0 until it is bound."""
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class PlainController(_Controller):
    """Serves without TLS and without login."""

    def __init__(self, post: Post) -> None:
        super().__init__(post, Tls.NONE, ssl.create_default_context(), auth=False)


@dataclass(frozen=True)
class Smtp:
    """A running server and a way to reach it."""

    post: Post
    host: str
    port: int
    trust: ssl.SSLContext


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def serve(authority: trustme.CA) -> Iterator[Callable[..., Smtp]]:
    """Starts servers and stops them when the test is over."""
    running: list[Controller] = []

    def start(tls: Tls = Tls.IMPLICIT, *, auth: bool = True, name: str = "localhost") -> Smtp:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)
        trust = ssl.create_default_context()
        authority.configure_trust(trust)
        post = Post()
        controller = _Controller(post, tls, context, auth)
        controller.start()
        running.append(controller)
        return Smtp(post, "localhost", controller.port, trust)

    yield start
    for controller in running:
        controller.stop(no_assert=True)
