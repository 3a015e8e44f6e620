"""The console: a live instance's records, calls and certificates in a browser.

Server-rendered pages; one style sheet and one script that only adds what HTML has not (dropping a file, visits as they
come). The nouns, in the order of the flow:

    Guard    the door: this machine's names only, a token that becomes a cookie, forms that are ours (`guard`)
    Asked    one request as a value; a page is a function from it to a Page (a template and its values) or to Seen
             (after a change: look there)
    Desk     what pages work on: the live instance, checks, calls with their findings, the provider (`desk`)
    Told     a finding with the records that it is about: which one to change (`desk.mentions`)
    Form     a record as its form shows it, and what was typed into it (`rows`)

Addresses of lists and forms are the platform's: `/sys_certificate_list.do?sysparm_query=…`,
`/sys_certificate.do?sys_id=…`.
"""

from sn_mock.live.console.app import make_console

__all__ = ["make_console"]
