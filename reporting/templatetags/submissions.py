"""Tags for pages of other apps that show something of a submission."""

from typing import Any

from django import template
from django.template.context import Context

from grants.models import Submission
from reporting.submission_parts import pdf_of, standing_of

register = template.Library()


@register.inclusion_tag("reporting/_submission_pdf.html", takes_context=True)
def submission_pdf(context: Context, submission: Submission) -> dict[str, Any]:
    """The PDF of a submission: `{% load submissions %}{% submission_pdf submission %}`.

    A link once it is there, before that how far it is, and what to do if it failed. One query, if
    `submission.application` is loaded.
    """
    return standing_of(submission, pdf_of(submission)) | {"csrf_token": context.get("csrf_token")}
