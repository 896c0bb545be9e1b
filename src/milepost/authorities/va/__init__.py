"""Department of Veterans Affairs: the statute's own definition and the practice around it."""
