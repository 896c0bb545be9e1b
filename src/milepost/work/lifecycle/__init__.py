"""The steps of an item's life, one verb a file: plan, extend, accept, fix, verify, cancel, transfer."""
