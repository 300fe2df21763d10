"""The words of events around rounds and forms."""

from scsc.audit.history import describe


def describe_events() -> None:
    """Called once, when the app is ready."""
    describe(
        "grants.round",
        present="set, for the demonstration, the days of",
        create="began the round",
        change="changed",
        clone="made, as a copy, the round",
        add_stage="added a stage to",
        remove_stage="removed a stage from",
        order_stages="put the stages in order of",
        change_stage="set the form or closing of a stage of",
        name_people="named people for",
        choose_body="chose the body for a stage of",
        set_assessment="set how applications are assessed in",
        release_person="took a person off a stage of",
        add_question="added a question to",
        change_question="changed a question of",
        remove_question="removed a question from",
        order_questions="put the questions in order of",
        invite="invited to",
        withdraw_invitation="withdrew an invitation to",
        change_closing="changed the closing of",
        adopt_version="let a stage use a new version of its form in",
    )
    describe("grants.form", change="changed the name or use of")
    describe("grants.formversion", create="began", edit="edited")
