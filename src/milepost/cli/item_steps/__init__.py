"""What `milepost item` can do with one item: plan it, date it, carry it to its closing, sign it."""
