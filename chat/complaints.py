"""What those who keep order on the site read of complaints: nobody that others complained of them, nor who.
An owner of the site does, who may be alone."""

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest

from accounts.admin_paging import BoundedPaginator
from accounts.owners import owns_site

from .models import AuditEntry, Message, Report


def readable(request: HttpRequest, reports: QuerySet[Report]) -> QuerySet[Report]:
    """Each one's author is looked up by itself: joined, PostgreSQL may read all messages first."""
    if owns_site(request.user):
        return reports
    author = Message.objects.filter(pk=OuterRef("message")).values("author")
    return reports.alias(against=Subquery(author)).exclude(against=request.user.pk)


def waiting(request: HttpRequest) -> int:
    """How many reports wait for a decision of this viewer, counted as far as the queue is."""
    queue = Report.objects.filter(decided_at=None).order_by("at")
    return BoundedPaginator(readable(request, queue), 1).count


def of_others(request: HttpRequest) -> Q:
    """The messages of which it may be known that somebody complained."""
    return Q() if owns_site(request.user) else ~Q(author=request.user.pk)


def logged(request: HttpRequest, entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
    """Without what others did to oneself: what follows from complaints has the words of the first as its
    reason."""
    if owns_site(request.user):
        return entries
    me = request.user.pk
    return entries.exclude(Q(user=me) & ~Q(actor=me))
