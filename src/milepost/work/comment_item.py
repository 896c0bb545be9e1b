"""Remarking on an item: what people want to say beside its fields."""

from datetime import date

from milepost.domain.errors import WrongUse
from milepost.records.planning import Comment
from milepost.work import finding_items
from milepost.work.recording import recorded


def comment_item(identifier: str, text: str, *, person: str, as_of: date, system: str = "") -> Comment:
    """Leave a remark on an item; a closed one can be remarked on too.

    Raises:
        WrongUse: the text is empty.
        RecordMissing: there is no such item.
    """
    if not text.strip():
        raise WrongUse("a remark needs words", fix="say something")
    with recorded("comment_item", person=person, as_of=as_of) as told:
        item = finding_items.by_identifier(identifier, system, lock=True)
        told.about_item(item)
        told.changed("remark", "", text, item.identifier)
        return Comment.objects.create(item=item, on=as_of, person=person, text=text)
