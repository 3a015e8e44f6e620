"""What OpenSSL can do and Python's `ssl` cannot ask for; the only place that uses ctypes.

`available()` is None where all of it works, else the reason. Every function raises LibsslError with that reason where
it cannot work, and with OpenSSL's words where OpenSSL refuses.
"""

from .binding import LibsslError, available
from .credentials import use_certificate, use_own_certificate
from .extensions import send_extension
from .knobs import (
    accept_any_purpose,
    ask_for_status,
    disable_session_cache,
    offer_dhe,
    set_client_ca_list,
    set_client_certificate_types,
    set_client_signature_algorithms,
    set_groups,
    set_keylog_callback,
    set_no_auto_chain,
    set_security_level,
    set_signature_algorithms,
    set_tls13_cipher_suites,
    set_verify_time,
)
from .later import ask_for_certificate
from .rewriting import Rewriting
from .verification import (
    APPLICATION_VERIFICATION,
    OK,
    VERIFY_CODE_FOR_ALERT,
    set_verdict_callback,
    set_verify_callback,
    verify_client,
)

__all__ = [
    "APPLICATION_VERIFICATION",
    "OK",
    "VERIFY_CODE_FOR_ALERT",
    "LibsslError",
    "Rewriting",
    "accept_any_purpose",
    "ask_for_certificate",
    "ask_for_status",
    "available",
    "disable_session_cache",
    "offer_dhe",
    "send_extension",
    "set_client_ca_list",
    "set_client_certificate_types",
    "set_client_signature_algorithms",
    "set_groups",
    "set_keylog_callback",
    "set_no_auto_chain",
    "set_security_level",
    "set_signature_algorithms",
    "set_tls13_cipher_suites",
    "set_verdict_callback",
    "set_verify_callback",
    "set_verify_time",
    "use_certificate",
    "use_own_certificate",
    "verify_client",
]
