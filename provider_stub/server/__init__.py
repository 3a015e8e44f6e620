"""Sockets and time: accepted connections, deadlines, delays, faults, and the control port."""
