"""Ways to tamper with the ledger: what is done behind the program's back, and the words that name it."""

from __future__ import annotations


def copy(table: str, where: str, **changes: str) -> str:
    """A statement that copies a row under other values."""
    return f"COPY {table} {where} " + ";".join(f"{key}={value}" for key, value in changes.items())


WHOLE_DRAFT = (
    "DELETE FROM scores WHERE draft_id = 1", "DELETE FROM standings WHERE draft_id = 1",
    "DELETE FROM bands WHERE draft_id = 1", "DELETE FROM drafts WHERE id = 1",
)  # fmt: skip
WAYS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "a standing's unit",
        ("UPDATE standings SET unit = '高新区' WHERE draft_id = 1",),
        "现在的单位",
    ),
    ("a standing's kind", ("UPDATE standings SET kind = '约稿' WHERE draft_id = 1",), "现在的类别"),
    (
        "a standing's timeliness",
        ("UPDATE standings SET timely = 'late' WHERE draft_id = 2",),
        "时效",
    ),
    ("a standing's outcome", ("UPDATE standings SET outcome = 'held' WHERE draft_id = 2",), "结果"),
    (
        "a standing's event",
        ("UPDATE standings SET happened = '2022-03-01' WHERE draft_id = 2",),
        "事件日期",
    ),
    ("a standing's day", ("UPDATE standings SET day = '2022-02-25' WHERE draft_id = 3",), "收稿日"),
    (
        "a standing's reasons",
        ("UPDATE standings SET reasons = '[\"LATE\"]' WHERE draft_id = 3",),
        "理由",
    ),
    (
        "a standing's deadline",
        ("UPDATE standings SET deadline = '2023-01-01 00:00:00' WHERE draft_id = 3",),
        "时限",
    ),
    (
        "a standing's letter",
        ("UPDATE standings SET letter_id = 1 WHERE draft_id = 3",),
        "现在的邮件",
    ),
    ("a draft voided", ("UPDATE standings SET voided = true WHERE draft_id = 3",), "作废"),
    (
        "a standing's adopted flag",
        ("UPDATE standings SET adopted = true WHERE draft_id = 3",),
        "是否录用",
    ),
    (
        "a standing deleted",
        ("DELETE FROM scores WHERE draft_id = 3", "DELETE FROM standings WHERE draft_id = 3"),
        "现状记录不见了",
    ),
    ("a draft's kind", ("UPDATE drafts SET kind = '综合性原创文章' WHERE id = 1",), "收稿时的类别"),
    ("a draft's first unit", ("UPDATE drafts SET unit = '高新区' WHERE id = 1",), "收稿时的单位"),
    (
        "a draft's first event",
        ("UPDATE drafts SET happened = '2022-03-01' WHERE id = 1",),
        "收稿时的事件日期",
    ),
    (
        "a draft's first timeliness",
        ("UPDATE drafts SET timely = 'late' WHERE id = 1",),
        "收稿时的时效",
    ),
    ("a draft's points", ("UPDATE drafts SET points = 2 WHERE id = 1",), "收稿时的分数"),
    (
        "a draft's first outcome",
        ("UPDATE drafts SET outcome = 'refused' WHERE id = 1",),
        "收稿时的结果",
    ),
    ("a draft's title", ("UPDATE drafts SET title = '另一题' WHERE id = 1",), "标题"),
    ("a draft's text", ("UPDATE drafts SET text = '另一文' WHERE id = 1",), "正文"),
    (
        "a draft's text emptied",
        (
            "UPDATE drafts SET text = '' WHERE id = 1",
            "UPDATE letters SET raw_kept = false WHERE id = 1",
        ),
        "正文",
    ),
    ("a draft's text digest", ("UPDATE drafts SET digest = 'abc' WHERE id = 1",), "文字校验值"),
    (
        "a draft's file digest",
        ("UPDATE drafts SET file_digest = 'abc' WHERE id = 1",),
        "第 1 号稿件的标题",
    ),
    ("a draft's characters", ("UPDATE drafts SET characters = 9999 WHERE id = 1",), "字数"),
    ("a draft's author", ("UPDATE drafts SET author = '李四' WHERE id = 1",), "作者"),
    ("a draft's reviewer removed", ("UPDATE drafts SET reviewer = '' WHERE id = 1",), "审核人"),
    ("a scored draft deleted", WHOLE_DRAFT, "第 1 篇稿件的记录不见了"),
    (
        "a draft copied within its letter",
        (
            copy("drafts", "id = 1", id="99", position="2"),
            copy("standings", "draft_id = 1", draft_id="99"),
            copy("scores", "draft_id = 1", id="999", draft_id="99"),
        ),
        "不在收稿时登记的稿件之列",
    ),
    (
        "a letter's receipt",
        ("UPDATE letters SET received = '2022-03-01 01:00:00' WHERE id = 1",),
        "收稿时间",
    ),
    ("a letter's subject", ("UPDATE letters SET subject = '另一主题' WHERE id = 1",), "主题"),
    (
        "a letter's sender",
        ("UPDATE letters SET sender_address = 'li@town.example' WHERE id = 1",),
        "发件人",
    ),
    (
        "a letter's sender removed",
        ("UPDATE letters SET sender_address = '', sender_name = '', officer = NULL WHERE id = 1",),
        "发件人",
    ),
    ("a letter's officer", ("UPDATE letters SET officer = '李四' WHERE id = 1",), "报送人"),
    ("a letter's unit", ("UPDATE letters SET unit = '高新区' WHERE id = 1",), "第 1 号邮件的单位"),
    (
        "the outcome of a letter without points",
        ("UPDATE letters SET outcome = 'accepted' WHERE id = 9",),
        "第 9 号邮件的主题、结果",
    ),
    (
        "a letter and its draft copied",
        (
            copy("letters", "id = 1", id="99", digest="'x'"),
            copy("drafts", "id = 1", id="99", letter_id="99"),
            copy("standings", "draft_id = 1", draft_id="99", letter_id="99"),
            copy("scores", "draft_id = 1", id="999", draft_id="99"),
        ),
        "第 99 号邮件不是按手续登记的",
    ),
    (
        "a letter and its drafts deleted",
        (
            *WHOLE_DRAFT,
            "DELETE FROM outbox WHERE letter_id = 1",
            "DELETE FROM sightings WHERE letter_id = 1",
            "DELETE FROM letters WHERE id = 1",
        ),
        "第 1 号邮件的记录不见了",
    ),
    (
        "a receipt deleted",
        ("DELETE FROM outbox WHERE letter_id = 1 AND kind = 'receipt'",),
        "回执记录不见了",
    ),
    (
        "a receipt's words",
        ("UPDATE outbox SET subject = '收到三篇' WHERE letter_id = 1",),
        "回执与日志不符",
    ),
    ("an adoption's tier", ("UPDATE adoptions SET tier = 1 WHERE id = 1",), "录用的类别"),
    ("an adoption's day", ("UPDATE adoptions SET day = '2022-03-01' WHERE id = 1",), "录用的日期"),
    ("an adoption's unit", ("UPDATE adoptions SET unit = '高新区' WHERE id = 1",), "录用的单位"),
    ("an adoption's draft", ("UPDATE adoptions SET draft_id = 7 WHERE id = 1",), "录用的稿件"),
    ("an adoption's title", ("UPDATE adoptions SET title = '别的' WHERE id = 1",), "录用的标题"),
    (
        "an adoption withdrawn",
        ("UPDATE adoptions SET withdrawn = true WHERE id = 1",),
        "录用的撤销",
    ),
    (
        "an adoption of before the journal",
        (copy("adoptions", "id = 1", id="99", seq="0"),),
        "第 99 号录用不是按手续登记的",
    ),
    (
        "an adoption put in with a borrowed entry",
        (copy("adoptions", "id = 1", id="99"),),
        "第 99 号录用不是按手续登记的",
    ),
    ("a score raised", ("UPDATE scores SET points = 9 WHERE draft_id = 1",), "scores"),
    ("a score deleted", ("DELETE FROM scores WHERE draft_id = 1",), "scores"),
    ("附加分 raised", ("UPDATE bonuses SET points = 99",), "附加分"),
    ("附加分 put in", (copy("bonuses", "year = 2022", year="2023"),), "2023年度的附加分"),
    ("points by hand raised", ("UPDATE hand_lines SET points = 9",), "加减分的分数"),
    ("whose points by hand", ("UPDATE hand_lines SET unit = '高新区'",), "加减分的单位"),
    ("the day of points by hand", ("UPDATE hand_lines SET day = '2022-04-01'",), "加减分的日期"),
    (
        "who approved points by hand",
        ("UPDATE hand_lines SET approved_by = '李'",),
        "加减分的审批人",
    ),
    ("why points by hand were given", ("UPDATE hand_lines SET why = '别的'",), "加减分的事由"),
    ("points by hand taken back", ("UPDATE hand_lines SET removed = true",), "加减分的撤销"),
    ("points by hand deleted", ("DELETE FROM hand_lines",), "加减分的记录不见了"),
    (
        "points by hand put in",
        (copy("hand_lines", "id = 1", id="99"),),
        "第 99 号加减分不是按手续登记的",
    ),
    ("a sanction deleted", ("DELETE FROM sanctions",), "处理记录不见了"),
    ("why a sanction was imposed", ("UPDATE sanctions SET reason = '别的'",), "处理记录的事由"),
    ("a commission closed", ("UPDATE commissions SET closed = true",), "约稿的结束"),
    ("a notice's figures", ("UPDATE notices SET figures = '{\"tables\": []}'",), "数据"),
    ("a notice's files", ("UPDATE notices SET files = '[]'",), "文件"),
    ("a sanction lifted", ("UPDATE sanctions SET lifted = true",), "解除"),
    ("who approved a sanction", ("UPDATE sanctions SET approved_by = '李'",), "批准人"),
    ("a commission's day", ("UPDATE commissions SET due = '2023-01-01'",), "约稿的截止日期"),
    ("a notice's period", ("UPDATE notices SET period = '2022Q2'",), "时段"),
    ("a notice deleted", ("DELETE FROM notices",), "通报的记录不见了"),
    ("an officer's telephone", ("UPDATE officers SET phone = '1'",), "报送人员的登记"),
    (
        "an officer's address",
        ("UPDATE addresses SET address = 'evil@town.example'",),
        "报送人员的登记",
    ),
    (
        "an officer put in",
        (copy("officers", "id = 1", id="99"),),
        "第 99 号报送人员不是按手续登记的",
    ),
    (
        "an account put in",
        (copy("users", "id = 1", id="99", name="'偷来的'"),),
        "账号“偷来的”不是按手续添加的",
    ),
    ("an account's role", ("UPDATE users SET role = 'admin'",), "权限"),
    ("an account let in again", ("UPDATE users SET disabled = false",), "停用"),
    ("an account deleted", ("DELETE FROM users",), "账号“王静”的记录不见了"),
    (
        "an adoption's outlet",
        ("UPDATE adoptions SET outlet = '新华社' WHERE id = 1",),
        "录用的载体",
    ),
    ("an adoption's manner", ("UPDATE adoptions SET manner = '头版'",), "录用的刊发方式"),
    ("an adoption's kind", ("UPDATE adoptions SET kind = '舆情' WHERE id = 1",), "录用的稿件类别"),
    ("an adoption's address", ("UPDATE adoptions SET url = 'http://x.example'",), "录用的网址"),
    ("an adoption's evidence", ("UPDATE adoptions SET evidence = 'abc'",), "录用的凭证"),
    ("an adoption deleted", ("DELETE FROM scores", "DELETE FROM adoptions"), "录用的记录不见了"),
    ("a commission's topic", ("UPDATE commissions SET topic = '别的'",), "约稿的题目"),
    ("whom a commission asks", ("UPDATE commissions SET units = '[]'",), "约稿的单位"),
    ("a commission deleted", ("DELETE FROM commissions",), "约稿的记录不见了"),
    ("whose sanction", ("UPDATE sanctions SET unit = '高新区'",), "处理记录的单位"),
    ("the year of a sanction", ("UPDATE sanctions SET year = 2021",), "处理记录的年度"),
    ("the day of a sanction", ("UPDATE sanctions SET day = '2021-01-01'",), "处理记录的日期"),
    ("the person of points by hand", ("UPDATE hand_lines SET person = '李四'",), "加减分的个人"),
    ("the clause of points by hand", ("UPDATE hand_lines SET clause = '一'",), "加减分的条款"),
    ("附加分 deleted", ("DELETE FROM bonuses",), "附加分的记录不见了"),
    (
        "the journal's end cut off",
        ("DELETE FROM journal WHERE seq >= (SELECT max(seq) FROM standings)",),
        "日志末尾缺少记录",
    ),
    ("a draft's unit of origin", ("UPDATE drafts SET origin = '别处' WHERE id = 1",), "供稿单位"),
    ("an objection deleted", ("DELETE FROM statements",), "报送人说明的记录不见了"),
    (
        "an objection moved to another draft",
        ("UPDATE statements SET draft_id = 2",),
        "报送人说明的来信、稿件或事项",
    ),
    (
        "an objection settled by nobody",
        ("UPDATE statements SET settled = received, settled_by = 'li'",),
        "日志里却没有谁办过",
    ),
    (
        "the draft that points are shared of",
        ("UPDATE hand_lines SET shared_draft = 1",),
        "加减分的合写的稿件",
    ),
    (
        "to whom a receipt goes",
        ("UPDATE outbox SET recipient = 'evil@town.example' WHERE letter_id = 1",),
        "第 1 号邮件的回执的收件人",
    ),
    (
        "who gets a copy of a receipt",
        ("UPDATE outbox SET copies = '[\"evil@town.example\"]' WHERE letter_id = 1",),
        "第 1 号邮件的回执的收件人",
    ),
    (
        "to whom nobody is left of a receipt",
        ("UPDATE outbox SET recipient = '' WHERE letter_id = 1",),
        "第 1 号邮件的回执的收件人",
    ),
    (
        "the words of a corrected receipt",
        ("UPDATE outbox SET subject = '另一主题' WHERE kind = 'correction'",),
        "第 4 号邮件的发信与日志不符",
    ),
    (
        "a corrected receipt deleted",
        ("DELETE FROM outbox WHERE kind = 'correction'",),
        "第 4 号邮件的发信记录不见了",
    ),
    (
        "to whom a letter of the day goes",
        ("UPDATE outbox SET recipient = 'evil@town.example' WHERE letter_id IS NULL",),
        "号发信的收件人与日志不符",
    ),
    (
        "a letter of the day deleted",
        ("DELETE FROM outbox WHERE letter_id IS NULL",),
        "“<digest.1@office.example>”的发信记录不见了",
    ),
    (
        "a letter of ours put in",
        (copy("outbox", "letter_id = 1", id="99", message_id="'<evil@office.example>'"),),
        "第 99 号发信不是按手续登记的",
    ),
    (
        "a letter of the day put in",
        (
            copy(
                *("outbox", "letter_id = 1"),
                id="99",
                letter_id="NULL",
                message_id="'<evil@office.example>'",
            ),
        ),
        "第 99 号发信不是按手续登记的",
    ),
    (
        "a receipt moved to another letter",
        ("UPDATE outbox SET letter_id = 2 WHERE letter_id = 1",),
        "第 1 号邮件的回执记录不见了",
    ),
    (
        "a reported adoption's title",
        ("UPDATE proposed_adoptions SET title = '另一题' WHERE id = 1",),
        "第 1 号录用报送的单位、标题",
    ),
    (
        "whose reported adoption",
        ("UPDATE proposed_adoptions SET unit = '高新区' WHERE id = 1",),
        "第 1 号录用报送的单位、标题",
    ),
    (
        "a reported adoption's evidence",
        ("UPDATE proposed_adoptions SET files = '[{}]' WHERE id = 1",),
        "第 1 号录用报送的单位、标题",
    ),
    (
        "a reported adoption rejected by nobody",
        ("UPDATE proposed_adoptions SET state = 'rejected' WHERE id = 1",),
        "第 1 号录用报送的来信、状态",
    ),
    (
        "who rejected a reported adoption",
        ("UPDATE proposed_adoptions SET settled_by = 'zhao' WHERE id = 2",),
        "第 2 号录用报送的单位、标题",
    ),
    (
        "a reported adoption deleted",
        ("DELETE FROM proposed_adoptions WHERE id = 2",),
        "第 2 号录用报送的记录不见了",
    ),
    (
        "a reported adoption put in",
        (copy("proposed_adoptions", "id = 1", id="99", position="9"),),
        "第 99 号录用报送不是按手续登记的",
    ),
    ("what a score is for", ("UPDATE scores SET what = 'by_hand' WHERE draft_id = 1",), "名目"),
    ("why a score was given", ("UPDATE scores SET why = '表现好' WHERE draft_id = 1",), "依据"),
    ("why a draft has no points", ("DELETE FROM scores WHERE what = 'nothing'",), "加分名目、依据"),
    (
        "of which adoption a score is",
        ("UPDATE scores SET adoption_id = NULL WHERE adoption_id = 1",),
        "所属的录用",
    ),
    (
        "points moved between two drafts of a day",
        (
            "UPDATE scores SET points = 2 WHERE draft_id = 1",
            "UPDATE scores SET points = 0 WHERE draft_id = 2",
        ),
        "加分名目、依据",
    ),
    ("the week of a score", ("UPDATE scores SET week = day WHERE draft_id = 1",), "scores"),
    ("a score's draft", ("UPDATE scores SET draft_id = 2 WHERE draft_id = 1",), "scores"),
    ("a score by hand", ("UPDATE scores SET what = 'submitted' WHERE hand_line_id = 1",), "scores"),
    (
        "scores that cancel each other",
        (
            copy("scores", "draft_id = 1", id="998"),
            copy("scores", "id = 998", id="999", points="-points"),
        ),
        "scores",
    ),
    (
        "a score of nothing with a false reason",
        (copy("scores", "draft_id = 1", id="999", points="0", why="'假的'"),),
        "scores",
    ),
    (
        "a cell of a letter that cannot be read",
        ("UPDATE letters SET faults = '[\"x\"]' WHERE id = 1",),
        "letters 表第 1 行的 faults 栏读不懂",
    ),
)
