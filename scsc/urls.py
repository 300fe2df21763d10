"""All addresses. What belongs to a program starts with the program's slug."""

from django.urls import include, path

import scsc.programs.codes  # noqa: F401  registers `<code:code>`
from scsc.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("", include("scsc.accounts.urls")),
    path("", include("scsc.ui.urls")),
    path("", include("grants.urls.site")),
    path("<slug:program>/", include("reporting.today_urls")),
    path("<slug:program>/", include("scsc.programs.urls")),
    path("", include("scsc.documents.urls")),
    path("<slug:program>/plan/", include("workplan.urls")),
    path("<slug:program>/", include("reporting.urls")),
    path("<slug:program>/grants/", include("grants.urls.public")),
    path("<slug:program>/apply/", include("grants.urls.apply")),
    path("<slug:program>/rounds/", include("grants.urls.rounds")),
    path("<slug:program>/forms/", include("grants.urls.forms")),
    path("<slug:program>/assessments/", include("grants.urls.assessing")),
    path("<slug:program>/rubrics/", include("grants.urls.rubrics")),
    path("<slug:program>/panel/", include("grants.urls.panels")),
    path("<slug:program>/applications/", include("grants.urls.applications")),
    path("<slug:program>/ballots/", include("grants.urls.ballots")),
    path("<slug:program>/meetings/", include("grants.urls.meetings")),
    path("<slug:program>/decisions/", include("grants.urls.decisions")),
    path("<slug:program>/organisations/", include("partners.urls")),
    path("<slug:program>/agreements/", include("partners.urls_agreements")),
]

handler500 = "scsc.ui.views.server_error"
