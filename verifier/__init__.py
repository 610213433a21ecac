"""The verifier: a record and the office's anchor in, a report on checks V0 … V10 out (SPEC 9).

V0 … V9 are election.examine, which trustees run as well; here is what a stranger needs around them: is this a record at
all, does it agree with what others have seen of its log (V10), did every check run to its end, what is to be said about
it. Nothing here prints.
"""

from verifier.report import Report
from verifier.run import verify
from verifier.text import lines
from verifier.views import ForeignViewError, Shown, View

__all__ = ["ForeignViewError", "Report", "Shown", "View", "lines", "verify"]
