"""The site's addresses without the admin's, for whoever asks from where it is not (`admin_place.py`)."""

from chatsite import urls

urlpatterns = [one for one in urls.urlpatterns if getattr(one, "app_name", "") != "admin"]

handler403 = urls.handler403
handler500 = urls.handler500
