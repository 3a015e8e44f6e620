"""A live instance: an instance folder that answers as a developer instance does, for the job of outbound calls.

The nouns, in the order of the flow:

    LiveFolder    the folder while it is served: one state, many readers, every write on disk before it is answered
    LiveTables    its tables as clients see them: passwords never come back (`tables`)
    OutboundLog   places calls and keeps them: rows of `sys_outbound_http_log`, and each call's whole Exchange
    Access        who may come in: users, tokens, client certificates
    front         what is answered over HTTPS: Table API, Attachment API, OAuth, scripted REST
    Door          the TLS front door; asks for a client certificate where inbound mutual TLS is on
    LiveInstance  all of these together; `serving` starts and stops it

It is an instance for this job, not a simulator of ServiceNow: no access rules, no workflow, no UI pages.
"""
