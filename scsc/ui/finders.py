"""Finds the font subsets as static files, making them when they are first asked for."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

from scsc.ui.fonts import font_files, web_font, web_font_folder

PREFIX = "fonts"


class FontFinder(BaseFinder):
    """Serves `fonts/<face>.woff2` to runserver, WhiteNoise and collectstatic alike."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file for that static path, [] when it is not one of the fonts (as Django's finders do)."""
        folder, _, name = path.replace("\\", "/").partition("/")
        found = web_font(name) if folder == PREFIX else None
        if found is None:
            return []
        return [str(found)] if find_all or kwargs.get("all") else str(found)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Every face, made first."""
        storage = FileSystemStorage(location=web_font_folder())
        storage.prefix = PREFIX  # type: ignore[attr-defined]  # collectstatic reads it
        for face in font_files():
            web_font(face.web_name)
            yield face.web_name, storage
