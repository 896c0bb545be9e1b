"""The pages: one module for each part of the product, one function for each address."""
