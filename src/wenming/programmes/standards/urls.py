from django.urls import path

from wenming.programmes.standards.views import assign, matrix, tree, versions

app_name = "standards"
urlpatterns = [
    path("", tree.tree, name="tree"),
    path("types/", tree.types, name="types"),
    path("matrix/", matrix.matrix, name="matrix"),
    path("matrix.xlsx", matrix.export, name="matrix_xlsx"),
    path("matrix/<uuid:point_id>/<int:criterion_id>/", assign.assign, name="assign"),
    path("matrix/<uuid:point_id>/<int:criterion_id>/withdraw/", assign.withdraw, name="withdraw"),
    path("versions/", versions.versions, name="versions"),
    path("versions/standard/<int:pk>/diff/", versions.standard_diff, name="standard_diff"),
    path("versions/catalogue/<int:pk>/diff/", versions.catalogue_diff, name="catalogue_diff"),
    path("versions/standard/<int:pk>/publish/", versions.publish_standard, name="publish_standard"),
    path("versions/catalogue/<int:pk>/publish/", versions.publish_catalogue, name="publish_catalogue"),
]
