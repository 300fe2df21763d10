"""What a board pack or the minutes say to one reader. All of it comes through their own sight."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from grants.ballot_page import asked_conditions, dissent_of, glance, stepped_out
from grants.models import Application, Ballot, Meeting
from grants.queries.advice import advice_on
from grants.queries.meetings import STEPPED_OUT, AgendaLine, agenda_of, attendance_of
from grants.queries.papers import quorum_words, threshold_words
from grants.queries.writing import latest_submission
from grants.states import BallotState, MeetingState
from reporting.models import MeetingPdf
from scsc.accounts.models import User
from scsc.ui.moments import moment

DECLARE_FIRST = "Declare first whether you have a conflict of interest. The text opens after that."
QUOTED = "Quoted as it was given. It is no vote and is not counted."
DRAFT = "A draft: a chair of the body has not approved these minutes."
Section = dict[str, Any]


def meeting_document(meeting: Meeting, *, paper: str, reader: User) -> dict[str, Any]:
    """The pack or the minutes of a meeting for one reader; the moment is added when it is kept."""
    lines = agenda_of(meeting, reader)
    for line in lines:
        _bind(line, meeting)
    facts = [
        ("Body", str(meeting.body)),
        ("When", moment(meeting.starts_at, meeting.program.timezone)),
        ("Where", meeting.place),
        ("Made for", str(reader)),
    ]
    is_minutes = paper == MeetingPdf.Kind.MINUTES
    notes = [DRAFT] if is_minutes and meeting.state != MeetingState.APPROVED else []
    sections = list(_minutes(meeting, lines) if is_minutes else _pack(lines))
    return _document(meeting.program, paper, str(meeting), facts, notes, sections)


def ballot_document(ballot: Ballot, *, paper: str, reader: User) -> dict[str, Any]:
    """The same of one ballot, which the reader has sight of."""
    facts = [
        ("Body", str(ballot.body)),
        ("Application", str(ballot.application)),
        ("Voted on", str(ballot.meeting) if ballot.meeting else "By circulation"),
        ("Made for", str(reader)),
    ]
    title = ballot.application.title or str(ballot.application)
    first = _of_ballot(ballot) if paper == MeetingPdf.Kind.MINUTES else _brief(ballot.application, ballot)
    sections = [_section("1", title, first)]
    if paper == MeetingPdf.Kind.PACK:
        sections += _text(ballot.application, "1")
    return _document(ballot.program, paper, title, facts, [], sections)


def _document(
    program: Any,
    paper: str,
    title: str,
    facts: Sequence[tuple[str, str]],
    notes: list[str],
    sections: list[Section],
) -> dict[str, Any]:
    return {
        "version": 1,
        "kind": "meeting",
        "facts": {
            "program": program.name,
            "sponsor": program.sponsor,
            "accent": program.accent_light,
            "paper": MeetingPdf.Kind(paper).label,
            "title": title,
            "lines": [[name, value] for name, value in facts if value],
            "notes": notes,
            "demonstration": program.is_demonstration,
        },
        "sections": sections,
    }


def dated(document: dict[str, Any], program: Any, now: datetime | None = None) -> dict[str, Any]:
    """The document with the moment at which it was asked for."""
    now = now or timezone.now()
    stamp = {"created": now.isoformat(), "created_words": moment(now, program.timezone)}
    return {**document, "facts": {**document["facts"], **stamp}}


def _pack(lines: Sequence[AgendaLine]) -> Iterator[Section]:
    for line in lines:
        number = str(line.number)
        if line.hidden:
            yield _section(number, "An item that is not shown", [_answer("Why", [STEPPED_OUT])])
        elif line.application is None:
            yield _section(number, line.item.title, [])
        elif line.undeclared:
            words = [str(line.application.organisation), DECLARE_FIRST]
            yield _section(number, line.application.title, [_answer("Not open yet", words)])
        else:
            yield _section(number, line.application.title, _brief(line.application, line.ballot))
            yield from _text(line.application, number)


def _minutes(meeting: Meeting, lines: Sequence[AgendaLine]) -> Iterator[Section]:
    rows = [[str(row.user), row.get_status_display()] for row in attendance_of(meeting)]
    yield _section("", "Who was there", [_table("Attendance", ["Person", "Attendance"], rows)])
    for line in lines:
        number = str(line.number)
        if line.hidden:
            yield _section(number, "An item that is not shown", [_answer("Why", [STEPPED_OUT])])
            continue
        title = line.application.title if line.application else line.item.title
        fields = [_answer("Minutes", line.note.splitlines())] if line.note else []
        if line.undeclared:
            fields = [_answer("Not open yet", [DECLARE_FIRST])]
        elif line.ballot is not None:
            fields += _of_ballot(line.ballot)
        yield _section(number, title, fields)
    yield _section("", "The meeting as a whole", [_answer("Minutes", meeting.minutes.splitlines())])
    if meeting.approved_at is not None:
        when = moment(meeting.approved_at, meeting.program.timezone)
        yield _section("", "Approval", [_answer("Approved", [f"{meeting.approved_by}, {when}."])])


def _brief(application: Application, ballot: Ballot | None) -> list[dict[str, Any]]:
    """What a member needs before the text: facts, advice, what is asked and how it is decided."""
    rows = [[name, words] for name, words in glance(application)]
    fields = [_table("At a glance", ["What", "Facts"], rows)]
    for advice in advice_on(application):
        label = f"Advice of the {advice.body}: {advice.get_position_display().lower()}"
        fields.append(_answer(label, [f"“{advice.text}”", f"{advice.author}. {QUOTED}"]))
    if ballot is not None:
        if ballot.conditions:
            fields.append(_answer("Endorse with these conditions", ballot.conditions))
        fields.append(_answer("How it is decided", [quorum_words(ballot), threshold_words(ballot)]))
    return fields


def _text(application: Application, number: str) -> Iterator[Section]:
    """The application as it was last submitted, section by section."""
    submission = latest_submission(application)
    for place, section in enumerate(submission.content["sections"] if submission else [], start=1):
        yield _section(f"{number}.{place}", section["title"], section["fields"])


def _of_ballot(ballot: Ballot) -> list[dict[str, Any]]:
    """How a ballot ended, for the record. While it is open nothing is said of the votes."""
    fields = [_table("Ballot", ["What", "Facts"], _counted(ballot))]
    if out := stepped_out(ballot):
        fields.append(_answer("Stepped out", [str(person) for person in out]))
    if ballot.conditions:
        fields.append(_answer("Conditions", ballot.conditions))
    if ballot.result:
        if asked := asked_conditions(ballot):
            fields.append(_answer("Conditions that members asked for", asked))
        if dissent := dissent_of(ballot):
            fields.append(_answer("Dissent on record", [f"{vote.user}: {vote.reason}" for vote in dissent]))
    return fields


def _counted(ballot: Ballot) -> list[list[str]]:
    rows = [["Application", f"{ballot.application}, {ballot.application.organisation}"]]
    if not ballot.result:
        return [*rows, ["Standing", " ".join(filter(None, [ballot.get_state_display(), ballot.void_reason]))]]
    result = ballot.result
    return [
        *rows,
        ["Result", ballot.get_outcome_display()],
        ["For", f"{result['for_']}, of {result['for_needed']} needed"],
        ["Against", str(result["against"])],
        ["Abstained", str(result["abstained"])],
        [
            "Quorum",
            f"{result['voted']} voted of {result['eligible']} eligible; {result['quorum_needed']} needed",
        ],
        ["Recused", str(result["recused"])],
        *([["Void since", ballot.void_reason]] if ballot.state == BallotState.VOID else []),
    ]


def _bind(line: AgendaLine, meeting: Meeting) -> None:
    """Loaded rows know their program, so that nobody asks for it again."""
    if line.application is not None:
        line.application.program = line.application.organisation.program = meeting.program
    if line.ballot is not None and line.application is not None:
        line.ballot.application, line.ballot.program = line.application, meeting.program


def _section(number: str, title: str, fields: Sequence[dict[str, Any]]) -> Section:
    return {"number": number, "title": title or "Without a title", "fields": list(fields)}


def _answer(label: str, lines: Sequence[str]) -> dict[str, Any]:
    # An empty line between two makes paragraphs of them.
    spaced = [part for line in lines for part in (line, "")][:-1]
    return {"key": "", "label": label, "shown": {"lines": spaced}}


def _table(label: str, head: list[str], rows: list[list[str]]) -> dict[str, Any]:
    return {"key": "", "label": label, "shown": {"head": head, "rows": rows}}
