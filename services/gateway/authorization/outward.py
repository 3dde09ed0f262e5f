"""Fetches from an address that a caller has named, and so may have chosen in order to reach what only we can reach.

What is judged is the address of the socket, at the moment at which it is made: a name that resolves otherwise a moment
later, a number written strangely and a literal address all come past the same place.
"""

import socket
from errno import EACCES
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import aiohttp
from aiohttp.typedefs import LooseHeaders

SECONDS = 5.0
MOST_BYTES = 64 * 1024
UNICAST = ip_network("2000::/3")  # mapped, translated, local and multicast addresses all lie outside
CLOSED = tuple(
    # Protocol assignments, relays, Teredo and 6to4: they lead on to an address within, or nowhere.
    ip_network(one)
    for one in ("192.0.0.0/24", "192.88.99.0/24", "2001::/32", "2002::/16")
)
PLAIN: LooseHeaders = {"accept": "application/json", "accept-encoding": "identity"}  # what is packed is not unpacked


class Unfetched(Exception):
    """Nothing was fetched; the text says why, for our own log: told to the caller it would be a map of our network."""


def public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is everybody's: neither this machine's, nor this network's, nor reserved for anything."""
    if address.is_multicast or any(address in closed for closed in CLOSED if closed.version == address.version):
        return False
    return address.is_global and (address.version == 4 or address in UNICAST)


async def fetch(url: str, *, loopback: bool = False, seconds: float = SECONDS) -> bytes:
    """The body at an https address. Unfetched where it is not public, redirects, is too slow or too long, or fails.

    `loopback` admits this machine's own addresses, over plain http too.
    """
    if not url.startswith("https://") and not (loopback and url.startswith("http://")):
        raise Unfetched("not https")

    def make(found: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _, at = found
        address = ip_address(str(at[0]))
        if not public(address) and not (loopback and address.is_loopback):
            raise PermissionError(EACCES, f"{address} is not a public address")
        return socket.socket(family, kind, protocol)

    try:
        async with (
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(socket_factory=make, use_dns_cache=False),
                timeout=aiohttp.ClientTimeout(total=seconds),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
            ) as session,
            session.get(url, headers=PLAIN, allow_redirects=False) as answer,
        ):
            if answer.status != 200:
                raise Unfetched(f"answered with {answer.status}")
            body = bytearray()
            async for piece in answer.content.iter_any():
                body += piece
                if len(body) > MOST_BYTES:
                    raise Unfetched(f"longer than {MOST_BYTES // 1024} KiB")
            return bytes(body)
    except TimeoutError:
        raise Unfetched("too slow") from None
    except (aiohttp.ClientError, OSError, ValueError) as failure:
        # What the other side has sent is not repeated: it goes into a log.
        raise Unfetched(f"{type(failure).__name__} {getattr(failure, 'strerror', '') or ''}") from failure
