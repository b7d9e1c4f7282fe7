from django.urls import path

from wenming.programmes.problems.views import detail

app_name = "problems"
urlpatterns = [
    path("<uuid:public_id>/", detail.detail, name="detail"),
]
