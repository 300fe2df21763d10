from django.urls import path

from scsc.documents import views

app_name = "documents"
urlpatterns = [path("<slug:program>/files/<uuid:key>/", views.download, name="download")]
