"""The product's settings with the few values that tests set: secrets, folders, quick passwords."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "only-for-tests")
os.environ.setdefault("VAR", tempfile.mkdtemp(prefix="scsc-tests-"))
# Nothing listens here: tests that need a broker start one.
os.environ["REDIS_URL"] = "redis://127.0.0.1:1/0"
os.environ["DATABASE_OWNER_URL"] = os.environ["DATABASE_URL"] = "postgres://set-by-conftest@127.0.0.1:1/none"

from scsc.settings import *
from scsc.settings import STATIC_ROOT, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# The second factor has its own tests; elsewhere a sign-in is enough.
SECOND_FACTOR_ROLES = []
# Whitenoise warns when there is no folder of collected files.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
