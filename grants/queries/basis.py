"""What a ballot is opened on, and what of that has changed since."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Max

from grants.engine.content import content_hash
from grants.engine.material import Basis, basis_of, material_changes
from grants.models import Application, Ballot, ChangeRequest, Submission
from grants.queries.received import submitted_fields
from grants.queries.writing import latest_submission
from partners.models import Organisation

ANEW = "The application was submitted anew, in a later stage."


def basis_now(application: Application) -> Basis:
    """What a ballot opened now is about. Raises ValueError for what was never submitted."""
    last = latest_submission(application)
    if last is None:
        raise ValueError(f"{application} was never submitted.")
    return _basis(application, last)


def later_submissions(ballots: Sequence[Ballot]) -> dict[int, list[Submission]]:
    """By key of the ballot: the submission that was voted on, and what was submitted after it, in order.

    Nothing for a ballot after which nothing was. At most two queries, and one where nothing was at all.
    """
    voted_on = {ballot.pk: basis_of(ballot.basis).submission for ballot in ballots}
    applications = {ballot.application_id for ballot in ballots}
    counted = Submission.objects.filter(application__in=applications).order_by().values("application")
    last = dict(counted.annotate(last=Max("number")).values_list("application", "last"))
    changed = [ballot for ballot in ballots if last.get(ballot.application_id, 0) > voted_on[ballot.pk]]
    if not changed:
        return {}
    rows = Submission.objects.filter(application__in={ballot.application_id for ballot in changed})
    by_application: dict[int, list[Submission]] = defaultdict(list)
    for submission in rows.select_related("change_request").order_by("number"):
        by_application[submission.application_id].append(submission)
    return {
        ballot.pk: [one for one in by_application[ballot.application_id] if one.number >= voted_on[ballot.pk]]
        for ballot in changed
    }


def changes_between(ballot: Ballot, later: Sequence[Submission]) -> list[str]:
    """Each material change since a ballot opened, in words. `later` as `later_submissions` gives it."""
    before, application = basis_of(ballot.basis), ballot.application
    answers = _answer_hashes(later[-1].content) if later else before.answers
    now = Basis(
        organisation=_organisation(before.organisation, application),
        amount=application.amount,
        submission=later[-1].number if later else before.submission,
        answers=answers,
    )
    flagged = _flagged(later)
    found = material_changes(before, now, percent=ballot.material_change_percent, flagged=flagged)
    anew = any(one.change_request is None and one.number > before.submission for one in later)
    return [ANEW, *found] if anew else found


def _basis(application: Application, submission: Submission) -> Basis:
    return Basis(
        organisation=application.organisation_id,
        amount=application.amount,
        submission=submission.number,
        answers=_answer_hashes(submission.content),
    )


def _answer_hashes(content: dict[str, Any]) -> dict[str, str]:
    """A hash of each answer as it was given and shown, by key of its field."""
    return {
        field["key"]: content_hash({"value": field["value"], "shown": field["shown"]})
        for section in content["sections"]
        for field in section["fields"]
    }


def _flagged(later: Sequence[Submission]) -> dict[str, str]:
    """The labels of the answers that staff asked to change, by key."""
    labels: dict[str, str] = {}
    for submission in later:
        labels |= submitted_fields(submission)
    asked: list[ChangeRequest] = [one.change_request for one in later[1:] if one.change_request]
    return {key: labels.get(key, key) for change in asked for key in change.fields}


def _organisation(before: int, application: Application) -> int:
    """The organisation as the ballot knew it, where the one of now stands for it and has the same ABN."""
    current: Organisation = application.organisation
    row = Organisation.objects.filter(pk=before).first() if before != current.pk else None
    while row is not None and row.pk != current.pk and row.abn == current.abn and row.merged_into_id:
        row = row.merged_into
    return before if row is not None and row.pk == current.pk and row.abn else current.pk
