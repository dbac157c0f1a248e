"""The INSi teleservice over SOAP 1.2.

Source: reference rules §1.6 (public test suites of INSi clients: operations, namespaces of the search, shape of the result and of
the faults). The verification and what a card carries are not published: their names here are ours, said where they stand.
"""
