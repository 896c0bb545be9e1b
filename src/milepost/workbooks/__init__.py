"""How zip packages, sheets, cells and dates that people hand in are opened and read, whoever asks."""
