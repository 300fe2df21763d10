"""The file field, and the limit on what is written to disk while an upload comes in."""

from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.test import RequestFactory
from django.utils.datastructures import MultiValueDict
from pytest_django import Settings

from scsc.documents.forms import DocumentField
from tests.documents.samples import PDF


class Form(forms.Form):
    file = DocumentField()


def form_with(content: bytes) -> Form:
    files: MultiValueDict[str, UploadedFile[Any]] = MultiValueDict()
    files["file"] = SimpleUploadedFile("a.pdf", content)
    return Form(files=files)


def test_field_names_kinds_and_limit(settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES = 3 * 1024 * 1024
    field = DocumentField()
    assert field.help_text.startswith("PDF, Word, Excel")
    assert "3.0" in field.help_text
    assert ".docx" in field.widget.attrs["accept"]


def test_field_takes_a_file_and_refuses_an_empty_one() -> None:
    assert form_with(PDF).is_valid()
    assert form_with(b"").errors["file"] == ["This file is empty. Choose the file again."]


@pytest.fixture
def limited(settings: Settings) -> int:
    settings.FILE_UPLOAD_HANDLERS = [
        "scsc.documents.handlers.SizeLimitHandler",
        "django.core.files.uploadhandler.TemporaryFileUploadHandler",
    ]
    settings.MAX_UPLOAD_BYTES = 200_000
    return 200_000


def posted(size: int) -> Any:
    return RequestFactory().post("/", {"file": SimpleUploadedFile("a.pdf", bytes(size)), "title": "x"})


def test_upload_within_the_limit_arrives_whole(limited: int) -> None:
    assert posted(limited).FILES["file"].size == limited


def test_upload_over_the_limit_is_cut_but_still_seen_as_too_large(limited: int) -> None:
    request = posted(50 * limited)
    file = request.FILES["file"]
    assert limited < file.size < 2 * limited
    assert Path(file.temporary_file_path()).stat().st_size == file.size
    assert request.POST["title"] == "x", "what came with the file is not lost"
