"""The pages by which provider stacks refuse a client over HTTP."""

from __future__ import annotations

from provider_stub.refusals.outcomes import HttpAnswer

_NGINX_PAGE = (
    "<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n"
    "<center><h1>{status} {reason}</h1></center>\r\n<center>{title}</center>\r\n"
    "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
NGINX_SHORT_PAGE = (
    "<html>\r\n<head><title>{status} {reason}</title></head>\r\n<body>\r\n"
    "<center><h1>{status} {reason}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
_IIS_PAGE = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\r\n'
    "<html><head><title>{title}</title></head>\r\n<body><h2>{title}</h2></body></html>\r\n"
)


_APACHE_TYPE = "text/html; charset=iso-8859-1"
_APACHE_HEAD = (
    '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">\n'
    "<html><head>\n<title>{status} {reason}</title>\n</head><body>\n<h1>{title}</h1>\n"
)
_APACHE_PAGE = _APACHE_HEAD + "<p>You don't have permission to access this resource.</p>\n</body></html>\n"
_APACHE_LARGE_PAGE = _APACHE_HEAD + (
    "The requested resource does not allow request data with POST requests, or the amount of data provided in\n"
    "the request exceeds the capacity limit.\n</body></html>\n"
)


def nginx(title: str) -> HttpAnswer:
    """nginx's page, with a sentence."""
    return HttpAnswer(400, "Bad Request", title, _NGINX_PAGE, "nginx")


def snow_adc(title: str) -> HttpAnswer:
    """The page of ServiceNow's own front door: nginx's with another footer."""
    return HttpAnswer(400, "Bad Request", title, _NGINX_PAGE.replace("nginx", "snow_adc"), "snow_adc")


def iis(title: str) -> HttpAnswer:
    """IIS's page, with a sub-status in its title."""
    return HttpAnswer(403, "Forbidden", title, _IIS_PAGE, "Microsoft-IIS/10.0")


GO_PLAIN = HttpAnswer(
    400,
    "Bad Request",
    "Client sent an HTTP request to an HTTPS server.",
    "{title}\n",
    server="",
    content_type="text/plain; charset=utf-8",
)
API_GATEWAY = HttpAnswer(
    403, "Forbidden", "Forbidden", '{{"message":"{title}"}}', server="", content_type="application/json"
)
APPLICATION_GATEWAY_PAGE = (
    "<html>\r\n<head><title>{status} {reason}</title></head>\r\n<body>\r\n"
    "<center><h1>{status} {reason}</h1></center>\r\n<hr>"
    "<center>Microsoft-Azure-Application-Gateway/v2</center>\r\n</body>\r\n</html>\r\n"
)
APACHE_FORBIDDEN = HttpAnswer(403, "Forbidden", "Forbidden", _APACHE_PAGE, "Apache", _APACHE_TYPE)
APACHE_CANNOT_ASK = HttpAnswer(
    403,
    "Forbidden",
    "Forbidden",
    _APACHE_PAGE.replace("resource.", "resource.Reason: Cannot perform Post-Handshake Authentication.<br />"),
    "Apache",
    _APACHE_TYPE,
)
APACHE_TOO_LARGE = HttpAnswer(
    413, "Request Entity Too Large", "Request Entity Too Large", _APACHE_LARGE_PAGE, "Apache", _APACHE_TYPE
)
