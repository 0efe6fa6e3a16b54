"""Where raw letters are kept: the data folder, or the bucket that the settings name."""

from __future__ import annotations

from collections.abc import Mapping

from console.settings.loading import ConfigError, Settings, vault_password
from console.settings.urls import bucket_place
from ledger.storage.vault import Vault

COPIES = "vault-copies"
"""The folder of copies, beside that of an office which kept its letters here before: those are no copies."""


def open_vault(settings: Settings, environ: Mapping[str, str]) -> Vault:
    """
    Return the vault that the settings name; nothing is asked of a service yet.

    Raises: ConfigError without the key's password, or where the program for S3 is not installed.
    """
    folder = settings.data_dir / "vault"
    if not settings.vault.url:
        return Vault(folder)
    try:
        from ledger.storage.s3_vault import Bucket, open_s3_vault
    except ModuleNotFoundError as error:
        if error.name != "obstore":
            raise
        raise ConfigError(
            "[vault] url 用的是 S3，它的程序没有安装。请运行 python3 run.py setup --with s3 后再试。"
        ) from error
    named = settings.vault
    name, prefix = bucket_place(named.url)
    bucket = Bucket(
        name,
        prefix,
        named.endpoint.rstrip("/"),
        named.region,
        named.key,
        vault_password(settings, environ),
        named.virtual_hosted,
    )
    return open_s3_vault(settings.data_dir / COPIES, bucket, named.copies_mb * 1_000_000)
