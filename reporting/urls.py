"""Addresses of reports, under /<program>/reports/."""

from django.urls import path

from reporting import views

app_name = "reporting"
urlpatterns = [
    path("", views.report_list, name="list"),
    path("request/<int:number>/", views.request_report_page, name="request"),
    path("<uuid:key>/", views.report_page, name="report"),
    path("<uuid:key>/progress/", views.progress, name="progress"),
    path("<uuid:key>/preview/", views.preview, name="preview"),
    path("<uuid:key>/pdf/", views.download, name="download"),
    path("<uuid:key>/retry/", views.retry, name="retry"),
    path("<uuid:key>/figures/", views.figures, name="figures"),
]
