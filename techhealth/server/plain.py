"""A page of a few words, which needs no script."""

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Technical health: {title}</title>
<style>
:root {{ color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }}
main {{ max-width: 26rem; margin: 18vh auto; padding: 0 1rem }}
input, button {{ font: inherit; padding: .5rem; width: 100%; box-sizing: border-box; margin-top: .5rem }}
</style></head><body><main>
{main}
</main></body></html>
"""


def plain_page(title: str, main: str) -> str:
    """Return the page; `main` is markup of ours."""
    return _PAGE.format(title=title, main=main)
