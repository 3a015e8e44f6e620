"""One outbound call, from what a script asks for to what it gets to see.

The nouns, in the order of the flow:

    OutboundCall       what the script or the record asks for (`messages` makes one, `routing` defines it)
    Way                where an alias leads: connection, URL, credential (`connections.resolving`); steps begin there
    Token              what a call with OAuth 2.0 gets before it is placed (`tokens.legs`)
    Session            the instance it runs on, and what it may reach (`calls.session`)
    Ledger             the release facts asked for on the way, and a sentence for every decision (`routing.ledger`)
    Route              URL, socket factory and keystores, by the release's rules (`routing.route`)
    KeystoreShelf      the instance's keystores, each opened once (`credentials.shelf`)
    Material           the keys and trust anchors in those keystores (`credentials.material`)
    Candidate, Choice  the key manager's question and answer (`sn_mock.java.jsse.key_manager`)
    Listener           follows the handshake and answers the CertificateRequest in it (`sn_mock.java.jsse.handshake`)
    Wire, TlsStream    bytes, with deadlines (`sn_mock.java.net.wire`, `sn_mock.java.jsse.tls_stream`)
    Outcome            one attempt over one connection (`calls.transport`); the HTTP client's retry rules can ask for
                       several
    Exchange           everything that is known of the call (`sn_mock.exchange`); made by `calls.call.place`

Pure modules decide, few do I/O (`calls.transport`, and below it `sn_mock.java.net`). What Java does and says stands in
`sn_mock.java`; here is what ServiceNow adds to it.
"""
