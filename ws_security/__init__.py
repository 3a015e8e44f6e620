"""WS-Security 1.0/1.1 of SOAP messages: the header as Apache WSS4J writes it, and its verification.

    Credentials --secure()--> envelope with <wsse:Security> --verify()--> Verdict (who signed what, or a Refusal)

`secure` builds BinarySecurityToken, Signature over Timestamp and Body, Timestamp and UsernameToken. `verify` judges a
message by `Expectations`; a message that does not meet them is a `Refusal`, a value with the fault code and text that
WSS4J gives. Both need lxml and signxml, which are imported only by the modules that use them: what stands in `names`,
`refusals`, `expectations` and `replay` costs nothing to import.

Sources: OASIS SOAP Message Security 1.1, X.509 Token Profile 1.1, UsernameToken Profile 1.1; XML Signature; WSS4J.
"""
