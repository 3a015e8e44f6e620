"""What any JVM does on such a call: keystores, certificates, TLS, HTTP, and the words it has for what goes wrong.

Nothing here knows a record of ServiceNow; it could be a library of its own. Arrows point down:

    keytool
    jsse  httpclient
    pkix  keystore
    x509
    asn1  net
    lang  exceptions"""
