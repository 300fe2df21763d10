"""Names of people and organisations. They stand in mails to strangers, so they carry no lines or links."""

import re

from django.core.exceptions import ValidationError

BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
ONE_LINE = "A name is one line of text."
NO_LINK = "A name holds no web address. Leave out “://”."


def check_name(name: str) -> None:
    """Raise ValidationError for a name that would put a line or a link of its own into a mail."""
    if BREAKS.search(name):
        raise ValidationError(ONE_LINE)
    if "://" in name:
        raise ValidationError(NO_LINK)
