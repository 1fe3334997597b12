from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig as DjangoStaticFilesConfig


class WebConfig(AppConfig):
    name = "console.web"


class StaticFilesConfig(DjangoStaticFilesConfig):
    """Static files but those that the editor's bundle is built from."""

    ignore_patterns = [*DjangoStaticFilesConfig.ignore_patterns, "node_modules", "editor/*"]
