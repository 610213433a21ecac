"""The trustee's own page: a small web server on the trustee's machine, for nobody else, over what trustees/ does.

It needs Jinja, Werkzeug and waitress (the extra `app`); nothing outside this package does.
"""
