from django.urls import path

from wenming.foundation.people.views import account, audit, groups, mergers, people, setup, signing, units

app_name = "people"
urlpatterns = [
    path("sign-in/", signing.sign_in, name="sign_in"),
    path("sign-out/", signing.sign_out, name="sign_out"),
    path("grant/", signing.switch_grant, name="switch_grant"),
    path("account/", account.account, name="account"),
    path("account/sign-out-everywhere/", account.sign_out_everywhere, name="sign_out_everywhere"),
    path("setup/", setup.home, name="setup"),
    path("people/", people.listing, name="people"),
    path("people/new/", people.register, name="register"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/grant/", people.grant, name="grant"),
    path("people/<int:pk>/deactivate/", people.deactivate, name="deactivate"),
    path("people/<int:pk>/activate/", people.activate, name="activate"),
    path("people/<int:pk>/unlock/", people.unlock, name="unlock"),
    path("people/<int:pk>/end-sessions/", people.end_sessions, name="end_sessions"),
    path("people/<int:pk>/reset/", people.reset, name="reset"),
    path("grants/<int:pk>/confirm/", people.confirm, name="confirm_grant"),
    path("grants/<int:pk>/revoke/", people.revoke, name="revoke_grant"),
    path("units/", units.listing, name="units"),
    path("units/new/", units.register, name="register_unit"),
    path("units/<int:pk>/", units.unit, name="unit"),
    path("units/<int:pk>/close/", units.close, name="close_unit"),
    path("units/<int:pk>/reopen/", units.reopen, name="reopen_unit"),
    path("unit-groups/", groups.listing, name="groups"),
    path("unit-groups/<int:pk>/remove/", groups.remove, name="remove_group"),
    path("units/<int:pk>/merge/", mergers.merge, name="merge_unit"),
    path("mergers/<int:pk>/", mergers.merger, name="merger"),
    path("mergers/<int:pk>/undo/", mergers.undo, name="undo_merger"),
    path("mergers/<int:pk>/grants/", mergers.move_grants, name="move_grants"),
    path("audit/", audit.listing, name="audit"),
    path("audit/export/", audit.export, name="export_audit"),
    path("audit/verify/", audit.verify, name="verify_audit"),
]
