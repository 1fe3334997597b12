import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from console.slow_clients import whole_requests

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
# Each holds a database connection, and SQLite has one writer: more would only queue.
AT_ONCE = 4
# Of the 64 clients that a worker of `serve` waits for.
WAITING = 48
application = whole_requests(
    get_wsgi_application(), at_once=AT_ONCE, longest=settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0, waiting=WAITING
)
