"""Settings that sign-in relies on."""

import pytest
from allauth.account.adapter import get_adapter
from django.conf import LazySettings
from django.test import RequestFactory


@pytest.mark.parametrize(("proxies", "expected"), [(0, "127.0.0.1"), (1, "203.0.113.9")])
def test_behind_a_proxy_the_address_is_the_one_it_forwards(
    rf: RequestFactory, settings: LazySettings, proxies: int, expected: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = rf.get("/", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9"})
    assert get_adapter().get_client_ip(request) == expected
