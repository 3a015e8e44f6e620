"""Write the lab's certificates and keystores: a CA with an intermediate, an unrelated CA, the provider's certificate,
and client keystores as JKS and PKCS#12, healthy and broken in the usual ways. What is complete and in date stays as it
is. With --sign, the lab's CA also signs a certificate signing request, as a provider's CA would; with --server, it
makes a server certificate for a host name, for a provider that a real instance calls.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from sn_mock.commands.output import write_text
from sn_mock.failure import MockUsageError
from sn_mock.lab.pki import furnish_instance, write_lab_pki
from sn_mock.lab.pki.folder import write_server
from sn_mock.lab.pki.signing import certify_host, sign_request


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`certs DIR [--for INSTANCE] [--sign CSR --out REPLY] [--server HOST]`."""
    parser.add_argument("folder", metavar="DIR", type=Path, help="where to write, e.g. certs/generated")
    parser.add_argument(
        "--for",
        dest="instance",
        metavar="INSTANCE",
        type=Path,
        help="put client keystore and CA into this instance folder",
    )
    parser.add_argument("--sign", metavar="CSR", type=Path, help="a signing request for the lab's CA")
    parser.add_argument("--out", metavar="REPLY.pem", type=Path, help="where the CA's reply goes")
    parser.add_argument("--server", metavar="HOST", help="a host name that needs a server certificate")


def run(args: argparse.Namespace) -> int:
    """Write the lab PKI, and sign what is to be signed."""
    if (args.sign is None) != (args.out is None):
        raise MockUsageError("--sign CSR and --out REPLY.pem go together")
    folder = write_lab_pki(args.folder)
    print(f"certificates and keystores are in {folder} (README.txt there says what each file is for)")
    if args.instance is not None:
        furnish_instance(folder, args.instance)
        print(f"the client keystore and the CA are in {args.instance / 'attachments'}")
    if args.sign is not None:
        write_text(args.out, sign_request(folder, args.sign.read_bytes()))
        print(f"signed by the lab's CA: {args.out} (the certificate and the CAs above it)")
    if args.server is not None:
        certificate, key = write_server(folder, certify_host(folder, args.server))
        print(f"for the provider's policy: server_certificate {certificate}, server_key {key}")
        print(f"for the instance: import {folder / 'root-ca.pem'} as Trust Store Cert")
    return 0
