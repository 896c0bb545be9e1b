"""CISA's binding operational directives: dates that hold beside those of any authority."""
