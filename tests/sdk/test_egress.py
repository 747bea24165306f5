"""The egress policy: what may be reached and what may not."""

from __future__ import annotations

import pytest

from orchestrator.sdk import NodeError
from orchestrator.sdk.egress import METADATA, EgressPolicy, EgressRefused, check_url
from orchestrator.sdk.local_server import local_server
from tests.sdk.servers import names

FORBIDDEN = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.1.1",
    "192.0.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::10.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:a9fe:a9fe",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2001::1",
    "2002:7f00:1::",
    "fc00::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
]
PUBLIC = ["93.184.216.34", "1.1.1.1", "2606:4700:4700::1111"]


@pytest.mark.parametrize("address", FORBIDDEN)
async def test_an_inside_address_is_refused(address: str) -> None:
    with pytest.raises(EgressRefused) as caught:
        await EgressPolicy().resolve(address.partition("%")[0], 80)
    assert caught.value.code == "egress.refused"
    assert "EGRESS_ALLOW" in caught.value.hint


@pytest.mark.parametrize("address", PUBLIC)
async def test_a_public_address_is_reached(address: str) -> None:
    assert await EgressPolicy().resolve(address, 443) == [address]


@pytest.mark.parametrize(
    "form", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "①②⑦.⓪.⓪.①", "localhost"]
)
async def test_other_spellings_of_this_machine_are_refused(form: str) -> None:
    with pytest.raises(NodeError) as caught:
        await EgressPolicy().resolve(form, 80)
    assert caught.value.code in ("egress.refused", "egress.unknown_host")


@pytest.mark.parametrize("metadata", sorted(map(str, METADATA)))
async def test_metadata_is_refused_even_when_everything_is_allowed(metadata: str) -> None:
    policy = EgressPolicy("0.0.0.0/0, ::/0, evil.test", resolver=names(evil_test=metadata))
    for host in (metadata, "evil.test"):
        with pytest.raises(EgressRefused, match="metadata"):
            await policy.resolve(host, 80)


async def test_metadata_is_refused_inside_ipv6_forms() -> None:
    policy = EgressPolicy("0.0.0.0/0, ::/0")
    for form in ("::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1"):
        with pytest.raises(EgressRefused, match="metadata"):
            await policy.resolve(form, 80)


async def test_an_allowed_network_is_reached_and_its_neighbour_is_not() -> None:
    policy = EgressPolicy("10.1.0.0/16, ::1")
    assert await policy.resolve("10.1.2.3", 80) == ["10.1.2.3"]
    assert await policy.resolve("::1", 80) == ["::1"]
    with pytest.raises(EgressRefused):
        await policy.resolve("10.2.0.1", 80)


async def test_an_allowed_translation_prefix_still_judges_what_it_carries() -> None:
    policy = EgressPolicy("64:ff9b::/96")
    assert await policy.resolve("64:ff9b::101:101", 80) == ["64:ff9b::101:101"]
    with pytest.raises(EgressRefused):
        await policy.resolve("64:ff9b::a00:1", 80)


async def test_an_allowed_host_is_reached_wherever_it_lives() -> None:
    resolver = names(model_local="192.168.1.9", a_intranet_test="10.0.0.9", other_test="10.0.0.9")
    policy = EgressPolicy("model.local, *.intranet.test", resolver=resolver)
    assert await policy.resolve("model.local", 80) == ["192.168.1.9"]
    assert await policy.resolve("a.intranet.test", 80) == ["10.0.0.9"]
    with pytest.raises(EgressRefused):
        await policy.resolve("other.test", 80)


async def test_of_mixed_answers_only_the_public_ones_are_used() -> None:
    policy = EgressPolicy(resolver=names(mixed_test=["127.0.0.1", "93.184.216.34"]))
    assert await policy.resolve("mixed.test", 80) == ["93.184.216.34"]


async def test_an_unknown_host_says_so() -> None:
    with pytest.raises(NodeError, match="cannot be found") as caught:
        await EgressPolicy(resolver=names()).resolve("nowhere.test", 80)
    assert caught.value.code == "egress.unknown_host"


@pytest.mark.parametrize("entry", ["http://host/", "10.0.0.0/99", "a b"])
def test_a_mistyped_setting_is_named(entry: str) -> None:
    with pytest.raises(ValueError, match="EGRESS_ALLOW"):
        EgressPolicy(entry)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://1.1.1.1/",
        "//1.1.1.1",
        "http://",
        "http://1.1.1.1:99999",
        "http://[::1",
        "http://10.0.0.1/v1",
        "https://1.1.1.1:6379/",
        "http://user@127.0.0.1/",
    ],
)
async def test_check_url_refuses_what_is_no_public_web_address(url: str) -> None:
    with pytest.raises(EgressRefused):
        await check_url(url, EgressPolicy())


async def test_check_url_accepts_a_public_web_address() -> None:
    await check_url("https://api.test/v1", EgressPolicy(resolver=names(api_test="1.1.1.1")))


async def test_a_socket_is_opened_only_to_an_allowed_address() -> None:
    async with local_server(lambda seen: (200, {}, b"")) as server:
        with pytest.raises(EgressRefused):
            await EgressPolicy().open_socket("127.0.0.1", server.port)
        assert server.connections == 0
        opened = await EgressPolicy("127.0.0.0/8").open_socket("127.0.0.1", server.port)
        assert opened.getpeername() == ("127.0.0.1", server.port)
        opened.close()


async def test_a_closed_port_is_unreachable_and_worth_another_try() -> None:
    with pytest.raises(NodeError) as caught:
        await EgressPolicy("127.0.0.1").open_socket("127.0.0.1", 1, timeout_seconds=2)
    assert (caught.value.code, caught.value.retry) == ("egress.unreachable", "soon")
