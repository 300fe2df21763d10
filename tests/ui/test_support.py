import pytest

from scsc.ui.support import all_support, support_for


@pytest.mark.parametrize(
    ("country", "number"), [("AU", "000"), ("au", "000"), ("PH", "911"), ("TH", ""), ("", "")]
)
def test_support_for_country(country: str, number: str) -> None:
    support = support_for(country)
    assert support.emergency == number
    assert support.services


def test_every_service_leads_somewhere() -> None:
    services = [service for support in all_support() for service in support.services]
    for service in services:
        assert service.label
        assert service.href.startswith(("tel:", "https://"))
        if service.call:
            assert service.call == service.number.replace(" ", "")
