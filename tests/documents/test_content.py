"""Which files are accepted, by their content; the refusals say what to do."""

import io
import zipfile

import pytest
from PIL import Image, ImageCms, ImageFile
from PIL.PngImagePlugin import PngInfo

from scsc.documents.content import ACCEPT, KINDS, inspect
from scsc.errors import DomainError
from tests.documents import samples


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(DomainError) as caught:
        inspect(name, data)
    return str(caught.value)


@pytest.mark.parametrize("name", samples.honest_files())
def test_inspect_honest_file_is_accepted(name: str) -> None:
    found = inspect(name, samples.honest_files()[name])
    assert found.name == name
    assert found.content_type in {kind.content_type for kind in KINDS}


def test_samples_cover_every_accepted_extension() -> None:
    assert {name.rpartition(".")[2] for name in samples.honest_files()} == {
        extension.removeprefix(".") for extension in ACCEPT.split(",")
    }


@pytest.mark.parametrize("name", samples.honest_files())
def test_inspect_upper_case_extension_is_accepted(name: str) -> None:
    assert inspect(name.upper(), samples.honest_files()[name]).name == name.upper()


def test_inspect_any_file_under_any_other_name_is_refused() -> None:
    """Text is text under both of its names; every other pair of kinds disagrees."""
    same = [{"photo.jpg", "photo.jpeg"}, {"table.csv", "note.txt"}]
    files = samples.honest_files()
    for content, data in files.items():
        for name in files:
            if name == content or {name, content} in same:
                continue
            assert refusal(name, data), f"{content} was accepted as {name}"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("report.pdf", samples.EXE, "a Windows program"),
        ("program.exe", samples.EXE, "“.exe” are not accepted"),
        ("note.txt", samples.EXE, "not readable text"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "as PNG or PDF"),
        ("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "named like PNG"),
        ("page.html", b"<html></html>", "to a PDF"),
        ("old.doc", b"\xd0\xcf\x11\xe0", "as .docx"),
        ("locked.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "protected by a password"),
        ("files.zip", samples.zipped({"a.txt": b"a"}), "one by one"),
        ("noending", samples.PDF, "no ending"),
        ("empty.pdf", b"", "is empty"),
        ("cut.pdf", samples.PDF[:40], "incomplete"),
        ("report.pdf", samples.picture("PNG"), "looks like PNG"),
        ("both.pdf", samples.PDF + samples.zipped({"a.class": b"x"}) + b"startxref 0 %%EOF", "hidden"),
    ],
)
def test_inspect_wrong_file_is_refused(name: str, data: bytes, words: str) -> None:
    assert words in refusal(name, data)


@pytest.mark.parametrize(
    "start",
    [
        b"<!DOCTYPE html><p>",
        b"  \n<HTML>",
        b"\xef\xbb\xbf<script>alert(1)</script>",
        b"<?xml version='1.0'?><svg/>",
        b"<!-- x --><html>",
        b"%!PS-Adobe-3.0",
        b"{\\rtf1 hello}",
    ],
)
@pytest.mark.parametrize("name", ["note.txt", "table.csv"])
def test_inspect_page_or_program_named_text_is_refused(name: str, start: bytes) -> None:
    assert "plain text" in refusal(name, start)


@pytest.mark.parametrize(
    "text",
    [
        "We write <b>bold</b> and <script> in the middle.",
        "BMW gave 5 vehicles",
        "MZ is a postcode of Mozambique",
        "ID;Name\n1;Alex",
        "From: the director\nTo: all",
        "Größe, naïve, 東京",
    ],
)
def test_inspect_text_about_markup_is_accepted(text: str) -> None:
    assert inspect("note.txt", text.encode()).data == text.encode()


def test_inspect_windows_csv_is_accepted_and_utf16_is_refused() -> None:
    assert inspect("table.csv", "name;Café\n".encode("cp1252")).content_type == "text/csv"
    assert "UTF-8" in refusal("table.csv", "name;Café\n".encode("utf-16"))


def test_inspect_text_with_a_nul_is_refused() -> None:
    assert "not readable text" in refusal("note.txt", b"fine so far\x00 and then not")


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP"])
def test_inspect_picture_loses_metadata(file_format: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRET-CAMERA"
    exif.get_ifd(0x8825)[1] = "SECRET-PLACE"
    secret = samples.picture(
        file_format, exif=exif, xmp=b"<x:xmpmeta>SECRET-XMP</x:xmpmeta>", comment="SECRET"
    )
    secret += b"SECRET behind the end"
    assert secret.count(b"SECRET") >= 3
    clean = inspect(f"photo.{file_format.lower()}", secret).data
    assert b"SECRET" not in clean
    assert not Image.open(io.BytesIO(clean)).getexif()


def test_inspect_png_loses_text_chunks() -> None:
    info = PngInfo()
    info.add_text("Author", "SECRET")
    info.add_itxt("Description", "SECRET", zip=False)
    assert b"SECRET" not in inspect("a.png", samples.picture("PNG", pnginfo=info)).data


def test_inspect_photo_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # taken with the camera turned; red is to be on top
    clean = Image.open(io.BytesIO(inspect("a.jpg", samples.picture("JPEG", exif=exif)).data)).convert("RGB")
    assert clean.size == (20, 40)
    red, _, blue = clean.getpixel((10, 2))  # type: ignore[misc]
    assert red > 200 > blue


def test_inspect_photo_keeps_its_colour_profile() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    clean = inspect("a.jpg", samples.picture("JPEG", icc_profile=profile)).data
    assert Image.open(io.BytesIO(clean)).info["icc_profile"] == profile


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("size", [(10_000, 10_000), (40_001, 1_000), (20_000, 20_000)])
def test_inspect_huge_picture_is_refused_before_decoding(size: tuple[int, int]) -> None:
    data = samples.huge_png(*size)
    assert len(data) < 100_000
    assert "40 million pixels" in refusal("a.png", data)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_inspect_png_keeps_every_pixel(mode: str) -> None:
    image = Image.radial_gradient("L").resize((64, 64)).convert(mode if mode != "I;16" else "I")
    out = io.BytesIO()
    image.convert(mode).save(out, "PNG", **({"transparency": 3} if mode == "P" else {}))
    clean = Image.open(io.BytesIO(inspect("a.png", out.getvalue()).data))
    before = Image.open(io.BytesIO(out.getvalue()))
    assert clean.mode == before.mode
    assert clean.convert("RGBA").tobytes() == before.convert("RGBA").tobytes()


def test_inspect_print_photo_and_phone_photo_are_accepted() -> None:
    out = io.BytesIO()
    Image.new("CMYK", (40, 40), (10, 20, 30, 0)).save(out, "JPEG")
    assert Image.open(io.BytesIO(inspect("a.jpg", out.getvalue()).data)).mode == "CMYK"
    # A phone's photo with a second picture behind the first, which is dropped.
    out = io.BytesIO()
    second = Image.new("RGB", (40, 20), "green")
    Image.new("RGB", (40, 20), "red").save(out, "MPO", save_all=True, append_images=[second])
    clean = Image.open(io.BytesIO(inspect("a.jpg", out.getvalue()).data))
    assert (clean.format, getattr(clean, "n_frames", 1)) == ("JPEG", 1)


def test_inspect_moving_picture_is_refused() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("green", "yellow")]
    for file_format in ("PNG", "WEBP"):
        moving = samples.picture(file_format, size=(8, 8), save_all=True, append_images=frames)
        assert "Moving" in refusal(f"a.{file_format.lower()}", moving)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp"])
def test_inspect_broken_picture_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint leaves it
    whole = samples.picture({"a.png": "PNG", "a.jpg": "JPEG", "a.webp": "WEBP"}[name], size=(300, 300))
    assert "damaged" in refusal(name, whole[: len(whole) // 2])


def test_inspect_zip_bomb_is_refused() -> None:
    data = samples.zip_bomb()
    assert len(data) < 1_000_000
    assert "unpacks to far more" in refusal("a.docx", data)


def test_inspect_zip_bomb_by_ratio_is_refused() -> None:
    assert "unpacks to far more" in refusal("a.docx", samples.zip_bomb(megabytes=20))


def test_inspect_archive_that_lies_about_sizes_is_refused() -> None:
    data = samples.office(extra={"word/media/a.bmp": bytes(30_000_000)})
    small = data.replace((30_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    assert small != data
    assert "damaged" in refusal("a.docx", small)


def test_inspect_archive_of_too_many_members_is_refused() -> None:
    assert "unpacks" in refusal("a.docx", samples.office(extra={f"word/{n}.xml": b"" for n in range(3_001)}))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (samples.office(extra={"word/vbaProject.bin": b"x"}), "macros"),
        (
            samples.office(extra={"word/any.bin": b"x"}, types=("application/vnd.ms-office.vbaProject",)),
            "macros",
        ),
        (samples.office(types=("application/vnd.ms-word.document.macroEnabled.main+xml",)), "macros"),
        (samples.office(types=("application/vnd.ms-excel.macrosheet+xml",)), "macros"),
        (samples.office(extra={"word/a.zip": samples.zipped({"b": b"c"})}), "archive inside"),
        (samples.office(extra={"word/embeddings/a.bin": samples.zipped({"b": b"c"})}), "archive inside"),
        (samples.office(extra={"word/a.rar": b"Rar!\x1a\x07\x00"}), "archive inside"),
        (samples.office(extra={"../../evil.sh": b"x"}), "damaged"),
        (samples.office(extra={"word/a.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'}), "damaged"),
        (samples.zipped({"word/document.xml": b"<x/>"}), "damaged"),
        (samples.office() + b"and more behind the end", "damaged"),
        (samples.office(extra={"%PDF-1.7": b"x"}), "damaged"),
    ],
)
def test_inspect_bad_office_file_is_refused(data: bytes, words: str) -> None:
    assert words in refusal("a.docx", data)


def test_inspect_chart_with_its_workbook_is_accepted_but_not_with_macros() -> None:
    member = "word/embeddings/Microsoft_Excel_Sheet.xlsx"
    workbook = samples.office("xl/workbook.xml")
    assert inspect("a.docx", samples.office(extra={member: workbook}))
    evil = samples.office("xl/workbook.xml", extra={"xl/vbaProject.bin": b"x"})
    assert "macros" in refusal("a.docx", samples.office(extra={member: evil}))
    deep = samples.office("xl/workbook.xml", extra={"xl/embeddings/b.xlsx": workbook})
    assert "archive inside" in refusal("a.docx", samples.office(extra={member: deep}))


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({"Basic/Standard/Module1.xml": b"<x/>"}, "macros"),
        ({"Scripts/python/a.py": b"x"}, "macros"),
        ({"content.xml": b"\x93\x12encrypted"}, "password"),
        ({"Pictures/a.png": samples.zipped({"b": b"c"})}, "archive inside"),
        ({"mimetype": b"application/vnd.oasis.opendocument.graphics"}, "damaged"),
    ],
)
def test_inspect_bad_open_document_is_refused(extra: dict[str, bytes], words: str) -> None:
    assert words in refusal("a.odt", samples.open_document(extra=extra))


def test_inspect_encrypted_archive_is_refused() -> None:
    data = bytearray(samples.office())
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    assert "password" in refusal("a.docx", bytes(data))


def test_inspect_archive_with_a_member_twice_is_refused() -> None:
    out = io.BytesIO(samples.office())
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/document.xml", b"<other/>")
    assert "damaged" in refusal("a.docx", out.getvalue())


def test_inspect_infected_text_passes_to_the_scanner() -> None:
    """Nothing here looks for viruses: that is the scanner's part."""
    assert inspect("note.txt", samples.EICAR).data == samples.EICAR
