"""Asking for the client's certificate after the handshake, when the request has been read.

TLS 1.2 does it by a second handshake inside the first (HelloRequest, RFC 5246 section 7.4.1.1), TLS 1.3 by
post-handshake authentication (RFC 8446 section 4.6.2), which only a client that offered it can be asked for. Apache's
`SSLVerifyClient` in a `<Location>` does both (modules/ssl/ssl_engine_kernel.c, `ssl_hook_Access`).
"""

from __future__ import annotations

import ssl

from .binding import LibsslError, last_error, library, ssl_pointer

_VERIFY_PEER, _VERIFY_FAIL_IF_NONE = 1, 2
_NOT_OFFERED = "EXTENSION_NOT_RECEIVED"


def ask_for_certificate(connection: ssl.SSLObject, *, required: bool) -> bool:
    """Server side: prepare the request for the client's certificate; reading goes on with the handshake.

    The context's trust, names and callbacks apply. False: TLS 1.3, and the client did not offer
    post-handshake authentication; nothing was sent. Raises LibsslError where OpenSSL refuses.
    """
    pointer = ssl_pointer(connection)
    library().SSL_set_verify(pointer, _VERIFY_PEER | (_VERIFY_FAIL_IF_NONE if required else 0), None)
    if connection.version() == "TLSv1.3":
        try:
            connection.verify_client_post_handshake()
        except ssl.SSLError as error:
            if error.reason == _NOT_OFFERED:
                return False
            raise LibsslError(f"post-handshake authentication: {error.reason}") from None
    elif library().SSL_renegotiate(pointer) != 1:
        raise LibsslError(f"renegotiation: {last_error()}")
    connection.do_handshake()
    return True
