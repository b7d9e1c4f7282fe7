from django.urls import path

from wenming.engines.loop import calendar_page, views, words_page

app_name = "loop"
urlpatterns = [
    path("", views.flows, name="flows"),
    path("calendar/", calendar_page.calendar, name="calendar"),
    path("calendar/restore/", calendar_page.restore, name="restore_calendar"),
    path("<slug:name>/", views.flow, name="flow"),
    path("<slug:name>/words/", words_page.words, name="words"),
    path("<slug:name>/words/restore/", words_page.restore, name="restore_words"),
]
