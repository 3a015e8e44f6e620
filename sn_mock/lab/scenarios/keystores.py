"""The keystore file itself: names, passwords, contents, and what the instance does with more than one."""

from __future__ import annotations

from dataclasses import replace

from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from sn_mock.lab.pki import KeySpec, KeystoreSpec
from sn_mock.lab.scenarios.model import Expected, Scenario, Source
from sn_mock.lab.scenarios.wording import FRUITION_BLOG, MEASURED, NO_CERTIFICATE, docs, kb, legacy_properties, refused
from sn_mock.lab.setup import LabSetup, ProviderSetup, Store

_HEALTHY = LabSetup()
_SECOND_STORE = Store(
    "Default keystore", KeystoreSpec((KeySpec("default", "unrelated-client"),)), file_name="default.jks"
)


def _with_store(**changes: object) -> LabSetup:
    return replace(_HEALTHY, stores=(replace(Store(), **changes),))  # type: ignore[arg-type]


def _holding(*keys: KeySpec, **options: object) -> LabSetup:
    return _with_store(content=KeystoreSpec(keys, **options))  # type: ignore[arg-type]


_CAPITAL_NAME = replace(
    _HEALTHY,
    stores=(Store(file_name="ACME-Client.jks"), _SECOND_STORE),
    provider=ProviderSetup(advertise="none"),
)
_TAMPERED = (
    "java.io.IOException: Keystore was tampered with, or password was incorrect",
    "java.security.UnrecoverableKeyException: Password verification failed",
)


def _not_loaded(finding: str, *java: str) -> Expected:
    return Expected(
        finding=finding,
        stage=Stage.KEYSTORE,
        cause="keystore-not-loaded",
        java=java,
        visits=False,
        connections=0,
    )


_ON_8U252 = Source("measured on JDK 8u252", Evidence.MEASURED)
_PBES2_ON_JAVA_8 = (
    "java.io.IOException: parseAlgParameters failed: ObjectIdentifier() -- data isn't an object ID (tag = 48)",
    "java.io.IOException: ObjectIdentifier() -- data isn't an object ID (tag = 48)",
)
_PKCS12_PASSWORD = _not_loaded(
    "wrong-store-password",
    "java.io.IOException: keystore password was incorrect",
    "java.security.UnrecoverableKeyException: failed to decrypt safe contents entry: "
    "javax.crypto.BadPaddingException: Given final block not properly padded. Such issues can arise if a bad key "
    "is used during decryption.",
)
_JKS_PASSWORD = _not_loaded("wrong-store-password", *_TAMPERED)

SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        id="uppercase-keystore-filename",
        group="keystore",
        title="A capital letter in the keystore's file name: the keystore is not used",
        story=(
            "The keystore was attached as ACME-Client.jks. Everything validates, the profile names the right record, "
            "and "
            "still another active keystore's key goes out, or none. Users report that a lower-case file name mends it; "
            "that the keystore is skipped in favour of what else is active is our reading of it."
        ),
        broken=_CAPITAL_NAME,
        fixed=replace(_CAPITAL_NAME, stores=(Store(), _SECOND_STORE)),
        fix="Delete the attachment and attach the same keystore again as acme-client.jks, in lower case.",
        expected=Expected(finding="keystore-file-name-with-capital", presented="unrelated-client"),
        variants=refused("unknown_ca"),
        sources=(FRUITION_BLOG,),
        release="helsinki",
        last_release="helsinki",
        tls=("TLSv1.2",),
    ),
    Scenario(
        id="wrong-store-password",
        group="keystore",
        title="The store password on the record is wrong",
        story=(
            "The keystore was renewed with another password, and the old one stayed in Key store password. Java cannot "
            "check the file's integrity and does not load it; no connection is made."
        ),
        broken=_with_store(password="secret"),
        fixed=_HEALTHY,
        fix="Type the keystore's password into Key store password of the sys_certificate record and use "
        "Validate Stores/Certificates.",
        expected=_JKS_PASSWORD,
        sources=(kb("KB1217702"), kb("KB0655967"), MEASURED),
        kb=("KB1217702",),
    ),
    Scenario(
        id="wrong-store-password-pkcs12",
        group="keystore",
        title="The store password of a PKCS#12 keystore is wrong",
        story="The same mistake with a PKCS12 Key Store; Java words it differently.",
        broken=_with_store(
            content=KeystoreSpec(format="PKCS12"),
            type="pkcs12_key_store",
            file_name="acme-client.p12",
            password="secret",
        ),
        fixed=_with_store(content=KeystoreSpec(format="PKCS12"), type="pkcs12_key_store", file_name="acme-client.p12"),
        fix="Type the keystore's password into Key store password of the sys_certificate record.",
        expected=_PKCS12_PASSWORD,
        sources=(MEASURED, kb("KB0655967")),
    ),
    Scenario(
        id="pkcs12-under-java-key-store",
        group="keystore",
        title="A PKCS#12 file under the type Java Key Store complains in PKCS#12's words",
        story=(
            "keytool writes PKCS#12 since Java 9, whatever the file is called, so acme-client.jks is none. Java reads "
            "it all the same under the type Java Key Store; only its complaint about the password is the other "
            "format's."
        ),
        broken=_with_store(content=KeystoreSpec(format="PKCS12"), password="secret"),
        fixed=_with_store(content=KeystoreSpec(format="PKCS12")),
        fix="Type the keystore's password into Key store password; the type may stay Java Key Store.",
        expected=_PKCS12_PASSWORD,
        sources=(MEASURED, kb("KB0655967", "stack trace: JavaKeyStore$DualFormatJKS")),
    ),
    Scenario(
        id="jks-under-pkcs12-key-store",
        group="keystore",
        title="A JKS file under the type PKCS12 Key Store complains in JKS's words",
        story=(
            "The record's type was changed to PKCS12 Key Store, the file is still JKS. Java reads both under either "
            "type; the wrong password is reported as JKS does."
        ),
        broken=_with_store(type="pkcs12_key_store", password="secret"),
        fixed=_with_store(type="pkcs12_key_store"),
        fix="Type the keystore's password into Key store password; the type may stay PKCS12 Key Store.",
        expected=_JKS_PASSWORD,
        sources=(MEASURED, kb("KB0655967", "stack trace: JavaKeyStore$DualFormatJKS")),
        release="quebec",
        first_release="quebec",
    ),
    Scenario(
        id="jks-under-pkcs12-on-java-8",
        group="keystore",
        title="Java 8: a JKS file under the type PKCS12 Key Store does not load",
        story=(
            "The record's type was changed to PKCS12 Key Store, the file is still JKS. Java reads JKS under that type "
            "from Java 9 on only; Java 8 takes the file for broken DER."
        ),
        broken=_with_store(type="pkcs12_key_store"),
        fixed=_HEALTHY,
        fix="Set the type of the sys_certificate record to Java Key Store.",
        expected=_not_loaded(
            "not-a-keystore", "java.io.IOException: DerInputStream.getLength(): lengthTag=109, too big."
        ),
        sources=(_ON_8U252,),
        last_release="paris",
        tls=("TLSv1.2",),
    ),
    Scenario(
        id="keystore-of-a-newer-keytool",
        group="keystore",
        title="The keystore was made by a newer keytool than the instance's Java",
        story=(
            "The keystore was made with the keytool of a current JDK, which writes PKCS#12 with AES and SHA-256 "
            "whatever the file is called. The instance's Java 8 knows neither, and says no more than that the format "
            "is invalid."
        ),
        broken=_with_store(content=KeystoreSpec(format="PKCS12", encryption="modern")),
        fixed=_HEALTHY,
        fix="Convert it with keytool -importkeystore -deststoretype JKS and attach the result.",
        expected=_not_loaded("keystore-too-new-for-java", "java.io.IOException: Invalid keystore format"),
        sources=(
            _ON_8U252,
            docs("headless-browser-procedure-linux", "keytool must be Java 1.8's, or validation fails"),
        ),
        last_release="paris",
        tls=("TLSv1.2",),
        see_also=("upgrade-makes-keystore-readable",),
    ),
    Scenario(
        id="pkcs12-of-a-newer-openssl",
        group="keystore",
        title="The PKCS#12 file was made by OpenSSL 3 for an instance with Java 8",
        story=(
            "openssl pkcs12 -export writes PBES2 with AES since version 3. Java 8 looks for an object identifier in "
            "front of its parameters, as it used to write them itself, and finds a sequence."
        ),
        broken=_with_store(
            content=KeystoreSpec(format="PKCS12", encryption="modern"),
            type="pkcs12_key_store",
            file_name="acme-client.p12",
        ),
        fixed=_with_store(
            content=KeystoreSpec(format="PKCS12", encryption="legacy"),
            type="pkcs12_key_store",
            file_name="acme-client.p12",
        ),
        fix="Make the file again with openssl pkcs12 -export -legacy and attach it.",
        expected=_not_loaded("keystore-too-new-for-java", *_PBES2_ON_JAVA_8),
        sources=(_ON_8U252,),
        last_release="paris",
        tls=("TLSv1.2",),
        see_also=("upgrade-makes-keystore-readable",),
    ),
    Scenario(
        id="upgrade-makes-keystore-readable",
        group="keystore",
        title="The keystore that failed loads after the upgrade to a release with a newer Java",
        story=(
            "The PKCS#12 file of a current tool was attached on Paris and could not be loaded. Nobody touched it, and "
            "after the upgrade the same file works: Java 11 reads what Java 8 could not."
        ),
        broken=_with_store(
            content=KeystoreSpec(format="PKCS12", encryption="modern"),
            type="pkcs12_key_store",
            file_name="acme-client.p12",
        ),
        fixed=replace(
            _with_store(
                content=KeystoreSpec(format="PKCS12", encryption="modern"),
                type="pkcs12_key_store",
                file_name="acme-client.p12",
            ),
            release="quebec",
        ),
        fix="Upgrade to Quebec or later (Java 11); until then attach the keystore as JKS.",
        expected=_not_loaded("keystore-too-new-for-java", *_PBES2_ON_JAVA_8),
        sources=(_ON_8U252, Source("measured on JDK 11.0.13", Evidence.MEASURED)),
        release="paris",
        last_release="paris",
        tls=("TLSv1.2",),
        see_also=("keystore-of-a-newer-keytool",),
    ),
    Scenario(
        id="key-password-differs",
        group="keystore",
        title="The key has another password than the store",
        story=(
            "keytool asked for a key password and got its own. The record has one password field only, so Java opens "
            "the "
            "store and then fails on the key. Validation of the record may still say that the keystore is valid."
        ),
        broken=_holding(KeySpec("acme", "acme-client"), key_password="different"),
        fixed=_HEALTHY,
        fix="Give the key the store's password (keytool -keypasswd for a JKS) and attach the keystore again.",
        expected=Expected(
            finding="key-password-differs",
            stage=Stage.KEYSTORE,
            cause="key-not-recovered",
            java=("java.security.UnrecoverableKeyException: Cannot recover key",),
            visits=False,
            connections=0,
        ),
        sources=(
            kb("KB0655967", "stack trace at DBKeyStoreSocketFactory.createKeyManagers"),
            kb("KB0824494"),
            MEASURED,
        ),
        kb=("KB0655967",),
    ),
    Scenario(
        id="no-private-key",
        group="keystore",
        title="The keystore holds certificates only, no private key",
        story=(
            "The CA's reply and the CA's own certificate were imported into a new, empty keystore. It loads and "
            "validates, "
            "but there is nothing in it that could sign, so the instance answers the provider with an empty message."
        ),
        broken=_with_store(
            content=KeystoreSpec(keys=(), trusted=(("acme", "acme-client"), ("issuing-ca", "intermediate")))
        ),
        fixed=_HEALTHY,
        fix="Import the CA's reply into the keystore in which the key pair was generated, under the same alias.",
        expected=Expected(finding="keystore-without-key"),
        variants=NO_CERTIFICATE,
        sources=(kb("KB0696599", "no BEGIN PRIVATE KEY: the key is missing"), kb("KB0696776"), MEASURED),
        kb=("KB0696776",),
    ),
    Scenario(
        id="reply-under-other-alias",
        group="keystore",
        title="The CA's reply was imported under another alias",
        story=(
            "The key pair was generated as acme, and the signed reply was imported as acme-signed. The keystore now "
            "has the "
            "key with its original self-signed certificate, and the signed certificate as a mere trusted entry."
        ),
        broken=_with_store(
            content=KeystoreSpec(
                (KeySpec("acme", "unsigned-request"),),
                trusted=(("acme-signed", "acme-client"), ("issuing-ca", "intermediate"), ("root-ca", "root")),
            )
        ),
        fixed=_HEALTHY,
        fix="Import the reply again with keytool -importcert under the key's own alias (acme), after the CA "
        "certificates.",
        expected=Expected(finding="reply-under-other-alias"),
        variants=NO_CERTIFICATE,
        sources=(kb("KB1648222"), kb("KB0696002", "-trustcacerts and the alias"), MEASURED),
        kb=("KB1648222",),
    ),
    Scenario(
        id="chain-missing-in-keystore",
        group="keystore",
        title="The intermediate is missing in the keystore's entry",
        story=(
            "Only the leaf was imported. The provider names its root as acceptable CA; Java compares that with the "
            "issuers "
            "in the entry's own chain, finds only the intermediate, and sends nothing."
        ),
        broken=replace(
            _holding(KeySpec("acme", "acme-client", chain="leaf")), provider=ProviderSetup(advertise=("root",))
        ),
        fixed=replace(_HEALTHY, provider=ProviderSetup(advertise=("root",))),
        fix="Import root and intermediate into the keystore and then the reply again, so that the entry holds the "
        "whole chain.",
        expected=Expected(finding="client-chain-incomplete"),
        variants=NO_CERTIFICATE,
        sources=(
            docs("c_MutualAuthentication", "root and intermediates belong in the keystore"),
            kb("KB1648222"),
            MEASURED,
        ),
        kb=("KB1648222",),
    ),
    Scenario(
        id="chain-not-sent-to-provider",
        group="keystore",
        title="The leaf goes out alone and the provider lacks the intermediate",
        story=(
            "The entry holds only the leaf and the provider names no CA, so the leaf goes out by itself. The provider "
            "trusts the root but has never seen the intermediate: it cannot build a path."
        ),
        broken=replace(
            _holding(KeySpec("acme", "acme-client", chain="leaf")),
            provider=ProviderSetup(trust=("root",), advertise="none"),
        ),
        fixed=replace(_HEALTHY, provider=ProviderSetup(trust=("root",), advertise="none")),
        fix="Put the whole chain into the keystore's entry; Java never completes it from elsewhere.",
        expected=Expected(finding="client-chain-incomplete", presented="acme-client"),
        variants=refused("unknown_ca"),
        sources=(docs("c_MutualAuthentication"), MEASURED),
    ),
    Scenario(
        id="keystore-corrupted",
        group="keystore",
        title="The attachment is damaged",
        story=(
            "One byte of the file changed on its way into the instance. Java cannot tell that from a wrong password, "
            "and "
            "says the same."
        ),
        broken=_with_store(damage="flip"),
        fixed=_HEALTHY,
        fix="Attach the keystore again, as a binary file; compare its size and SHA-256 with the original.",
        expected=_not_loaded("wrong-store-password", *_TAMPERED),
        sources=(MEASURED,),
    ),
    Scenario(
        id="keystore-cut-off",
        group="keystore",
        title="The attachment ends too early",
        story="The upload was interrupted. Java reads past the end of the file and says nothing more than "
        "EOFException.",
        broken=_with_store(damage="cut"),
        fixed=_HEALTHY,
        fix="Attach the keystore again and compare its size with the original.",
        expected=_not_loaded("keystore-damaged", "java.io.EOFException"),
        sources=(MEASURED,),
    ),
    Scenario(
        id="pem-posing-as-jks",
        group="keystore",
        title="A PEM file was attached as Java Key Store",
        story=(
            "The PEM file with certificate and key was renamed to acme-client.jks. A Java Key Store is a binary "
            "format of "
            "its own; a name does not make one."
        ),
        broken=_with_store(content="pem"),
        fixed=_HEALTHY,
        fix="Build a keystore from the PEM files (openssl pkcs12 -export, then keytool -importkeystore) and attach "
        "that.",
        expected=_not_loaded("not-a-keystore", "java.io.IOException: Invalid keystore format"),
        sources=(MEASURED, kb("KB0696599")),
    ),
    Scenario(
        id="der-posing-as-jks",
        group="keystore",
        title="A DER certificate was attached as Java Key Store",
        story="The CA's reply, a .cer file, was attached instead of the keystore it belongs into.",
        broken=_with_store(content="der"),
        fixed=_HEALTHY,
        fix="Import the certificate into the keystore that has its private key and attach that keystore.",
        expected=_not_loaded("not-a-keystore", "java.io.IOException: Invalid keystore format"),
        sources=(MEASURED,),
    ),
    Scenario(
        id="jceks-posing-as-jks",
        group="keystore",
        title="A JCEKS keystore is not a Java Key Store",
        story="The keystore came from a system that writes JCEKS. The type Java Key Store reads JKS and PKCS#12, not "
        "that.",
        broken=_with_store(content="jceks"),
        fixed=_HEALTHY,
        fix="Convert it: keytool -importkeystore -srcstoretype JCEKS -deststoretype JKS, and attach the result.",
        expected=_not_loaded("not-a-keystore", "java.io.IOException: Invalid keystore format"),
        sources=(MEASURED,),
    ),
    Scenario(
        id="pkcs12-not-accepted",
        group="keystore",
        title="Madrid and New York: a PKCS12 Key Store is not supported",
        story=(
            "KB0696002 told customers of these releases to use JKS because PKCS12 is not supported; later editions "
            "dropped "
            "the sentence, and the code of the time loads it. Where an instance does refuse it, this is what happens."
        ),
        broken=replace(
            _with_store(content=KeystoreSpec(format="PKCS12"), type="pkcs12_key_store", file_name="acme-client.p12"),
            quirks={"pkcs12_keystores": "refused"},
        ),
        fixed=replace(_HEALTHY, quirks={"pkcs12_keystores": "refused"}),
        fix="Convert the file with keytool -importkeystore -deststoretype JKS and use the type Java Key Store.",
        expected=Expected(finding="pkcs12-not-accepted"),
        variants=NO_CERTIFICATE,
        sources=(
            kb("KB0696002", "first edition"),
            Source("base-system script include DBKeyStore", Evidence.DOCUMENTED),
        ),
        kb=("KB0696002",),
        release="madrid",
        first_release="madrid",
        last_release="newyork",
        tls=("TLSv1.2",),
    ),
    Scenario(
        id="no-attachment",
        group="keystore",
        title="The keystore record has no attachment",
        story=(
            "The record was moved with its data, but the keystore is an attachment and did not come along. There is "
            "no file "
            "to load."
        ),
        broken=_with_store(content=None),
        fixed=_HEALTHY,
        fix="Attach the keystore file to the sys_certificate record.",
        expected=_not_loaded("no-attachment", "java.io.EOFException"),
        sources=(
            kb("KB0655967", "a missing attachment is one of its causes"),
            Source("measured on JDK 17: an empty file", Evidence.MEASURED, "that Java is given one is ASSUMED"),
        ),
        kb=("KB0655967",),
    ),
    Scenario(
        id="removed-keystore-worked-until-restart",
        group="keystore",
        title="The attachment was removed but cached: calls went on until the node restarted",
        story=(
            "Somebody removed the keystore's file. Calls went on succeeding, because the instance had the keystore in "
            "its cache, and nobody suspected anything until a restart emptied the cache weeks later."
        ),
        before=(replace(_HEALTHY, keep_alive=True), replace(_with_store(content=None), keep_alive=True)),
        broken=_with_store(content=None),
        fixed=_HEALTHY,
        fix="Attach the keystore file to the sys_certificate record again.",
        expected=_not_loaded("no-attachment", "java.io.EOFException"),
        sources=(
            Source("PRB1878139 (fixed in Zurich)", Evidence.DOCUMENTED, "a removed keystore file is still used"),
            Source("PRB1878139 says nothing of what ends it", Evidence.ASSUMED, "that a restart empties the cache"),
            Source("measured on JDK 17: an empty file", Evidence.MEASURED, "that Java is given one is ASSUMED"),
        ),
        release="yokohama",
        last_release="yokohama",
        see_also=("no-attachment", "removed-keystore-worked-until-upgrade"),
    ),
    Scenario(
        id="removed-keystore-worked-until-upgrade",
        group="keystore",
        title="The keystore file was removed long ago, and the upgrade to Zurich noticed",
        story=(
            "Somebody removed the attachment and nothing happened: the instance had the keystore in its cache. "
            "Zurich mends that defect, and the call fails with the keystore that is not there."
        ),
        before=(replace(_HEALTHY, keep_alive=True),),
        broken=replace(_with_store(content=None), keep_alive=True),
        fixed=_HEALTHY,
        fix="Attach the keystore file to the sys_certificate record again.",
        expected=_not_loaded("no-attachment", "java.io.EOFException"),
        sources=(
            Source("PRB1878139 (Zurich release notes)", Evidence.DOCUMENTED),
            Source("measured on JDK 17: an empty file", Evidence.MEASURED, "that Java is given one is ASSUMED"),
        ),
        release="zurich",
        first_release="zurich",
        see_also=("no-attachment",),
    ),
    Scenario(
        id="keystore-cut-off-pkcs12",
        group="keystore",
        title="A damaged PKCS#12 file under the type Java Key Store",
        story=(
            "Java reads a PKCS#12 file under the type Java Key Store, and a JKS file under PKCS12 Key Store. When "
            "the file is "
            "damaged, it complains in the words of the type on the record, which sends everybody looking for a JKS "
            "problem."
        ),
        broken=_with_store(content=KeystoreSpec(format="PKCS12"), damage="cut"),
        fixed=_with_store(content=KeystoreSpec(format="PKCS12")),
        fix="Attach the PKCS#12 file again; its type on the record may stay Java Key Store.",
        expected=_not_loaded("keystore-damaged", "java.io.IOException: Invalid keystore format"),
        sources=(MEASURED, kb("KB0655967", "stack trace: JavaKeyStore$DualFormatJKS")),
    ),
    Scenario(
        id="keystore-inactive",
        group="keystore",
        title="The profile's keystore record is inactive",
        story="During a clean-up of sys_certificate the record was deactivated; the profile still refers to it.",
        broken=_with_store(active=False),
        fixed=_HEALTHY,
        fix="Set Active on the sys_certificate record that the protocol profile refers to.",
        expected=Expected(finding="keystore-inactive"),
        variants=NO_CERTIFICATE,
        sources=(kb("KB0696599"),),
    ),
    Scenario(
        id="several-keys-in-one-keystore",
        group="keystore",
        title="Two keys in one keystore: Java's hash order decides, not yours",
        story=(
            "Last year's key was kept in the keystore. Java's SunX509 key manager goes through the aliases in the "
            "order of "
            "a hash table and takes the first that fits the provider's CAs, expired or not."
        ),
        broken=_holding(KeySpec("acme", "acme-client"), KeySpec("expired", "expired-client")),
        fixed=_HEALTHY,
        fix="Keep one key per keystore: delete the old entry (keytool -delete -alias …) and attach the keystore again.",
        expected=Expected(finding="several-keys-in-keystore", presented="expired-client"),
        variants=refused("certificate_expired"),
        sources=(MEASURED, kb("KB0683345", "several keystores installed")),
    ),
    Scenario(
        id="client-certificate-expired",
        group="keystore",
        title="The client certificate has expired",
        story=(
            "Nobody renewed it. Java does not look at the dates of its own certificate and sends it; the provider "
            "does look."
        ),
        broken=_holding(KeySpec("acme", "expired-client")),
        fixed=_HEALTHY,
        fix="Renew the certificate, import the reply into the keystore and attach it; tell the provider if it pins "
        "the old one.",
        expected=Expected(finding="client-certificate-expired", presented="expired-client"),
        variants=refused("certificate_expired"),
        sources=(MEASURED, Source("PRB1923704", Evidence.DOCUMENTED, "expired certificates are sent")),
        release="jakarta",
    ),
    Scenario(
        id="client-certificate-not-yet-valid",
        group="keystore",
        title="The client certificate is not valid yet",
        story="The renewed certificate begins later than the change window. An OpenSSL provider calls it "
        "bad_certificate.",
        broken=_holding(KeySpec("acme", "future-client")),
        fixed=_HEALTHY,
        fix="Keep the old keystore until the new certificate's first day.",
        expected=Expected(finding="client-certificate-not-yet-valid", presented="future-client"),
        variants=refused("bad_certificate"),
        sources=(MEASURED,),
        release="jakarta",
    ),
    Scenario(
        id="broken-row-in-merged-store",
        group="keystore",
        title="One broken active keystore breaks every call of the merged method",
        story=(
            "The call uses the legacy properties, so all active keystores are loaded together. One that has nothing "
            "to do "
            "with it has a wrong password, and the whole socket factory fails."
        ),
        broken=replace(
            _HEALTHY,
            stores=(replace(_SECOND_STORE, password="secret"), Store()),
            properties=legacy_properties(),
        ),
        fixed=replace(
            _HEALTHY,
            stores=(replace(_SECOND_STORE, password="secret", active=False), Store()),
            properties=legacy_properties(),
        ),
        fix="Correct or deactivate the broken sys_certificate record; better, empty the two properties as well.",
        expected=_not_loaded("broken-keystore-among-all", *_TAMPERED),
        sources=(kb("KB1217702"), kb("KB0655967")),
        kb=("KB1217702", "KB0655967"),
        release="newyork",
    ),
)
