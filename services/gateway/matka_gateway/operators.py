"""Who may see the gateway's health, metrics and activity: operators nearby, never the public.

The gateway is the one service that the internet reaches, and its counters say how much is going on. So they
are answered only to clients from the networks in `MATKA_OPERATORS` (this machine unless set), and never to a
request that a proxy passed on, for the public comes by that way. To everybody else there is nothing here.
"""

from ipaddress import ip_address

from starlette.requests import Request

from matka_gateway.gateway import Gateway
from matka_kit.errors import NotFound

_FROM_A_PROXY = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


async def operators_only(request: Request) -> None:
    """Raise `NotFound` for the public."""
    gateway: Gateway = request.app.state.deps
    passed_on = any(name in request.headers for name in _FROM_A_PROXY)
    if passed_on or not _is_near(request, gateway):
        raise NotFound


def _is_near(request: Request, gateway: Gateway) -> bool:
    try:
        address = ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    plain = getattr(address, "ipv4_mapped", None) or address
    return any(plain in network for network in gateway.settings.operators)
