from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("rooms/<str:slug>/", views.room, name="room"),
    path("rooms/<str:slug>/<int:seq>/", views.room, name="message"),
    path("direct/<int:room_id>/", views.direct, name="direct"),
    path("direct/<int:room_id>/<int:seq>/", views.direct, name="direct_message"),
    path("session", views.session, name="session"),
    path("healthz", views.healthz, name="healthz"),
]
