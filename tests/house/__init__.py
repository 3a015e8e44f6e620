"""The house: which rooms there are, on which floor each stands, and who imports whom.

`table` is the plan, `imports` reads the code, `make house` prints both, `tests/test_architecture.py` compares them.
"""
