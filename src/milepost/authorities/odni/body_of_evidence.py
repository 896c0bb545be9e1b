"""The POA&M elements of ODNI's Body of Evidence as a table (CNSSI-1254)."""

from milepost.authorities.forms.form import stated_form
from milepost.authorities.forms.table_document import TableDocument

FORMAT = TableDocument(
    stated_form(__package__, "body_of_evidence.toml", "odni-boe", "ODNI Body of Evidence POA&M")
)
