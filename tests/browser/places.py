"""Every page that a person can come to, by person. `{report}` and the like stand for keys made for the test.

tests/browser/test_accessibility.py fails when an address of the product is in none of these lists.
"""

from tests.browser import places_of_grants as grants
from tests.browser import places_of_panels as panels

STRANGER = ""
PLAN = "/scsc/plan"
ACTION, DELIVERABLE = f"{PLAN}/actions/DN-7", f"{PLAN}/deliverables/DN-7.4"
# The deliverable of another program that tests attach a file to, and look at in each state of the file.
EVIDENCED = "/cpf/plan/deliverables/DATA-1.3"

PLACES: dict[str, list[str]] = {
    STRANGER: [
        "/",
        "/demo/",
        "/demo/mail/",
        "/demo/mail/?to=nobody",
        "/support/",
        "/scsc/grants/",
        "/scsc/grants/rounds/IG27/",
        "/scsc/grants/rounds/IG26/",
        "/scsc/grants/recipients/",
        "/scsc/grants/recipients/?q=nothing-fits-this",
        "/cpf/grants/",
        "/nowhere/",
        "/invitations/unknown/",
        "{invitation}",
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/inactive/",
        "/accounts/confirm-email/",
        "/accounts/confirm-email/unknown/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/1-unknown/",
        "/accounts/password/reset/key/done/",
    ],
    "manager@scsc.example.org": [
        "/scsc/",
        f"{PLAN}/",
        f"{PLAN}/list/",
        f"{PLAN}/list/?words=nothing-fits-this",
        f"{PLAN}/file/",
        f"{ACTION}/",
        f"{PLAN}/actions/DN-1/",
        f"{ACTION}/report/",
        f"{ACTION}/status/",
        f"{ACTION}/owner/",
        f"{ACTION}/years/",
        f"{ACTION}/share/",
        f"{ACTION}/deliverables/",
        f"{ACTION}/steps/stop/",
        f"{PLAN}/updates/{{update}}/correct/",
        f"{DELIVERABLE}/",
        f"{DELIVERABLE}/complete/",
        f"{DELIVERABLE}/change/",
        f"{DELIVERABLE}/evidence/",
        f"{DELIVERABLE}/steps/cancel/",
        f"{PLAN}/evidence/{{evidence}}/remove/",
        "/scsc/reports/",
        "/scsc/people/",
        "/scsc/people/invite/",
        "/scsc/people/invitations/{pending}/resend/",
        "/scsc/people/invitations/{pending}/withdraw/",
        "/scsc/people/{person}/roles/",
        "/scsc/people/{person}/remove/",
        "/scsc/nowhere/",
        "/account/",
        "/accounts/email/",
        "/accounts/password/set/",
        "/accounts/logout/",
        "/accounts/sessions/",
        "/accounts/2fa/",
    ],
    "executive@ipcpp.example.org": [
        "/ipcpp/",
        "/ipcpp/plan/",
        "/ipcpp/reports/",
        "/ipcpp/reports/{report}/",
        "/ipcpp/people/",
    ],
    "officer@cpf.example.org": ["/cpf/", f"{EVIDENCED}/"],
    "auditor@example.org": ["/", "/cpf/"],
    "ijm@scsc.example.org": ["/scsc/", f"{PLAN}/", f"{PLAN}/actions/DN-5/", f"{PLAN}/actions/DN-5/report/"],
}

for _more in ({STRANGER: grants.PUBLIC}, grants.PLACES, panels.PLACES):
    for _email, _places in _more.items():
        PLACES.setdefault(_email, []).extend(_places)

# How the page of a report looks at each stage of its life: the columns of its row.
STAGES = [
    {"state": "queued", "percent": 0, "step": "", "error": ""},
    {"state": "rendering", "percent": 40, "step": "Laying out page 12", "error": ""},
    {"state": "failed", "percent": 40, "step": "", "error": "The report needs more memory than it may use."},
]

# Forms sent with mistakes, by person: the address, and what is typed (an empty text clears a field).
MISTAKES: dict[str, list[tuple[str, dict[str, str]]]] = {
    STRANGER: [
        ("/accounts/login/", {"login": "nobody@example.org", "password": "wrong"}),
        ("/accounts/signup/", {"name": "", "email": "no address", "password1": "short"}),
        ("/accounts/password/reset/", {"email": "no address"}),
        ("{invitation}", {"name": "", "password": "short"}),
    ],
    "manager@scsc.example.org": [
        (f"{ACTION}/report/", {"narrative": "", "url": "no address"}),
        (f"{ACTION}/years/", {"first_year": "3", "last_year": "1"}),
        (f"{ACTION}/share/", {}),
        (f"{ACTION}/deliverables/", {"code": "a b", "text": "", "due_on": ""}),
        (f"{ACTION}/steps/stop/", {"reason": ""}),
        (f"{DELIVERABLE}/complete/", {"done_on": "2999-01-01"}),
        (f"{DELIVERABLE}/change/", {"text": ""}),
        (f"{DELIVERABLE}/evidence/", {}),
        (f"{PLAN}/file/", {}),
        ("/scsc/people/invite/", {"email": "no address"}),
    ],
}

for _area in (grants.MISTAKES, panels.MISTAKES):
    for _email, _mistakes in _area.items():
        MISTAKES.setdefault(_email, []).extend(_mistakes)

# Addresses without a page of their own: what they answer is a file, data, a part of a page or a way onward.
NOT_PAGES = (
    grants.NOT_PAGES
    | panels.NOT_PAGES
    | {
        "documents:download",
        "healthz",
        "readyz",
        "robots",
        "sitemap",
        "grants:card",
        "accounts:index_guessed",
        "ui:leave",
        "ui:theme",
        "workplan:file_download",
        "workplan:unshare",
        "reporting:request",
        "reporting:progress",
        "reporting:preview",
        "reporting:download",
        "reporting:retry",
        "reporting:figures",
        "account_confirm_login_code",
        "mfa_download_recovery_codes",
        "mfa_login_webauthn",
    }
)
# Pages of an account with a password and a second factor; tests/browser/test_newcomer.py walks through them,
OF_ACCOUNT = [
    "/account/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/reauthenticate/",
    "/accounts/2fa/",
    "/accounts/2fa/reauthenticate/",
    "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/2fa/totp/deactivate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
]
# and through these on its way.
ON_THE_WAY = {"accounts:second_factor", "mfa_activate_totp", "mfa_authenticate"}
# Pages about a passkey that is there: they need an authenticator, which no test here has.
NEED_A_PASSKEY = {"mfa_reauthenticate_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn"}
