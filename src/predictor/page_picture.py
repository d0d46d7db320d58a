"""A chart on the page: with its name for whoever cannot see it, and a quiet button that saves it as a picture."""

from __future__ import annotations

import json
from typing import Any

from nicegui import ui

from predictor.texts import say

SAVE = """() => { const link = document.createElement('a'), chart = getElement(%d).chart
  link.href = chart.getDataURL({pixelRatio: 2, backgroundColor: '#fff'}); link.download = %s; link.click() }"""


def chart(options: dict[str, Any], name: str, lang: str, **events: Any) -> Any:
    """Draw options of ECharts into the container at hand and return the chart; the browser itself makes its PNG."""
    drawn = ui.echart(options, **events).props('role="img"')
    drawn.props["aria-label"] = name
    button = ui.button(say(lang, "page_picture"), icon="image").props("flat dense no-caps size=sm").classes("k-picture")
    button.props["aria-label"] = f"{say(lang, 'page_picture')}: {name}"
    button.on("click", js_handler=SAVE % (drawn.id, json.dumps(f"{name}.png")))
    return drawn
