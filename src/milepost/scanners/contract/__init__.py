"""What every reader has to keep, as checks that answer with verdicts: `milepost scanners test` runs them."""
