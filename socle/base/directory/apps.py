from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "socle.base.directory"
    label = "directory"
