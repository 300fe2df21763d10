"""Where statements of an organisation come from, as partners keeps it in words."""


def source_of(code: str) -> str:
    """The source of what was stated in an application."""
    return f"application {code}"
