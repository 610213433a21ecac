"""A witness: it cosigns what a log has signed, as long as that only grows (C2SP tlog-witness; SPEC 3.3).

    decision    may this checkpoint be cosigned after that one?
    folder      what the witness remembers, on the disk
    service     the two together: one request after the other
    web         the service over HTTP, as a WSGI application

It knows nothing of elections: any C2SP log can be witnessed.
"""

from witness.decision import Refused
from witness.folder import FolderError, WitnessFolder
from witness.service import Witness

__all__ = ["FolderError", "Refused", "Witness", "WitnessFolder"]
