"""CMS: the Acceptable Risk Safeguards, and what partners of the exchanges follow."""
