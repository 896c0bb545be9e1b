"""How POA&M documents are read whatever their layout: tables found by their headings, cells made facts."""
