"""What search engines ask for at the root."""

from django.urls import path

from grants.views import site

urlpatterns = [
    path("robots.txt", site.robots, name="robots"),
    path("sitemap.xml", site.sitemap, name="sitemap"),
]
