"""Addresses of the staff's side of applications, under /<program>/applications/."""

from django.urls import path

from grants.views import (
    application_page,
    application_steps,
    applications,
    bulk,
    recipients,
    saved_views,
)

app_name = "applications"
urlpatterns = [
    path("", applications.application_list, name="list"),
    path("export.csv", applications.export, name="export"),
    path("bulk/", bulk.bulk, name="bulk"),
    path("views/", saved_views.view_list, name="views"),
    path("views/new/", saved_views.new_view, name="new_view"),
    path("views/<int:pk>/", saved_views.edit_view, name="view"),
    path("views/<int:pk>/delete/", saved_views.remove_view, name="delete_view"),
    path("recipients/", recipients.recipient_list, name="recipients"),
    path("recipients/new/", recipients.new_recipient, name="new_recipient"),
    path("recipients/<int:pk>/", recipients.recipient_page, name="recipient"),
    path("recipients/<int:pk>/edit/", recipients.edit_recipient, name="edit_recipient"),
    path("recipients/<int:pk>/publish/", recipients.publish, name="publish_recipient"),
    path("recipients/<int:pk>/unpublish/", recipients.unpublish, name="unpublish_recipient"),
    path("recipients/<int:pk>/remove/", recipients.remove, name="remove_recipient"),
    path("<code:code>/", application_page.application_page, name="application"),
    path("<code:code>/screen/", application_steps.screen_page, name="screen"),
    path("<code:code>/changes/", application_steps.changes_page, name="changes"),
    path("<code:code>/changes/<int:pk>/cancel/", application_steps.cancel_changes, name="cancel_changes"),
    path("<code:code>/messages/", application_steps.post_message_page, name="messages"),
    path("<code:code>/extend/", application_steps.extend_page, name="extend"),
    path("<code:code>/steps/<slug:step>/", application_steps.application_step, name="step"),
]
