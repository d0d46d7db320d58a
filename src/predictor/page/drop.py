"""Where a file is dropped or chosen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui import events, ui

from predictor.definitions.phrases import Phrases
from predictor.intake.spreadsheets.grids import SUFFIXES
from predictor.page.upload import LARGEST


def drop(
    phrases: Phrases, words: str, arrived: Callable[[str, bytes], Awaitable[None]], refused: Callable[[str], None],
    begun: Callable[[], None] = lambda: None,
) -> None:  # fmt: skip
    """Draw it; `arrived` gets the file's name and bytes, `refused` the sentence on a file that is not taken."""

    async def came(event: events.UploadEventArguments) -> None:
        content = await event.file.read()
        event.sender.run_method("reset")
        await arrived(event.file.name, content)

    def rejected() -> None:
        refused(phrases.say("page_file_large_any", most=LARGEST // 2**20, all=", ".join(SUFFIXES)))

    box = ui.upload(auto_upload=True, max_file_size=LARGEST, on_upload=came, on_rejected=rejected, on_begin_upload=begun)
    box.props(f'accept="{",".join(SUFFIXES)}" flat')
    with (
        box.add_slot("header"),
        ui.element("div").classes("k-drop"),
    ):  # a template would be mounted anew, and lose the focus
        ui.label(words)
        button = ui.button(phrases.say("page_pick"), icon="upload_file").props("outline no-caps")
        button.props["aria-label"] = f"{phrases.say('page_pick')}: {words}"
        button.on("click", js_handler="() => props.pickFiles()")
        with ui.element("span").props("hidden"):
            ui.element("q-uploader-add-trigger")
