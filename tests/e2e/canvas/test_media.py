"""Sound and moving pictures on items are played in the panes, a range of the file at a time."""

from __future__ import annotations

import base64
import io
import math
import struct
import wave

import pytest
from playwright.sync_api import Locator, Page, Response, expect

from tests.e2e.canvas.board import Board
from tests.e2e.canvas.test_panel import opened, run_to, to_file, with_items

pytestmark = pytest.mark.browser

RECORD = """async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 48 })
    const context = canvas.getContext('2d')
    const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: 'video/webm;codecs=vp8' })
    const pieces = []
    recorder.ondataavailable = ({ data }) => pieces.push(data)
    const ended = new Promise((done) => { recorder.onstop = done })
    recorder.start()
    for (let n = 0; n < 10; n += 1) {
        context.fillStyle = `hsl(${n * 36} 80% 50%)`
        context.fillRect(0, 0, 64, 48)
        await new Promise((done) => setTimeout(done, 50))
    }
    recorder.stop()
    await ended
    const reader = new FileReader()
    const read = new Promise((done) => { reader.onload = done })
    reader.readAsDataURL(new Blob(pieces))
    await read
    return reader.result.split(',')[1]
}"""


def tone(seconds: float, rate: int = 8000) -> str:
    """A WAV file of a tone, as base64."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        samples = (int(9000 * math.sin(at * 440 * 2 * math.pi / rate)) for at in range(int(seconds * rate)))
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return base64.b64encode(file.getvalue()).decode()


def look(panel: Locator, name: str, kind: str) -> tuple[Locator, Response]:
    """The player in the file's dialog, once it knows how long the file is, and what it was sent."""
    page = panel.page
    with page.expect_response(lambda response: "/files/" in response.url) as told:
        panel.get_by_role("list", name="Files").get_by_role("button").filter(has_text=name).click()
    player = page.get_by_role("dialog").locator(kind)
    expect(player).to_be_visible()
    player.evaluate(
        "one => one.readyState > 0 || new Promise(done => { one.onloadedmetadata = () => done(1) })"
    )
    return player, told.value


def close(page: Page) -> None:
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_sound_and_video_are_played_in_place(board: Board) -> None:
    board.page.goto("/")
    film = board.page.evaluate(RECORD)
    board.open(
        with_items(
            [{"a": 1}],
            to_file("call", "call.wav", "audio/wav", tone(1.5), "base64"),
            to_file("film", "film.webm", "video/webm", film, "base64"),
            to_file("broken", "broken.mp3", "audio/mpeg", "no sound at all"),
        )
    )
    run_to(board, "broken")
    panel = opened(board, "broken", "Output")
    panel.get_by_role("button", name="Files").click()
    player, sent = look(panel, "call.wav", "audio")
    assert (sent.status, sent.headers["content-type"]) == (206, "audio/wav")
    assert sent.headers["content-range"].startswith("bytes 0-")
    assert player.evaluate("one => one.duration") == pytest.approx(1.5, abs=0.05)
    seek = "one => new Promise(done => { one.onseeked = () => done(one.currentTime); one.currentTime = 1 })"
    assert player.evaluate(seek) == pytest.approx(1, abs=0.05)
    close(board.page)
    player, sent = look(panel, "film.webm", "video")
    assert (sent.status, sent.headers["content-type"]) == (206, "video/webm")
    assert player.evaluate("one => [one.videoWidth, one.videoHeight]") == [64, 48]
    close(board.page)
    panel.get_by_role("list", name="Files").get_by_role("button").filter(has_text="broken.mp3").click()
    expect(board.page.get_by_role("dialog")).to_contain_text("This browser cannot show it")
