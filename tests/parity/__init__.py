"""The differential judge: the same keystores, CertificateRequests and calls, in a real Java and in sn-mock.

judge       the Java program beside this package (`java/`): compiled once, one process per Java, asked line by line
pool        keys and certificates of every kind, from which random keystores are dealt
case        one keystore file, one CertificateRequest put to one keystore, or one call
difference  one field of one case on which the two do not agree

    pool -> random case -> judge's answer and ours -> compare -> differences

`python -m tests.parity` (`make parity`) runs them and fails where it finds a difference. Cases depend on the
printed seed; keys are fresh in every run, so the keystore files of differing cases are kept.
"""
