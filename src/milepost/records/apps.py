"""The records room as Django knows it."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Every table of the product."""

    name = "milepost.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"
