"""OMB's POA&M form of eight columns (M-02-01; 38 U.S.C. 5727(16))."""

from milepost.authorities.forms.form import stated_form
from milepost.authorities.forms.table_document import TableDocument

FORMAT = TableDocument(stated_form(__package__, "eight_columns.toml", "omb-poam", "OMB POA&M form"))
