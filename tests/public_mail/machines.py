"""Delivery reports, automatic replies, notices."""

from __future__ import annotations

from email.header import Header

from tests.public_mail.writing import NAMES, US, Chance, mail, pick


def dsn(number: int, chance: Chance) -> bytes:
    """Delivery reports: RFC 3464 as Postfix and Exchange write them, plain ones as qmail, QQ and 163 do."""
    return chance.choice((_dsn_standard, _dsn_plain))(number, chance)


def _dsn_standard(number: int, chance: Chance) -> bytes:
    agent, subject, sender = chance.choice(
        (
            ("Postfix", "Undelivered Mail Returned to Sender", "MAILER-DAEMON@relay.example"),
            ("Exchange", "未送达: 【已收稿】湖塘镇", "postmaster@bureau.example"),
            ("sendmail", "Returned mail: see transcript for details", "MAILER-DAEMON@old.example"),
            ("Gmail", "Delivery Status Notification (Failure)", "mailer-daemon@googlemail.example"),
        )
    )
    return (
        f"From: Mail Delivery System <{sender}>\r\nTo: {US}\r\n"
        f"Subject: {Header(subject, 'utf-8').encode()}\r\nMessage-ID: <dsn.{number}@relay.example>\r\n"
        "Auto-Submitted: auto-replied\r\nReturn-Path: <>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain\r\n\r\nThis is the mail system ({agent}).\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example\r\n\r\n"
        "Final-Recipient: rfc822; gone@person.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: =?utf-8?b?5rmW5aGY6ZWH?=\r\n"
        f"Message-ID: <receipt@office.example>\r\n\r\nold\r\n--b--\r\n"
    ).encode("ascii")


def _dsn_plain(number: int, chance: Chance) -> bytes:
    sender, subject, body = chance.choice(
        (
            (
                "MAILER-DAEMON@qmail.example",
                "failure notice",
                "Hi. This is the qmail-send program at qmail.example.\n"
                "I'm afraid I wasn't able to deliver your message.",
            ),
            ("Postmaster@163.example", "系统退信", "抱歉，您的邮件被退回来了……收件人不存在。"),
            ("PostMaster@qq.example", "系统退信/Systems bounce", "很抱歉，您发送的邮件被退回。"),
            (
                "Mailer-Daemon@exim.example",
                "Mail delivery failed: returning message to sender",
                "This message was created automatically by mail delivery software.",
            ),
            ("postmaster@coremail.example", "退信通知", "您的邮件未能投递，原因：mailbox full"),
            ("Symantec <antivirus@gate.example>", "Undeliverable: 回执", "blocked by policy"),
        )
    )
    headers = {"X_Failed_Recipients": "gone@person.example"} if "exim" in sender else {}
    return mail(number, sender, subject, body, **headers).as_bytes()


def auto_reply(number: int, chance: Chance) -> bytes:
    subject, headers = chance.choice(
        (
            ("自动回复: 【已收稿】湖塘镇", {"X_Auto_Response_Suppress": "All"}),
            ("Automatic reply: receipt", {"Auto_Submitted": "auto-generated"}),
            ("自动回复：收稿回执", {}),
            ("【自动回复】收稿回执", {}),
            ("Auto: receipt", {"Auto_Submitted": "auto-replied", "X_Autoreply": "yes"}),
            ("Out of Office: receipt", {"Precedence": "bulk"}),
            ("Re: receipt", {"Precedence": "junk", "Auto_Submitted": "auto-replied (vacation)"}),
            ("Auto reply:receipt", {}),
            ("外出自动回复：回执", {"X_Autorespond": "1"}),
        )
    )
    sender = chance.choice(
        ("钱一鸣 <qian@hutang.example>", f"{chance.choice(NAMES)} <away@person.example>")
    )
    return mail(
        number,
        sender,
        subject,
        "您好，我正在外出学习，3月20日返岗，急事请致电。",
        In_Reply_To="<receipt@office.example>",
        **headers,
    ).as_bytes()


def read_receipt(number: int, chance: Chance) -> bytes:
    return mail(
        number,
        chance.choice(("钱一鸣 <qian@hutang.example>", "某人 <x@person.example>")),
        pick(chance, "已读: 收稿回执", "已读回执：收稿回执", "阅读回执：收稿回执", "Read: receipt"),
        "您的邮件已被阅读。",
    ).as_bytes()


def recall(number: int, chance: Chance) -> bytes:
    return mail(
        number,
        "某人 <x@person.example>",
        pick(chance, "撤回: 会议材料", "召回：会议材料", "Recall: minutes"),
        "发件人要撤回邮件“会议材料”。",
    ).as_bytes()


def calendar(number: int, chance: Chance) -> bytes:
    message = mail(number, "某人 <x@person.example>", "邀请: 安全例会", "请参加。")
    message.add_attachment(
        b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n",
        "text",
        "calendar",
        filename="invite.ics",
    )
    return message.as_bytes()


def vendor_notice(number: int, chance: Chance) -> bytes:
    """Chinese vendors' notices; half of them mark nothing and come from an address where people sit."""
    sender, subject, body = chance.choice(
        (
            (
                "某云 <system@notice.cloud.example>",
                "【某云】实例到期提醒",
                "您的1台云服务器将于3月9日到期。",
            ),
            (
                "某移动 <bill@mobile.example>",
                "您2月份的电子账单",
                "尊敬的客户，您本月消费58.00元。",
            ),
            (
                "某铁路 <12306@rails.example>",
                "网上购票系统--用户支付通知",
                "您于2022年3月6日成功购票1张。",
            ),
            (
                "某银行 <service@bank.example>",
                "信用卡电子对账单",
                "本期应还款额见附件，请及时还款。",
            ),
            ("邮箱助手 <mail@163.example>", "异地登录提醒", "您的帐号于3月7日在异地登录。"),
            ("no-reply <noreply@jd.example>", "订单已发货", "您的订单已由仓库发出。"),
            ("某税务 <tax@tax.example>", "电子发票开具通知", "您收到一张发票，请查收附件。"),
        )
    )
    return mail(number, sender, subject, body).as_bytes()


def monitoring(number: int, chance: Chance) -> bytes:
    return mail(
        number,
        pick(chance, "root <root@host.example>", "Nagios <nagios@mon.example>"),
        pick(chance, "Cron <root@host> /usr/bin/backup", "** PROBLEM alert: disk **", "Logwatch"),
        "CRITICAL - free space: / 512 MB (3%)",
        **chance.choice(
            ({"Auto_Submitted": "auto-generated"}, {"X_Cron_Env": "<SHELL=/bin/sh>"}, {})
        ),
    ).as_bytes()
