"""Uploads are kept in quarantine, scanned once, and leave nothing behind."""

import hashlib
import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from scsc.audit.history import history_of
from scsc.audit.models import AuditEvent
from scsc.documents import orphans, scanner, services
from scsc.documents.models import Document
from scsc.documents.queries import waiting_for_scan
from scsc.documents.tasks import scan_document
from scsc.errors import DomainError
from scsc.programs.tenancy import program_scope
from tests.documents.clamd import HAS_CLAMD, FakeClamd, real_clamd
from tests.documents.samples import EICAR, PDF, picture
from tests.factories import Cast

Upload = Callable[..., Document]
StartClamd = Callable[..., FakeClamd]


def fresh(document: Document) -> Document:
    with program_scope(document.program):
        return Document.objects.get(pk=document.pk)


def events(document: Document) -> list[str]:
    with program_scope(document.program):
        found = AuditEvent.objects.filter(object_type="documents.document", object_id=document.pk)
        return list(found.order_by("id").values_list("action", flat=True))


def run_scan(document: Document) -> None:
    scan_document(program_id=document.program_id, document_id=document.pk)


def test_store_upload_keeps_file_in_quarantine(cast: Cast, upload: Upload, files: Path) -> None:
    document = upload("C:\\evil\\..\\report.pdf")
    assert (document.name, document.content_type, document.state) == (
        "report.pdf",
        "application/pdf",
        "quarantined",
    )
    stored = files / str(cast.program.pk) / str(document.key)[:2] / str(document.key)
    assert stored.read_bytes() == PDF
    assert stored.stat().st_mode & 0o777 == 0o600
    assert (document.size, document.sha256) == (len(PDF), hashlib.sha256(PDF).hexdigest())
    assert events(document) == ["upload"]


def test_store_upload_of_picture_describes_the_bytes_it_kept(upload: Upload, files: Path) -> None:
    original = picture("PNG") + b"and more"
    document = upload("a.png", original)
    kept = (files / document.storage_name).read_bytes()
    assert kept != original
    assert (document.size, document.sha256) == (len(kept), hashlib.sha256(kept).hexdigest())


def test_store_upload_too_large_names_the_limit(upload: Upload, settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES = 1024 * 1024
    with pytest.raises(DomainError, match=r"larger than 1\.0.MB"):
        upload("report.pdf", PDF + bytes(1024 * 1024))


def test_store_upload_refused_leaves_nothing(cast: Cast, upload: Upload, files: Path) -> None:
    with pytest.raises(DomainError):
        upload("report.exe", b"MZ")
    assert not list(files.rglob("*"))
    with program_scope(cast.program):
        assert not Document.objects.exists()


def test_store_upload_wakes_the_scan_after_commit(
    cast: Cast,
    upload: Upload,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    sent: list[dict[str, int]] = []
    monkeypatch.setattr("scsc.jobs._broker.until", 0)
    monkeypatch.setattr(scan_document, "apply_async", lambda kwargs, **_: sent.append(kwargs))
    with django_capture_on_commit_callbacks(execute=True):
        document = upload()
        assert not sent
    assert sent == [{"program_id": cast.program.pk, "document_id": document.pk}]


def test_store_upload_works_while_the_broker_is_down(
    upload: Upload, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        document = upload()
    assert fresh(document).state == "quarantined"


def test_scan_clean_file_is_released(upload: Upload, fake_clamd: StartClamd) -> None:
    clamd = fake_clamd(b"stream: OK\0")
    document = upload()
    run_scan(document)
    assert (fresh(document).state, fresh(document).scan_note) == ("released", "ClamAV found nothing")
    assert clamd.received == [PDF]


def test_scan_without_scanner_releases_and_says_so(upload: Upload, settings: Settings) -> None:
    settings.CLAMAV_URL = ""
    document = upload()
    run_scan(document)
    assert fresh(document).state == "released"
    assert "No virus scanner is configured" in fresh(document).scan_note


def test_scan_infected_file_is_refused_and_its_bytes_deleted(
    upload: Upload,
    fake_clamd: StartClamd,
    files: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    fake_clamd(b"stream: Eicar-Signature FOUND\0")
    document = upload("note.txt", EICAR)
    with django_capture_on_commit_callbacks(execute=True):
        run_scan(document)
        assert (files / document.storage_name).exists(), "deleted before the refusal is certain"
    assert not (files / document.storage_name).exists()
    assert fresh(document).state == "rejected"
    with program_scope(document.program):
        newest, oldest = history_of([document])
    assert newest.sentence == "The system refused note.txt"
    assert newest.reason == "ClamAV found Eicar-Signature"
    assert oldest.words == "uploaded"


@pytest.mark.skipif(not HAS_CLAMD, reason="ClamAV's clamd is not installed")
def test_scan_of_eicar_by_clamav_itself_is_refused(
    upload: Upload, settings: Settings, tmp_path: Path
) -> None:
    infected, clean = upload("note.txt", EICAR), upload()
    with real_clamd(tmp_path) as settings.CLAMAV_URL:
        run_scan(infected)
        run_scan(clean)
    assert (fresh(infected).state, fresh(clean).state) == ("rejected", "released")


def test_scan_while_scanner_is_down_stays_in_quarantine_until_it_is_back(
    upload: Upload, settings: Settings, fake_clamd: StartClamd
) -> None:
    settings.CLAMAV_URL = "unix:///nowhere/clamd.sock"
    document = upload()
    run_scan(document)
    assert fresh(document).state == "quarantined"
    assert "did not answer" in fresh(document).scan_note
    fake_clamd(b"stream: OK\0")
    run_scan(document)
    assert fresh(document).state == "released"


def test_scan_while_storage_is_away_stays_in_quarantine(upload: Upload, files: Path) -> None:
    document = upload()
    (files / document.storage_name).unlink()
    run_scan(document)
    assert fresh(document).state == "quarantined"
    assert "Storage" in fresh(document).scan_note


def test_scan_delivered_again_does_nothing(upload: Upload, fake_clamd: StartClamd) -> None:
    clamd = fake_clamd(b"stream: OK\0")
    document = upload()
    for _ in range(3):
        run_scan(document)
    assert len(clamd.received) == 1
    assert events(document) == ["upload", "release"]


def test_scan_second_verdict_of_two_at_once_is_dropped(
    upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two workers got the same message; the other one finishes while this one still waits for its answer."""
    document = upload()

    def other_worker_first(_: object) -> scanner.Verdict:
        with program_scope(document.program):
            services._settle(document, scanner.Verdict(scanner.Finding.INFECTED, "ClamAV found X"))
        return scanner.Verdict(scanner.Finding.CLEAN, "late")

    monkeypatch.setattr(scanner, "scan", other_worker_first)
    run_scan(document)
    assert (fresh(document).state, fresh(document).scan_note) == ("rejected", "ClamAV found X")
    assert events(document) == ["upload", "reject"]


def test_waiting_for_scan_after_some_patience_oldest_first(cast: Cast, upload: Upload) -> None:
    first, second, just_now, done = upload(), upload(), upload(), upload()
    run_scan(done)
    with program_scope(cast.program):
        earlier = timezone.now() - timedelta(seconds=16)
        Document.objects.exclude(pk=just_now.pk).update(uploaded_at=earlier)
        assert list(waiting_for_scan()) == [first.pk, second.pk]


def age(path: Path, *, hours: float) -> None:
    moment = time.time() - hours * 3600
    os.utime(path, (moment, moment))


def test_remove_orphans_clears_what_a_failed_transaction_left(
    cast: Cast, upload: Upload, files: Path
) -> None:
    kept = upload()
    with transaction.atomic():
        lost = upload()
        transaction.set_rollback(True)
    lost_path, kept_path = files / lost.storage_name, files / kept.storage_name
    assert lost_path.exists()
    age(kept_path, hours=100)
    age(lost_path, hours=23)
    assert orphans.remove_orphans(cast.program) == 0
    age(lost_path, hours=25)
    assert orphans.remove_orphans(cast.program) == 1
    assert (lost_path.exists(), kept_path.exists()) == (False, True)


def test_remove_orphans_clears_refused_bytes_and_spares_other_apps(
    cast: Cast, upload: Upload, fake_clamd: StartClamd, files: Path
) -> None:
    fake_clamd(b"stream: X FOUND\0")
    refused = upload()
    run_scan(refused)  # the bytes would go on commit, which this test never reaches
    report = files / str(cast.program.pk) / "reports" / "annual.pdf"
    report.parent.mkdir()
    report.write_bytes(b"x")
    for path in (report, files / refused.storage_name):
        age(path, hours=25)
    assert orphans.remove_orphans(cast.program) == 1
    assert report.exists()
    assert not (files / refused.storage_name).exists()


def test_remove_orphans_of_a_program_without_files(cast: Cast) -> None:
    assert orphans.remove_orphans(cast.other) == 0


def test_store_upload_reads_from_the_start(cast: Cast) -> None:
    """A form may have read some of the file before."""
    file = SimpleUploadedFile("report.pdf", PDF)
    file.read(20)
    with program_scope(cast.program):
        document = services.store_upload(program=cast.program, upload=file, actor=cast.officer)
    assert document.size == len(PDF)
