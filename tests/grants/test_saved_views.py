"""Saved lists: of one's own and shared, opened, renamed, deleted."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from grants.models import SavedView
from grants.queries.saved_views import views_of
from grants.services.saved_views import LONGEST, change_view, delete_view, save_view
from scsc.accounts.models import User
from scsc.audit.models import AuditEvent
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.received import round_with

Sign = Callable[[User], Client]
VIEWS = "/north/applications/views/"


def saved(cast: Cast, owner: User, name: str = "To screen", **fields: bool) -> SavedView:
    with program_scope(cast.program):
        return save_view(cast.program, name=name, query="state=submitted", actor=owner, **fields)


def test_view_is_ones_own_unless_it_is_shared(cast: Cast) -> None:
    own = saved(cast, cast.officer)
    shared = saved(cast, cast.manager, "Shared", is_shared=True)
    saved(cast, cast.manager, "Private")
    with program_scope(cast.program):
        assert views_of(cast.officer) == [shared, own]
        assert [event.action for event in AuditEvent.objects.filter(object_type="grants.savedview")] == [
            "save"
        ] * 3


def test_name_is_needed_and_taken_once(cast: Cast) -> None:
    saved(cast, cast.officer)
    for name, words in (("To screen", "You have a view of this name"), ("  ", "Give the view a name")):
        with pytest.raises(ValidationError, match=words):
            saved(cast, cast.officer, name)
    saved(cast, cast.manager)


def test_search_that_is_too_long_is_refused(cast: Cast) -> None:
    with program_scope(cast.program), pytest.raises(ValidationError, match="too long"):
        save_view(cast.program, name="Long", query="w" * (LONGEST + 1), actor=cast.officer)


@pytest.mark.parametrize("name", ["finance", "applicant", "outsider", "other_manager"])
def test_only_those_who_see_applications_save(cast: Cast, name: str) -> None:
    with pytest.raises(PermissionDenied):
        saved(cast, cast.people[name])


def test_auditor_keeps_views_and_shares_none(cast: Cast) -> None:
    view = saved(cast, cast.auditor)
    with pytest.raises(PermissionDenied):
        saved(cast, cast.auditor, "Shared", is_shared=True)
    with program_scope(cast.program), pytest.raises(PermissionDenied):
        change_view(view, name="Shared", is_shared=True, actor=cast.auditor)


def test_only_the_owner_changes_and_managers_delete_what_is_shared(cast: Cast) -> None:
    view, private = saved(cast, cast.officer, is_shared=True), saved(cast, cast.officer, "Private")
    with program_scope(cast.program):
        for actor in (cast.manager, cast.auditor):
            with pytest.raises(PermissionDenied):
                change_view(view, name="Mine", is_shared=True, actor=actor)
        with pytest.raises(PermissionDenied):
            delete_view(view, actor=cast.auditor)
        with pytest.raises(PermissionDenied):
            delete_view(private, actor=cast.manager)
        delete_view(view, actor=cast.manager)
        assert list(SavedView.objects.all()) == [private]


def test_list_is_saved_as_it_is_and_opened_again(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        round_with(cast.program)
    client = signed_in(cast.officer)
    query = "round=IG27&state=submitted&words=a%26b&sort=-amount&columns=abn&nonsense=1&page=4"
    response = client.post(f"{VIEWS}new/?{query}", {"name": "Large ones", "is_shared": "on"})
    kept = "words=a%26b&round=IG27&state=submitted&sort=-amount&columns=abn"
    assert response["Location"] == f"/north/applications/?{kept}"
    with program_scope(cast.program):
        view = SavedView.objects.get()
        assert (view.query, view.is_shared) == (kept, True)
    page = client.get(response["Location"]).content.decode()
    assert 'aria-current="true">Large ones' in page
    assert "Large ones" in signed_in(cast.auditor).get("/north/applications/").content.decode()


def test_saving_without_a_name_says_so(cast: Cast, signed_in: Sign) -> None:
    response = signed_in(cast.officer).post(f"{VIEWS}new/", {})
    assert response.status_code == 422
    assert "Give the view a name." in response.content.decode()


def test_view_is_renamed_and_deleted_on_pages(cast: Cast, signed_in: Sign) -> None:
    view = saved(cast, cast.officer, is_shared=True)
    client = signed_in(cast.officer)
    assert 'value="To screen"' in client.get(f"{VIEWS}{view.pk}/").content.decode()
    page = client.post(f"{VIEWS}{view.pk}/", {"name": "Mine alone"}, follow=True).content.decode()
    assert "Mine alone" in page
    with program_scope(cast.program):
        assert not SavedView.objects.get().is_shared
    assert "Delete the view" in client.get(f"{VIEWS}{view.pk}/delete/").content.decode()
    assert "No saved views yet" in client.post(f"{VIEWS}{view.pk}/delete/", follow=True).content.decode()


def test_views_of_others_are_not_there_or_not_to_change(cast: Cast, signed_in: Sign) -> None:
    private, shared = saved(cast, cast.officer), saved(cast, cast.officer, "Shared", is_shared=True)
    client = signed_in(cast.auditor)
    assert client.get(f"{VIEWS}{private.pk}/").status_code == 404
    assert client.get(f"{VIEWS}{shared.pk}/").status_code == 403
    assert client.post(f"{VIEWS}{shared.pk}/delete/").status_code == 403
    page = client.get(VIEWS).content.decode()
    assert "By Program officer North, shared" in page
    assert "Change" not in page.partition(f'data-view="{shared.pk}"')[2].partition("</li>")[0]
    elsewhere = signed_in(cast.other_manager)
    assert elsewhere.get(f"/south/applications/views/{shared.pk}/").status_code == 404
