"""What others publish and every authority may rely on: identifiers, names and the links between them."""
