"""Why a server cannot be reached, in the words of the office: one cause, one remedy."""

from __future__ import annotations

import errno
import socket
import ssl
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cause:
    """What hinders a connection, and what a person does about it; both end without a full stop."""

    found: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.found}。{self.remedy}。"


_EXPIRED, _NOT_YET, _WRONG_NAMES = 10, 9, (62, 64)
"""OpenSSL's X509_V_ERR_CERT_HAS_EXPIRED, …_NOT_YET_VALID, …_HOSTNAME_ and …_IP_ADDRESS_MISMATCH."""

_NO_NAME = (socket.EAI_NONAME, socket.EAI_FAIL, getattr(socket, "EAI_NODATA", -5))
_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "UNEXPECTED_MESSAGE")


def cause_of(error: BaseException, host: str, port: int, key: str) -> Cause:
    """
    Say why a connection failed.

    Args:
        error: what the socket, TLS or a library on top of them raised.
        host: the server's name as it is configured.
        port: its port.
        key: the setting that names both, such as `mailbox.url`.

    """
    match error:
        case socket.gaierror():
            if error.errno in _NO_NAME:
                return Cause(
                    f"找不到名为 {host} 的服务器",
                    f"请核对 {key} 里的主机名；主机名没有错的，请检查本机的网络和 DNS 设置",
                )
            return Cause("域名服务器没有答复", "请检查本机的网络和 DNS 设置，稍后再试")
        case ssl.SSLCertVerificationError():
            return _certificate(error, host, key)
        case ssl.SSLError(reason=reason) if reason in _NO_TLS:
            return Cause(
                f"{port} 端口不使用加密连接",
                f"请核对 {key} 里的端口和写法：收信加密用 imaps:// 和 993 端口，"
                "发信加密用 smtps:// 和 465 端口，或 smtp+starttls:// 和 587 端口",
            )
        case (
            ssl.SSLEOFError()
            | ssl.SSLZeroReturnError()
            | ConnectionResetError()
            | ConnectionAbortedError()
            | BrokenPipeError()
            | EOFError()
        ):
            return Cause(
                "连接被中途断开",
                "稍后会自动再试；一直如此的，请网络管理员检查防火墙和安全设备",
            )
        case ssl.SSLError():
            return Cause(
                "加密连接没有建立起来",
                "对方的加密方式可能太旧，或有安全设备拦截；请联系邮箱管理员或网络管理员",
            )
        case TimeoutError():
            return Cause(
                "连接超时，多半被防火墙挡住",
                f"请网络管理员放行本机到 {host} 的 {port} 端口",
            )
        case ConnectionRefusedError():
            return Cause(
                f"服务器没有开放 {port} 端口", f"请核对 {key} 里的主机名和端口，或检查防火墙"
            )
        case OSError(errno=errno.ENETUNREACH | errno.EHOSTUNREACH | errno.ENETDOWN):
            return Cause("网络不通", "请检查网线、网卡和网关设置")
        case OSError(errno=errno.EACCES | errno.EPERM):
            return Cause("本机的安全设置不许连接", f"请在本机防火墙里放行到 {host} 的 {port} 端口")
    return Cause("连接失败，原因不明", "请检查网络，稍后再试")


def _certificate(error: ssl.SSLCertVerificationError, host: str, key: str) -> Cause:
    if error.verify_code == _NOT_YET:
        return Cause(
            "服务器的证书还没有到生效日期，多半是本机的时间不对", "请先校准本机的日期和时间"
        )
    if error.verify_code == _EXPIRED:
        return Cause(
            "服务器的证书已经过期，或本机的时间不对",
            "请先核对本机的日期；日期没有错的，请联系邮箱管理员更换证书",
        )
    if error.verify_code in _WRONG_NAMES:
        return Cause(
            f"服务器的证书不是发给 {host} 的",
            f"请核对 {key} 里的主机名，要与证书上的名称一致",
        )
    return Cause(
        "服务器的证书不可信",
        "单位网关替换证书的，请把它的根证书装到本机；不是的，请核对主机名，可能有人冒充服务器",
    )
