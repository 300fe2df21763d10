"""The web application, for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scsc.settings")
application = get_wsgi_application()

# After set-up, since it asks the database: no web process runs on a role that sees every program.
from scsc.programs.checks import refuse_unsafe_role  # noqa: E402

refuse_unsafe_role()
