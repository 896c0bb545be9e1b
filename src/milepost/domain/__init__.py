"""What a POA&M is, whoever asks: standard library only, no clock, no input or output."""
