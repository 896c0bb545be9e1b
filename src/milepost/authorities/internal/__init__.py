"""An organisation's own starting point: defaults to edit, nobody's rule."""
