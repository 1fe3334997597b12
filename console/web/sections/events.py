from django.urls import path, re_path

from console.web.views import event_details, event_verification, events

urlpatterns = [
    path("", events.list_, name="list"),
    path("<int:sequence>/", event_details.detail, name="detail"),
    path("~verify/", event_verification.verify_record, name="verify"),
    re_path(r"^~export/events\.(?P<file_format>csv|jsonl)$", events.export, name="export"),
]
