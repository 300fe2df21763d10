"""Where people find help, by country: numbers and services shown in the support panel.

Numbers as published by each service. A program shows those of its country.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """A service a person can call or visit. `call` is dialled, `number` is how it is written."""

    name: str
    about: str
    number: str = ""
    call: str = ""
    url: str = ""
    link: str = ""

    @property
    def href(self) -> str:
        return f"tel:{self.call}" if self.call else self.url

    @property
    def label(self) -> str:
        return self.number or self.link


@dataclass(frozen=True)
class Support:
    """What the panel shows: the emergency number of a country, then its services."""

    country: str
    emergency: str
    services: tuple[Service, ...]


AUSTRALIA = Support(
    country="Australia",
    emergency="000",
    services=(
        Service(
            "1800RESPECT",
            "Sexual, domestic and family violence. Day and night.",
            "1800 737 732",
            "1800737732",
        ),
        Service("Kids Helpline", "For people aged 5 to 25. Day and night.", "1800 55 1800", "1800551800"),
        Service("Lifeline", "Crisis support for anybody. Day and night.", "13 11 14", "131114"),
        Service(
            "ACCCE",
            "Report online child sexual exploitation to the Australian Centre to Counter Child Exploitation.",
            url="https://www.accce.gov.au/report",
            link="Make a report",
        ),
    ),
)
PHILIPPINES = Support(
    country="the Philippines",
    emergency="911",
    services=(
        Service("Bantay Bata 163", "Help for children at risk or abused.", "163", "163"),
        Service(
            "Makabata Helpline",
            "Report a concern about a child to the Council for the Welfare of Children.",
            "1383",
            "1383",
        ),
        Service("Actionline against trafficking", "Report human trafficking.", "1343", "1343"),
        Service(
            "National Center for Mental Health", "Crisis support for anybody. Day and night.", "1553", "1553"
        ),
    ),
)
ELSEWHERE = Support(
    country="",
    emergency="",
    services=(
        Service(
            "Child Helpline International",
            "Find the helpline for children in your country.",
            url="https://childhelplineinternational.org/helplines/",
            link="Find a helpline",
        ),
        Service(
            "INHOPE",
            "Report images or videos of the abuse of children, from any country.",
            url="https://www.inhope.org/EN#hotlineReferral",
            link="Make a report",
        ),
    ),
)
BY_COUNTRY = {"AU": AUSTRALIA, "PH": PHILIPPINES}
# Shown where no program is in the address.
DEFAULT_COUNTRY = "AU"


def support_for(country: str) -> Support:
    """The services of a country (ISO 3166 code, two letters), or ones that work anywhere."""
    return BY_COUNTRY.get(country.upper(), ELSEWHERE)


def all_support() -> list[Support]:
    """Every country, for the support page."""
    return [*BY_COUNTRY.values(), ELSEWHERE]
