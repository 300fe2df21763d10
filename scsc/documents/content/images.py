"""Images are decoded and written anew: that drops place, device, comments and what hides behind the end."""

import io

from PIL import Image, ImageFile, ImageOps

from scsc.errors import DomainError

MAX_PIXELS = 40_000_000
QUALITY = {"JPEG": {"quality": 92}, "WEBP": {"quality": 92}, "PNG": {}}


def clean_image(data: bytes, *, file_format: str) -> bytes:
    """The picture alone, upright, in the same format. Raises DomainError when broken, too large or moving.

    JPEG and WebP lose a little by being written again (quality 92); a phone's second picture is dropped. The
    colour profile stays: without it the colours of most phones' photos are wrong.
    """
    # WeasyPrint lets half a picture pass, for the whole of a process that has imported it.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        image = Image.open(io.BytesIO(data), formats=[file_format])
        _check_size(image, file_format)
        ImageOps.exif_transpose(image, in_place=True)
        colours = image.info.get("icc_profile")
        # Pillow writes some of `info` along; only a palette's transparency belongs to the picture.
        image.info = {key: value for key, value in image.info.items() if key == "transparency"}
        clean = io.BytesIO()
        image.save(clean, file_format, icc_profile=colours, **QUALITY[file_format])
    except DomainError:
        raise
    except Image.DecompressionBombError:
        raise _too_large() from None
    # Decoders of hostile files raise whatever comes; every failure means that the picture is broken.
    except Exception as error:
        raise DomainError("This picture is damaged. Open it, save it again, then upload that.") from error
    return clean.getvalue()


def _check_size(image: Image.Image, file_format: str) -> None:
    """Before anything is decoded: a file of a few kilobytes can hold gigabytes of pixels."""
    if image.width * image.height > MAX_PIXELS:
        raise _too_large()
    if file_format != "JPEG" and getattr(image, "n_frames", 1) > 1:
        raise DomainError("Moving pictures are not accepted. Upload a still picture, or a PDF.")


def _too_large() -> DomainError:
    millions = MAX_PIXELS // 1_000_000
    return DomainError(
        f"This picture has more than {millions} million pixels. Make it smaller, then upload that."
    )
