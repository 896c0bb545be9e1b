"""Reports for people: what stands in each, and how it becomes a tagged PDF or a page of HTML."""
