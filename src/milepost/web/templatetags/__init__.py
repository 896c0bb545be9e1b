"""What templates may ask for beyond what Django gives them."""
