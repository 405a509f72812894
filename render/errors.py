"""The one exception for mistakes that a user of the project can mend."""


class ReportError(Exception):
    """A mistake in an input file; its text says where it is and what was expected.

    The command line prints the text alone, without a traceback, and exits with status 2.
    """
