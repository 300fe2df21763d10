"""Who gets into which address of rubrics, assessments, blind review, discussion and advice."""

from typing import Any

from grants.models import Application, Assignment, Round, Stage
from tests.factories import Cast
from tests.grants.access_rules import LISTERS, STAFF, Rule, staff
from tests.grants.bodies import SCHEMA, rubric_of
from tests.grants.received import application_to

ASSESSORS = STAFF | {"roundtable", "advisory"}
READERS = ASSESSORS | {"auditor", "executive"}

RULES: dict[str, Rule] = {
    **dict.fromkeys([f"rubrics:{name}" for name in ("list", "new", "version", "details", "step")], staff()),
    **dict.fromkeys([f"rubrics:{name}" for name in ("add_criterion", "criterion")], staff()),
    "rubrics:remove_criterion": staff(),
    **dict.fromkeys(["rubrics:next", "rubrics:move"], staff("post")),
    "assess:mine": Rule(ASSESSORS),
    # An assessment of nobody who is asked: not there for those who might assess.
    **dict.fromkeys([f"assess:{name}" for name in ("assessment", "submit", "hand_back")], Rule(set())),
    **dict.fromkeys(["assess:save_mark", "assess:save_summary"], Rule(set(), method="post")),
    "assess:step": staff(),
    **dict.fromkeys(["assess:round", "assess:plan"], staff()),
    "assess:remind": staff("post"),
    "assess:calibration": Rule(LISTERS),
    "assess:give": Rule(STAFF),
    "assess:results": Rule(LISTERS),
    "assess:discussion": Rule(LISTERS, refused=404),
    **dict.fromkeys([f"assess:{name}" for name in ("blind", "blind_preview", "redact")], Rule(STAFF)),
    "assess:unredact": Rule(STAFF, method="post"),
    "assess:advice": Rule(READERS),
    # Members of an Advisory Group alone; here nobody is one.
    **dict.fromkeys(["assess:advise_plan", "assess:advise_action"], Rule(set())),
    "assess:advise": Rule(set(), refused=404),
}


def assessing_keys(cast: Cast, round_: Round) -> dict[str, dict[str, Any]]:
    """A draft of a rubric and one assignment, and the parts of the addresses that lead to them."""
    draft = rubric_of(
        cast.program, cast.officer, "New rubric", state="draft", content=SCHEMA.model_dump(mode="json")
    )
    stage = round_.stages.filter(kind=Stage.Kind.ASSESSMENT).first() or Stage.objects.create(
        program=cast.program, round=round_, kind=Stage.Kind.ASSESSMENT, order=90
    )
    application: Application = application_to(round_, "accepted")
    assignment = Assignment.objects.create(
        program=cast.program,
        application=application,
        user=cast.outsider,
        rubric_version=stage.rubric_version or rubric_of(cast.program, cast.officer),
        assigned_by=cast.manager,
    )
    about = {"code": application.code, "subject": "answer", "key": "plan"}
    return {
        "rubrics": {"pk": draft.pk, "key": "need", "step": "publish"},
        "assignment": {"pk": assignment.pk, "criterion": "need", "step": "remove"},
        "application": about,
        "round": {"code": round_.code},
    }
