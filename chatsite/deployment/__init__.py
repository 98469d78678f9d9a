"""Whether the public address is set up right, seen from outside (`manage.py checkdeploy`).

`probe` asks SITE_URL as a browser would; `checks` says of each answer whether it is what a browser needs, and
where it is not, which setting of the chat or of the proxy has to be mended. Nothing is stored by it: it signs
in nowhere and sends no body.
"""
