"""Who gets into which address of decisions, letters and agreements. Read by the test of the matrix."""

from decimal import Decimal
from typing import Any

from grants.models import Decision, Letter, Round
from partners.services_agreements import open_agreement
from tests.factories import Cast
from tests.grants.access_rules import LISTERS, MONEY, Rule, staff
from tests.grants.received import application_to

# They see how a round is decided.
DECIDERS = LISTERS | {"finance"}

RULES: dict[str, Rule] = {
    **dict.fromkeys([f"decisions:{name}" for name in ("list", "slate", "decision")], Rule(DECIDERS)),
    **dict.fromkeys([f"decisions:{name}" for name in ("recommend", "edit", "letters", "letter")], staff()),
    **dict.fromkeys(["decisions:discard_letter", "decisions:template"], staff()),
    **dict.fromkeys(["decisions:recommend_slate", "decisions:letter_step"], staff("post")),
    "decisions:publish": Rule({"manager"}),
    # The step of the world below: a manager decides.
    "decisions:step": Rule({"manager"}),
    **dict.fromkeys(["agreements:list", "agreements:agreement"], Rule(MONEY)),
    "agreements:edit": staff(),
    "agreements:activate": Rule({"manager"}),
}


def deciding_keys(cast: Cast, round_: Round) -> dict[str, dict[str, Any]]:
    """A recommendation with its letter and agreement, and the parts of the addresses that lead to them."""
    application = application_to(round_, "accepted")
    application.organisation.program = cast.program
    decision = Decision.objects.create(
        program=cast.program,
        round=round_,
        application=application,
        outcome="award",
        amount=Decimal(1_000),
        rationale="Strong.",
        recommended_by=cast.officer,
    )
    letter = Letter.objects.create(program=cast.program, decision=decision, subject="S", body="B")
    agreement = open_agreement(
        application.organisation,
        kind="grant",
        code=application.code,
        title="T",
        amount=Decimal(1_000),
        source="Minutes",
        actor=cast.manager,
    )
    code, of_letter = {"code": round_.code}, {"code": round_.code, "pk": letter.pk}
    of_round = {f"decisions:{name}": code for name in ("slate", "recommend_slate", "publish", "letters")}
    of_decision = {f"decisions:{name}": code | {"pk": decision.pk} for name in ("decision", "edit")}
    of_letters = {f"decisions:{name}": of_letter for name in ("letter", "discard_letter")}
    names = ("agreement", "edit", "activate")
    of_agreement = {f"agreements:{name}": {"code": agreement.code} for name in names}
    return {
        **of_round,
        **of_decision,
        **of_letters,
        **of_agreement,
        "decisions:recommend": code | {"application": application.code},
        "decisions:step": code | {"pk": decision.pk, "step": "decide"},
        "decisions:letter_step": of_letter | {"step": "release"},
        "decisions:template": {"outcome": "award"},
    }
