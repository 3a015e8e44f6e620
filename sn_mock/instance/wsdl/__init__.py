"""From a WSDL to a SOAP message with its functions.

- *Documents*: the WSDL with what it imports; stand-ins for schemas that everybody names and nobody serves
  (`documents`, `bundled_schemas`).
- *Sample*: an envelope with `${variable}` placeholders for one operation (`samples`).

Flow: WSDL → documents → samples → records merged into an Instance → folder (`importer`).
"""
