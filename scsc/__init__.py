"""The platform: programs, people, permissions, audit, documents and the interface shell."""

from scsc.celery import app as celery_app

__all__ = ["celery_app"]
