"""What can be done with whole documents: convert them, compare them, take them into the register."""
