"""What a WSDL promises, as values: one reading for both who calls by it and who answers by it.

- *Documents*: the WSDL with what it imports, from disk or through a given `fetch`; stand-ins for the schemas that
  everybody names and nobody serves (`documents`, `well_known`).
- *Description*: its ports, with their paths, and their operations; what cannot be used is left out, with the reason
  (`description`, `addresses`).
- *Schemas*: every global component, in a form that can be worked with (`tidying`, `components`), and what each of them
  cannot do without (`needs`).
- *Validation*: one compiled schema; a component that XML Schema forbids is replaced, and only what uses it is checked
  less (`validation`).
- *Writing*: an element of the schema written out, with samples (`samples`) or with whatever a caller puts in
  (`writing`).

Flow: bytes → `documents.load` → `contract.read` → Contract. Nothing here is fetched from a network unless the caller
passes a `fetch`.
"""
