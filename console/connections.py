"""Services outside: the mailbox, the relay, the robots to which a headline is pushed."""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Mapping

from console.relay_accounts import SharedAccount
from console.settings.loading import (
    ConfigError,
    Settings,
    mailbox_password,
    push_addresses,
    relay_password,
)
from console.settings.urls import MaildirUrl
from console.sharing import DeliveryTurn
from ingest.mailboxes.imap import ImapMailbox
from ingest.mailboxes.mailbox import Mailbox
from ingest.mailboxes.maildir import MaildirMailbox
from ledger.leases import Lease
from notifier.delivery.maildir import MaildirRelay
from notifier.delivery.push import BadTarget, Target, targets
from notifier.delivery.send_log import SendLog
from notifier.delivery.smtp import SmtpRelay

PROGRAM = "Shougao"
IN_TRANSIT = "in-transit.json"
"""The letter that the relay may have and the ledger does not, beside the ledger."""


class Connections:
    """
    The mailbox and the relay that the settings name, made by their first use and kept.

    `relay_account`: the relay's account where other offices of the service may use it, too. Passwords
    and the robots' addresses come from `environ` or from the files that the settings name.
    """

    def __init__(
        self,
        settings: Settings,
        environ: Mapping[str, str],
        relay_lease: Lease | None = None,
        relay_account: SharedAccount | None = None,
    ) -> None:
        self._settings = settings
        self._environ = environ
        self._mailbox: Mailbox | None = None
        self._relay: MaildirRelay | SmtpRelay | None = None
        self._relay_key = ""
        self.send_log = SendLog(settings.data_dir / IN_TRANSIT)
        self.delivering = DeliveryTurn(relay_lease)
        self.relay_account = relay_account

    def mailbox(self) -> Mailbox:
        """Return the mailbox, kept open between rounds. Raises ConfigError without a password."""
        if self._mailbox is None:
            self._mailbox = open_mailbox(self._settings, self._environ)
        return self._mailbox

    def relay(self) -> MaildirRelay | SmtpRelay:
        """Return the relay, a new one once its secret is another. Raises ConfigError without a password."""
        key = self.relay_key()
        if self._relay is None or key != self._relay_key:
            self._relay, self._relay_key = open_relay(self._settings, self._environ), key
        return self._relay

    def relay_key(self) -> str:
        """
        Return a digest of what the relay is asked with: address, account, sender, secret.

        Raises: ConfigError without a password.
        """
        url = self._settings.relay_url
        needed = not isinstance(url, MaildirUrl) and url.account
        secret = relay_password(self._settings, self._environ) if needed else ""
        asked = repr((url, self._settings.relay.sender, secret))
        return hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def wants_push(self) -> bool:
        """Whether the office named anybody to push the digest's headline to."""
        return bool(push_addresses(self._settings, self._environ))

    def push_targets(self) -> tuple[Target, ...]:
        """Return where the headline is pushed to. Raises ConfigError for an address that is none."""
        addresses = push_addresses(self._settings, self._environ)
        try:
            return targets(addresses) if addresses else ()
        except BadTarget as error:
            raise ConfigError(str(error)) from None

    def hang_up(self) -> None:
        """Cut the connection to the relay for good, in whatever thread it is used; never raises."""
        if self._relay is not None:
            self._relay.hang_up()

    def close(self) -> None:
        """Log out of the mailbox; the relay's connection ends with each delivery."""
        if self._mailbox is not None:
            self._mailbox.close()


def program_version() -> str:
    """Return the version of the installed distribution, as pyproject.toml has it."""
    return importlib.metadata.version("shougao")


def open_mailbox(settings: Settings, environ: Mapping[str, str], patience: float = 60.0) -> Mailbox:
    """
    Make the mailbox that the settings name; it connects when it is first used.

    Args:
        settings: what config.toml says.
        environ: where the password is looked for.
        patience: seconds that the server has for each answer.

    Raises:
        ConfigError: there is no password.

    """
    url = settings.mailbox_url
    if isinstance(url, MaildirUrl):
        return MaildirMailbox(url.path, settings.mailbox.junk_folders)
    mailbox_password(settings, environ)  # told now if there is none; asked for again at each login
    return ImapMailbox(
        url.host,
        url.port,
        url.account,
        lambda: mailbox_password(settings, environ),
        tls=url.tls,
        timeout=patience,
        junk_folders=settings.mailbox.junk_folders,
        identity={
            "name": PROGRAM,
            "version": program_version(),
            "vendor": PROGRAM,
            "support-email": settings.mailbox.support_email or url.account,
        },
    )


def open_relay(settings: Settings, environ: Mapping[str, str]) -> MaildirRelay | SmtpRelay:
    """
    Make the relay that the settings name; it connects when it is first used.

    Raises:
        ConfigError: there is no password.

    """
    url = settings.relay_url
    if isinstance(url, MaildirUrl):
        return MaildirRelay(url.path)
    password = relay_password(settings, environ) if url.account else ""
    return SmtpRelay(url.host, url.port, url.account, password, url.tls)
