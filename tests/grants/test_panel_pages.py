"""Pages of panels: what waits for a member, declaring, rulings, bodies, the register of interests."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grants.models import Application, Body, BodyMember, Declaration, Interest, InterestStatement, StagePerson
from grants.queries.bodies import body_lines
from grants.queries.interests import register_of
from grants.queries.panel_needs import panel_needs
from grants.queries.panels import current_members, panel_day
from grants.services.conflicts import declare
from grants.services.interests import add_interest, end_interest, state_interests
from grants.services.panels import add_member, change_body, change_member, create_body, end_term
from grants.states import DeclarationState
from scsc.accounts.models import User
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.programs.models import Membership
from scsc.programs.roles import Role
from scsc.programs.services import set_roles
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.panels import (
    ABN,
    NAME,
    TITLE,
    body,
    chair_of,
    declared,
    interest,
    panel_person,
    panel_round,
    put_to_panel,
)
from tests.grants.received import organisation_of
from tests.queries import counted_queries

Sign = Callable[[User], Client]


def url(cast: Cast, name: str, **keys: Any) -> str:
    return reverse(f"panel:{name}", kwargs={"program": cast.program.slug, **keys})


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


@pytest.fixture
def application(cast: Cast) -> Application:
    with program_scope(cast.program):
        return put_to_panel(cast)


# What waits for a member, and declaring.


def test_home_asks_for_declarations_and_the_statement(
    cast: Cast, signed_in: Sign, application: Application
) -> None:
    client = signed_in(cast.roundtable)
    text = page(client, url(cast, "home"))
    assert "Member of the Roundtable" in text
    assert "You have not stated your interests yet" in text
    assert url(cast, "declare", code=application.code) in text
    client.post(url(cast, "declare", code=application.code), {"kind": "none"})
    client.post(url(cast, "state_interests"))
    text = page(client, url(cast, "home"))
    assert url(cast, "declare", code=application.code) not in text
    assert "You have not stated" not in text
    assert url(cast, "application", code=application.code) in text


def test_home_is_for_panels_staff_and_auditors(cast: Cast, signed_in: Sign) -> None:
    let_in = {"manager", "officer", "auditor", "roundtable", "advisory"}
    for name, user in cast.people.items():
        if name not in {"outsider", "other_manager"}:
            assert signed_in(user).get(url(cast, "home")).status_code == (200 if name in let_in else 403), (
                name
            )


def test_home_does_not_grow_with_applications(cast: Cast, signed_in: Sign) -> None:
    counts = []
    with program_scope(cast.program):
        round_ = panel_round(cast)
    for number in range(3):
        with program_scope(cast.program):
            put_to_panel(cast, round_, organisation=organisation_of(cast.program, f"O{number}"))
        client = signed_in(cast.roundtable)
        client.get(url(cast, "home"))
        with counted_queries() as count:
            client.get(url(cast, "home"))
        counts.append(count.number)
    assert counts[0] == counts[-1]


def test_summary_shows_just_enough(cast: Cast, signed_in: Sign, application: Application) -> None:
    text = page(signed_in(cast.advisory), url(cast, "declare", code=application.code))
    for words in (NAME, "51 824 753 556", TITLE, "$50,000", application.round.title):
        assert words in text
    assert "Workshops in twelve schools" not in text


def test_declaring_none_opens_the_text(cast: Cast, signed_in: Sign, application: Application) -> None:
    client = signed_in(cast.roundtable)
    response = client.post(url(cast, "declare", code=application.code), {"kind": "none"}, follow=True)
    assert "Workshops in twelve schools" in response.content.decode()
    assert response.redirect_chain[-1][0] == url(cast, "application", code=application.code)


@pytest.mark.parametrize(("kind", "words"), [("perceived", "The chair rules"), ("actual", "You step out")])
def test_declaring_a_conflict_leads_away(
    cast: Cast, signed_in: Sign, application: Application, kind: str, words: str
) -> None:
    client = signed_in(cast.roundtable)
    sent = {"kind": kind, "statement": "We were at school."}
    response = client.post(url(cast, "declare", code=application.code), sent, follow=True)
    text = response.content.decode()
    assert words in text
    assert response.redirect_chain[-1][0] == url(cast, "home")
    assert TITLE not in text
    assert application.code not in text
    assert client.get(url(cast, "application", code=application.code)).status_code == 404


def test_declaring_says_what_is_missing(cast: Cast, signed_in: Sign, application: Application) -> None:
    client, address = signed_in(cast.roundtable), url(cast, "declare", code=application.code)
    for sent, words in (({}, "Choose one of the three."), ({"kind": "perceived"}, "Say what it is")):
        response = client.post(address, sent)
        assert response.status_code == 422
        assert "There is a problem" in response.content.decode()
        assert words in response.content.decode()
    with program_scope(cast.program):
        assert not Declaration.objects.exists()


def test_staff_step_out_from_the_page_of_the_application(
    cast: Cast, signed_in: Sign, application: Application
) -> None:
    client = signed_in(cast.officer)
    staff_page = reverse("applications:application", args=[cast.program.slug, application.code])
    assert url(cast, "declare", code=application.code) in page(client, staff_page)
    client.post(url(cast, "declare", code=application.code), {"kind": "actual"})
    page(client, staff_page, 404)


def test_today_asks_members_and_chairs_and_nobody_else(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        chair = chair_of(cast)

        def titles(user: User) -> list[str]:
            return [need.title for need in panel_needs(cast.program, user, timezone.now())]

        assert titles(cast.roundtable) == ["Declare on 1 application"]
        assert titles(cast.manager) == titles(cast.applicant) == []
        declare(application, kind="perceived", statement="A cousin.", actor=cast.roundtable)
        assert titles(cast.roundtable) == []
        assert titles(chair) == ["Declare on 1 application", "Rule on 1 conflict of interest"]


def test_blind_review_hides_who_applies_on_the_home_page(
    cast: Cast, signed_in: Sign, application: Application
) -> None:
    with program_scope(cast.program):
        stage = application.round.stages.get(kind="assessment")
        type(stage).objects.filter(pk=stage.pk).update(is_blind=True)
        StagePerson.objects.create(program=cast.program, stage=stage, user=cast.advisory)
    assert NAME in page(signed_in(cast.roundtable), url(cast, "home"))
    for address in (url(cast, "home"), url(cast, "declare", code=application.code)):
        text = page(signed_in(cast.advisory), address)
        assert application.code in text
        assert NAME not in text
        assert TITLE not in text


# Rulings.


def test_chair_rules_on_the_page(cast: Cast, signed_in: Sign, application: Application) -> None:
    with program_scope(cast.program):
        chair = chair_of(cast)
        made = declare(application, kind="perceived", statement="A cousin.", actor=cast.roundtable)
    client, address = signed_in(chair), url(cast, "conflict", pk=made.pk)
    assert address in page(client, url(cast, "home"))
    assert "A cousin." in page(client, address)
    assert client.post(address, {"ruling": "in"}).status_code == 422
    assert client.post(address, {"ruling": "in", "reason": "Distant."}).status_code == 302
    with program_scope(cast.program):
        assert Declaration.objects.get().state == DeclarationState.CLEAR
    page(signed_in(cast.roundtable), url(cast, "application", code=application.code))
    assert "let take part" in page(client, address)


def test_manager_sees_it_and_leaves_it_to_the_chair(
    cast: Cast, signed_in: Sign, application: Application
) -> None:
    with program_scope(cast.program):
        chair_of(cast)
        made = declare(application, kind="perceived", statement="A cousin.", actor=cast.roundtable)
    client, address = signed_in(cast.manager), url(cast, "conflict", pk=made.pk)
    assert "The chair of the body rules on this." in page(client, address)
    assert client.post(address, {"ruling": "in", "reason": "x"}).status_code == 403


def test_manager_rules_where_nobody_chairs_and_looks_again(
    cast: Cast, signed_in: Sign, application: Application
) -> None:
    with program_scope(cast.program):
        made = declare(application, kind="perceived", statement="A cousin.", actor=cast.roundtable)
    client, address = signed_in(cast.manager), url(cast, "conflict", pk=made.pk)
    client.post(address, {"ruling": "out", "reason": "Too close."})
    again = url(cast, "conflict_again", pk=made.pk)
    assert again in page(client, address)
    assert client.post(again, {"reason": "A namesake."}).status_code == 302
    with program_scope(cast.program):
        assert Declaration.objects.get().state == DeclarationState.WAITING


def test_chair_sees_members_of_their_body_only(cast: Cast, signed_in: Sign, application: Application) -> None:
    with program_scope(cast.program):
        chair = chair_of(cast)
        declared(application, cast.roundtable)
        declared(application, cast.advisory)
    text = page(signed_in(chair), url(cast, "conflicts"))
    assert str(cast.roundtable) in text
    assert str(cast.advisory) not in text
    for name in ("roundtable", "advisory", "officer", "finance"):
        page(signed_in(cast.people[name]), url(cast, "conflicts"), 403)


def test_conflicts_that_wait_for_a_ruling_come_first_and_in_pages(
    cast: Cast, signed_in: Sign, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grants.views.panel_conflicts.PER_PAGE", 1)
    with program_scope(cast.program):
        declared(application, cast.roundtable, "perceived")
        declared(application, cast.advisory)
    client = signed_in(cast.manager)
    first, second = (page(client, f"{url(cast, 'conflicts')}?page={number}") for number in (1, 2))
    assert "1 waits for a ruling" in first
    assert f"{cast.roundtable}<span" in first
    assert f"{cast.advisory}<span" not in first
    assert f"{cast.advisory}<span" in second


def test_panel_leads_to_ballots_meetings_assessments_and_advice(cast: Cast, signed_in: Sign) -> None:
    client = signed_in(cast.roundtable)
    for name in ("ballots:list", "meetings:list", "assess:mine", "assess:advice"):
        address = reverse(name, args=[cast.program.slug])
        assert f'href="{address}"' in page(client, url(cast, "home"))
        assert f'href="{address}" aria-current="page"' in page(client, address)
    executive = page(signed_in(cast.executive), reverse("assess:advice", args=[cast.program.slug]))
    assert 'aria-label="Panel"' not in executive


# Bodies and terms.


def test_body_is_set_up_and_changed(cast: Cast, signed_in: Sign) -> None:
    client = signed_in(cast.manager)
    rules = {
        "name": "Northern Roundtable",
        "quorum": "half",
        "quorum_least": 3,
        "threshold": "majority",
        "material_change_percent": 5,
    }
    response = client.post(url(cast, "new_body"), {"kind": "roundtable"} | rules)
    with program_scope(cast.program):
        made = Body.objects.get()
    assert response.headers["Location"] == url(cast, "body", pk=made.pk)
    assert (made.name, made.quorum_least, made.material_change_percent) == ("Northern Roundtable", 3, 5)
    client.post(url(cast, "edit_body", pk=made.pk), rules | {"quorum_least": 4})
    assert "never fewer than 4" in page(client, url(cast, "body", pk=made.pk))
    twice = client.post(url(cast, "new_body"), {"kind": "advisory"} | rules)
    assert twice.status_code == 422
    with program_scope(cast.program):
        events = AuditEvent.objects.filter(object_type="grants.body").values_list("action", flat=True)
        assert list(events) == ["create", "change"]


@pytest.mark.parametrize("person", ["officer", "auditor", "roundtable"])
def test_only_managers_change_bodies(cast: Cast, signed_in: Sign, person: str) -> None:
    with program_scope(cast.program):
        panel_round(cast)
        found = body(cast, "roundtable")
        with pytest.raises(PermissionDenied):
            change_body(found, name="Mine", actor=cast.people[person])
        with pytest.raises(PermissionDenied):
            create_body(cast.program, kind="advisory", name="Mine", actor=cast.people[person])
    client = signed_in(cast.people[person])
    assert "Begin a term" not in page(client, url(cast, "body", pk=found.pk))
    page(client, url(cast, "bodies"))
    for name in ("edit_body", "new_member"):
        page(client, url(cast, name, pk=found.pk), 403)


def test_unknown_rule_is_a_mistake_of_the_caller(cast: Cast) -> None:
    with program_scope(cast.program), pytest.raises(TypeError):
        create_body(cast.program, kind="advisory", name="A", actor=cast.manager, kind_of="x")


def test_term_begins_and_looks_for_conflicts(cast: Cast, signed_in: Sign, application: Application) -> None:
    with program_scope(cast.program):
        newcomer = panel_person(cast.program, Role.ROUNDTABLE, name="Nia New")
        interest(cast.program, newcomer, organisation=application.organisation)
        found = body(cast, "roundtable")
    client = signed_in(cast.manager)
    sent = {
        "user": newcomer.pk,
        "role": "member",
        "starts_on": f"{panel_day(cast.program):%Y-%m-%d}",
        "expertise": "Online safety\nYouth work\n\nYouth work",
    }
    assert client.post(url(cast, "new_member", pk=found.pk), sent).status_code == 302
    text = page(client, url(cast, "body", pk=found.pk))
    assert "Nia New" in text
    assert "Online safety, Youth work" in text
    with program_scope(cast.program):
        assert Declaration.objects.get(user=newcomer).state == DeclarationState.WAITING
    assert TITLE not in page(signed_in(newcomer), url(cast, "home"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"role": "chair"}, "role"),
        ({"user": "advisory"}, "user"),
        ({"user": "officer"}, "user"),
        ({"user": "roundtable"}, "starts_on"),
        ({"ends_on": -1}, "ends_on"),
    ],
)
def test_term_that_does_not_fit_is_refused(cast: Cast, change: dict[str, Any], field: str) -> None:
    with program_scope(cast.program):
        panel_round(cast)
        chair_of(cast)
        found, today = body(cast, "roundtable"), panel_day(cast.program)
        values: dict[str, Any] = {
            "user": panel_person(cast.program, Role.ROUNDTABLE),
            "role": "member",
            "starts_on": today,
        } | change
        if isinstance(values["user"], str):
            values["user"] = cast.people[values["user"]]
        if "ends_on" in change:
            values["ends_on"] = today + timedelta(days=change["ends_on"])
        with pytest.raises(ValidationError) as refused:
            add_member(found, **values, actor=cast.manager)
        assert list(refused.value.message_dict) == [field]


def test_staff_can_be_secretary_and_do_not_vote(cast: Cast) -> None:
    with program_scope(cast.program):
        panel_round(cast)
        found, today = body(cast, "roundtable"), panel_day(cast.program)
        add_member(found, user=cast.officer, role="secretary", starts_on=today, actor=cast.manager)
        assert [member.user for member in current_members(found, on=today)] == [cast.roundtable]
        everybody = current_members(found, on=today, voting=False)
        assert {member.user for member in everybody} == {cast.roundtable, cast.officer}


def test_second_term_follows_the_first(cast: Cast) -> None:
    with program_scope(cast.program):
        panel_round(cast)
        found, today = body(cast, "roundtable"), panel_day(cast.program)
        first = BodyMember.objects.get(user=cast.roundtable)
        first.body, first.program = found, cast.program
        end_term(first, ends_on=today, actor=cast.manager)
        tomorrow = today + timedelta(days=1)
        add_member(found, user=cast.roundtable, role="chair", starts_on=tomorrow, actor=cast.manager)
        assert [m.role for m in current_members(found, on=today)] == ["member"]
        assert [m.role for m in current_members(found, on=tomorrow)] == ["chair"]
        standing = {line.standing for line in body_lines(found, on=tomorrow)}
        assert standing == {"", "Ended"}
        with pytest.raises(ValidationError):
            end_term(first, ends_on=first.starts_on - timedelta(days=1), actor=cast.manager)
        values: dict[str, Any] = {"role": "member", "expertise": ["x", "y" * 61], "ends_on": None}
        with pytest.raises(ValidationError):
            change_member(first, **values, starts_on=first.starts_on, actor=cast.manager)


def test_term_is_corrected_on_its_page(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        panel_round(cast)
        member = BodyMember.objects.get(user=cast.roundtable)
    client, today = signed_in(cast.manager), panel_day(cast.program)
    sent = {"role": "chair", "starts_on": f"{today:%Y-%m-%d}", "expertise": "Law"}
    assert client.post(url(cast, "member", pk=member.pk), sent).status_code == 302
    with program_scope(cast.program):
        member.refresh_from_db()
    assert (member.role, member.expertise) == ("chair", ["Law"])
    page(signed_in(cast.officer), url(cast, "member", pk=member.pk), 403)


def test_losing_the_role_ends_the_term(cast: Cast) -> None:
    with program_scope(cast.program):
        panel_round(cast)
        set_roles(cast.program, user=cast.roundtable, roles=[Role.EXECUTIVE], actor=cast.manager)
        term = BodyMember.objects.get(user=cast.roundtable)
        assert term.ends_on == panel_day(cast.program) - timedelta(days=1)
        assert current_members(body(cast, "roundtable"), on=panel_day(cast.program)) == []
        assert AuditEvent.objects.filter(object_type="grants.bodymember", action="end").count() == 1


# The register of interests.


def test_interest_is_entered_ended_and_stated(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        known = organisation_of(cast.program, NAME, abn=ABN)
    client = signed_in(cast.roundtable)
    sent = {"organisation": "lantern trust", "kind": "board", "description": "Treasurer"}
    assert client.post(url(cast, "new_interest"), sent).status_code == 302
    with program_scope(cast.program):
        entry = Interest.objects.get()
        assert (entry.organisation, entry.abn, entry.user) == (known, ABN, cast.roundtable)
    assert client.post(url(cast, "state_interests")).status_code == 302
    assert client.post(url(cast, "end_interest", pk=entry.pk)).status_code == 302
    page(client, url(cast, "end_interest", pk=entry.pk), 404)
    assert "Ended" in page(client, url(cast, "interests"))
    with program_scope(cast.program):
        (frozen,) = InterestStatement.objects.get().interests
        assert (frozen["organisation"], frozen["kind"]) == ("lantern trust", "Board or committee")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"organisation": ""}, "Name the organisation"),
        ({"abn": "12"}, "11 digits"),
        ({"kind": ""}, "Choose one"),
    ],
)
def test_interest_says_what_is_missing(
    cast: Cast, signed_in: Sign, change: dict[str, str], words: str
) -> None:
    sent = {"organisation": "A", "kind": "board"} | change
    response = signed_in(cast.advisory).post(url(cast, "new_interest"), sent)
    assert response.status_code == 422
    assert words in response.content.decode()


def test_interest_takes_sight_away_whatever_was_ruled(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        add_interest(cast.program, kind="board", organisation=NAME, actor=cast.roundtable)
        made = Declaration.objects.get(user=cast.roundtable)
        assert (made.state, made.findings) == (DeclarationState.WAITING, ["interest"])
        Declaration.objects.filter(pk=made.pk).update(
            state=DeclarationState.CLEAR, ruled_by=cast.manager, ruled_at=timezone.now()
        )
        add_interest(cast.program, kind="family", organisation=NAME, actor=cast.roundtable)
        made.refresh_from_db()
        assert (made.state, made.ruled_by) == (DeclarationState.WAITING, None)


def test_everybody_keeps_their_own(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        entry = interest(cast.program, cast.roundtable)
        with pytest.raises(PermissionDenied):
            end_interest(entry, actor=cast.manager)
        with pytest.raises(PermissionDenied):
            add_interest(cast.program, kind="board", organisation="A", actor=cast.executive)
        with pytest.raises(PermissionDenied):
            state_interests(cast.program, actor=cast.auditor)
        end_interest(entry, actor=cast.roundtable)
        with pytest.raises(DomainError):
            end_interest(entry, actor=cast.roundtable)
    page(signed_in(cast.manager), url(cast, "end_interest", pk=entry.pk), 404)
    page(signed_in(cast.executive), url(cast, "interests"), 403)


def test_statement_is_due_after_a_year(cast: Cast) -> None:
    now = timezone.now()
    with program_scope(cast.program):
        state_interests(cast.program, actor=cast.roundtable, now=now - timedelta(days=364))
        state_interests(cast.program, actor=cast.advisory, now=now - timedelta(days=366))
        due = {row.user: row.is_due for row in register_of(cast.program, now=now)}
    assert (due[cast.roundtable], due[cast.advisory], due[cast.officer]) == (False, True, True)


def test_register_is_for_those_who_keep_the_record(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        panel_round(cast)
        chair = chair_of(cast)
        interest(cast.program, cast.roundtable, description="=HYPERLINK(1)")
    for user in (cast.manager, cast.auditor, chair):
        assert NAME in page(signed_in(user), url(cast, "register"))
        text = page(signed_in(user), url(cast, "register_export"))
        assert NAME in text
        assert "'=HYPERLINK(1)" in text
    for name in ("roundtable", "officer", "finance", "executive"):
        for address in ("register", "register_export"):
            page(signed_in(cast.people[name]), url(cast, address), 403)


def test_register_does_not_grow_in_queries(cast: Cast) -> None:
    with program_scope(cast.program):
        panel_round(cast)
        for many in (1, 4):
            for _ in range(many):
                interest(cast.program, panel_person(cast.program, Role.ROUNDTABLE))
            with counted_queries() as count:
                register_of(cast.program, now=timezone.now())
            assert count.number == 4


def test_another_program_knows_nothing(cast: Cast, signed_in: Sign, application: Application) -> None:
    with program_scope(cast.other):
        Membership.objects.create(program=cast.other, user=cast.roundtable, role=Role.ROUNDTABLE)
    other = reverse("panel:declare", args=[cast.other.slug, application.code])
    page(signed_in(cast.roundtable), other, 404)
    page(signed_in(cast.other_manager), url(cast, "home"), 404)
