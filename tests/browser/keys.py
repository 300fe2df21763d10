"""One of everything that the address of a page names, in the running product: see places.py."""

from tests.stack.product import Product
from tests.stack.visitor import Visitor

Keys = dict[str, str]
# Keys that are numbers.
NUMBERED = (
    *("update", "evidence", "pending", "person", "form", "draft_form", "running", "written", "staffed"),
    *("view", "question", "guest", "request", "hidden", "public", "one", "two", "lena", "invited"),
    *("publication", "endorsing", "roundtable", "member", "interest", "waiting", "rubric", "next_rubric"),
    *("assigned", "assessed", "open_ballot", "counted", "held", "planned", "decision", "recommended"),
    "letter",
)
ASSIGNED = (
    "SELECT min(t.id) FROM grants_assignment t JOIN accounts_user u ON u.id = t.user_id"
    " WHERE u.email = 'ravi@scsc.example.org' AND t.state = %s"
)
BALLOT = (
    "SELECT b.id FROM grants_ballot b JOIN grants_application a ON a.id = b.application_id WHERE a.code = %s"
)
DECISION = (
    "SELECT d.id FROM grants_decision d JOIN grants_application a ON a.id = d.application_id"
    " WHERE a.code = %s"
)


def keys_of_grants(product: Product, report: str) -> Keys:
    """A draft of a round and of a form, an invitation, a saved view, and what is there already."""
    officer = Visitor(product.address).sign_in("officer@scsc.example.org")
    officer.post("/scsc/rounds/IG27/clone/", title="Impact grants 2028", code="IG28")
    form = one(product, "SELECT id FROM grants_formversion ORDER BY id LIMIT 1")
    officer.post(f"/scsc/forms/{form}/next/")
    officer.post("/scsc/applications/views/new/", name="All of them")
    noor = Visitor(product.address).sign_in("noor@scsc.example.org")
    noor.post("/scsc/apply/IG27-0001/team/invite/", email="guest@example.net", rights="view")
    executive = Visitor(product.address).sign_in("executive@ipcpp.example.org")
    executive.post(f"/ipcpp/reports/{report}/propose/")
    of_draft = (
        "FROM grants_stage s JOIN grants_round r ON r.id = s.round_id WHERE r.code = 'IG28' AND s.kind ="
    )
    recipient = "SELECT id FROM grants_recipient ORDER BY id LIMIT 1"
    product.rows("scsc", "UPDATE grants_round SET audience = 'invited' WHERE code = 'IG28' RETURNING id")
    officer.post("/scsc/rounds/IG28/invitations/", emails="guest@example.net")
    hidden = product.rows(
        "scsc",
        "INSERT INTO grants_recipient (program_id, round_id, organisation_id, title, summary, place, amount,"
        " awarded_on, source, recorded_by_id, recorded_at, is_demonstration) SELECT program_id, round_id,"
        " organisation_id, 'Not yet public', summary, place, amount, awarded_on, 'Minutes', recorded_by_id,"
        " recorded_at, true FROM grants_recipient ORDER BY id LIMIT 1 RETURNING id",
    )
    return {
        "form": form,
        "draft_form": one(product, "SELECT max(id) FROM grants_formversion"),
        "running": one(
            product,
            "SELECT s.id FROM grants_stage s JOIN grants_round r ON r.id = s.round_id"
            " WHERE r.code = 'IG27' AND s.kind = 'application'",
        ),
        "written": one(product, f"SELECT s.id {of_draft} 'application'"),
        "staffed": one(product, f"SELECT s.id {of_draft} 'assessment'"),
        "question": one(
            product,
            "SELECT min(q.id) FROM grants_eligibilityquestion q JOIN grants_round r ON r.id = q.round_id"
            " WHERE r.code = 'IG28'",
        ),
        "guest": one(product, "SELECT max(id) FROM grants_roundinvitation"),
        "view": one(product, "SELECT max(id) FROM grants_savedview"),
        "request": one(product, "SELECT max(id) FROM grants_changerequest"),
        "hidden": str(hidden[0][0]),
        "public": one(product, recipient),
        "one": one(product, "SELECT min(id) FROM partners_organisation"),
        "two": one(product, "SELECT max(id) FROM partners_organisation"),
        "lena": one(product, "SELECT id FROM accounts_user WHERE email = 'lena@scsc.example.org'"),
        "invited": one(product, "SELECT max(id) FROM grants_teaminvitation"),
        "publication": str(product.rows("ipcpp", "SELECT max(id) FROM reporting_publication")[0][0]),
    }


def keys_of_panels(product: Product) -> Keys:
    """What the demonstration has of panels, and beside it a meeting, a recommendation and a draft rubric."""
    officer = Visitor(product.address).sign_in("officer@scsc.example.org")
    roundtable = one(product, "SELECT id FROM grants_body WHERE kind = 'roundtable'")
    rubric = one(product, "SELECT min(id) FROM grants_rubricversion")
    officer.post(
        "/scsc/meetings/new/",
        body=roundtable,
        title="Meeting in May",
        starts_on="2030-05-01",
        starts_time="10:00",
    )
    officer.post(
        "/scsc/decisions/SG27/recommend/SG27-0004/", outcome="decline", rationale="Below others.", feedback=""
    )
    officer.post(f"/scsc/rubrics/{rubric}/next/")
    member = Visitor(product.address).sign_in("roundtable@scsc.example.org")
    member.post("/scsc/panel/applications/SG27-0001/declare/", kind="none", statement="")
    return {
        "roundtable": roundtable,
        "rubric": rubric,
        "next_rubric": one(product, "SELECT max(id) FROM grants_rubricversion"),
        "endorsing": one(
            product,
            "SELECT s.id FROM grants_stage s JOIN grants_round r ON r.id = s.round_id"
            " WHERE r.code = 'IG28' AND s.kind = 'endorsement'",
        ),
        "member": one(product, "SELECT min(id) FROM grants_bodymember WHERE body_id = %s", roundtable),
        "interest": one(
            product,
            "SELECT i.id FROM grants_interest i JOIN accounts_user u ON u.id = i.user_id"
            " WHERE u.email = 'roundtable@scsc.example.org'",
        ),
        "waiting": one(product, "SELECT min(id) FROM grants_declaration WHERE state = 'waiting'"),
        "assigned": one(product, ASSIGNED, "assigned"),
        "assessed": one(product, ASSIGNED, "submitted"),
        "open_ballot": one(product, BALLOT, "SG27-0001"),
        "counted": one(product, BALLOT, "IG26-0002"),
        "held": one(product, "SELECT min(id) FROM grants_meeting"),
        "planned": one(product, "SELECT max(id) FROM grants_meeting"),
        "decision": one(product, DECISION, "IG26-0001"),
        "recommended": one(product, DECISION, "SG27-0004"),
        "letter": one(product, "SELECT min(id) FROM grants_letter"),
    }


def one(product: Product, statement: str, *values: object) -> str:
    return str(product.rows("scsc", statement, *values)[0][0])
