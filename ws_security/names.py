"""Namespaces, URIs and the algorithms that take part."""

from __future__ import annotations

from collections.abc import Mapping

_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
WSSE = f"{_OASIS}wssecurity-secext-1.0.xsd"
WSU = f"{_OASIS}wssecurity-utility-1.0.xsd"
X509 = f"{_OASIS}x509-token-profile-1.0"
USERNAME = f"{_OASIS}username-token-profile-1.0"
MESSAGE = f"{_OASIS}soap-message-security-1.0"
WSS11 = "http://docs.oasis-open.org/wss/oasis-wss-soap-message-security-1.1"
DS = "http://www.w3.org/2000/09/xmldsig#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
SOAP = (SOAP_11, SOAP_12)

SECURITY = f"{{{WSSE}}}Security"
BINARY_TOKEN = f"{{{WSSE}}}BinarySecurityToken"
TOKEN_REFERENCE = f"{{{WSSE}}}SecurityTokenReference"
USERNAME_TOKEN = f"{{{WSSE}}}UsernameToken"
TIMESTAMP = f"{{{WSU}}}Timestamp"
CREATED = f"{{{WSU}}}Created"
EXPIRES = f"{{{WSU}}}Expires"
SIGNATURE = f"{{{DS}}}Signature"
ID = f"{{{WSU}}}Id"

BASE64 = f"{MESSAGE}#Base64Binary"
X509_V3 = f"{X509}#X509v3"
PASSWORD_TEXT = f"{USERNAME}#PasswordText"
PASSWORD_DIGEST = f"{USERNAME}#PasswordDigest"

DIGESTS: Mapping[str, str] = {
    "SHA-1": f"{DS}sha1",
    "SHA-256": "http://www.w3.org/2001/04/xmlenc#sha256",
    "SHA-512": "http://www.w3.org/2001/04/xmlenc#sha512",
}
SIGNATURES: Mapping[str, str] = {
    "RSA-SHA-1": f"{DS}rsa-sha1",
    "RSA-SHA-256": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "RSA-SHA-512": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
}
CANONICALIZATIONS: Mapping[str, str] = {
    "Canonical xml 1.0": "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "Canonical xml 1.0 with Comments": "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
    "Exclusive Canonical xml 1.0": EXCLUSIVE,
    "Exclusive Canonical xml 1.0 with Comments": f"{EXCLUSIVE}WithComments",
}
"""Name in ServiceNow's documentation ("WS-Security properties") -> URI of XML Signature and XML Encryption."""
