"""The client's side of a handshake: which key is chosen, how it is signed with, what ends the connection."""
