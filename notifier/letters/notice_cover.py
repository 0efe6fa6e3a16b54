"""The letter that carries a published notice to its distribution list (五.2)."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.states import LetterKind
from notifier.mail.message import Attachment, OutgoingLetter, message_id_for
from notifier.mail.page import LetterView, Office, OutcomeStyle, Row
from notifier.mail.templating import render

MEDIA_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pdf": "application/pdf",
}


def notice_letter(
    title: str,
    label: str,
    edition: int,
    files: Mapping[str, bytes],
    recipient: str,
    number: int,
    period: str,
    office: Office,
    anchor: str = "",
) -> OutgoingLetter:
    """
    Write the letter to one address.

    Args:    `title`: the notice's. `label`: its period as people say it, `period` by name.
             `files`: the notice's files by name. `number`: the address's place in the list, so that
             each letter has a Message-ID of its own, the same at every try. `anchor`: the head of the
             journal's chain, so that the figures' past can be proved.
    """
    again = f"（第{edition}版，请以本版为准）" if edition > 1 else ""
    page = LetterView(
        look=OutcomeStyle("通报", title, "#1f4e79", "#eef3f8"),
        salutation="各单位：",
        opening=f"现将{label}{office.wording.work}工作通报{again}发给你们，请查收附件。",
        facts=(
            *(Row("附件", name) for name in files),
            *((Row("存证", anchor),) if anchor else ()),
        ),
        office=office,
    )
    plain, html = render(LetterKind.NOTICE, {"page": page}, office.templates)
    return OutgoingLetter(
        subject=f"【通报】{title}{again}",
        plain=plain,
        html=html,
        recipient=recipient,
        copies=(),
        message_id=message_id_for(f"notice.{period}.{edition}", number, office.domain),
        in_reply_to="",
        references=(),
        auto_submitted="auto-generated",
        attachments=tuple(
            Attachment(name, MEDIA_TYPES[name[name.rindex(".") :]], content)
            for name, content in files.items()
        ),
        kind=LetterKind.NOTICE,
    )
