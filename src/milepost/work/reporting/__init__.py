"""Reports for people from the register, and the sign-offs of documents."""
