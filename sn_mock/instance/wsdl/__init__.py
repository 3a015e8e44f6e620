"""From a WSDL to a SOAP message with its functions."""
