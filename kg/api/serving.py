"""How the service is run: an application in, uvicorn's settings for it out."""

import uvicorn

from kg.api.app import Service

try:
    from kg.api.direct import DirectProtocol
except ImportError:  # without httptools, of the extra `fast`
    PROTOCOL: type | str = "auto"
else:
    PROTOCOL = DirectProtocol


def settings(app: Service, log_level: str = "warning") -> uvicorn.Config:
    """Settings under which the application answers on a socket."""
    return uvicorn.Config(app, http=PROTOCOL, log_level=log_level, access_log=False, lifespan="on")
