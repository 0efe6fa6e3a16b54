"""How a letter came that a person entered by hand; the views tell of it and of 供稿单位."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

LOCAL = {
    "sqlite": "datetime({}, '+8 hours')",
    "postgresql": "({} AT TIME ZONE 'Asia/Shanghai')",
}
DAY = {
    "sqlite": "date({}, '+8 hours')",
    "postgresql": "CAST(({} AT TIME ZONE 'Asia/Shanghai') AS date)",
}
LETTERS = (
    "SELECT id AS letter, message_id, received, subject, sender_name, sender_address, "
    "unit, officer, state, outcome, reasons, size, digest AS sha256, purpose, purpose_evidence, "
    "in_thread_of, EXISTS (SELECT 1 FROM outbox WHERE outbox.letter_id = letters.id) AS answered, "
    "{local} AS received_local, {day} AS day{more} FROM letters"
)
DRAFTS = (
    "SELECT d.id AS draft, d.letter_id AS letter, l.message_id, l.received, s.day, "
    "d.title, s.unit, s.kind, d.characters, s.happened, s.deadline, s.timely, s.outcome, "
    "s.reasons, s.voided, s.adopted, s.commission_id AS commission, d.author, d.reviewer, d.file, "
    "d.kind AS first_kind, d.unit AS first_unit, d.happened AS first_happened, "
    "d.outcome AS first_outcome, d.timely AS first_timely, d.points AS first_points, "
    "d.reasons AS first_reasons, {local} AS received_local, {deadline} AS deadline_local{more} "
    "FROM drafts d JOIN standings s ON s.draft_id = d.id JOIN letters l ON l.id = d.letter_id"
)
CAME = "CASE WHEN {} = '' THEN '邮件' ELSE {} END AS manner"
MANNER = {
    # `补录，纸质来稿：…`: what was told of letters that were entered before there was the column
    "sqlite": "UPDATE letters SET manner = (SELECT substr(j.why, 4, instr(j.why, '来稿') - 4) "
    "FROM journal j WHERE j.letter_id = letters.id AND j.act = 'noted' AND j.why LIKE '补录，%来稿：%' "
    "ORDER BY j.seq LIMIT 1) WHERE id IN (SELECT letter_id FROM journal "
    "WHERE act = 'noted' AND why LIKE '补录，%来稿：%' AND letter_id IS NOT NULL)",
    "postgresql": "UPDATE letters SET manner = substr(j.why, 4, strpos(j.why, '来稿') - 4) "
    "FROM journal j WHERE j.letter_id = letters.id AND j.act = 'noted' AND j.why LIKE '补录，%来稿：%'",
}


def upgrade() -> None:
    """Add the column, fill it from the journal, and make both views anew."""
    op.add_column("letters", sa.Column("manner", sa.String(16), nullable=False, server_default=""))
    op.execute(MANNER[op.get_bind().dialect.name])
    _drop_views()
    _make_views(
        f", {CAME.format('manner', 'manner')}", f", d.origin, {CAME.format('l.manner', 'l.manner')}"
    )


def downgrade() -> None:
    """Take it away."""
    _drop_views()
    op.drop_column("letters", "manner")
    _make_views("", "")


def _drop_views() -> None:
    for view in ("v_letters", "v_drafts"):
        op.execute(f"DROP VIEW {view}")


def _make_views(letters: str, drafts: str) -> None:
    dialect = op.get_bind().dialect.name
    local, day = LOCAL[dialect], DAY[dialect]
    made = LETTERS.format(local=local.format("received"), day=day.format("received"), more=letters)
    op.execute(f"CREATE VIEW v_letters AS {made}")
    made = DRAFTS.format(
        local=local.format("l.received"), deadline=local.format("s.deadline"), more=drafts
    )
    op.execute(f"CREATE VIEW v_drafts AS {made}")
