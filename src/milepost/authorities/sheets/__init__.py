"""The only door to xlsx: cell text, the zip package, new workbooks, and filled templates."""
