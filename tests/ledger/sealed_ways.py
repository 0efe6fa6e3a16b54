"""Ways to tamper with rows that deeds leave: each round is done at once, and each way is to be named."""

from __future__ import annotations

from tests.ledger.ways_to_tamper import copy

ROUNDS: tuple[tuple[tuple[str, tuple[str, ...], str], ...], ...] = (
    (
        ("an objection's words", ("UPDATE statements SET words = '无'",), "号报送人说明有内容"),
        (
            "what an officer was asked",
            ("UPDATE questions SET words = '别的'",),
            "第 1 号请报送人补充的记录有内容",
        ),
        (
            "to whom a draft was given",
            ("UPDATE assignments SET assignee = '别人'",),
            "号稿件的分派有内容",
        ),
        (
            "whether a unit objects before a notice",
            ("UPDATE notice_checks SET objects = false",),
            "第 1 号通报核对记录有内容",
        ),
        ("a commission's note", ("UPDATE commissions SET note = '别的'",), "第 1 号约稿有内容"),
        (
            "who has read a commission",
            ("UPDATE commission_replies SET unit = '高新区'",),
            "第 1 号约稿回信有内容",
        ),
        (
            "when a printed text was entered",
            ("UPDATE printed_texts SET entered_by = '别人'",),
            "第 1 号刊发稿有内容",
        ),
        (
            "the name of an adoption's evidence",
            ("UPDATE adoptions SET evidence_name = '别的.png'",),
            "第 1 号录用有内容",
        ),
        ("a notice's edition", ("UPDATE notices SET edition = 7",), "的版次"),
        ("an account's password", ("UPDATE users SET password = 'x'",), "账号“王静”有内容"),
        ("a link's last moment", ("UPDATE links SET expires = '2040-01-01'",), "的链接有内容"),
        ("a session's last moment", ("UPDATE sessions SET expires = '2040-01-01'",), "状态有内容"),
        ("a token's scope", ("UPDATE tokens SET scope = 'metrics'",), "令牌“统计”有内容"),
        ("a letter urgent no more", ("UPDATE letters SET urgent = true WHERE id = 1",), "紧急"),
        (
            "a letter's attachments",
            ("UPDATE letters SET attachments = '[]' WHERE id = 1",),
            "附件清单",
        ),
        ("what a letter is for", ("UPDATE letters SET purpose = 'thanks' WHERE id = 2",), "用途与"),
        (
            "what a person says a letter is for",
            ("UPDATE letters SET purpose_ruled = 'other' WHERE id = 2",),
            "改定的用途",
        ),
        (
            "a letter that nobody dealt with",
            ("UPDATE letters SET handled_by = 'li', handled = received WHERE id = 2",),
            "第 2 号邮件的处理情况",
        ),
        (
            "an original no longer kept",
            ("UPDATE letters SET raw_kept = false WHERE id = 1",),
            "原件记为不再保存",
        ),
        (
            "a letter that waits again",
            ("UPDATE letters SET state = 'collected' WHERE id = 1",),
            "却又记为没有处理",
        ),
        (
            "what a draft replaces",
            ("UPDATE drafts SET replaces_draft_id = 2 WHERE id = 1",),
            "替换",
        ),
        ("a draft's pictures", ("UPDATE drafts SET images = '[\"x\"]' WHERE id = 1",), "图片"),
    ),
    (
        ("a question deleted", ("DELETE FROM questions",), "请报送人补充的记录“1”的记录不见了"),
        ("an assignment deleted", ("DELETE FROM assignments",), "稿件的分派“2”的记录不见了"),
        ("a check deleted", ("DELETE FROM notice_checks",), "通报核对记录“1”的记录不见了"),
        ("a reply deleted", ("DELETE FROM commission_replies",), "约稿回信“1”的记录不见了"),
        (
            "the line that an adoption rests on",
            ("UPDATE adoptions SET seq = 1",),
            "所依据的日志条目",
        ),
        ("a token deleted", ("DELETE FROM tokens",), f"令牌“{'2' * 20}”的记录不见了"),
        ("recovery codes deleted", ("DELETE FROM recovery_codes",), "恢复码"),
    ),
    (
        (
            "an objection put in",
            (copy("statements", "id = 1", id="99"),),
            "第 99 号报送人说明不是按手续登记的",
        ),
        (
            "a question put in",
            (copy("questions", "id = 1", id="99", message_id="'x'"),),
            "第 99 号请报送人补充的记录不是",
        ),
        (
            "a check put in",
            (copy("notice_checks", "id = 1", id="99", message_id="'x'"),),
            "第 99 号通报核对记录不是",
        ),
        (
            "a link put in",
            (copy("links", "user_id > 0", token="'x'"),),
            "设置密码的链接不是按手续登记的",
        ),
        (
            "a session put in",
            (copy("sessions", "user_id > 0", token="'x'"),),
            "登录状态不是按手续登记的",
        ),
        (
            "a token put in",
            (copy("tokens", "name = '统计'", token="'x'", name="'暗'"),),
            "令牌“暗”不是按手续登记的",
        ),
        (
            "a recovery code put in",
            ("INSERT INTO recovery_codes SELECT 'x', id FROM users",),
            "恢复码不是按手续登记的",
        ),
    ),
)
SEALED = tuple(way for one in ROUNDS for way in one)
