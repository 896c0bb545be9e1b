"""The one writer of Word documents: plain parts, headings that navigate, tables that screen readers read."""
