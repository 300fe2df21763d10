"""Addresses of meetings, under /<program>/meetings/."""

from django.urls import path

from grants.views import meeting_steps, meetings

app_name = "meetings"
urlpatterns = [
    path("", meetings.meeting_list, name="list"),
    path("new/", meetings.plan, name="plan"),
    path("<int:pk>/", meetings.meeting_page, name="meeting"),
    path("<int:pk>/edit/", meetings.edit, name="edit"),
    path("<int:pk>/agenda/", meeting_steps.agenda, name="agenda"),
    path("<int:pk>/agenda/move/", meeting_steps.move_item, name="move_item"),
    path("<int:pk>/agenda/<int:item>/remove/", meeting_steps.remove, name="remove_item"),
    path("<int:pk>/attendance/", meeting_steps.attendance, name="attendance"),
    path("<int:pk>/minutes/", meeting_steps.minutes, name="minutes"),
    path("<int:pk>/steps/<slug:step>/", meeting_steps.step, name="step"),
]
