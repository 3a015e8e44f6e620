"""The REST and SOAP steps of IntegrationHub: calls through a Connection & Credential alias, with its retry policy.

RESTStep, SOAPStep   what an action designer fills in; `execute()` places the call
Way                  where the alias leads (`sn_mock.outbound.connections`)
Again                whether the retry policy asks for another try, and after how long (`retry_policies`)
"""
