"""Which client a request comes from, as far as counting its attempts needs to know."""

from ipaddress import IPv6Address, ip_address

from starlette.requests import Request

_NETWORK_BITS = 64


def client_of(request: Request) -> str:
    """The client's address, or its network for IPv6, where one client has billions of them.

    Behind a proxy it is what the server was told to trust (`FORWARDED_ALLOW_IPS`), never a header read here.
    """
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or int(address) >> (128 - _NETWORK_BITS))
    return host
