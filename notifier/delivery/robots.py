"""
The robots of 企业微信, 钉钉 and 飞书: a short text, posted to the address that their own pages show.

Source: 企业微信“消息推送（群机器人）配置说明”, 钉钉“自定义机器人安全设置（加签）”,
        飞书“自定义机器人使用指南（签名校验）”. All three refuse with HTTP 200 and a code in the body.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from http.client import HTTPException
from urllib.parse import parse_qs, quote_plus, urlencode

SECONDS = 10
ANSWER_BYTES = 4000


class Service(Enum):
    """Whose robot it is: the name that people see."""

    WECOM = "企业微信"
    DINGTALK = "钉钉"
    FEISHU = "飞书"


HOOKS = {
    Service.WECOM: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={}",
    Service.DINGTALK: "https://oapi.dingtalk.com/robot/send?access_token={}",
    Service.FEISHU: "https://open.feishu.cn/open-apis/bot/v2/hook/{}",
}

_WRITTEN = (
    (Service.WECOM, r"https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=(?P<token>[\w-]+)"),
    (Service.WECOM, r"wecombot://(?P<token>[\w-]+)/?"),
    (Service.DINGTALK, r"https://oapi\.dingtalk\.com/robot/send\?access_token=(?P<token>\w+)"),
    (Service.DINGTALK, r"dingtalk://(?:(?P<secret>\w+)@)?(?P<token>\w+)/?"),
    (Service.FEISHU, r"https://open\.feishu\.cn/open-apis/bot/v2/hook/(?P<token>[\w-]+)/?"),
    (Service.FEISHU, r"feishu://(?:(?P<secret>[\w-]+)@)?(?P<token>[\w-]+)/?"),
)
"""Behind an https address the signing secret may follow: &secret=… or ?secret=…."""

_SECRET = re.compile(r"(?P<address>[^#]+?)[?&](?P<query>secret=[^&]+)")


@dataclass(frozen=True, slots=True)
class Robot:
    """One robot. `secret` signs what is sent, empty where the robot asks for no signature."""

    service: Service
    token: str
    secret: str = ""

    def __repr__(self) -> str:
        return f"Robot({self.service.name})"


def read(address: str) -> Robot | None:
    """Read an address of one of the three services; None: it is none of theirs."""
    secret = ""
    if address.startswith("https://") and (parts := _SECRET.fullmatch(address)):
        address, secret = parts["address"], parse_qs(parts["query"])["secret"][0]
    for service, pattern in _WRITTEN:
        match = re.fullmatch(pattern, address)
        if match:
            return Robot(service, match["token"], match.groupdict().get("secret") or secret)
    return None


def post(robot: Robot, text: str, now: datetime) -> bool:
    """Send a text; True when the service took it. Waits SECONDS at most, raises nothing of the network."""
    url = HOOKS[robot.service].format(robot.token)
    body: dict[str, object] = {"msgtype": "text", "text": {"content": text}}
    if robot.service is Service.DINGTALK and robot.secret:
        moment = str(round(now.timestamp() * 1000))
        signed = _hmac(robot.secret, f"{moment}\n{robot.secret}")
        url += "&" + urlencode({"timestamp": moment, "sign": signed}, quote_via=quote_plus)
    if robot.service is Service.FEISHU:
        body = {"msg_type": "text", "content": {"text": text}}
        if robot.secret:
            moment = str(int(now.timestamp()))
            body |= {"timestamp": moment, "sign": _hmac(f"{moment}\n{robot.secret}", "")}
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json; charset=utf-8"}
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as response:
            answer = json.loads(response.read(ANSWER_BYTES))
    except (urllib.error.URLError, HTTPException, OSError, ValueError):
        return False
    codes = [answer.get(name) for name in ("errcode", "code")] if isinstance(answer, dict) else []
    return 0 in codes and not any(codes)


def _hmac(key: str, text: str) -> str:
    """HMAC-SHA256 in Base64. QUIRK: 飞书 signs nothing with a key that holds the moment."""
    return base64.b64encode(hmac.digest(key.encode(), text.encode(), hashlib.sha256)).decode()
