from django import template

from accounts.sections import SectionLink, section_links

register = template.Library()


@register.simple_tag(takes_context=True)
def sections(context: template.Context) -> list[SectionLink]:
    """The sections of the settings, the page's own marked."""
    return section_links(context["request"].resolver_match.url_name)
