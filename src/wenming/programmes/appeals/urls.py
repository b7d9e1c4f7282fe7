from django.urls import path

from wenming.programmes.appeals.views import answers, detail, intake, listing, meetings

app_name = "appeals"
urlpatterns = [
    path("", listing.appeals, name="list"),
    path("new/", intake.new, name="new"),
    path("answers/", answers.answers, name="answers"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/new/", meetings.new, name="new_meeting"),
    path("meetings/<uuid:public_id>/", meetings.meeting, name="meeting"),
    path("meetings/<uuid:public_id>/rows/", meetings.rows, name="meeting_rows"),
    path("meetings/<uuid:public_id>/attendance/", meetings.attendance, name="attendance"),
    path("<uuid:public_id>/", detail.detail, name="detail"),
    path("<uuid:public_id>/act/", detail.act, name="act"),
]
