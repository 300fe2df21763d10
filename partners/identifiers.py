"""Numbers of Australian organisations, checked by their checksums without asking any register."""

from django.core.exceptions import ValidationError
from stdnum.au import abn, acn
from stdnum.exceptions import InvalidFormat, InvalidLength
from stdnum.exceptions import ValidationError as NumberError

AUSTRALIA = "AU"


def read_abn(text: str) -> str:
    """The eleven digits of an ABN, however it was spaced; empty for nothing given.

    Raises Django's ValidationError, in words that say what to correct, for a number that no ABN can be.
    """
    return _read(text, abn, name="ABN", digits=11, like="51 824 753 556")


def read_acn(text: str) -> str:
    """The nine digits of an ACN, however it was spaced; empty for nothing given. Raises as `read_abn`."""
    return _read(text, acn, name="ACN", digits=9, like="004 085 616")


def spaced_abn(digits: str) -> str:
    """An ABN as it is printed: 51 824 753 556."""
    return str(abn.format(digits)) if digits else ""


def spaced_acn(digits: str) -> str:
    """An ACN as it is printed: 004 085 616."""
    return str(acn.format(digits)) if digits else ""


def _read(text: str, number: object, *, name: str, digits: int, like: str) -> str:
    typed = text.replace("-", " ").replace(".", " ").strip()
    if not typed:
        return ""
    try:
        return str(number.validate(typed))  # type: ignore[attr-defined]
    except (InvalidLength, InvalidFormat):
        raise ValidationError(f"An {name} has {digits} digits, such as {like}. Check the number.") from None
    except NumberError:
        raise ValidationError(
            f"This is not an {name}: its digits do not add up. Check for a digit mistyped or swapped."
        ) from None
