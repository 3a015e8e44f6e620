"""HTTP/1.x answers as each Java client reads them: octets to an answer, or to the exception that Java throws.

`engine.read` runs the stages that a client's rules in `clients` name. Nothing here opens a socket.
"""
