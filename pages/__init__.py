"""What all pages share, the board's and the trustee's: languages, dates, digits, look, charts, QR codes.

It has no web framework: Jinja renders, whoever serves does the rest.
"""
