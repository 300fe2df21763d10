"""Who gets into which address of panels.

The application is eligible, put to both bodies, and declared on by nobody. The conflict is a declaration of
the Roundtable member that waits, where nobody chairs. The interest is one of the Roundtable member.
"""

from tests.grants.access_rules import READERS, Rule

MANAGER = {"manager"}
PANEL = {"roundtable", "advisory"}
KEEPERS = PANEL | {"manager", "officer"}
RECORDS = {"manager", "auditor"}
# Put to the panel, and staff and auditors read it.
READ = PANEL | {"manager", "officer", "auditor"}

RULES: dict[str, Rule] = {
    "panel:home": Rule(KEEPERS | {"auditor"}),
    # What is not put to somebody is not there for them; its team reads it elsewhere.
    "panel:application": Rule(READ, refused=404),
    "panel:declare": Rule(READ, refused=404),
    **dict.fromkeys(["panel:conflicts", "panel:conflicts_export", "panel:conflict"], Rule(RECORDS)),
    # Auditors see it, and rule on nothing.
    "panel:conflict_again": Rule(MANAGER),
    **dict.fromkeys(["panel:bodies", "panel:body"], Rule(READERS)),
    **dict.fromkeys(
        [f"panel:{name}" for name in ("new_body", "edit_body", "new_member", "member")], Rule(MANAGER)
    ),
    **dict.fromkeys(
        [f"panel:{name}" for name in ("interests", "new_interest", "state_interests")], Rule(KEEPERS)
    ),
    **dict.fromkeys(["panel:register", "panel:register_export"], Rule(RECORDS)),
}
# One's own entry: for other keepers it is not there, for everybody else the register is not theirs.
OWN_ENTRY = "panel:end_interest"
