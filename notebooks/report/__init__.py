"""How a result becomes a table, a figure, or a value in the prose: one look everywhere.

The package knows nothing of the study that it reports on. Its parts:

``report.data``
    Reads a resource of the data package, with the types that its descriptor states.
``report.style``
    Colours, markers, hatches, fonts and sizes of every figure, and helpers that place labels.
``report.figures``
    Shows a figure as small, deterministic SVG with the numbers that it plots.
``report.tables``
    Builds a table in the house style and shows it as compact, accessible HTML.
``report.values``
    Formats numbers for prose and publishes them by name.
``report.consensus``
    Makes the tables and figures of a consensus method from its cells.

Names are imported when they are first used, so that reading data needs no plotting library.
"""

from importlib import import_module

_MODULE_OF = {
    "DataError": "data",
    "csv_text": "data",
    "descriptor": "data",
    "find_package": "data",
    "read": "data",
    "resources": "data",
    "CATEGORICAL": "style",
    "FULL": "style",
    "HALF": "style",
    "INK": "style",
    "NARROW": "style",
    "STATUS": "style",
    "THEMES": "style",
    "Mark": "style",
    "group_marks": "style",
    "label_ends": "style",
    "new_figure": "style",
    "shades": "style",
    "spread": "style",
    "status_key": "style",
    "theme_marks": "style",
    "tidy": "style",
    "use_style": "style",
    "figure_bundle": "figures",
    "show_figure": "figures",
    "mark_status": "tables",
    "shade": "tables",
    "show_table": "tables",
    "table": "tables",
    "table_bundle": "tables",
    "count": "values",
    "interval": "values",
    "listing": "values",
    "number": "values",
    "percent": "values",
    "publish": "values",
    "spelled": "values",
    "values_bundle": "values",
    "MODAL_SHARES": "consensus",
    "by_group": "consensus",
    "cross_verdicts": "consensus",
    "group_labels": "consensus",
    "group_table": "consensus",
    "in_sentence": "consensus",
    "level_counts": "consensus",
    "level_letters": "consensus",
    "level_points": "consensus",
    "levels_figure": "consensus",
    "median_span": "consensus",
    "modal_share_texts": "consensus",
    "printed_summaries": "consensus",
    "share_figure": "consensus",
    "share_values": "consensus",
    "summary_table": "consensus",
    "verdict_table": "consensus",
}

__all__ = sorted(_MODULE_OF)


def __getattr__(name):
    """Import the module that defines `name`, and return the object."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)


def __dir__():
    """Names that the package offers."""
    return __all__
