"""The form field for a file."""

from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat

from scsc.documents.content import ACCEPT, ACCEPTED


class DocumentField(forms.FileField):
    """A file for `store_upload`, which does the checking: offers the accepted kinds and names the limit."""

    widget = forms.FileInput

    def __init__(self, **kwargs: Any) -> None:
        limit = filesizeformat(settings.MAX_UPLOAD_BYTES)
        kwargs.setdefault("help_text", f"{ACCEPTED}, up to {limit}.")
        kwargs.setdefault("error_messages", {"empty": "This file is empty. Choose the file again."})
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"accept": ACCEPT}
