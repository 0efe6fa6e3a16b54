"""The headline reaches robots of 企业微信, 钉钉 and 飞书 (a local server stands for theirs), secretly."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from notifier.delivery import robots
from notifier.delivery.push import BadTarget, Message, push, targets
from notifier.delivery.robots import Service, post, read

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
"""Apprise loads all of its services at once, and that of mail loads a module that Python will drop."""

SECRET = "693a91f67fa24bc497a00ec2f1fa5a01"
SAID = Message("收稿日报 3月7日", "来信3封，待核定1件", "https://shougao.example")
ADDRESSES = {
    "企业微信": f"wecombot://{SECRET}",
    "钉钉": f"dingtalk://{SECRET}key@{SECRET}",
    "飞书": f"feishu://{SECRET}",
}


@dataclass
class Robot:
    """What a chat's server heard, and what it is to answer."""

    url: str = ""
    status: int = 200
    answer: dict[str, Any] = field(
        default_factory=lambda: {"errcode": 0, "code": 0, "errmsg": "ok"}
    )
    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


@pytest.fixture
def robot(monkeypatch: pytest.MonkeyPatch) -> Iterator[Robot]:
    robot = Robot()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            robot.heard.append((self.path, json.loads(body)))
            said = json.dumps(robot.answer).encode()
            self.send_response(robot.status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    robot.url = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(
        robots,
        "HOOKS",
        {
            Service.WECOM: robot.url + "/wecom?key={}",
            Service.DINGTALK: robot.url + "/ding?access_token={}",
            Service.FEISHU: robot.url + "/hook/{}",
        },
    )
    yield robot
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("service", ADDRESSES)
def test_each_robot_is_told_in_its_own_form(robot: Robot, service: str) -> None:
    (target,) = targets([ADDRESSES[service]])
    assert str(target) == f"第1个（{service}）"
    assert push(SAID, target)
    ((path, told),) = robot.heard
    asked = {key: value[0] for key, value in parse_qs(urlsplit(path).query).items()}
    match service:
        case "企业微信":
            assert asked["key"] == SECRET
            assert told["msgtype"] == "text"
            text = told["text"]["content"]
        case "钉钉":
            assert asked["access_token"] == SECRET
            assert {"timestamp", "sign"} <= asked.keys()  # 加签
            assert told["msgtype"] == "text"
            text = told["text"]["content"]
        case _:
            assert SECRET in path
            assert told["msg_type"] == "text"
            text = told["content"]["text"]
    assert [line for line in text.splitlines() if line] == [SAID.title, SAID.text, SAID.link]


@pytest.mark.parametrize(
    "address",
    [
        f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={SECRET}",
        f"https://oapi.dingtalk.com/robot/send?access_token={SECRET}",
        f"https://open.feishu.cn/open-apis/bot/v2/hook/{SECRET}",
    ],
)
def test_the_address_that_a_robots_own_page_shows_does_as_well(robot: Robot, address: str) -> None:
    (target,) = targets([address])
    assert push(SAID, target)
    ((path, _),) = robot.heard
    assert SECRET in path


@pytest.mark.parametrize("service", ADDRESSES)
@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, {"errcode": 310000, "code": 9499, "errmsg": "keywords not in content"}),
        (500, {}),
        (403, {"errcode": 0}),
    ],
)
def test_a_refusal_is_no_success_even_when_it_comes_with_a_200(
    robot: Robot, service: str, status: int, answer: dict[str, Any]
) -> None:
    robot.status, robot.answer = status, answer
    (target,) = targets([ADDRESSES[service]])
    assert not push(SAID, target)
    assert len(robot.heard) == 1


@pytest.mark.parametrize("service", ADDRESSES)
def test_the_key_is_in_no_log_line_and_in_no_error(
    robot: Robot, service: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    robot.status = 500
    with caplog.at_level(logging.DEBUG):
        found = targets([ADDRESSES[service], f"json://127.0.0.1:1/{SECRET}"])
        assert not any(push(SAID, target) for target in found)
        with pytest.raises(BadTarget) as bad:
            targets([ADDRESSES[service], f"nosuch://{SECRET}"])
    out = capfd.readouterr()
    told = f"{caplog.text}{bad.value}{bad.value.__cause__}{found!r}{found}{out.out}{out.err}"
    assert SECRET not in told
    assert "第2个" in str(bad.value)


@pytest.mark.parametrize(
    "address",
    [
        f"https://open.feishu.cn/open-apis/bot/v2/hook/{SECRET}?secret=geheim",
        f"feishu://geheim@{SECRET}",
    ],
)
def test_feishu_is_signed_as_its_page_asks(robot: Robot, address: str) -> None:
    """The guide's own recipe: the key is the moment and the secret, the message is empty."""
    found = read(address)
    assert found is not None
    assert post(found, "日报", datetime(2022, 3, 7, 8, 30, tzinfo=UTC))
    ((path, told),) = robot.heard
    assert path == f"/hook/{SECRET}"
    assert told["timestamp"] == "1646641800"
    recipe = hmac.new(b"1646641800\ngeheim", b"", hashlib.sha256).digest()
    assert told["sign"] == base64.b64encode(recipe).decode()


@pytest.mark.parametrize(
    "address",
    [
        f"https://oapi.dingtalk.com/robot/send?access_token={SECRET}&secret=SECgeheim",
        f"dingtalk://SECgeheim@{SECRET}",
    ],
)
def test_dingtalk_is_signed_as_its_page_asks(robot: Robot, address: str) -> None:
    found = read(address)
    assert found is not None
    assert post(found, "日报", datetime(2022, 3, 7, 8, 30, tzinfo=UTC))
    ((path, _),) = robot.heard
    asked = {key: value[0] for key, value in parse_qs(urlsplit(path).query).items()}
    assert asked["timestamp"] == "1646641800000"
    recipe = hmac.new(b"SECgeheim", b"1646641800000\nSECgeheim", hashlib.sha256).digest()
    assert asked["sign"] == base64.b64encode(recipe).decode()


def test_without_apprise_the_three_robots_are_served_and_others_are_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert len(targets(tuple(ADDRESSES.values()))) == 3
    with pytest.raises(BadTarget, match="setup --with push"):
        targets([f"json://127.0.0.1/{SECRET}"])
