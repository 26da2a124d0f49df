"""The page that the browser shows once Microsoft has sent it back: plain, without scripts, and saying to return."""

from enum import Enum
from html import escape


class Page(Enum):
    """What happened: status, heading, sentence."""

    RECEIVED = (200, "You can close this page", "permdesk has Microsoft’s answer. Return to permdesk to go on.")
    DECLINED = (200, "The sign-in did not go through", "Return to permdesk: it says why, and what to do.")
    ANSWERED = (409, "This sign-in was answered before", "Return to permdesk, and start again there if you need to.")
    FOREIGN = (400, "This is not the sign-in that permdesk started", "Nothing was taken from it. Return to permdesk.")
    NO_FORM = (405, "permdesk waits for a sign-in", "Sign in on Microsoft’s page; it leads back here by itself.")
    TOO_LARGE = (413, "That was too much", "An answer to a sign-in is short. Nothing was taken from it.")

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.value[0]

    def html(self) -> bytes:
        """Return the page; nothing in it comes from outside."""
        _, heading, sentence = self.value
        return _TEMPLATE.format(heading=escape(heading), sentence=escape(sentence)).encode()


_STYLE = (
    ":root{color-scheme:light dark}"
    "body{margin:0;min-height:100vh;display:grid;place-items:center;font:16px/1.5 system-ui,sans-serif;"
    "background:light-dark(#f6f7f9,#16181d);color:light-dark(#1b1f27,#e9ebf0)}"
    "main{max-width:26rem;padding:2rem;text-align:center}"
    "h1{font-size:1.375rem;font-weight:600;margin:0 0 .5rem}"
    "p{margin:0;color:light-dark(#556070,#a5adba)}"
    "small{display:block;margin-top:2rem;color:light-dark(#556070,#a5adba)}"
)
_TEMPLATE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>{heading} · permdesk</title>'
    f"<style>{_STYLE.replace('{', '{{').replace('}', '}}')}</style></head>"
    "<body><main><h1>{heading}</h1><p>{sentence}</p><small>permdesk</small></main></body></html>"
)
#: What is sent with every page: nothing is fetched, framed, kept or told onwards.
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Connection": "close",
}
