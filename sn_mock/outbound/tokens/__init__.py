"""OAuth 2.0: the access token that a call needs is asked for first, over mutual TLS where the registry says so.

OAuthWish       a call's OAuth Entity Profile (`sn_mock.outbound.routing.outbound_call`)
request_for     which registry, grant and client credentials: the token request as a call (`requests`)
signed          the assertion of the JWT bearer grant (`assertions`)
read            what the answer grants, or what is wrong with it (`answers`)
place           both legs: the token request, then the call with the token (`legs`)
"""
