"""The second factor: who must have one, setting it up for real, and what a session without it can reach."""

import json
from base64 import urlsafe_b64encode

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import LazySettings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from scsc.accounts.models import User
from scsc.accounts.second_factor import has_required_factor
from scsc.programs.models import Membership, Program
from scsc.programs.roles import Role
from tests.accounts.people import PASSWORD, code_now, sign_in, with_app, with_passkey, with_password
from tests.factories import Cast, make_cast

NEEDING = ["manager", "officer", "finance", "roundtable", "advisory"]
HERE = "/account/second-factor/"
TO_HERE = f"{HERE}?next=/north/"


@pytest.fixture(autouse=True)
def required(settings: LazySettings) -> None:
    settings.SECOND_FACTOR_ROLES = NEEDING


def show(client: Client, secret: str) -> HttpResponse:
    """Type the code that the app shows, at sign-in."""
    return client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})  # type: ignore[return-value]


@pytest.mark.parametrize("role", list(Role))
def test_every_role_is_asked_for_it_or_not_as_the_setting_says(
    cast: Cast, client: Client, role: Role
) -> None:
    client.force_login(cast.people[role.value])
    answer = client.get("/north/")
    if role.value in NEEDING:
        assert (answer.status_code, answer["Location"]) == (302, TO_HERE)
    elif role == Role.APPLICANT:
        assert (answer.status_code, answer["Location"]) == (302, "/north/apply/")
    else:
        assert answer.status_code == 200


def test_a_needing_role_in_any_program_counts_everywhere(cast: Cast, client: Client) -> None:
    Membership.objects.create(program=cast.other, user=cast.executive, role=Role.FINANCE)
    client.force_login(cast.executive)
    assert client.get("/north/")["Location"] == TO_HERE


def test_somebody_without_a_program_is_not_asked(cast: Cast, client: Client) -> None:
    client.force_login(cast.outsider)
    assert client.get("/").status_code == 200
    assert client.get(HERE)["Location"] == "/"


def test_the_page_says_why_and_offers_both_ways(cast: Cast, client: Client) -> None:
    client.force_login(cast.manager)
    page = client.get(HERE).content.decode()
    assert "A stolen password must not be enough" in page
    assert reverse("mfa_activate_totp") in page
    assert reverse("mfa_add_webauthn") in page


@pytest.mark.parametrize(
    "path", ["/account/", "/accounts/2fa/", "/accounts/sessions/", "/accounts/logout/", "/support/", "/exit/"]
)
def test_without_a_factor_account_and_help_stay_open(cast: Cast, client: Client, path: str) -> None:
    client.force_login(cast.manager)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/", "/north/", "/north/people/", "/nowhere/", "/invitations/x/"])
def test_without_a_factor_everything_else_is_closed(cast: Cast, client: Client, path: str) -> None:
    client.force_login(cast.manager)
    assert client.get(path)["Location"].startswith(HERE)


def test_a_program_named_like_an_open_address_is_closed(cast: Cast, client: Client) -> None:
    Program.objects.filter(pk=cast.program.pk).update(slug="healthz-plan")
    client.force_login(cast.manager)
    assert client.get("/healthz-plan/")["Location"] == f"{HERE}?next=/healthz-plan/"
    assert client.get("/healthz").status_code == 200


def test_what_a_form_sent_is_kept_until_the_factor_is_shown(cast: Cast, client: Client) -> None:
    client.force_login(cast.manager)
    data = {"email": "new@example.org", "name": "Nia New"}
    page = client.post("/north/people/invite/", data, headers={"Origin": "http://testserver"})
    assert page.status_code == 401
    assert f'href="{HERE}"' in page.content.decode()
    assert 'value="Nia New"' in page.content.decode()


def test_htmx_leads_the_whole_page_away(cast: Cast, client: Client) -> None:
    client.force_login(cast.manager)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/north/"}
    answer = client.get("/north/people/", headers=headers)
    assert answer.status_code == 200
    assert answer["HX-Redirect"] == TO_HERE
    assert answer.content == b""


def test_setting_up_an_app_for_real_opens_the_program(committed: None, client: Client) -> None:
    cast = make_cast()
    manager = with_password(cast.manager)
    assert sign_in(client, manager, onward="/north/")["Location"] == "/north/"
    assert client.get("/north/")["Location"] == TO_HERE
    asked = client.get(reverse("mfa_activate_totp"))
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert client.post(asked["Location"], {"password": PASSWORD})["Location"] == reverse("mfa_activate_totp")
    form = client.get(reverse("mfa_activate_totp"))
    assert "data:image/svg+xml;base64," in form.content.decode()
    wrong = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert "Incorrect code" in wrong.content.decode()
    secret = client.session["mfa.totp.secret"]
    done = client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    assert client.get(done["Location"]).status_code == 200
    assert client.get("/north/").status_code == 200
    assert client.get(f"{HERE}?next=/north/")["Location"] == "/north/"
    kinds = Authenticator.objects.filter(user=manager).values_list("type", flat=True)
    assert set(kinds) == {"totp", "recovery_codes"}


def test_setting_up_in_one_session_does_not_open_another(committed: None, client: Client) -> None:
    cast = make_cast()
    manager = with_password(cast.manager)
    thief = Client()
    sign_in(thief, manager)
    sign_in(client, manager)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    client.post(reverse("mfa_activate_totp"), {"code": code_now(client.session["mfa.totp.secret"])})
    assert client.get("/north/").status_code == 200
    assert thief.get("/north/")["Location"] == TO_HERE
    for path in (
        "/account/",
        "/accounts/2fa/totp/deactivate/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/email/",
    ):
        assert thief.get(path)["Location"].startswith(HERE)


def test_signing_in_with_the_app(cast: Cast, client: Client) -> None:
    secret = with_app(with_password(cast.manager))
    assert sign_in(client, cast.manager, onward="/north/")["Location"] == reverse("mfa_authenticate")
    assert client.get("/north/")["Location"].startswith("/accounts/login/")
    assert show(client, secret)["Location"] == "/north/"
    assert client.get("/north/").status_code == 200


def test_a_code_works_once(cast: Cast) -> None:
    secret = with_app(with_password(cast.manager))
    first, second = Client(), Client()
    sign_in(first, cast.manager)
    sign_in(second, cast.manager)
    assert show(first, secret).status_code == 302
    assert "Incorrect code" in show(second, secret).content.decode()


def test_a_recovery_code_replaces_the_app_once(cast: Cast) -> None:
    with_app(with_password(cast.manager))
    code = RecoveryCodes.activate(cast.manager).get_unused_codes()[0]
    statuses = []
    for client in (Client(), Client()):
        sign_in(client, cast.manager)
        client.post(reverse("mfa_authenticate"), {"code": code})
        statuses.append(client.get("/north/").status_code)
    assert statuses == [200, 302]


def test_a_session_from_before_shows_the_factor_and_goes_on(cast: Cast, client: Client) -> None:
    client.force_login(with_password(cast.manager))
    secret = with_app(cast.manager)
    page = client.get(TO_HERE).content.decode()
    link = f"{reverse('mfa_reauthenticate')}?next=%2Fnorth%2F"
    assert "Show your second factor" in page
    assert link in page
    assert client.post(link, {"code": code_now(secret)})["Location"] == "/north/"
    assert client.get("/north/").status_code == 200


def test_a_removed_factor_is_asked_for_again_at_once(cast: Cast, client: Client) -> None:
    secret = with_app(with_password(cast.manager))
    sign_in(client, cast.manager)
    show(client, secret)
    assert client.get("/north/").status_code == 200
    Authenticator.objects.filter(user=cast.manager).delete()
    assert client.get("/north/")["Location"] == TO_HERE


def test_recovery_codes_alone_are_no_factor(cast: Cast) -> None:
    RecoveryCodes.activate(cast.manager)
    assert has_required_factor(cast.manager) is False


@pytest.mark.parametrize("setup", [with_app, with_passkey])
def test_has_required_factor_knows_apps_and_passkeys(cast: Cast, setup: object) -> None:
    setup(cast.manager)  # type: ignore[operator]
    assert has_required_factor(cast.manager) is True
    assert has_required_factor(cast.executive) is None


def switch_off_app(client: Client, user: User, secret: str) -> HttpResponse:
    sign_in(client, user)
    show(client, secret)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client.post(reverse("mfa_deactivate_totp"))  # type: ignore[return-value]


def test_a_needed_app_cannot_be_switched_off(cast: Cast, client: Client) -> None:
    secret = with_app(with_password(cast.manager))
    page = switch_off_app(client, cast.manager, secret)
    assert "Your role needs a second factor" in page.content.decode()
    assert Authenticator.objects.filter(user=cast.manager, type="totp").exists()


def test_an_app_beside_a_passkey_can_be_switched_off(cast: Cast, client: Client) -> None:
    secret = with_app(with_password(cast.manager))
    with_passkey(cast.manager)
    assert switch_off_app(client, cast.manager, secret).status_code == 302
    assert not Authenticator.objects.filter(user=cast.manager, type="totp").exists()


def test_an_app_that_no_role_needs_can_be_switched_off(cast: Cast, client: Client) -> None:
    secret = with_app(with_password(cast.executive))
    assert switch_off_app(client, cast.executive, secret).status_code == 302
    assert not Authenticator.objects.filter(user=cast.executive).exists()


def test_removing_the_last_passkey_leads_back_to_the_page(cast: Cast, client: Client) -> None:
    client.force_login(with_password(cast.manager))
    session = client.session
    session["second_factor_enrolled"] = cast.manager.pk
    session.save()
    passkey = with_passkey(cast.manager)
    assert client.get("/north/").status_code == 200
    remove = reverse("mfa_remove_webauthn", args=[passkey.pk])
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(remove)
    assert not Authenticator.objects.filter(user=cast.manager).exists()
    assert client.get("/north/")["Location"] == TO_HERE


def test_passkey_pages_render_with_what_the_browser_needs(cast: Cast, client: Client) -> None:
    client.force_login(with_password(cast.manager))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_add_webauthn"))
    assert page.status_code == 200
    assert "creation_options" in page.content.decode()
    assert "webauthn.js" in page.content.decode()
    assert client.get(reverse("mfa_list_webauthn")).status_code == 200
    assert client.get(reverse("mfa_index")).status_code == 200


def test_passkey_sign_in_offers_a_challenge(db: None, client: Client) -> None:
    page = client.get(reverse("account_login")).content.decode()
    assert reverse("mfa_login_webauthn") in page
    answer = client.get(reverse("mfa_login_webauthn"), headers={"X-Requested-With": "XMLHttpRequest"})
    assert answer.json()["request_options"]["publicKey"]["challenge"]


def test_a_forged_passkey_is_refused(cast: Cast, client: Client) -> None:
    with_passkey(cast.manager)
    client.get(reverse("mfa_login_webauthn"), headers={"X-Requested-With": "XMLHttpRequest"})
    empty = urlsafe_b64encode(b"\0" * 37).decode().rstrip("=")
    client_data = urlsafe_b64encode(b'{"type": "webauthn.get", "challenge": "", "origin": "x"}').decode()
    response = {
        "clientDataJSON": client_data.rstrip("="),
        "authenticatorData": empty,
        "signature": empty,
        "userHandle": urlsafe_b64encode(str(cast.manager.pk).encode()).decode().rstrip("="),
    }
    forged = {"id": empty, "rawId": empty, "type": "public-key", "response": response}
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": json.dumps(forged)})
    assert answer["Location"] == reverse("account_login")
    assert "_auth_user_id" not in client.session


def test_a_strange_next_leads_home(cast: Cast, client: Client) -> None:
    client.force_login(cast.executive)
    assert client.get(f"{HERE}?next=https://evil.example/")["Location"] == "/"


def test_the_check_costs_no_query(cast: Cast, client: Client, settings: LazySettings) -> None:
    client.force_login(cast.executive)
    client.get("/support/")
    client.get("/north/")
    settings.SECOND_FACTOR_ROLES = []
    without_check = count_queries(client)
    settings.SECOND_FACTOR_ROLES = NEEDING
    assert count_queries(client) == without_check


def count_queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/north/").status_code == 200
    return len(queries)


def test_the_check_costs_strangers_nothing(db: None, client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/support/").status_code == 200
    assert not [query for query in queries if query["sql"].startswith("SELECT")]
