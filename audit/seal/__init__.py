"""Seal a run: the bag, the statement beside it, the ledger, and signatures."""
