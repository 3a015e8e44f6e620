"""SOAP from a WSDL: reading it, validating requests, making sample responses and faults."""
