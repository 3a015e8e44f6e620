"""One outbound call, from what a script asks for to what it gets to see.

The nouns, in the order of the flow:

    OutboundCall       what the script or the record asks for (`soap_message`, `rest_message` make one)
    Session            the instance it runs on, and what it may reach (`use`)
    Ledger             the release facts asked for on the way, and a sentence for every decision
    Route              URL, socket factory and keystores, by the release's rules (`route`, `protocols`, `uri`)
    Material           the keys and trust anchors in those keystores (`material`)
    Candidate, Choice  the key manager's question and answer (`key_manager`)
    Listener           follows the handshake and answers the CertificateRequest in it (`handshake`)
    Wire, TlsStream    bytes, with deadlines; the only modules that wait (`wire`, `tls_stream`)
    Outcome            one attempt over one connection (`transport`); the HTTP client's retry rules can ask for several
    Exchange           everything that is known of the call (`exchange`); made by `call.place`

Pure modules decide (`route`, `key_manager`, `trust`, `java_texts`, `retries`, `script_view`), few do I/O (`network`,
`wire`, `tls_stream`, `transport`). What Java says comes from tables: `alerts`, `event_texts`, `causes`.
"""
