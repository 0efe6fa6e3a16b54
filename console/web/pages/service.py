"""运行情况: how the service stands; its conditions are checked on request."""

from __future__ import annotations

from starlette.responses import Response

from console.actions.health import health
from console.policy import Permission
from console.web.request_context import RequestContext
from console.web.routing import page


def show_service(ctx: RequestContext) -> Response:
    """Show how the service stands."""
    application = ctx.web.application
    return ctx.render(
        "service.html",
        here="/accounts",
        health=health(application, ctx.now),
    )


def show_examination(ctx: RequestContext) -> Response:
    """Check the conditions of the service as `shougao doctor` does, and show what was found."""
    from console.doctor.examination import examine  # it tries the templates: their writers are slow

    application = ctx.web.application
    findings = examine(application.settings.path, application.environ)
    return ctx.render("examination.html", here="/accounts", findings=findings)


routes = (
    page("/service", show_service, Permission.ADMINISTER),
    page("/service/examination", show_examination, Permission.ADMINISTER),
)
