"""People who write to an office and send no drafts."""

from __future__ import annotations

from tests.public_mail.writing import (
    NAMES,
    PICTURE,
    TOWNS,
    US,
    Chance,
    attach,
    mail,
    pick,
    word,
    zipped,
)


def citizen(number: int, chance: Chance) -> bytes:
    town = chance.choice(TOWNS)
    message = mail(
        number,
        f"{pick(chance, '一名工人', '王女士', '老住户')} <citizen{number}@person.example>",
        pick(chance, f"举报{town}某厂", f"投诉{town}扰民", "情况反映", f"关于{town}油烟问题"),
        f"领导好：我家住在{town}，3月6日夜里楼下厂房又冒黑烟，还闻到刺鼻气味，请你们来查一查。",
    )
    match chance.randrange(3):
        case 0:
            return message.as_bytes()
        case 1:
            return attach(message, "照片.zip", zipped(现场__jpg=PICTURE))
    paper = word(["举报材料", f"3月6日，我在{town}上班时看到厂里出口被锁，请求查处。"])
    return attach(message, "举报材料.docx", paper)


def company(number: int, chance: Chance) -> bytes:
    town = chance.choice(TOWNS)
    message = mail(
        number,
        f"{town}某某化工有限公司 <ehs{number}@firm.example>",
        "隐患整改完成情况报告",
        "贵局3月4日检查我司时提出的5项隐患，我司已全部整改完成，现将整改报告发送贵局，请予复查。",
    )
    paper = word(["隐患整改完成情况报告", f"2022年3月4日，贵局对我公司（{town}）开展检查。"])
    return attach(message, "整改报告.zip", zipped(整改报告__docx=paper))


def superior(number: int, chance: Chance) -> bytes:
    message = mail(
        number,
        "市局宣教处 <xjc@bureau.example>",
        pick(chance, "关于开展短视频征集活动的通知", "关于报送工作总结的通知", "请填报统计表"),
        "各辖市（区）局：请于3月18日下班前报送本邮箱。",
    )
    paper = [
        "关于开展短视频征集活动的通知",
        "各辖市（区）局：",
        "为深入宣传，经研究，决定开展征集活动。",
    ]
    return attach(message, "通知.docx", word(paper))


def applicant(number: int, chance: Chance) -> bytes:
    message = mail(
        number,
        f"{chance.choice(NAMES)} <cv{number}@student.example>",
        "应聘信息宣传岗位",
        "您好，特投递简历，附件为简历及发表过的作品，期待面试。",
    )
    work = ["夏夜里的守护者", f"2021年8月3日晚，记者跟随{chance.choice(TOWNS)}消防站走进夜市。"]
    return attach(message, "简历及作品.zip", zipped(作品__docx=word(work)))


def journalist(number: int, chance: Chance) -> bytes:
    return mail(
        number,
        "某报记者 <press@paper.example>",
        "采访申请",
        f"老师您好，想就{chance.choice(TOWNS)}安全生产工作做一次采访，提纲如下：1.做法；2.成效。",
    ).as_bytes()


def forged_thread(number: int, chance: Chance) -> bytes:
    """A stranger who names our receipt and its number."""
    return mail(
        number,
        f"{chance.choice(NAMES)} <who{number}@person.example>",
        "回复：【已收稿】SG20220307-000001",
        "这篇请撤回。另外我们积分多少？",
        In_Reply_To="<receipt@office.example>",
        References="<receipt@office.example>",
    ).as_bytes()


def personal(number: int, chance: Chance) -> bytes:
    return mail(
        number,
        f"{chance.choice(NAMES)} <p{number}@person.example>",
        pick(chance, "同学聚会", "Re: lunch", "照片", "谢谢", "你好"),
        pick(chance, "周六老地方见。", "See you on Friday!", "收到，谢谢！", "在吗？"),
    ).as_bytes()


def broken(number: int, chance: Chance) -> bytes:
    """What spammers' programs write: no author, two, raw bytes in a header, a part without end."""
    return chance.choice(
        (
            f"To: {US}\r\nSubject: hello {number}\r\n\r\nno author\r\n".encode(),
            f"From: a@x.example, b@y.example\r\nTo: {US}\r\nSubject: {number}\r\n\r\nhi\r\n".encode(),
            b"From: \xb4\xfa\xbf\xaa <x@y.example>\r\nSubject: \xb7\xa2\xc6\xb1\r\n\r\n\xc4\xe3\xba\xc3\r\n"
            + str(number).encode(),
            b'From: x@y.example\r\nContent-Type: multipart/mixed; boundary="q"\r\n\r\n--q\r\n\r\nx'
            + str(number).encode(),
            f"Subject: {number}\r\n\r\n".encode(),
        )
    )
