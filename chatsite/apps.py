from django.contrib.admin import apps


class ChatAdminConfig(apps.AdminConfig):
    default = False  # it is not the app `chatsite` that this configures
    default_site = "chatsite.admin.ChatAdminSite"
