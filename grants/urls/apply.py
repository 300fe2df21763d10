"""Addresses of applicants: before, while and after they write. Below the program's slug and "apply/"."""

from django.urls import path

from grants.views import autosave, following, joining, own_organisation, starting, submitting, team, writing

app_name = "apply"
urlpatterns = [
    path("", starting.mine, name="mine"),
    path("join/<str:token>/", joining.join, name="join"),
    path("invitations/<int:pk>/accept/", team.accept, name="accept"),
    path("rounds/<code:code>/check/", starting.eligibility, name="eligibility"),
    path("rounds/<code:code>/start/", starting.start, name="start"),
    path("rounds/<code:code>/start/organisation/", starting.start_new, name="start_new"),
    path("<code:code>/", writing.tasks, name="tasks"),
    path("<code:code>/sections/<slug:section>/", writing.section, name="section"),
    path("<code:code>/sections/<slug:section>/visible/", autosave.visibility, name="visibility"),
    path("<code:code>/fields/<slug:key>/", autosave.autosave, name="autosave"),
    path("<code:code>/fields/<slug:key>/files/", autosave.upload, name="upload"),
    path("<code:code>/files/<int:pk>/remove/", autosave.remove_file, name="remove_file"),
    path("<code:code>/changes/", autosave.changes, name="changes"),
    path("<code:code>/check/", submitting.check, name="check"),
    path("<code:code>/receipt/", submitting.receipt, name="receipt"),
    path("<code:code>/print/", submitting.print_view, name="print"),
    path("<code:code>/organisation/", own_organisation.organisation, name="organisation"),
    path("<code:code>/organisation/people/", own_organisation.add_person, name="add_person"),
    path("<code:code>/organisation/people/<int:pk>/", own_organisation.remove_person, name="remove_person"),
    path("<code:code>/team/", team.team, name="team"),
    path("<code:code>/team/invite/", team.invite, name="invite"),
    path("<code:code>/team/<int:pk>/rights/", team.rights, name="rights"),
    path("<code:code>/team/<int:pk>/remove/", team.remove_member, name="remove_member"),
    path(
        "<code:code>/team/invitations/<int:pk>/withdraw/",
        team.withdraw_invitation,
        name="withdraw_invitation",
    ),
    path("<code:code>/team/invitations/<int:pk>/resend/", team.resend_invitation, name="resend_invitation"),
    path("<code:code>/notes/", following.notes, name="notes"),
    path("<code:code>/messages/", following.messages, name="messages"),
    path("<code:code>/status/", following.status, name="status"),
    path("<code:code>/withdraw/", following.withdraw, name="withdraw"),
    path("<code:code>/discard/", following.discard, name="discard"),
    path("<code:code>/restore/", following.restore, name="restore"),
    path("<code:code>/copy/", starting.copy, name="copy"),
]
