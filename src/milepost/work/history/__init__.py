"""The ledger as people use it: shown, verified, exported, carried along in every document that leaves."""
