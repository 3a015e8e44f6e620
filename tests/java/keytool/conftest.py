"""keytool's tests use the keystore tests' PKI."""

from tests.java.keystore.conftest import issue_identity, keytool, pki

__all__ = ["issue_identity", "keytool", "pki"]
