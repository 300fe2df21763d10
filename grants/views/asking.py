"""Fields as a page or a script gets them: drawn by the same template, with the version they stand at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone

from grants.engine.answers import Answers
from grants.engine.completeness import is_answered, problems_of
from grants.engine.conditions import drivers, visible_keys
from grants.engine.kind import Problem, Shown
from grants.engine.kinds import kind_of
from grants.engine.schema import Field, Json, Section
from grants.forms.writing import JOINED_BY, Typed, digest
from grants.models import Answer
from grants.queries.writing import Draft, limits_of
from scsc.ui.moments import moment

FIELD = "apply/_field.html"
CLASH = "apply/_clash.html"


@dataclass(frozen=True)
class Clash:
    """Two texts for one field: what somebody else wrote meanwhile, and what this person sent."""

    answer: Answer
    theirs: Shown
    mine: Shown
    can_join: bool
    zone: str

    @property
    def who(self) -> str:
        return str(self.answer.updated_by)

    @property
    def at(self) -> str:
        return moment(self.answer.updated_at, self.zone)


@dataclass(frozen=True)
class Asked:
    """One field on a page. `answers` hold what it shows, which after a conflict is what the person typed."""

    field: Field
    answers: Answers
    version: int
    base: str
    visible: bool
    drives: bool
    flagged: bool
    problems: Sequence[Problem] = ()
    clash: Clash | None = None

    @property
    def takes_answer(self) -> bool:
        return kind_of(self.field).asks

    @property
    def takes_files(self) -> bool:
        return kind_of(self.field).takes_files

    @property
    def problem_map(self) -> dict[str, Sequence[Problem]]:
        """As the tag that draws a field takes it."""
        return {self.field.key: self.problems}

    @property
    def version_map(self) -> dict[str, int]:
        return {self.field.key: self.version}


def asked_fields(
    draft: Draft,
    section: Section,
    *,
    problems: Mapping[str, Sequence[Problem]] | None = None,
    typed: Mapping[str, Typed] | None = None,
    clashes: Mapping[str, Answer] | None = None,
) -> list[Asked]:
    """The fields of a section that take an answer now, hidden ones too: the script shows and hides them.

    `typed` is what a person sent and what was not kept, `clashes` what is kept instead.
    """
    visible, driving = visible_keys(draft.schema, draft.answers).fields, drivers(draft.schema)
    found = []
    for field in section.fields:
        key = field.key
        if key not in draft.writable and (kind_of(field).asks or draft.change):
            continue
        theirs, sent = (clashes or {}).get(key), (typed or {}).get(key)
        kept = theirs.value if theirs else draft.answers.values.get(key)
        shown = draft.with_value(key, sent.value) if sent else draft.answers
        # After a conflict a choice is made over the version that is shown; otherwise it stays the one seen.
        version = theirs.version if theirs else sent.version if sent else draft.version(key)
        found.append(
            Asked(
                field=field,
                answers=shown,
                version=version,
                base=digest(field, kept),
                visible=key in visible,
                drives=key in driving,
                flagged=draft.change is not None and key in draft.change.fields,
                problems=(problems or {}).get(key, ()),
                clash=clash_of(draft, field, theirs, shown.values.get(key)) if theirs else None,
            )
        )
    return found


def clash_of(draft: Draft, field: Field, theirs: Answer, mine: Json) -> Clash:
    """The two texts side by side, for reading."""
    kind, currency = kind_of(field), draft.application.program.currency
    can_join = field.kind in JOINED_BY and bool(theirs.value) and bool(mine)
    return Clash(
        answer=theirs,
        theirs=kind.shown(field, theirs.value, currency=currency),
        mine=kind.shown(field, mine, currency=currency),
        can_join=can_join,
        zone=draft.application.round.timezone,
    )


def given_problems(draft: Draft, answers: Answers, *, now: datetime) -> dict[str, list[Problem]]:
    """What is wrong with what was given. Not what is missing: the last page before submitting says that."""
    found = problems_of(draft.schema, answers, limits=limits_of(draft.application, now))
    fields = {field.key: field for _, field in draft.schema.fields()}
    return {key: problems for key, problems in found.items() if is_answered(fields[key], answers)}


def drawn_field(
    draft: Draft, field: Field, *, answer: Answer | None = None, now: datetime | None = None
) -> str:
    """A field as the page has it, with its hidden inputs; `answer` is one newer than what was loaded."""
    now = now or timezone.now()
    value = answer.value if answer else draft.answers.values.get(field.key)
    answers = draft.with_value(field.key, value)
    asked = Asked(
        field=field,
        answers=answers,
        version=answer.version if answer else draft.version(field.key),
        base=digest(field, value),
        visible=True,
        drives=False,
        flagged=False,
        problems=given_problems(draft, answers, now=now).get(field.key, ()),
    )
    return render_to_string(FIELD, {"asked": asked, "limits": limits_of(draft.application, now)})


def drawn_clash(draft: Draft, field: Field, theirs: Answer, mine: Json) -> str:
    """The panel that shows both texts and asks which to keep."""
    clash = clash_of(draft, field, theirs, mine)
    return render_to_string(CLASH, {"field": field, "clash": clash})
