"""My work: what concerns one person in all systems; there is no sign-in yet, so they give their name."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from milepost.records.queries.my_work import MOST, people
from milepost.web.clock import day_of
from milepost.web.frame import show
from milepost.work.my_work import ENDING, SOON, my_work

_LONGEST = 200


@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """Ask for a name, and show what concerns the person of that name."""
    person = request.GET.get("person", "").strip()[:_LONGEST]
    content = {
        "person": person,
        "people": people(),
        "found": my_work(person, as_of=day_of(request).as_of) if person else None,
        "soon": SOON,
        "ending": ENDING,
        "most": MOST,
    }
    title = f"Work of {person}" if person else "My work"
    return show(request, "my_work.html", title, content, section="work")
