"""The picture that other sites show beside a link to a round: 1200 by 630, drawn with the house fonts."""

import hashlib
import io
from dataclasses import astuple, dataclass
from datetime import datetime
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from grants.engine.kinds.amounts import money_words
from grants.queries.public import PublicRound
from scsc.ui.contrast import channels
from scsc.ui.fonts import font_files
from scsc.ui.moments import moment

SIZE = (1200, 630)
PAPER, INK, SOFT = "#faf8f4", "#1c2430", "#4c5766"
LEFT, RIGHT, TOP, BOTTOM = 112, 1110, 72, 558
STRIPE = 40
SERIF, SANS = "Source Serif Pro", "Source Sans Pro"
TITLE_SIZES = (76, 66, 56, 48)
MOST_LINES = 3
RECIPE = "1"  # part of the tag: raise it when the drawing changes


@dataclass(frozen=True)
class Card:
    """What is drawn. Two equal cards are the same picture."""

    program: str
    sponsor: str
    title: str
    when: str
    amount: str
    accent: str

    @property
    def tag(self) -> str:
        """Changes with anything that is drawn."""
        return hashlib.sha256(repr((RECIPE, astuple(self))).encode()).hexdigest()[:32]


def card_of(public: PublicRound) -> Card:
    """The card of a round as it stands now."""
    round_ = public.round
    program = round_.program
    most = round_.maximum_amount
    return Card(
        program=program.name,
        sponsor=program.sponsor,
        title=round_.title,
        when=_when(public),
        amount=f"Up to {money_words(most, program.currency, cents=False)}" if most is not None else "",
        accent=program.accent_light,
    )


@lru_cache(maxsize=32)
def draw(card: Card) -> bytes:
    """The card as PNG. An accent that is no colour is drawn in ink."""
    image = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, STRIPE, SIZE[1]), fill=_colour(card.accent))
    pen.text((LEFT, TOP), _fitted(card.program, _font(SANS, 600, 36)), fill=INK, font=_font(SANS, 600, 36))
    pen.text(
        (LEFT, TOP + 50), _fitted(card.sponsor, _font(SANS, 400, 30)), fill=SOFT, font=_font(SANS, 400, 30)
    )
    title, size = _title_lines(card.title)
    for place, line in enumerate(title):
        pen.text((LEFT, 190 + place * size * 1.16), line, fill=INK, font=_font(SERIF, 600, size))
    below = [line for line in (card.amount, card.when) if line]
    for place, line in enumerate(reversed(below)):
        font = _font(SANS, 600, 36)
        pen.text(
            (LEFT, BOTTOM - place * 52),
            _fitted(line, font),
            fill=_colour(card.accent),
            font=font,
            anchor="ls",
        )
    target = io.BytesIO()
    image.quantize(64).save(target, "PNG", optimize=True)
    return target.getvalue()


def _when(public: PublicRound) -> str:
    round_ = public.round
    if public.is_coming and round_.opens_at is not None:
        return f"Opens {_at(round_.opens_at, round_.timezone)}"
    if public.is_open and round_.closes_at is not None:
        return f"Closes {_at(round_.closes_at, round_.timezone)}"
    return "Closed"


def _at(at: datetime, zone: str) -> str:
    return moment(at, zone)


def _title_lines(title: str) -> tuple[list[str], int]:
    """The title in at most three lines, as large as it goes; cut where even the smallest is too long."""
    for size in TITLE_SIZES:
        lines = _wrapped(title, _font(SERIF, 600, size))
        if len(lines) <= MOST_LINES:
            return lines, size
    last = " ".join(lines[MOST_LINES - 1 :])
    return [*lines[: MOST_LINES - 1], _fitted(last, _font(SERIF, 600, size))], size


def _wrapped(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """A text in lines that fit between the margins; a word that is too long is cut."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= RIGHT - LEFT:
            lines[-1] = longer
        else:
            lines.append(_fitted(word, font))
    return lines


def _fitted(text: str, font: ImageFont.FreeTypeFont) -> str:
    """A text that fits on one line, with an ellipsis where something was cut."""
    if font.getlength(text) <= RIGHT - LEFT:
        return text
    while text and font.getlength(f"{text}…") > RIGHT - LEFT:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _colour(accent: str) -> str:
    try:
        channels(accent)
    except ValueError:
        return INK
    return accent


@lru_cache(maxsize=16)
def _font(family: str, weight: int, size: int) -> ImageFont.FreeTypeFont:
    faces = {(face.family, face.weight, face.style): face.path for face in font_files()}
    return ImageFont.truetype(str(faces[family, weight, "normal"]), size)
