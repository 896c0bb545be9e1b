"""What people do with evidence: add, renew, link, hold, remove, look after, hand over; one verb a file."""
