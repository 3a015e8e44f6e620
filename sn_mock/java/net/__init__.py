"""Sockets with deadlines: the only modules of `sn_mock.java` that wait for a network."""
