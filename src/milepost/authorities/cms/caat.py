"""The CMS assessment spreadsheet CAAT: 20 columns, read and written."""

from milepost.authorities.forms.form import stated_form
from milepost.authorities.forms.table_document import TableDocument

FORMAT = TableDocument(stated_form(__package__, "caat.toml", "caat", "CMS CAAT assessment spreadsheet"))
