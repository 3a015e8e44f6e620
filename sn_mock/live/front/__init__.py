"""What is answered over HTTPS. The nouns, in the order of the flow:

FrontDoor    the application behind the door: who asks, for what, in which media type (`application`)
Asked        one request, with who asks (`asked`)
Wishes       the `sysparm_` parameters, read (`parameters`)
errors       one table of every refusal, with what is known of its text
bodies       JSON and XML, in and out
"""
