"""Who gets into which address of rounds, forms, applications, organisations and their PDFs.

`submitter`, `editor` and `reader` are the team of one application; `rival` writes another one.
"""

from dataclasses import dataclass

ROLES = (
    "manager",
    "officer",
    "finance",
    "executive",
    "auditor",
    "roundtable",
    "advisory",
    "partner",
    "applicant",
)
TEAM = ("submitter", "editor", "reader")
ELSEWHERE = ("outsider", "other_manager")
PEOPLE = (*ROLES, *TEAM, "rival", *ELSEWHERE)

STAFF = {"manager", "officer"}
READERS = {"manager", "officer", "finance", "executive", "auditor", "roundtable", "advisory"}
LISTERS = STAFF | {"auditor"}
MONEY = LISTERS | {"finance", "executive"}
EVERYBODY = set(PEOPLE)


@dataclass(frozen=True)
class Rule:
    """Who gets in. Members who do not: 403 where such pages are known to them, 404 where none is there."""

    allowed: set[str]
    refused: int = 403
    team: int | None = None
    method: str = "get"
    public: bool = False

    def refusal(self, name: str) -> int:
        """What somebody gets who is not let in."""
        if name in ELSEWHERE:
            return 404
        return self.team if name in TEAM and self.team else self.refused


def staff(method: str = "get") -> Rule:
    return Rule(STAFF, method=method)


def own(least: str, method: str = "get") -> Rule:
    """A page of one team, from a right upwards; for everybody else it is not there."""
    return Rule(set(TEAM[: TEAM.index(least) + 1]), refused=404, team=403, method=method)


def received() -> Rule:
    """A step that staff take with an application; auditors see it and may not."""
    return Rule(STAFF)


ANYBODY = Rule(EVERYBODY, public=True)
SIGNED_IN = Rule(EVERYBODY)

RULES: dict[str, Rule] = {
    "rounds:preview": staff(),
    **dict.fromkeys(["grants:home", "grants:recipients", "grants:round", "grants:card"], ANYBODY),
    # Nothing is published here, which members may know.
    "reporting:published_reports": Rule({*ROLES, *TEAM, "rival"}, refused=404, public=True),
    # One that was not published is not there for anybody.
    "reporting:published_report": Rule(set(), refused=404, public=True),
    # A link that leads nowhere says the same to everybody.
    "apply:join": Rule(set(), refused=404, public=True),
    # An invitation to somebody else's address.
    "apply:accept": Rule(set(), refused=404, method="post"),
    **dict.fromkeys(["apply:mine", "apply:eligibility", "apply:start", "apply:start_new"], SIGNED_IN),
    **dict.fromkeys(
        [f"apply:{name}" for name in ("tasks", "section", "status", "team", "notes")], own("reader")
    ),
    **dict.fromkeys([f"apply:{name}" for name in ("messages", "print", "changes", "check")], own("reader")),
    **dict.fromkeys([f"apply:{name}" for name in ("organisation", "receipt", "visibility")], own("reader")),
    **dict.fromkeys(["apply:autosave", "apply:upload", "apply:remove_file"], own("editor", "post")),
    **dict.fromkeys([f"apply:{name}" for name in ("invite", "rights", "remove_member")], own("submitter")),
    **dict.fromkeys([f"apply:{name}" for name in ("withdraw", "discard", "restore")], own("submitter")),
    "apply:withdraw_invitation": own("submitter"),
    "apply:resend_invitation": own("submitter", "post"),
    "apply:copy": own("reader"),
    # People who act for the organisation; the reader does not.
    "apply:add_person": own("editor"),
    "apply:remove_person": own("editor"),
    **dict.fromkeys(["rounds:list", "rounds:round"], Rule(READERS)),
    **dict.fromkeys(
        [f"rounds:{name}" for name in ("new", "edit", "money", "dates", "clone", "closing")], staff()
    ),
    **dict.fromkeys(
        [f"rounds:{name}" for name in ("step", "stages", "stage", "remove_stage", "people")], staff()
    ),
    **dict.fromkeys(
        [f"rounds:{name}" for name in ("adopt", "questions", "question", "invitations")], staff()
    ),
    **dict.fromkeys(["rounds:remove_question", "rounds:withdraw_invitation"], staff()),
    **dict.fromkeys(["rounds:move_stage", "rounds:move_question"], staff("post")),
    **dict.fromkeys([f"forms:{name}" for name in ("list", "new", "version", "details", "step")], staff()),
    **dict.fromkeys([f"forms:{name}" for name in ("compare", "preview", "add_section", "section")], staff()),
    **dict.fromkeys([f"forms:{name}" for name in ("remove_section", "section_conditions", "kinds")], staff()),
    **dict.fromkeys(
        [f"forms:{name}" for name in ("add_field", "field", "remove_field", "field_conditions")], staff()
    ),
    **dict.fromkeys(
        [f"forms:{name}" for name in ("inner_kinds", "add_inner", "inner", "remove_inner")], staff()
    ),
    **dict.fromkeys(["forms:next", "forms:move"], staff("post")),
    **dict.fromkeys(["applications:list", "applications:export", "applications:application"], Rule(LISTERS)),
    **dict.fromkeys([f"applications:{name}" for name in ("views", "new_view")], Rule(LISTERS)),
    # Shared by the officer: its owner changes it, a manager may take it away.
    "applications:view": Rule({"officer"}),
    "applications:delete_view": staff(),
    "applications:bulk": staff("post"),
    **dict.fromkeys([f"applications:{name}" for name in ("screen", "changes", "extend", "step")], received()),
    "applications:cancel_changes": received(),
    "applications:messages": Rule(STAFF, method="post"),
    **dict.fromkeys(["applications:recipients", "applications:recipient"], Rule(LISTERS)),
    **dict.fromkeys(["applications:new_recipient", "applications:edit_recipient"], staff()),
    "applications:remove_recipient": staff(),
    "applications:publish_recipient": Rule({"manager"}),
    "applications:unpublish_recipient": Rule({"manager"}),
    **dict.fromkeys(["organisations:list", "organisations:organisation"], Rule(MONEY)),
    **dict.fromkeys([f"organisations:{name}" for name in ("new", "profile", "register", "merge")], staff()),
    **dict.fromkeys(
        ["reporting:submission_pdf", "reporting:submission_progress"], Rule(LISTERS | set(TEAM), refused=404)
    ),
    "reporting:submission_retry": Rule(LISTERS | set(TEAM), refused=404, method="post"),
}
