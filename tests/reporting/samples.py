"""Snapshots to render: the published plan with invented deliverables, and variations on it."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from reporting.snapshot_schema import Ambition
from tests.reporting.totals import SourceBook, count_totals

PLAN = Path(__file__).parents[2] / "demo" / "programs" / "scsc.yaml"
AS_AT = date(2022, 6, 30)
HORIZONS = {"short": "Short term", "medium_long": "Medium to long term"}

NARRATIVES = [
    "The working group met in March and agreed the scope with the four business units concerned. Two of "
    "them have begun; the others follow once their risk assessments are signed.\n\nFeedback from the first "
    "training sessions was good: 86 of 94 people said that they would know what to do if they came across a "
    "warning sign.",
    "Work is behind the plan by about six weeks because a partner changed its systems. The new date was "
    "agreed with the partner and the Advisory Group was told.",
    "The milestone was reached. The report is with the Roundtable and will be published after its meeting "
    "in August.",
]
STATUSES = {
    "done": ("done", "Complete", "All deliverables are done."),
    "good": ("good", "On track", "Nothing is overdue and no action it waits for is late."),
    "warn": ("warn", "At risk", "One deliverable is overdue by 16 days."),
    "bad": ("bad", "Off track", "Two deliverables are overdue, one of them by 75 days."),
    "idle": ("idle", "Not started", "No deliverable is due yet and nothing has been reported."),
}
OWNERS = ["Ana Kovač", "Marcus Lê", "Jo Reyes", "Tomás Silva", ""]


class SampleBuilder:
    """Builds a snapshot for one year of a plan; the same arguments give the same snapshot."""

    def __init__(self, *, year: int = 2, deliverables: int = 4, updates: int = 2, repeat: int = 1) -> None:
        self.plan: dict[str, Any] = yaml.safe_load(PLAN.read_text())
        self.year, self.deliverables, self.updates, self.repeat = year, deliverables, updates, repeat
        self.sources = SourceBook()
        self.count = 0

    def build(self) -> dict[str, Any]:
        """The snapshot as a plain dictionary."""
        program = self.plan["program"]
        program_ref = self.sources.add(
            "plan", record="program scsc", title="Published work program, 2020 to 2023"
        )
        ambitions = [self.ambition(item) for item in self.plan["ambitions"]]
        totals = count_totals([Ambition.model_validate(item) for item in ambitions], sources=self.sources)
        year = program["years"][self.year - 1]
        return {
            "version": 1,
            "kind": "annual_progress",
            "meta": {
                "program": {
                    "slug": "scsc",
                    "name": program["name"],
                    "sponsor": program["sponsor"],
                    "purpose": program["purpose"],
                    "accent": "#0f5a63",
                    "ref": program_ref,
                },
                "year": {
                    "number": self.year,
                    "label": year["label"],
                    "starts_on": year["starts_on"].isoformat(),
                    "ends_on": year["ends_on"].isoformat(),
                    "of": 3,
                },
                "taken_at": "2022-07-04T09:30:00+10:00",
                "taken_by": "Priya Officer",
                "as_at": AS_AT.isoformat(),
                "demonstration": True,
                "draft": False,
                "language": "en-AU",
            },
            "ambitions": ambitions,
            "totals": totals.model_dump(mode="json"),
            "method": [
                {
                    "heading": "How the status of an action comes about",
                    "text": "An action is complete when all its deliverables are done, off track when two or "
                    "more are overdue or one by more than 60 days, at risk when one is overdue or an action "
                    "it waits for is late, and on track otherwise.\n\nA person may set another status with a "
                    "reason. The report shows that status and, beside it, the one that the rule gives.",
                },
                {
                    "heading": "What “year uncertain” means",
                    "text": "The year was read from a table whose layout was lost and awaits confirmation. "
                    "The action is reported in full; later reports follow a correction; this stays as is.",
                },
            ],
            "sources": self.sources.as_list(),
        }

    def ambition(self, item: dict[str, Any]) -> dict[str, Any]:
        code = item["code"]
        outcomes = [
            {
                "code": outcome["code"],
                "horizon": HORIZONS[outcome["horizon"]],
                "text": outcome["text"],
                "ref": self.plan_ref("outcome", outcome["code"]),
            }
            for outcome in self.plan["outcomes"]
            if outcome["ambition"] == code
        ]
        actions = [
            self.action(action, suffix="" if turn == 0 else f".{turn}")
            for turn in range(self.repeat)
            for action in self.plan["actions"]
            if action["ambition"] == code and action["years"][0] <= self.year <= action["years"][-1]
        ]
        return {
            "code": code,
            "stream": item["stream"],
            "headline": item["headline"],
            "statement": item["statement"],
            "ref": self.plan_ref("ambition", code),
            "outcomes": outcomes,
            "actions": actions,
        }

    def plan_ref(self, kind: str, code: str) -> int:
        return self.sources.add(
            "plan",
            record=f"{kind} {code}",
            title=f"Work plan, {kind} {code}",
            where="Plan as approved, 12 August 2020",
        )

    def action(self, item: dict[str, Any], *, suffix: str) -> dict[str, Any]:
        self.count += 1
        code = item["code"] + suffix
        ref = self.plan_ref("action", code)
        key = ["good", "warn", "done", "bad", "good", "idle"][self.count % 6]
        deliverables = [self.deliverable(code, number, key) for number in range(1, self.deliverables + 1)]
        tone, label, reason = STATUSES[key]
        refs = [entry["ref"] for entry in deliverables if entry["standing"] == "overdue"] or [ref]
        first, last = item["years"][0], item["years"][-1]
        return {
            "code": code,
            "text": item["text"],
            "span": f"Year {first}" if first == last else f"Years {first} to {last}, beyond the plan",
            "first_year": first,
            "last_year": last,
            "uncertain": item["year_confidence"] in ("low", "medium"),
            "uncertain_note": "Read from a flattened table; to be confirmed with the program team."
            if item["year_confidence"] == "low"
            else "",
            "state": "Complete" if key == "done" else "Under way",
            "rag": {"tone": tone, "label": label, "reason": reason, "refs": refs},
            "override": self.override(code) if key == "warn" else None,
            "owner": OWNERS[self.count % len(OWNERS)],
            "ref": ref,
            "deliverables": deliverables,
            "updates": [self.update(code, number, key) for number in range(1, self.updates + 1)],
            "dependencies": [self.dependency(code, other) for other in item.get("depends_on", [])],
        }

    def override(self, code: str) -> dict[str, Any]:
        ref = self.sources.add(
            "decision",
            record=f"status of {code}",
            title=f"Status of {code} set by hand",
            by="Mina Manager",
            on=AS_AT,
        )
        return {
            "tone": "warn",
            "label": "At risk",
            "reason": "The partner has confirmed that its report will be three weeks late.",
            "by": "Mina Manager",
            "on": AS_AT.isoformat(),
            "ref": ref,
        }

    def deliverable(self, code: str, number: int, key: str) -> dict[str, Any]:
        due = date(2021, 12, 15) + timedelta(days=45 * number)
        done = key == "done" or (
            key != "idle" and due < AS_AT and not (key in ("warn", "bad") and number % 3 == 0)
        )
        standing = "done" if done else "overdue" if due < AS_AT else "to_come"
        tone, label = {
            "done": ("done", "Done"),
            "overdue": ("bad", "Overdue"),
            "to_come": ("idle", "To come"),
        }[standing]
        name = f"{code}.{number}"
        record = self.sources.add(
            "deliverable", record=f"deliverable {name}", title=f"Deliverable {name}", by="Jo Reyes", on=AS_AT
        )
        evidence = [self.evidence(name, due)] if done else []
        return {
            "code": name,
            "text": "Guidance and training for front-line staff agreed with the business units and published",
            "due": due.isoformat(),
            "state": {"tone": tone, "label": label},
            "standing": standing,
            "done_on": (due - timedelta(days=3)).isoformat() if done else None,
            "ref": record,
            "evidence": evidence,
        }

    def evidence(self, name: str, on: date) -> int:
        return self.sources.add(
            "evidence",
            record=f"evidence of {name}",
            title=f"Signed minutes and training record, {name}",
            where=f"minutes-{name.lower()}.pdf, SHA-256 3f9a61c2",
            by="Jo Reyes",
            on=on,
        )

    def update(self, code: str, number: int, key: str) -> dict[str, Any]:
        on = date(2021, 12, 20) + timedelta(days=80 * number)
        tone, label, _reason = STATUSES[key]
        ref = self.sources.add(
            "update",
            record=f"update {number} of {code}",
            title=f"Progress update on {code}",
            by="Ana Kovač",
            on=on,
        )
        evidence = self.sources.add(
            "evidence",
            record=f"board paper {code} {number}",
            title="Paper to the Group's executive committee",
            url=f"https://files.example.org/papers/{code.lower()}-{number}",
            by="Ana Kovač",
            on=on,
        )
        return {
            "on": on.isoformat(),
            "author": "Ana Kovač",
            "narrative": NARRATIVES[(self.count + number) % 3],
            "tone": tone,
            "label": label,
            "ref": ref,
            "evidence": [evidence],
        }

    def dependency(self, code: str, other: str) -> dict[str, Any]:
        text = next(item["text"] for item in self.plan["actions"] if item["code"] == other)
        ref = self.sources.add(
            "dependency", record=f"{code} waits for {other}", title=f"{code} waits for {other}"
        )
        return {"code": other, "text": text, "state": {"tone": "done", "label": "Complete"}, "ref": ref}


def sample(**options: int) -> dict[str, Any]:
    """A snapshot of Year 2 of the published plan, as JSON would carry it."""
    built: dict[str, Any] = json.loads(json.dumps(SampleBuilder(**options).build()))
    return built


def first_action(snapshot: dict[str, Any]) -> dict[str, Any]:
    """The first action of the first ambition, to be changed."""
    action: dict[str, Any] = snapshot["ambitions"][0]["actions"][0]
    return action
