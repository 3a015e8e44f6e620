"""What JSSE's client makes of a server's octets while they can be read without keys, and of opened TLS 1.3 flights.

`reader.ServerReader` looks at the octets before a TLS library does. Modelled on JDK 11 and later (sun.security.ssl),
each text measured with tampered flights.
"""
