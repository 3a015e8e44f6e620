"""Handing a call over: to support, to a provider's engineer, to the people who maintain sn-mock.

- *redactor*: who is named, and the pseudonym for each; one for all that is handed over.
- *search*: what of the originals is left in the bytes that would be written, however they are encoded.
- *recording*: a call without its private keys and passwords: records, public certificates, what the provider said.
- *bundle*: recording, report and versions as one zip file; *replay* places the recorded call again, anywhere.
- *differences*: two exchanges side by side.
- *evidence*: what sn-mock predicts beside what a real instance said.

Nothing is written that was not searched first.
"""
