from django.urls import path

from . import entry_pages, file_views, help_page, notifications_page, profile_page, views

urlpatterns = [
    path("", views.home, name="home"),
    path("rooms/<str:slug>/", views.room, name="room"),
    path("rooms/<str:slug>/join/", entry_pages.join, name="join"),
    path("rooms/<str:slug>/<int:seq>/", views.room, name="message"),
    path("direct/<int:room_id>/", views.direct, name="direct"),
    path("direct/<int:room_id>/<int:seq>/", views.direct, name="direct_message"),
    path("uploads/", file_views.upload, name="upload"),
    path("uploads/<int:upload_id>/", file_views.discard, name="discard_upload"),
    path("files/<int:attachment_id>/<str:name>", file_views.show, name="file"),
    path("thumbs/<int:attachment_id>", file_views.show_thumb, name="thumb"),
    path("invite/<str:code>/", entry_pages.invite, name="invite"),
    path("accounts/settings/", profile_page.profile, {"is_list": True}, name="account_settings"),
    path("accounts/profile/", profile_page.profile, name="account_profile"),
    path("accounts/avatar/", profile_page.picture, name="account_avatar"),
    path("accounts/profile/unblock/", profile_page.unblock, name="account_unblock"),
    path("accounts/notifications/", notifications_page.notifications, name="account_notifications"),
    path("accounts/help/", help_page.page, name="account_help"),
    path("session", views.session, name="session"),
]
