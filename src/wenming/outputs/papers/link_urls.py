from django.urls import path

from wenming.outputs.papers.views import receipts

app_name = "order_links"
urlpatterns = [path("<str:token>/orders/<uuid:public_id>/", receipts.order, name="order")]
