from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("", include("chat.urls")),
]

handler403 = "chat.banned.forbidden"
handler500 = "chatsite.outages.server_error"
