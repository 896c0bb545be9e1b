"""NIST's plan of action for SP 800-171: a workbook, CSV or Word table."""

from milepost.authorities.forms.form import stated_form
from milepost.authorities.forms.table_document import TableDocument

FORMAT = TableDocument(stated_form(__package__, "cui_plan.toml", "nist-plan", "NIST plan of action"), ".docx")
