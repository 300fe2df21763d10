"""Submissions to print, as grants.engine.content freezes them; the same arguments give the same one."""

import hashlib
from typing import Any

WORDS = (
    "Families in the district told us where children wait alone for the bus, which adults they trust and "
    "what they would do if a stranger wrote to them. We listened first and planned afterwards. "
)
BUDGET = [
    ["Staff for training", "Two trainers, four months", "$24,600.00"],
    ["Travel", "Six visits by road", "$3,180.50"],
    ["Printing", "", "$920.00"],
]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def field(key: str, label: str, *, kind: str = "text", **shown: Any) -> dict[str, Any]:
    """A question with its answer; `shown`: lines, head, rows, total, files."""
    usual: dict[str, Any] = {"lines": [], "head": [], "rows": [], "total": "", "files": []}
    return {"key": key, "kind": kind, "label": label, "value": None, "shown": usual | shown}


def named(key: str, name: str, size: int = 48_213) -> dict[str, Any]:
    return {"key": key, "name": name, "size": size, "sha256": digest(key)}


def about() -> dict[str, Any]:
    policy = named("k1", "Child-safe policy.pdf")
    return {
        "key": "about",
        "title": "Your organisation",
        "fields": [
            field("name", "What is the organisation called?", lines=["Harbour Families"]),
            field("abn", "ABN", kind="abn", lines=["53 004 085 616"]),
            field(
                "policy", "Child-safe policy", kind="policy", lines=["Adopted on 3 May 2026"], files=[policy]
            ),
            field("other", "Is there anything else that we should know?", kind="long_text"),
        ],
    }


def project(words: int) -> dict[str, Any]:
    text = (WORDS * (words * 6 // len(WORDS) + 1))[: words * 6]
    paragraphs = [text[start : start + 900] for start in range(0, len(text), 900)]
    lines = [line for paragraph in paragraphs for line in (paragraph, "")]
    return {
        "key": "project",
        "title": "The project",
        "fields": [
            field("need", "What is the need, and how do you know?", kind="long_text", lines=lines),
            field(
                "indicators",
                "How will you know that it worked?",
                kind="indicators",
                head=["Indicator", "Baseline", "Target", "How it is measured"],
                rows=[["Parents who talked with their child", "31 %", "60 %", "Survey before and after"]],
            ),
        ],
    }


def money(rows: int) -> dict[str, Any]:
    lines = [BUDGET[number % len(BUDGET)] for number in range(rows)]
    letter = named("k2", "Letter of support – Île Ñuñoa.docx", 1_204_551)
    return {
        "key": "money",
        "title": "Budget",
        "fields": [
            field(
                "budget",
                "What will it cost?",
                kind="budget",
                head=["Item", "Note", "Amount"],
                rows=lines,
                total="Total $28,700.50",
            ),
            field("letters", "Letters of support", kind="file", files=[letter]),
        ],
    }


def submission(*, words: int = 300, rows: int = 3, repeat: int = 1) -> dict[str, Any]:
    """What was submitted, as it is kept in Submission.content."""
    sections = [about(), *(project(words) for _ in range(repeat)), money(rows)]
    files = [
        file | {"field": answer["key"]}
        for section in sections
        for answer in section["fields"]
        for file in answer["shown"]["files"]
    ]
    return {
        "application": "IG27-0004",
        "round": {"code": "IG27", "title": "Innovation grants 2027"},
        "stage": "application",
        "form": "Full application",
        "form_version": 2,
        "organisation": {"name": "Harbour Families", "abn": "53004085616"},
        "title": "Safe on the way home",
        "amount": "28700.50",
        "currency": "AUD",
        "submitted_at": "2027-03-05T16:58:12+11:00",
        "declaration": {
            "name": "Mere Tamatea",
            "position": "Chief executive",
            "text": "I am authorised to sign for the organisation.\n\nWhat is stated here is true.",
        },
        "sections": sections,
        "files": files,
    }


def document(content: dict[str, Any] | None = None, **facts: Any) -> dict[str, Any]:
    """What the renderer gets."""
    content = content or submission()
    usual = {
        "program": "Safer Children, Safer Communities",
        "sponsor": "Westpac Group",
        "accent": "#0f5a63",
        "number": 1,
        "stage": "Full application",
        "amount": "$28,700.50",
        "submitted_at": content["submitted_at"],
        "submitted": "Friday 5 March 2027, 4:58 pm AEDT",
        "submitted_by": "Mere Tamatea",
        "changed": False,
        "in_grace": False,
        "sha256": digest(str(content)),
        "demonstration": True,
    }
    return {"version": 1, "kind": "application", "facts": usual | facts, "content": content}
