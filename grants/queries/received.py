"""One application as those who received it read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from grants.engine.differences import AnswerChange, answer_changes
from grants.models import Application, ChangeRequest, EligibilityCheck, Screening, Submission
from scsc.documents.models import Document


@dataclass(frozen=True)
class Revision:
    """A submission that replaced an earlier one, with what changed."""

    submission: Submission
    changes: Sequence[AnswerChange]


def submissions_of(application: Application) -> list[Submission]:
    """Everything that was submitted, the latest first. One query."""
    found = Submission.objects.filter(application=application).select_related(
        "stage", "submitted_by", "change_request"
    )
    return list(found.order_by("-number"))


def revisions_of(submissions: Sequence[Submission]) -> list[Revision]:
    """For each submission but the first, what changed since the one before; the latest first.

    `submissions` as `submissions_of` gives them.
    """
    return [
        Revision(newer, answer_changes(older.content, newer.content))
        for newer, older in pairwise(submissions)
    ]


def file_states_of(submission: Submission | None) -> dict[str, str]:
    """How far the check of each of its files is, by key. One query, and none where there are no files.

    A file may be submitted while it is being checked; the frozen content does not know what came of it.
    """
    keys = [file["key"] for file in submission.content["files"]] if submission else []
    rows = Document.objects.filter(key__in=keys).values_list("key", "state") if keys else ()
    return {str(key): state for key, state in rows}


def submitted_fields(submission: Submission) -> dict[str, str]:
    """The labels of the answers in a submission by key, in the order of the form."""
    return {
        field["key"]: field["label"]
        for section in submission.content["sections"]
        for field in section["fields"]
    }


def eligibility_of(application: Application) -> list[EligibilityCheck]:
    """What was answered before writing: the check it began with, and others of the same people. One query."""
    found = EligibilityCheck.objects.filter(round=application.round_id).select_related("user")
    mine = found.filter(organisation=application.organisation_id)
    own = found.filter(pk=application.eligibility_id) if application.eligibility_id else found.none()
    return list((mine | own).order_by("-pk")[:10])


@dataclass(frozen=True)
class Finding:
    """One finding on eligibility with its reasons in words."""

    screening: Screening
    reasons: Sequence[str]


def findings_of(application: Application) -> list[Finding]:
    """Every finding, the latest first. One query."""
    labels = dict(Screening.Reason.choices)
    return [
        Finding(screening, [str(labels.get(reason, reason)) for reason in screening.reasons])
        for screening in application.screenings.select_related("screened_by")
    ]


def change_requests_of(application: Application) -> list[ChangeRequest]:
    """Every request for changes, the latest first. One query."""
    found = list(application.change_requests.select_related("requested_by").order_by("-pk"))
    for change in found:
        change.application, change.program = application, application.program
    return found
