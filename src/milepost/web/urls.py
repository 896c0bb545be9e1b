"""The addresses of the pages."""

from django.urls import path

from milepost.web.pages import exports, imports, items, register, systems

urlpatterns = [
    path("", systems.systems, name="systems"),
    path("systems/add/", systems.new_system, name="new_system"),
    path("systems/<int:system_id>/", systems.overview, name="overview"),
    path("systems/<int:system_id>/register/", register.register, name="register"),
    path("systems/<int:system_id>/items/<path:identifier>/", items.item, name="item"),
    path("systems/<int:system_id>/open-item/", items.new_item, name="new_item"),
    path("systems/<int:system_id>/imports/", imports.imports, name="imports"),
    path("systems/<int:system_id>/imports/new/", imports.new_import, name="new_import"),
    path("systems/<int:system_id>/imports/preview/<slug:token>/", imports.preview, name="preview"),
    path("systems/<int:system_id>/imports/<int:number>/", imports.import_page, name="import"),
    path("systems/<int:system_id>/imports/<int:number>/undo/", imports.undo, name="undo"),
    path("systems/<int:system_id>/export/", exports.export, name="export"),
]

handler400 = "milepost.web.refusals.bad_request"
handler403 = "milepost.web.refusals.forbidden"
handler404 = "milepost.web.refusals.missing"
handler500 = "milepost.web.refusals.failed"
