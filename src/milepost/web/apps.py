"""The web room as Django knows it: templates and static files."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages, rendered on the server."""

    name = "milepost.web"
    label = "web"
