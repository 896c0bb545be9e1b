"""CSAM's POA&M spreadsheet: 57 columns, read and written."""

from milepost.authorities.forms.form import stated_form
from milepost.authorities.forms.table_document import TableDocument

FORMAT = TableDocument(stated_form(__package__, "export.toml", "csam", "CSAM POA&M export"))
