from django.urls import path

from wenming.programmes.standards.views import assign, matrix, tree, types, versions

app_name = "standards"
urlpatterns = [
    path("", tree.tree, name="tree"),
    path("types/", tree.types, name="types"),
    path("types/new/", types.add, name="add_type"),
    path("types/<slug:code>/", types.change, name="type"),
    path("types/<slug:code>/retire/", types.retire, name="retire_type"),
    path("types/<slug:code>/bring-back/", types.bring_back, name="bring_back_type"),
    path("matrix/", matrix.matrix, name="matrix"),
    path("matrix.xlsx", matrix.export, name="matrix_xlsx"),
    path("matrix/<uuid:point_id>/<int:criterion_id>/", assign.assign, name="assign"),
    path("matrix/<uuid:point_id>/<int:criterion_id>/withdraw/", assign.withdraw, name="withdraw"),
    path("versions/", versions.versions, name="versions"),
    path("versions/standard/<int:pk>/diff/", versions.standard_diff, name="standard_diff"),
    path("versions/catalogue/<int:pk>/diff/", versions.catalogue_diff, name="catalogue_diff"),
    path("versions/standard/<int:pk>/publish/", versions.publish_standard, name="publish_standard"),
    path("versions/catalogue/<int:pk>/publish/", versions.publish_catalogue, name="publish_catalogue"),
    path("versions/catalogue/<int:pk>/restore/", versions.restore_catalogue, name="restore_catalogue"),
    path("versions/catalogue/<int:pk>/discard/", versions.discard_catalogue, name="discard_catalogue"),
]
