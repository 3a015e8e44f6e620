"""Captures: what went over the wire, as a file that Wireshark reads, and read again from such a file.

frame         what a capture holds: the moment, the kind of link, the octets, how many there were on the wire
segment       one piece of a TCP connection, dug out of a frame (`links`)
connection    both directions of one TCP connection, put in order (`streams`), one `Flow` each in `flows`
dialogue      what the two ends of a connection said in TLS (`dialogue`), read through `tls_transcript`'s one reader
survey        all of a file: its connections, its counts, and what of it could not be judged
recorder      the other way round: octets that really went through a socket, written as synthetic TCP frames

    file -> reading.frames -> links -> flows/streams -> records -> decryption -> dialogue -> Survey
    socket -> Tap -> synthetic -> Recorder -> file (with the keys in it)

Stands on `tls_transcript` (messages, names, key lines) and on cryptography; knows neither side of the house. Nothing is
handed on from here: who records needs none of the reading, and does not wait for it to load.
"""
