"""Egress: which addresses the product may connect to on behalf of a workflow.

A name is resolved once, every address it gives is judged, and the connection is made to an
address that passed (so a name that changes its answer gains nothing). Judged at the moment
of connecting, the rule holds for redirects too.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import urlsplit

from orchestrator.sdk.errors import NodeError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[[str, int], Awaitable[list[str]]]

METADATA: frozenset[Address] = frozenset(
    ip_address(text)
    for text in (
        "169.254.169.254",  # AWS, Azure, Google, DigitalOcean, OpenStack
        "169.254.169.253",  # AWS resolver
        "169.254.169.123",  # AWS time
        "169.254.170.2",  # AWS container credentials
        "169.254.170.23",
        "169.254.0.23",  # Tencent
        "100.100.100.200",  # Alibaba
        "192.0.0.192",  # Oracle
        "168.63.129.16",  # Azure host agent; looks public
        "fd00:ec2::254",
        "fd00:ec2::23",
        "fd20:ce::254",  # Google
    )
)
"""Cloud metadata services: they hand out the machine's own keys, so nothing allows them."""

TRANSITION = tuple(
    ip_network(text)
    for text in (
        "::/96",  # IPv4-compatible
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",  # local NAT64
        "2001::/32",  # Teredo
        "2002::/16",  # 6to4
        "fec0::/10",  # site-local
    )
)
"""IPv6 forms that lead to an IPv4 or private address while `ipaddress` calls them global."""

REFUSED_PORTS = frozenset(
    {0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 79, 87, 95, 109, 110, 111}
    | {113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526}
    | {530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049}
    | {2375, 2379, 3306, 3659, 4045, 4190, 5060, 5061, 5432, 6000, 6379, 6566, 6665, 6666, 6667, 6668}
    | {6669, 6679, 6697, 10080, 11211, 27017}
)
"""Ports no web server uses: the list of https://fetch.spec.whatwg.org/#port-blocking and
the usual databases."""


class EgressRefused(NodeError):
    """The address may not be reached. Not worth trying again."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        hint = hint or "An administrator can allow hosts or networks with EGRESS_ALLOW."
        super().__init__(message, hint=hint, code="egress.refused")


class EgressPolicy:
    """What may be reached: the public internet, and what `allow` names on top of it.

    `allow` is a comma-separated text or a list of host names (`ollama.local`, and
    `*.intranet.example` for all below a name), addresses and networks (`10.0.0.0/8`).
    Raises ValueError for an entry that is none of these.
    """

    def __init__(self, allow: str | Iterable[str] = (), *, resolver: Resolver | None = None) -> None:
        self._resolve_name = resolver or _system_resolver
        self._hosts: set[str] = set()
        self._networks: list[Network] = []
        entries = allow.split(",") if isinstance(allow, str) else allow
        for entry in filter(None, (text.strip() for text in entries)):
            self._add(entry)

    def _add(self, entry: str) -> None:
        try:
            self._networks.append(ip_network(entry.strip("[]"), strict=False))
        except ValueError:
            name = entry.removeprefix("*.")
            if not name.replace("-", "").replace(".", "").replace("_", "").isalnum() or "/" in entry:
                raise ValueError(f"EGRESS_ALLOW: {entry!r} is neither a host name nor a network") from None
            self._hosts.add(_normal(entry))

    def allows_host(self, host: str) -> bool:
        """Whether an administrator named this host, or a name above it with `*.`."""
        name = _normal(host)
        if name in self._hosts:
            return True
        parts = name.split(".")
        return any("*." + ".".join(parts[start:]) in self._hosts for start in range(1, len(parts)))

    def judge(self, address: str, *, host: str) -> str:
        """Why `address` (of `host`) may not be reached; empty when it may."""
        found = _unwrap(ip_address(address.partition("%")[0]))
        inner = _embedded(found)
        if not METADATA.isdisjoint({found, *inner}):
            return "a cloud metadata address is never reached"
        if self.allows_host(host):
            return ""
        if self._allows(found):
            hidden = [reason for one in inner if (reason := self.judge(str(one), host=host))]
            return hidden[0] if hidden else ""
        return _why_not_public(found)

    def _allows(self, address: Address) -> bool:
        return any(address.version == network.version and address in network for network in self._networks)

    async def resolve(self, host: str, port: int) -> list[str]:
        """The addresses of `host` that may be reached, at least one. Raises EgressRefused,
        or NodeError `egress.unknown_host`."""
        host = host.strip("[]")
        try:
            addresses = [str(ip_address(host))]
        except ValueError:
            addresses = await self._look_up(host, port)
        reasons = {address: self.judge(address, host=host) for address in addresses}
        good = [address for address, reason in reasons.items() if not reason]
        if not good:
            address, reason = next(iter(reasons.items()))
            shown = host if host == address else f"{host} ({address})"
            raise EgressRefused(f"{shown} may not be reached: {reason}")
        return good

    async def _look_up(self, host: str, port: int) -> list[str]:
        try:
            addresses = await self._resolve_name(host, port)
        except (OSError, UnicodeError) as error:
            raise _unknown_host(host) from error
        if not addresses:
            raise _unknown_host(host)
        return addresses

    def check_port(self, host: str, port: int) -> None:
        """Refuse ports that belong to other protocols, unless the host is allowed by name."""
        if port in REFUSED_PORTS and not self.allows_host(host):
            raise EgressRefused(f"port {port} of {host} may not be reached over HTTP")

    async def open_socket(self, host: str, port: int, *, timeout_seconds: float = 30) -> socket.socket:
        """A TCP connection for libraries that do not speak HTTP (mail, databases), made to a
        checked address. The caller closes it. Raises EgressRefused, or NodeError
        `egress.unreachable`."""
        error: OSError | None = None
        for address in await self.resolve(host, port):
            try:
                async with asyncio.timeout(timeout_seconds):
                    return await _connect(address, port)
            except OSError as failure:  # TimeoutError is one too
                error = failure
        raise NodeError(
            f"cannot connect to {host}:{port}: {error or 'timed out'}",
            hint="Check the host name and the port, and that the other side is up.",
            retry="soon",
            code="egress.unreachable",
        )


async def check_url(url: str, policy: EgressPolicy) -> None:
    """Refuse a base URL given by a user for a library that makes its own connections.

    The address is judged now; prefer `context.http`, which judges it when it connects."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise EgressRefused(f"{url!r} is not a URL", hint="Write it like https://example.com.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise EgressRefused(f"{url!r} is not an http or https URL", hint="Write it like https://example.com.")
    port = port if port is not None else {"http": 80, "https": 443}[parts.scheme]
    policy.check_port(parts.hostname, port)
    await policy.resolve(parts.hostname, port)


async def _system_resolver(host: str, port: int) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def _connect(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setblocking(False)
    try:
        await asyncio.get_running_loop().sock_connect(opened, (address, port))
    except BaseException:
        opened.close()
        raise
    return opened


def _normal(host: str) -> str:
    return host.lower().rstrip(".")


def _unknown_host(host: str) -> NodeError:
    return NodeError(
        f"the host {host!r} cannot be found",
        hint="Check the spelling of the host name, and that this server has a working DNS.",
        retry="soon",
        code="egress.unknown_host",
    )


def _unwrap(address: Address) -> Address:
    """`::ffff:127.0.0.1` connects to 127.0.0.1: it is judged as that."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _embedded(address: Address) -> list[Address]:
    """The IPv4 addresses that an IPv6 transition form carries."""
    if isinstance(address, IPv4Address):
        return []
    found: list[Address] = [address.sixtofour] if address.sixtofour else []
    found += address.teredo or ()
    if any(address in network for network in TRANSITION[:3]) and int(address) > 1:  # not :: and ::1
        found.append(IPv4Address(address.packed[-4:]))
    return found


def _why_not_public(address: Address) -> str:
    if address.is_loopback:
        return "it is this machine itself"
    if address.is_link_local:
        return "it is a link-local address"
    if address.is_multicast:
        return "it is a multicast address"
    if isinstance(address, IPv6Address) and any(address in network for network in TRANSITION):
        return "it is a tunnel or translation address"
    if not address.is_global or address.is_reserved:
        return "it is not a public address"
    return ""
