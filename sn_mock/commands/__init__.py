"""One module per `sn-mock` command: `add_arguments(parser)` and `run(args) -> int`.

A command parses, calls one function of the library, and prints. It decides nothing. `options` holds the arguments
that several commands share; `output` and `showing` the ways of printing; `pipelines` results for build servers. The
commands stand in rooms by what they are about: `calls`, `folders`, `keystores`, `catalogue`, `provider`.
"""
