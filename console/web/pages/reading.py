"""A file of a letter as it is laid out: the pages of a document, of a PDF, of a scan, as pictures."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.settings.sections import Walls
from console.web.pages.letter import letter_or_404
from console.web.request_context import RequestContext
from console.web.routing import page
from ledger.queries.letter_views import StoredFile


def show_layout(ctx: RequestContext) -> Response:
    """Show the pages of a file, or say why they cannot be shown."""
    view = letter_or_404(ctx)
    file = _file_or_404(ctx)
    pages = _pages(ctx, file)
    return ctx.render(
        "layout_pages.html", here="/drafts", letter=view, file=file, pages=range(len(pages))
    )


def send_page(ctx: RequestContext) -> Response:
    """Send one page as a JPEG that we made."""
    pages, number = _pages(ctx, _file_or_404(ctx)), ctx.number("page")
    if number >= len(pages):
        raise HTTPException(404)
    return Response(
        pages[number],
        media_type="image/jpeg",
        headers={"Cache-Control": "private, max-age=3600"},
    )


def _file_or_404(ctx: RequestContext) -> StoredFile:
    view, number = letter_or_404(ctx), ctx.number("number")
    if not view.raw_kept or view.head_only or number >= len(view.files):
        raise HTTPException(404)
    return view.files[number]


def _pages(ctx: RequestContext, file: StoredFile) -> tuple[bytes, ...]:
    application, view = ctx.web.application, letter_or_404(ctx)
    return ctx.web.files.pages(
        application.vault.path(view.digest),
        file.path,
        application.settings.data_dir / "scratch",
        walls_required=application.settings.limits.walls is Walls.REQUIRED,
    )


routes = (
    page("/letters/{letter:int}/files/{number:int}/layout", show_layout),
    page("/letters/{letter:int}/files/{number:int}/pages/{page:int}", send_page),
)
