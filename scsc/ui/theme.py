"""Light or dark: a person's choice, kept in a cookie so that the server can write it into the page."""

from django.http import HttpRequest, HttpResponse

COOKIE = "theme"
CHOICES = ("light", "dark")
ONE_YEAR = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    """`light`, `dark`, or an empty string for what the person's system says."""
    choice = request.COOKIES.get(COOKIE, "")
    return choice if choice in CHOICES else ""


def keep_theme(response: HttpResponse, choice: str, *, secure: bool) -> None:
    """Remember a choice for a year; anything but light or dark goes back to the system's."""
    if choice in CHOICES:
        response.set_cookie(COOKIE, choice, max_age=ONE_YEAR, samesite="Lax", secure=secure, httponly=True)
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
