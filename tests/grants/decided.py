"""What the tests of decisions share: a round with money, applications that are considered, endorsements."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from grants.models import (
    Application,
    Assignment,
    Ballot,
    Body,
    Decision,
    Declaration,
    Round,
    Rubric,
    RubricVersion,
    Stage,
)
from grants.queries.basis import basis_now
from grants.services.deciding import decide, publish
from grants.services.deciding_recommend import recommend
from scsc.accounts.models import User
from tests.factories import Cast, UserFactory
from tests.grants.ballots import brought_to
from tests.grants.received import application_to, round_with

CLOSED_AT = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
FACTS: dict[str, Any] = {"outcome": "award", "amount": Decimal(40_000), "rationale": "The strongest."}
SUMMARY = "Workshops in twelve schools."


def round_to_decide(cast: Cast, code: str = "IG27", *, endorsed: bool = False, **fields: Any) -> Round:
    """A round whose applications can be decided about, with a budget and a limit for one person."""
    kinds = ["application", "screening", "assessment", *(["endorsement"] if endorsed else []), "decision"]
    values = {"budget": Decimal(100_000), "two_decide_over": Decimal(60_000)} | fields
    return round_with(cast.program, code, *kinds, **values)


def considered(round_: Round, **fields: Any) -> Application:
    """An application that was found eligible."""
    application = application_to(round_, "accepted", **fields)
    application.program = application.organisation.program = round_.program
    return application


def roundtable_of(cast: Cast) -> Body:
    body, _ = Body.objects.get_or_create(
        program=cast.program, kind="roundtable", defaults={"name": "Roundtable"}
    )
    return body


def ballot_on(cast: Cast, application: Application, **fields: Any) -> Ballot:
    """A ballot that was closed with an endorsement, unless told otherwise."""
    body = roundtable_of(cast)
    values = {
        "quorum": body.quorum,
        "quorum_least": body.quorum_least,
        "threshold": body.threshold,
        "material_change_percent": 10,
        "conditions": ["Report every half year"],
        "prepared_by": cast.officer,
    }
    ballot = Ballot.objects.create(program=cast.program, body=body, application=application, **values)
    settled: dict[str, Any] = {
        "basis": basis_now(application).model_dump(mode="json"),
        "opened_at": CLOSED_AT,
        "closes_at": CLOSED_AT,
        "closed_at": CLOSED_AT,
    } | fields
    return brought_to(ballot, settled.pop("state", "closed"), **settled)


def recommended(cast: Cast, application: Application, **fields: Any) -> Decision:
    return recommend(application, **(FACTS | {"summary": SUMMARY} | fields), actor=cast.officer)


def decided(cast: Cast, application: Application, **fields: Any) -> Decision:
    return decide(recommended(cast, application, **fields), actor=cast.manager)


def published(cast: Cast, application: Application, **fields: Any) -> Decision:
    return publish(decided(cast, application, **fields), actor=cast.manager)


def raw_decision(cast: Cast, application: Application, **fields: Any) -> Decision:
    """A decision made past every service, as the database would take it or refuse it."""
    values = {
        "outcome": "award",
        "amount": Decimal(40_000),
        "rationale": "R",
        "state": "decided",
        "recommended_by": cast.officer,
        "decided_by": cast.manager,
        "decided_at": timezone.now(),
    } | fields
    return Decision.objects.create(
        program=cast.program, round=application.round, application=application, **values
    )


def out_of(application: Application, person: User) -> Declaration:
    """Somebody who declared a conflict and stepped out."""
    return Declaration.objects.create(
        program=application.program,
        application=application,
        user=person,
        kind="actual",
        state="out",
        declared_at=timezone.now(),
    )


def scored(cast: Cast, application: Application, *results: str, feedback: str = "") -> None:
    """Assessments that were submitted, each with its result of 100."""
    rubric, _ = Rubric.objects.get_or_create(
        program=cast.program, name="Rubric", defaults={"created_by": cast.officer}
    )
    version, _ = RubricVersion.objects.get_or_create(
        program=cast.program,
        rubric=rubric,
        number=1,
        defaults={"state": "published", "created_by": cast.officer},
    )
    for result in results:
        Assignment.objects.create(
            program=cast.program,
            application=application,
            user=UserFactory.create(),
            rubric_version=version,
            state="submitted",
            submitted_at=timezone.now(),
            assigned_by=cast.officer,
            result=Decimal(result),
            feedback=feedback,
        )


def endorsement_stage(round_: Round) -> Stage:
    return round_.stages.get(kind="endorsement")
