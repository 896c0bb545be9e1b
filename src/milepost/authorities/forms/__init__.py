"""Plans as plain tables: what an authority's headings mean is data, and one reader and writer serve all."""
