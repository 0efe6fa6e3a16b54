"""Delivery in a thread of its own: a relay that takes ten minutes over a letter holds up no collecting."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from console.settings.loading import ConfigError
from notifier.delivery.deliver import Delivered

_log = logging.getLogger(__name__)

PAUSE = 0.5
"""Seconds between two looks at what is owed while letters are being entered."""

REST = 60.0
"""Seconds between two looks at what had to wait, otherwise."""


class Deliverer:
    """
    Delivers until it is stopped: at once when told that something is owed, and every minute.

    `deliver` sends what is due and returns what became of it; None when nothing may be sent now.
    `hang_up` ends the wait for a relay's answer; the letter in hand is then uncertain, not lost.
    """

    def __init__(
        self,
        deliver: Callable[[], Delivered | None],
        hang_up: Callable[[], None],
        pause: float = PAUSE,
        rest: float = REST,
    ) -> None:
        self._deliver = deliver
        self._hang_up = hang_up
        self._pause = pause
        self._rest = rest
        self._wake = threading.Event()
        self._entering = threading.Event()
        self._halted = threading.Event()
        self._trouble = ""
        # a daemon: should even hanging up not end the wait, the program ends all the same
        self._thread = threading.Thread(target=self._run, name="delivery", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def round_begins(self) -> None:
        """Look twice a second from now on: a receipt leaves while later letters are still examined."""
        self._entering.set()
        self._wake.set()

    def round_ends(self) -> None:
        """Look once more at once, then every minute."""
        self._entering.clear()
        self._wake.set()

    def look(self) -> None:
        """Look at once: something is owed."""
        self._wake.set()

    def halt(self) -> None:
        """Begin no further letter."""
        self._halted.set()
        self._wake.set()

    def join(self, seconds: float, last_seconds: float) -> bool:
        """
        Wait for the letter in hand; after `seconds` the connection is cut, and its fate entered.

        Returns: whether the thread has ended, and with it every use of relay and ledger.
        """
        self.halt()
        self._thread.join(seconds)
        if self._thread.is_alive():
            _log.warning("发信服务器没有答复，手头这封记为不知是否送达")
            self._hang_up()
            self._thread.join(last_seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._halted.is_set():
            self._wake.clear()
            try:
                delivered = self._deliver()
            except ConfigError as error:
                delivered = Delivered(trouble=str(error))
            except Exception:  # whatever trips one delivery, the next one is tried
                _log.exception("这一次发信提前结束")
                delivered = Delivered(trouble="程序出错，详见日志")
            if delivered is not None:
                self._tell(delivered)
            # in trouble it rests even while a round runs: the relay is not asked twice a second
            trouble = delivered is not None and bool(delivered.trouble)
            quick = self._entering.is_set() and not trouble
            if self._wake.wait(self._pause if quick else self._rest) and trouble:
                self._halted.wait(self._pause)  # woken in trouble again and again: still no haste

    def _tell(self, delivered: Delivered) -> None:
        """Log what was sent, and each trouble once until it is another."""
        if delivered.sent or delivered.trouble != self._trouble:
            _log.info("发出回执 %d 封。%s", delivered.sent, delivered.trouble)
        self._trouble = delivered.trouble
