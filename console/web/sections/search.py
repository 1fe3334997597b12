from django.urls import path

from console.web.views import search

urlpatterns = [path("", search.results, name="results")]
