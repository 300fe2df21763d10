"""The page that shows everything before it is submitted."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from grants.engine.completeness import problems_of, remarks_of
from grants.engine.content import amount_of, canonical_json
from grants.engine.differences import AnswerChange, answer_changes
from grants.forms.writing import DeclarationForm
from grants.models.applications import Rights
from grants.permissions import can_submit_application
from grants.queries.applications import amount_words
from grants.queries.team import team_of
from grants.queries.writing import Draft, latest_submission, limits_of
from grants.services.submitting import content_now
from grants.views.section_page import Line, page_context, target_of, why_not
from grants.views.whole import draft_sections
from partners.identifiers import spaced_abn, spaced_acn
from scsc.programs.access import MemberRequest


def check_page(
    request: MemberRequest, draft: Draft, form: DeclarationForm, *, status: int = 200
) -> HttpResponse:
    """All answers with what is missing; for who may submit, the declaration."""
    now = timezone.now()
    changes = changes_so_far(draft)
    context = page_context(request, draft, now=now) | {
        "form": form,
        "sections": draft_sections(draft),
        "lines": list(_missing(draft)),
        "remarks": list(_remarks(draft)),
        "closed": why_not(draft, request, now),
        "may_submit": can_submit_application(request.user, draft.application),
        "submitters": [m.user for m in team_of(draft.application) if m.rights == Rights.SUBMIT],
        **_amounts(draft),
        "seen": seen_mark(draft),
        "changes": changes,
        "organisation": draft.application.organisation,
        "abn": spaced_abn(draft.application.organisation.abn),
        "acn": spaced_acn(draft.application.organisation.acn),
    }
    return render(request, "apply/check.html", context, status=status)


def seen_mark(draft: Draft) -> str:
    """A mark of everything that the page shows, so that nobody declares what they have not seen."""
    files = {key: [file.key for file in files] for key, files in draft.answers.files.items()}
    shown: dict[str, Any] = {"values": dict(draft.answers.values), "files": files}
    shown["form"] = draft.application.form_version_id
    return hashlib.sha256(canonical_json(shown)).hexdigest()


def _missing(draft: Draft) -> Iterator[Line]:
    """What still has to be done, each linked to its input on the page of its section."""
    slug, code = draft.application.program.slug, draft.application.code
    found = problems_of(draft.schema, draft.answers, limits=limits_of(draft.application, timezone.now()))
    for section in draft.schema.sections:
        url = reverse("apply:section", args=[slug, code, section.key])
        for field in section.fields:
            if field.key in draft.writable:
                for problem in found.get(field.key, ()):
                    yield f"{url}#{target_of(draft, field.key, problem)}", problem.message


def _remarks(draft: Draft) -> Iterator[str]:
    """What there is to know about the files that can be sent now."""
    for key, remarks in remarks_of(draft.schema, draft.answers).items():
        if key in draft.writable:
            yield from remarks


def _amounts(draft: Draft) -> dict[str, str]:
    """What is asked for and what the round funds: "from $40,000 up to $250,000"."""
    program, round_ = draft.application.program, draft.application.round
    bounds = {"from": round_.minimum_amount, "up to": round_.maximum_amount}
    return {
        "amount": amount_words(amount_of(draft.schema, draft.answers), program),
        "funds": " ".join(
            f"{word} {amount_words(bound, program)}" for word, bound in bounds.items() if bound
        ),
    }


def changes_so_far(draft: Draft) -> list[AnswerChange]:
    """What differs from the last submission, under a request for changes."""
    last = latest_submission(draft.application) if draft.change else None
    if last is None:
        return []
    content = content_now(draft.application, draft.answers, declared=("", ""), now=timezone.now())
    return answer_changes(last.content, content)
