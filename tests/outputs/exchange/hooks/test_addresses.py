"""What an address may not lead to."""

from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from wenming.outputs.exchange.hooks.addresses import AddressRefused, AddressUnknown, require_allowed, resolve, target_of

PUBLIC = ("203.0.114.7", "8.8.8.8", "2606:4700::1111")
INSIDE = (
    "127.0.0.1",
    "127.8.8.8",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "198.18.0.1",
    "::1",
    "fd12::1",
)
NEVER = (
    *("169.254.169.254", "169.254.1.1", "100.100.100.200", "0.1.2.3", "224.0.0.1", "239.1.1.1", "255.255.255.255"),
    *("::", "fe80::1", "fec0::1", "ff02::1", "fd00:ec2::254", "::ffff:169.254.169.254"),
)
CARRIERS = (
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:4136:e378::1",
    "::127.0.0.1",
)


@pytest.mark.parametrize("text", PUBLIC)
def test_allow_what_is_public(text: str) -> None:
    require_allowed(ip_address(text))


@pytest.mark.parametrize("text", [*INSIDE, *NEVER, *CARRIERS])
def test_refuse_what_is_not_public(text: str) -> None:
    with pytest.raises(AddressRefused):
        require_allowed(ip_address(text))


@pytest.mark.parametrize("text", INSIDE)
def test_allow_what_the_installation_names(text: str, settings: Any) -> None:
    settings.WEBHOOK_NETWORKS = [ip_network("::/0" if ":" in text else "0.0.0.0/0")]
    require_allowed(ip_address(text))


@pytest.mark.parametrize("text", NEVER)
def test_refuse_metadata_and_the_many_whatever_is_named(text: str, settings: Any) -> None:
    settings.WEBHOOK_NETWORKS = [ip_network("0.0.0.0/0"), ip_network("::/0")]
    with pytest.raises(AddressRefused):
        require_allowed(ip_address(text))


def test_allow_a_named_address_that_is_written_as_ipv6(settings: Any) -> None:
    settings.WEBHOOK_NETWORKS = [ip_network("10.0.0.0/8")]
    require_allowed(ip_address("::ffff:10.0.0.1"))


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.com/", "ftp://example.com/", "//example.com/", "example.com", "https://", "https:///x", ""),
        *(
            "https://example.com:8443/",
            "https://example.com:22/",
            "https://example.com:99999/",
            "https://example.com:x/",
        ),
        *("https://user@example.com/", "https://user:pass@example.com/", "https://example.com/#part"),
        *("https://example.com/a b", "https://example.com/\r\nHost: x", "https://exa\tmple.com/", "https://例子.cn/"),
        *(
            "https://example.com\\@127.0.0.1/",
            "https://[fe80::1%25eth0]/",
            "https://[::1",
            f"https://example.com/{'a' * 500}",
        ),
        *("https://127.0.0.1/", "https://2130706433/", "https://0x7f.1/", "https://0177.0.0.1/", "https://127.1/"),
        *("https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://169.254.169.254/latest/", "https://0/"),
    ],
)
def test_refuse_address(url: str) -> None:
    with pytest.raises(AddressRefused):
        target_of(url)


def test_read_address() -> None:
    target = target_of("https://Hotline.example.com/in?x=1")
    assert (target.host, target.port, target.path, target.authority) == (
        *("hotline.example.com", 443, "/in?x=1", "hotline.example.com"),
    )


def test_read_address_of_another_port(settings: Any) -> None:
    settings.WEBHOOK_PORTS = {443, 8443}
    assert target_of("https://[2606:4700::1111]:8443").authority == "[2606:4700::1111]:8443"


def test_refuse_name_that_leads_inside() -> None:
    with pytest.raises(AddressRefused):
        resolve(target_of("https://localhost/"))


def test_say_so_where_a_name_is_unknown() -> None:
    with pytest.raises(AddressUnknown):
        resolve(target_of("https://nobody.invalid/"))
