"""OMB and FISMA: what every federal plan of action rests on."""
