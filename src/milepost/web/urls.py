"""The addresses of the pages."""

from django.urls import path

from milepost.web.pages import (
    assets,
    authorities,
    bundles,
    checks,
    cmmc,
    documents,
    evidence,
    exports,
    findings,
    imports,
    items,
    ledger,
    milestones,
    my_work,
    packages,
    priorities,
    publications,
    register,
    reports,
    steps,
    systems,
    tables,
)

urlpatterns = [
    path("", systems.systems, name="systems"),
    path("portfolio.csv", systems.portfolio_csv, name="portfolio_csv"),
    path("documents/", documents.documents, name="documents"),
    path("documents/compare/", documents.compare, name="compare"),
    path("my-work/", my_work.work, name="work"),
    path("systems/add/", systems.new_system, name="new_system"),
    path("systems/<int:system_id>/", systems.overview, name="overview"),
    path("systems/<int:system_id>/charts/<slug:name>.csv", systems.panel_csv, name="panel_csv"),
    path("systems/<int:system_id>/register/", register.register, name="register"),
    path("systems/<int:system_id>/priorities/", priorities.priorities, name="priorities"),
    path("systems/<int:system_id>/items/<path:identifier>/", items.item, name="item"),
    path("systems/<int:system_id>/steps/<slug:name>/<path:identifier>/", steps.step, name="step"),
    path("systems/<int:system_id>/evidence/add/<path:identifier>/", evidence.add, name="add_evidence"),
    path("systems/<int:system_id>/evidence/<int:number>/<int:version>/", evidence.download, name="evidence"),
    path("systems/<int:system_id>/findings/add/", findings.new_finding, name="new_finding"),
    path("systems/<int:system_id>/open-item/", items.new_item, name="new_item"),
    path("systems/<int:system_id>/milestones/", milestones.milestones, name="milestones"),
    path("systems/<int:system_id>/imports/", imports.imports, name="imports"),
    path("systems/<int:system_id>/imports/new/", imports.new_import, name="new_import"),
    path("systems/<int:system_id>/imports/columns/<slug:token>/", tables.columns, name="columns"),
    path("systems/<int:system_id>/imports/preview/<slug:token>/", imports.preview, name="preview"),
    path(
        "systems/<int:system_id>/imports/together/<slug:token>/",
        bundles.bundle_preview,
        name="bundle_preview",
    ),
    path("systems/<int:system_id>/bundles/<int:number>/", bundles.bundle, name="bundle"),
    path("systems/<int:system_id>/bundles/<int:number>/undo/", bundles.undo, name="undo_bundle"),
    path("systems/<int:system_id>/imports/<int:number>/", imports.import_page, name="import"),
    path("systems/<int:system_id>/imports/<int:number>/undo/", imports.undo, name="undo"),
    path("systems/<int:system_id>/checks/", checks.checks, name="checks"),
    path("systems/<int:system_id>/checks/file/", checks.check_file, name="check_file"),
    path("systems/<int:system_id>/checks/findings.<slug:form>", checks.download, name="findings"),
    path("systems/<int:system_id>/authorities/", authorities.authorities, name="authorities"),
    path("systems/<int:system_id>/authorities/oblige/", authorities.oblige, name="oblige"),
    path("systems/<int:system_id>/authorities/release/<str:profile>/", authorities.release, name="release"),
    path("systems/<int:system_id>/authorities/exposure/", assets.expose, name="expose"),
    path("systems/<int:system_id>/publications/add/", publications.add, name="add_publication"),
    path("systems/<int:system_id>/publications/<slug:token>/", publications.preview, name="publication"),
    path("systems/<int:system_id>/ledger/", ledger.ledger, name="ledger"),
    path("systems/<int:system_id>/ledger/checkpoint/", ledger.checkpoint, name="ledger_checkpoint"),
    path("systems/<int:system_id>/reports/", reports.reports, name="reports"),
    path("systems/<int:system_id>/reports/cmmc/", cmmc.cmmc, name="cmmc"),
    path("systems/<int:system_id>/reports/package/", packages.new_package, name="new_package"),
    path("systems/<int:system_id>/reports/package/<slug:token>/", packages.package, name="package"),
    path(
        "systems/<int:system_id>/reports/package/<slug:token>/zip/", packages.package_zip, name="package_zip"
    ),
    path("systems/<int:system_id>/export/", exports.export, name="export"),
]

handler400 = "milepost.web.refusals.bad_request"
handler403 = "milepost.web.refusals.forbidden"
handler404 = "milepost.web.refusals.missing"
handler500 = "milepost.web.refusals.failed"
