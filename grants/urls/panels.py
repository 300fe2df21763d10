"""Addresses of panels, under /<program>/panel/."""

from django.urls import path

from grants.views import panel_bodies, panel_conflicts, panel_interests, panels

app_name = "panel"
urlpatterns = [
    path("", panels.home, name="home"),
    path("applications/<code:code>/", panels.application_page, name="application"),
    path("applications/<code:code>/declare/", panels.declare_page, name="declare"),
    path("conflicts/", panel_conflicts.conflict_list, name="conflicts"),
    path("conflicts/export.csv", panel_conflicts.export, name="conflicts_export"),
    path("conflicts/<int:pk>/", panel_conflicts.conflict_page, name="conflict"),
    path("conflicts/<int:pk>/again/", panel_conflicts.again_page, name="conflict_again"),
    path("bodies/", panel_bodies.body_list, name="bodies"),
    path("bodies/new/", panel_bodies.new_body, name="new_body"),
    path("bodies/<int:pk>/", panel_bodies.body_page, name="body"),
    path("bodies/<int:pk>/edit/", panel_bodies.edit_body, name="edit_body"),
    path("bodies/<int:pk>/members/new/", panel_bodies.new_member, name="new_member"),
    path("members/<int:pk>/", panel_bodies.edit_member, name="member"),
    path("interests/", panel_interests.own_register, name="interests"),
    path("interests/new/", panel_interests.new_interest, name="new_interest"),
    path("interests/state/", panel_interests.state, name="state_interests"),
    path("interests/<int:pk>/end/", panel_interests.end, name="end_interest"),
    path("register/", panel_interests.register, name="register"),
    path("register/export.csv", panel_interests.export, name="register_export"),
]
