"""The ServiceNow API: SOAP and REST messages, responses, and what they run on."""
