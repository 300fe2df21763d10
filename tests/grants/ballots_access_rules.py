"""Who gets into which address of meetings, ballots and their papers.

The Roundtable member of the cast votes in the body and has declared. One ballot by circulation is
open, and a meeting is closed.
"""

from tests.grants.access_rules import STAFF, Rule

LISTERS = STAFF | {"auditor", "roundtable", "advisory"}
# Of the body, and those who see all bodies. Members of another body find nothing.
OF_BODY = STAFF | {"auditor", "roundtable"}

RULES: dict[str, Rule] = {
    "ballots:list": Rule(LISTERS),
    "ballots:ballot": Rule(OF_BODY, refused=403),
    "ballots:shortlist": Rule(STAFF),
    "ballots:prepare": Rule(STAFF),
    "ballots:step": Rule(STAFF),
    "meetings:list": Rule(LISTERS),
    "meetings:meeting": Rule(OF_BODY),
    **{
        f"meetings:{name}": Rule(STAFF)
        for name in ("plan", "edit", "agenda", "attendance", "minutes", "step")
    },
    "meetings:move_item": Rule(STAFF, method="post"),
    "meetings:remove_item": Rule(STAFF, method="post"),
    **{
        f"reporting:{of}_papers{part}": Rule(OF_BODY)
        for of in ("meeting", "ballot")
        for part in ("", "_progress")
    },
    **{f"reporting:{of}_papers_retry": Rule(OF_BODY, method="post") for of in ("meeting", "ballot")},
}
# A member of the Advisory Group has the list, and of what is another body's finds nothing (404).
NOT_THERE_FOR = {"advisory": {name for name in RULES if name not in {"ballots:list", "meetings:list"}}}
