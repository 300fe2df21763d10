"""Codes of a plan in addresses: letters, digits, dots, hyphens and underscores."""

from django.urls import register_converter

CODE = r"[A-Za-z0-9][A-Za-z0-9._-]*"


class CodeConverter:
    """`<code:code>` in an address; anything else is not found."""

    regex = CODE

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


# Here, since a module is read once: scsc.urls imports it before any address is written with `<code:code>`.
register_converter(CodeConverter, "code")
