"""XML signatures through signxml: made over parts of an envelope, and checked.

signxml refuses SHA-1 unless it is asked to allow it; ServiceNow's default is SHA-1, so it is asked to. What may be
accepted is decided before, by the receiver's own list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from lxml import etree
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.exceptions import InvalidDigest, SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from ws_security import names
from ws_security.refusals import Cause


class _Signer(XMLSigner):
    def check_deprecated_methods(self) -> None:
        """Allow SHA-1; overriding this is the way signxml documents."""


def signed(
    root: etree._Element,
    parent: etree._Element,
    references: Sequence[str],
    key: RSAPrivateKey,
    key_info: etree._Element,
    *,
    algorithms: Mapping[str, str],
) -> etree._Element:
    """The Signature element over the elements with these Ids, as it will stand in `parent`.

    `algorithms` gives the URIs of `signature`, `digest` and `canonicalization`. Inclusive canonicalization sees the
    namespaces in scope, so the signature is made with those of its parent.
    """
    signer = _Signer(
        method=SignatureConstructionMethod.detached,
        signature_algorithm=SignatureMethod(algorithms["signature"]),
        digest_algorithm=DigestAlgorithm(algorithms["digest"]),
        c14n_algorithm=CanonicalizationMethod(algorithms["canonicalization"]),
    )
    signer.namespaces = {**parent.nsmap, "ds": names.DS}  # type: ignore[dict-item]
    return signer.sign(
        root,
        key=key,
        reference_uri=[f"#{reference}" for reference in references],
        key_info=key_info,
        id_attribute="Id",
    )


def fault(
    root: etree._Element,
    security: etree._Element,
    certificate: x509.Certificate,
    algorithms: Mapping[str, Sequence[str]],
) -> tuple[Cause, str] | None:
    """What is wrong with the one signature of that Security header, by the certificate's key; None: nothing is."""
    header = security.getparent()
    assert header is not None
    position = header.findall(names.SECURITY).index(security) + 1
    configuration = SignatureConfiguration(
        location=f"./{header.tag}/{names.SECURITY}[{position}]/",  # headers for other actors may stand before it
        expect_references=False,
        signature_methods=frozenset(map(SignatureMethod, algorithms["signature"])),
        digest_algorithms=frozenset(map(DigestAlgorithm, algorithms["digest"])),
        verification_time=_within(certificate),
    )
    try:
        XMLVerifier().verify(
            root, x509_cert=certificate, expect_config=configuration, id_attribute="Id", validate_schema=False
        )
    except InvalidDigest as error:
        return Cause.DIGEST, str(error)
    except SignXMLException as error:
        wrong = Cause.SIGNATURE_VALUE if "verification failed" in str(error) else Cause.SIGNATURE_SHAPE
        return wrong, str(error)
    except (ValueError, TypeError, AttributeError, etree.LxmlError) as error:  # base64, missing elements, odd URIs
        return Cause.SIGNATURE_SHAPE, f"{type(error).__name__}: {error}"
    return None


def _within(certificate: x509.Certificate) -> datetime:
    """A moment at which the certificate is valid: its dates are judged elsewhere, with their own words."""
    return certificate.not_valid_before_utc
