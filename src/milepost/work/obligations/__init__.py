"""What systems answer to beside their first authority: verbs, and the terms that follow for items."""
