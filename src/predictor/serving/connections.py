"""Connections that nobody can hold open for nothing: what a request is must be sent soon, or the connection is closed."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADERS_WITHIN = 20.0  # seconds from the first byte of a request, or from the connection, to the end of its headers


class Prompt(HttpToolsProtocol):
    """An HTTP connection of uvicorn with a deadline for the headers of each request; bodies have one of their own."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The deadline runs from here on."""
        super().connection_made(transport)
        self._begin()

    def on_message_begin(self) -> None:
        """Of a further request on the same connection it runs from the first byte on."""
        super().on_message_begin()
        self._begin()

    def on_headers_complete(self) -> None:
        """They are here."""
        self._end()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is left to wait for."""
        self._end()
        super().connection_lost(exc)

    def _begin(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(HEADERS_WITHIN, self.transport.close)

    def _end(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
