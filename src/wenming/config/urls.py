"""Where every door is."""

from django.urls import include, path

from wenming.config import views, watching
from wenming.config.api import api
from wenming.kernel.ui import specimen

urlpatterns = [
    path("", views.home, name="home"),
    path("-/alive", views.alive, name="alive"),
    path("-/ready", views.ready, name="ready"),
    path("-/metrics", watching.metrics, name="metrics"),
    path("-/language", views.switch_language, name="switch_language"),
    path("specimen/", specimen.specimen, name="specimen"),
    path("", include("wenming.foundation.people.urls")),
    path("", include("wenming.foundation.files.urls")),
    path("", include("wenming.foundation.notices.urls")),
    path("jobs/", include("wenming.foundation.jobs.urls")),
    path("places/", include("wenming.foundation.places.urls")),
    path("flows/", include("wenming.engines.loop.urls")),
    path("figures/", include("wenming.engines.metrics.urls")),
    path("standards/", include("wenming.programmes.standards.urls")),
    path("problems/", include("wenming.programmes.problems.urls")),
    path("appeals/", include("wenming.programmes.appeals.urls")),
    # The names of these pages are no tokens, which have a dash after their number.
    path("r/", include("wenming.outputs.residents.urls")),
    path("dossiers/", include("wenming.programmes.dossiers.urls")),
    path("r/", include("wenming.programmes.problems.link_urls")),
    path("r/", include("wenming.outputs.papers.link_urls")),
    path("desk/", include("wenming.outputs.desk.urls")),
    path("standings/", include("wenming.outputs.standings.urls")),
    path("papers/", include("wenming.outputs.papers.urls")),
    path("reports/", include("wenming.outputs.reports.urls")),
    path("exchange/", include("wenming.outputs.exchange.urls")),
    path("api/v1/", api.urls),
]

handler400 = "wenming.config.views.bad_request"
handler403 = "wenming.config.views.permission_denied"
handler404 = "wenming.config.views.page_not_found"
handler500 = "wenming.config.views.server_error"
