"""What the office asks the officer of a held draft (请报送人补充), in the draft letter's thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ledger.states import LetterKind
from notifier.letters.answered_letter import AnsweredLetter, answer_to
from notifier.mail.message import OutgoingLetter, one_line
from notifier.mail.page import LetterView, Office, OutcomeStyle, Row, shortened
from rulebook.reasons import Reason

MAX_CHARACTERS = 2_000
MAX_TITLE = 80
STYLE = OutcomeStyle("请补充", "请补充说明", "#8a5200", "#fbf1de")
ADVICE = "请直接回复本邮件说明，不必重新打包报送；收到说明以后，工作人员会接着核定。"

QUESTIONS: Mapping[Reason, str] = {
    Reason.DATE_UNCERTAIN: "请补充事件日期（×年×月×日）。",
    Reason.DATE_IN_FUTURE: "稿件写明的事件日期晚于收到稿件的日期，请核对事件日期。",
    Reason.KIND_UNCERTAIN: "请说明稿件类别。",
    Reason.NO_COMMISSION: "请说明对应哪一件约稿任务。",
    Reason.SEVERAL_DRAFTS: "请说明这个文件里有几篇稿件，以及各篇的标题。",
    Reason.COUNT_DIFFERS: "请核对报送的篇数；如有遗漏，请补报缺少的稿件。",
    Reason.OTHER_UNIT: "请说明稿件应当计入哪个单位。",
    Reason.TOO_SHORT: "正文没有达到所标类别规定的字数，请补充正文，或说明改报哪一类。",
    Reason.TOO_LONG: "正文超过了所标类别规定的字数，请删减正文，或说明改报哪一类。",
    Reason.DUPLICATE: "请说明本稿与以前报送的稿件有什么不同。",
    Reason.SCANNED_DRAFT: "请补报可以编辑的文字稿（Word、WPS 或文本文件）。",
    Reason.UNREAD_BESIDE: "请说明无法读取的文件是不是另一篇稿件；如果是，请另存为 Word 文档（.docx）补报。",
    Reason.REPLACES_DRAFT: "请确认是否用这篇稿件替换以前报送的稿件。",
    Reason.UNKNOWN_SENDER: "请说明您所在的单位、姓名和职务。",
    Reason.NO_SENDER: "请用在名单上登记的邮箱重新报送，并说明所在单位。",
    Reason.SEVERAL_SENDERS: "请说明由谁、以哪个单位的名义报送。",
}
"""What an officer can answer. Reasons that are for the office alone (a forged sender) are not asked."""


def offered(reasons: Iterable[Reason]) -> list[str]:
    """Return the questions that a draft's reasons suggest, each once."""
    return list(dict.fromkeys(QUESTIONS[one] for one in reasons if one in QUESTIONS))


def question(
    asked: AnsweredLetter, title: str, text: str, key: str, office: Office
) -> OutgoingLetter:
    """
    Ask about a draft in its letter's thread, in the words of a person.

    Args:    `title`: of the draft; `key`: tells questions about one letter apart, the same at every try.
    """
    page = LetterView(
        look=STYLE,
        salutation=asked.salutation if asked.unit else "您好！",
        opening=f"{text.strip()[:MAX_CHARACTERS]}\n{ADVICE}",
        facts=(
            Row("稿件标题", shortened(one_line(title), MAX_TITLE) or "（没有标题）", verbatim=True),
        ),
        office=office,
        by_person=True,
    )
    subject = f"【{STYLE.word}】{asked.shown_subject}"
    return answer_to(asked, LetterKind.QUESTION, page, subject, key=key, by_machine=False)
