"""OSCAL plan of action and milestones: read and written as JSON, XML and YAML, with everything kept."""
