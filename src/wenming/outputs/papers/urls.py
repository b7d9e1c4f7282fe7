from django.urls import path

from wenming.outputs.papers.views import papers, setting_up

app_name = "papers"
urlpatterns = [
    path("", papers.listing, name="list"),
    path("for-units/", papers.for_units, name="for_units"),
    path("of-period/", papers.of_period, name="of_period"),
    path("settings/", setting_up.settings, name="settings"),
    path("templates/", setting_up.templates, name="templates"),
    path("templates/<str:kind>/add/", setting_up.add_template, name="add_template"),
    path("templates/<str:kind>/try/", setting_up.try_version, name="try_version"),
    path("tried/<uuid:public_id>/", setting_up.tried, name="tried"),
    path("tried/<uuid:public_id>/file/", setting_up.tried_file, name="tried_file"),
    path("templates/<str:kind>/<int:version>/restore/", setting_up.restore_template, name="restore_template"),
    path("templates/<str:kind>/<int:version>/file/", setting_up.template_file, name="template_file"),
    path("<uuid:public_id>/", papers.detail, name="detail"),
    path("<uuid:public_id>/texts/", papers.texts, name="texts"),
    path("<uuid:public_id>/sign/", papers.sign, name="sign"),
    path("<uuid:public_id>/withdraw/", papers.withdraw, name="withdraw"),
    path("<uuid:public_id>/acknowledge/", papers.acknowledge, name="acknowledge"),
    path("<uuid:public_id>/paper.docx", papers.docx, name="docx"),
    path("<uuid:public_id>/paper.pdf", papers.pdf, name="pdf"),
]
