"""An applicant's own account: made, confirmed, and on to where the person was going."""

import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from allauth.account.models import EmailAddress
from django.conf import LazySettings
from django.core import mail
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse

from scsc.accounts.models import User
from scsc.programs.models import Membership
from scsc.programs.tenancy import program_scope
from tests.accounts.people import PASSWORD, invited, sign_in, with_password
from tests.accounts.test_sign_in import without_tokens
from tests.factories import Cast, UserFactory
from tests.grants.announced import announced_round
from tests.ui.markup import one, parse, words

SignIn = Callable[[User], Client]
CHECK = "/north/apply/rounds/IG27/check/"
NEW = "noor@harbour.example"
ANOTHER = "a different long phrase"


def sign_up(client: Client, email: str = NEW, *, onward: str = "", **changes: str) -> HttpResponse:
    data = {"name": "Noor West", "email": email, "password1": PASSWORD, "next": onward} | changes
    return client.post(reverse("account_signup"), data)  # type: ignore[return-value]


def link_in_mail(number: int = -1) -> str:
    """The path of the first link in a mail that was sent."""
    found = re.search(r"https?://[^/\s]+(/\S+)", str(mail.outbox[number].body))
    assert found
    return found.group(1)


def confirm(client: Client, link: str) -> HttpResponse:
    """Open the link and press the button."""
    page = parse(client.get(link).content.decode())
    assert "Confirm your email address" in words(one(page, "//h1"))
    return client.post(link)  # type: ignore[return-value]


def choose_password(client: Client, confirmed: HttpResponse) -> HttpResponse:
    """On from the confirmation in another browser: the page says why, and takes a password."""
    page = client.get(confirmed["Location"], follow=True)
    assert "Now choose a password" in words(parse(page.content.decode()))
    here, onward = page.redirect_chain[-1][0].split("?next=")
    data = {"password1": ANOTHER, "password2": ANOTHER, "next": unquote(onward)}
    return client.post(here, data)  # type: ignore[return-value]


def test_anybody_makes_an_account_and_confirms_it(db: None, client: Client) -> None:
    answer = sign_up(client)
    assert answer["Location"] == reverse("account_email_verification_sent")
    person = User.objects.get()
    assert (person.name, person.email, person.is_demonstration) == ("Noor West", NEW, False)
    assert "_auth_user_id" not in client.session
    assert confirm(client, link_in_mail())["Location"] == "/"
    assert client.session["_auth_user_id"] == str(person.pk)
    assert EmailAddress.objects.get().verified
    assert not Membership.objects.exists()


def test_new_person_goes_on_to_where_they_were_going(cast: Cast, client: Client) -> None:
    with program_scope(cast.program):
        announced_round(cast.program)
    page = parse(client.get(CHECK, follow=True).content.decode())
    to_sign_up = one(page, "//a[text()='Make an account']").get("href")
    form = parse(client.get(to_sign_up).content.decode())
    onward = one(form, "//form[@action='/accounts/signup/']//input[@name='next']").get("value")
    assert onward == CHECK
    sign_up(client, onward=onward)
    answer = confirm(client, link_in_mail())
    assert answer["Location"] == CHECK
    assert client.get("/north/grants/rounds/IG27/").status_code == 200


def test_another_browser_chooses_a_password_signs_in_and_then_goes_on(db: None, client: Client) -> None:
    sign_up(client, onward=CHECK)
    elsewhere = Client()
    answer = confirm(elsewhere, link_in_mail())
    assert "_auth_user_id" not in elsewhere.session
    assert choose_password(elsewhere, answer)["Location"] == f"/accounts/login/?next={CHECK}"
    assert sign_in(elsewhere, User.objects.get(), ANOTHER, onward=CHECK)["Location"] == CHECK


def test_another_browser_without_anywhere_to_go_signs_in(db: None, client: Client) -> None:
    sign_up(client)
    elsewhere = Client()
    answer = confirm(elsewhere, link_in_mail())
    assert choose_password(elsewhere, answer)["Location"] == "/accounts/login/"


@pytest.mark.parametrize(
    "evil", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_nobody_is_led_to_another_site(db: None, client: Client, evil: str) -> None:
    sign_up(client, onward=evil)
    link = link_in_mail()
    assert "evil" not in link
    answer = Client().post(f"{link}?onward={evil}")
    assert answer["Location"].startswith("/accounts/password/reset/key/")
    assert "evil" not in answer["Location"]


def test_link_in_the_mail_leads_here_whatever_the_host(db: None) -> None:
    with override_settings(BASE_URL="https://programs.example", ALLOWED_HOSTS=["*"]):
        for email in (NEW, UserFactory.create(email="known@harbour.example").email):
            data = {"name": "Noor", "email": email, "password1": PASSWORD}
            Client().post(reverse("account_signup"), data, headers={"Host": "evil.example"})
    confirmation, known = (str(message.body) for message in mail.outbox)
    assert "https://programs.example/accounts/confirm-email/" in confirmation
    assert "https://programs.example/accounts/login/" in known
    assert "https://programs.example/accounts/password/reset/" in known
    assert "evil" not in confirmation + known


def test_password_alone_does_not_open_an_account_that_is_not_confirmed(db: None, client: Client) -> None:
    sign_up(client)
    person, other = User.objects.get(), Client()
    assert sign_in(other, person)["Location"] == reverse("account_email_verification_sent")
    assert "_auth_user_id" not in other.session
    assert other.get("/account/").status_code == 302


def test_link_works_once(db: None, client: Client) -> None:
    sign_up(client)
    link = link_in_mail()
    confirm(client, link)
    page = Client().get(link)
    assert "does not work any more" in page.content.decode()


def test_link_that_is_none_says_what_to_do(db: None, client: Client) -> None:
    page = client.get(reverse("account_confirm_email", args=["nonsense"]))
    assert "does not work any more" in page.content.decode()


# --- who has an account is nobody's business -----------------------------------------------------


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_known_address_gets_the_same_page_and_another_mail(db: None, is_confirmed: bool) -> None:
    known = with_password(UserFactory.create(email="known@harbour.example"))
    EmailAddress.objects.update(verified=is_confirmed)
    pages = []
    for email in (known.email, NEW):
        answer = Client().post(
            reverse("account_signup"), {"name": "Noor", "email": email, "password1": PASSWORD}, follow=True
        )
        assert answer.redirect_chain == [(reverse("account_email_verification_sent"), 302)]
        pages.append(without_tokens(answer.content.decode()).replace(email, "…"))
    assert pages[0] == pages[1]
    assert [message.to for message in mail.outbox] == [[known.email], [NEW]]
    assert mail.outbox[0].subject == "You have an account already"
    assert "confirm-email" not in str(mail.outbox[0].body)
    known.refresh_from_db()
    assert known.name != "Noor"


def test_clock_does_not_tell_who_has_an_account(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    known = with_password(UserFactory.create())
    monkeypatch.setattr(User, "set_password", lambda self, password: hashed.append(password))
    sign_up(client, known.email)
    assert hashed == [PASSWORD]
    sign_up(Client())
    assert hashed == [PASSWORD, PASSWORD]


def test_mail_to_a_known_address_leads_on_too(db: None, client: Client) -> None:
    known = with_password(UserFactory.create())
    sign_up(client, known.email.upper(), onward=CHECK)
    link = link_in_mail()
    assert link.startswith("/accounts/login/?next=")
    page = parse(client.get(link).content.decode())
    assert one(page, "//form[@action='/accounts/login/']//input[@name='next']").get("value") == CHECK
    assert User.objects.count() == 1


def test_persona_of_the_demonstration_is_not_taken_over(db: None, client: Client) -> None:
    UserFactory.create(email="manager@north.example.org", is_demonstration=True)
    sign_up(client, "manager@north.example.org")
    assert User.objects.count() == 1
    assert "You have an account already" in mail.outbox[0].subject


def test_mail_server_that_is_away_tells_everybody_the_same(db: None, settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    known = with_password(UserFactory.create())
    pages = []
    for email in (known.email, NEW):
        data = {"name": "Noor", "email": email, "password1": PASSWORD}
        answer = Client().post(reverse("account_signup"), data, follow=True)
        pages.append(without_tokens(answer.content.decode()).replace(email, "…"))
    assert "could not be sent just now" in pages[0]
    assert pages[0] == pages[1]


# --- the form ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"name": ""}, "name", "Enter your name"),
        ({"name": "Noor\nWest"}, "name", "A name is one line of text."),
        ({"name": "See https://evil.example"}, "name", "A name holds no web address."),
        ({"email": ""}, "email", "Enter your email address"),
        ({"email": "noor"}, "email", "valid email address"),
        ({"email": "director@unıcef.org"}, "email", "only unaccented letters"),
        ({"password1": ""}, "password1", "Choose a password"),
        ({"password1": "short"}, "password1", "at least 12 characters"),
        ({"password1": "qwerty123456"}, "password1", "too common"),
        ({"name": "Noor Castellane West", "password1": "noorcastellane"}, "password1", "too similar"),
        ({"password1": "noor@harbour.example"}, "password1", "too similar"),
    ],
)
def test_form_says_what_is_wrong_beside_the_field(
    db: None, client: Client, changes: dict[str, str], field: str, said: str
) -> None:
    page = parse(sign_up(client, **changes).content.decode())
    link = one(page, f"//div[@role='alert']//a[@href='#id_{field}']")
    assert said in words(link)
    assert words(one(page, "//title")).startswith("Error: Make an account")
    assert not User.objects.exists()


def test_page_is_in_the_words_of_the_house(db: None, client: Client) -> None:
    page = parse(client.get(reverse("account_signup")).content.decode())
    labels = [words(label) for label in page.xpath("//main//form//label")]
    assert labels == ["Full name", "Email address", "Password"]
    assert "At least 12 characters" in words(one(page, "//main"))
    one(page, "//a[@data-quick-exit]")


def test_signed_in_people_are_sent_on(cast: Cast, signed_in: SignIn) -> None:
    answer = signed_in(cast.officer).get(reverse("account_signup") + f"?next={CHECK}")
    assert answer["Location"] == CHECK


def test_sent_page_names_the_mailbox_in_a_demonstration_only(
    db: None, client: Client, settings: LazySettings
) -> None:
    here = reverse("account_email_verification_sent")
    settings.DEMO = True
    assert "/demo/mail/" in client.get(here).content.decode()
    settings.DEMO = False
    assert "/demo/mail/" not in client.get(here).content.decode()


def test_closed_sign_up_is_offered_nowhere(db: None, client: Client, settings: LazySettings) -> None:
    settings.OPEN_SIGN_UP = False
    assert "by invitation" in sign_up(client).content.decode()
    assert "by invitation" in client.get(reverse("account_signup")).content.decode()
    assert not User.objects.exists()
    for address in ("/", reverse("account_login")):
        page = client.get(address).content.decode()
        assert "Accounts are by invitation" in page
        assert "Make an account" not in page


def test_invited_person_is_not_stopped_by_open_sign_up(cast: Cast, client: Client) -> None:
    _, link = invited(cast.program, cast.manager, email=NEW)
    answer = client.post(link, {"name": "Noor West", "password": PASSWORD})
    assert answer["Location"] == "/north/"


def test_invited_person_who_made_an_account_signs_in_to_accept(cast: Cast, client: Client) -> None:
    _, link = invited(cast.program, cast.manager, email=NEW)
    sign_up(client)
    confirm(client, link_in_mail())
    assert client.post(link)["Location"] == "/north/"


def test_signing_up_is_slowed_down(db: None) -> None:
    answers = [sign_up(Client(), f"person{number}@harbour.example").status_code for number in range(22)]
    assert answers[0] == 302
    assert answers[-1] == 429
