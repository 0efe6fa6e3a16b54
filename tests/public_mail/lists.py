"""Mailing lists, newsletters and adverts."""

from __future__ import annotations

from tests.public_mail.writing import (
    LISTS,
    NAMES,
    TOPICS,
    TOWNS,
    Chance,
    attach,
    mail,
    page,
    pick,
    word,
    zipped,
)


def mailman(number: int, chance: Chance) -> bytes:
    where = chance.choice(LISTS)
    return mail(
        number,
        f"{chance.choice(NAMES)} via Users <users@{where}>",
        f"[users] {chance.choice(TOPICS)}",
        f"On March 6, {chance.choice(NAMES)} wrote:\n> did anybody try this?\n\nYes, it works.\n"
        "_______________________________________________\nusers mailing list\n",
        List_Id=f"Users <users.{where}>",
        List_Unsubscribe=f"<mailto:users-leave@{where}>",
        List_Post=f"<mailto:users@{where}>",
        X_BeenThere=f"users@{where}",
        X_Mailman_Version="2.1.39",
        Precedence="list",
        Errors_To=f"users-bounces@{where}",
    ).as_bytes()


def google_groups(number: int, chance: Chance) -> bytes:
    return mail(
        number,
        f"{chance.choice(NAMES)} <someone@person.example>",
        chance.choice(TOPICS),
        "3月6日，我们组织了讨论，欢迎大家补充。\n-- \n您收到此邮件是因为您订阅了 Google 群组。",
        Mailing_list="list safety@groups.example; contact safety+owners@groups.example",
        List_ID="<safety.groups.example>",
        X_Google_Group_Id="1234567890",
    ).as_bytes()


def ezmlm(number: int, chance: Chance) -> bytes:
    return mail(
        number,
        "dev@apache-like.example",
        chance.choice(TOPICS),
        "+1, thanks!",
        Mailing_List="contact dev-help@apache-like.example; run by ezmlm",
        Delivered_To="mailing list dev@apache-like.example",
    ).as_bytes()


def forge_notice(number: int, chance: Chance) -> bytes:
    """GitHub and its like."""
    return mail(
        number,
        f"{chance.choice(NAMES)} <notifications@forge.example>",
        f"Re: [org/repo] {chance.choice(TOPICS)} (#{number})",
        "@you commented on this pull request.\n\nReply to this email directly or view it.",
        List_ID="org/repo <repo.org.forge.example>",
        List_Archive="https://forge.example/org/repo",
        X_GitHub_Reason="subscribed",
        Precedence="list",
    ).as_bytes()


def forwarded_list(number: int, chance: Chance) -> bytes:
    """A list that marks nothing but its subject and its foot."""
    return mail(
        number,
        f"{chance.choice(NAMES)} <member{number}@person.example>",
        f"[安全交流群] {chance.choice(TOPICS)}",
        "各位同行：\n大家对新规怎么看？欢迎跟帖讨论。\n\n--\n退出本邮件组请发邮件至 leave@group.example",
        Sender="owner@group.example",
    ).as_bytes()


# -- newsletters and adverts --


def newsletter(number: int, chance: Chance) -> bytes:
    town = chance.choice(TOWNS)
    return page(
        number,
        "应急产业周刊 <weekly@news.example>",
        f"第{number}期｜{town}一企业被处罚，这些坑别再踩",
        f"<h2>{town}开展专项检查</h2><p>3月6日，{town}组织人员对辖区企业开展专项检查，发现隐患12处。"
        '<a href="https://news.example/1">阅读全文</a></p><p>退订请<a href="https://news.example/u">点此</a></p>',
        List_Unsubscribe="<https://news.example/u>",
        List_Unsubscribe_Post="List-Unsubscribe=One-Click",
        Feedback_ID=f"{number}:edm:news",
    ).as_bytes()


def campaign(number: int, chance: Chance) -> bytes:
    """Mailchimp, SendGrid, Amazon SES."""
    extra = chance.choice(
        (
            {
                "X_Campaign": "mailchimp1",
                "X_MC_User": "ab12",
                "List_ID": "ab12 <ab12.list.example>",
            },
            {"Feedback_ID": "1.us-east-1.abc=:AmazonSES", "X_SES_Outgoing": "2022.03.07-54.1.2.3"},
            {"X_SG_EID": "abc", "List_Unsubscribe": "<https://u.sendgrid.example/x>"},
            {"Precedence": "bulk", "X_Mailer": "PHPMailer 6.1.4"},
        )
    )
    return page(
        number,
        f"{pick(chance, '会员中心', 'Shop', '旅游网')} <hello@shop{number % 40}.example>",
        pick(chance, "春季上新 5折起", "Your weekly picks", "会员日，最高立减300"),
        "<p>限时优惠，点击领取。</p>",
        **extra,
    ).as_bytes()


def unmarked_newsletter(number: int, chance: Chance) -> bytes:
    """A paper's morning letter: titles and dated leads of our own towns, and no header that says so."""
    town = chance.choice(TOWNS)
    return mail(
        number,
        "本地早报 <zaobao@paper.example>",
        f"早报 3月{1 + number % 28}日 星期一",
        f"{town}织密春季安全防护网\n"
        f"3月{1 + number % 28}日，{town}应急管理局组织人员对辖区36家危化品企业开展专项检查，"
        "现场发现隐患45处，均已要求限期整改。检查组要求企业压实主体责任，守牢安全底线。\n"
        f"阅读全文：https://paper.example/{number}\n\n"
        "市区菜价回落\n"
        "本报讯（记者 王小明）昨天，记者从农贸市场了解到，青菜每斤下降三毛。\n"
        f"阅读全文：https://paper.example/{number}b\n"
        "不想再收到早报？回复TD退订",
    ).as_bytes()


def unmarked_report(number: int, chance: Chance) -> bytes:
    """A news portal's article of our own town, alone in its letter."""
    town = chance.choice(TOWNS)
    day = f"3月{1 + number % 28}日"
    return mail(
        number,
        f"{pick(chance, '掌上新闻', '安全头条', '行业观察')} <push{number % 9}@portal.example>",
        pick(chance, f"【今日推荐】{town}筑牢防线", "每日精选", f"{day}热点"),
        f"{town}筑牢春季森林防火防线\n"
        f"{day}，{town}组织护林员对重点林区开展巡查，劝返携带火种人员15人，清理可燃物2吨，"
        "并通过村村响、宣传车等方式向居民宣传森林防火知识，营造人人参与的浓厚氛围。\n"
        + pick(
            chance,
            f"查看原文 https://portal.example/{number}",
            f"更多内容：https://portal.example/{number} https://portal.example/app",
            "取消订阅请回复TD",
        ),
    ).as_bytes()


def advert(number: int, chance: Chance) -> bytes:
    """Adverts that mark nothing."""
    return mail(
        number,
        f"{pick(chance, '李经理', '王会计', '陈老师')} <ad{number}@seller.example>",
        pick(
            chance,
            "代开各类发票 点数优惠",
            "应急装备2022年采购目录",
            "安全员、注安师报名即将截止",
            "展板制作 安全月宣传物料",
            "SEO排名优化 首页见效",
            "宣传片拍摄报价",
            "武进区企业名录出售",
        ),
        f"尊敬的领导您好：本公司长期为{chance.choice(TOWNS)}等地提供服务，先验后付，详情请致电。"
        "电话13800000000 微信同号",
    ).as_bytes()


def advert_packed(number: int, chance: Chance) -> bytes:
    message = mail(
        number,
        f"业务部 <biz{number}@seller.example>",
        pick(chance, "产品目录请查收", "报价单", "培训班招生简章", "您有一张电子发票"),
        f"您好，附件为我司{chance.choice(TOWNS)}项目资料，请查收。",
    )
    inner = word(
        ["2022年安全培训招生简章", f"3月6日，我公司在{chance.choice(TOWNS)}举办首期培训班。"]
    )
    return attach(message, "资料.zip", zipped(资料__docx=inner))


def scholarly(number: int, chance: Chance) -> bytes:
    """Calls for papers, some with a template in an archive."""
    message = mail(
        number,
        pick(chance, "编辑部 <ed@journal.example>", "Editorial Office <cfp@conf.example>"),
        pick(
            chance, "征稿函：安全科学学报", "Call for Papers: ICSS 2022 (EI)", "约稿函（核心期刊）"
        ),
        "尊敬的作者：本刊诚邀您赐稿，来稿请用附件模板，投稿邮箱 ed@journal.example。",
    )
    if number % 2:
        return message.as_bytes()
    return attach(message, "模板.zip", zipped(模板__docx=word(["论文题目", "摘要：本文"])))


def phishing(number: int, chance: Chance) -> bytes:
    return mail(
        number,
        f"邮箱管理员 <admin{number % 7}@mail-secure.example>",
        pick(chance, "您的邮箱即将停用，请立即升级", "密码过期通知", "工资补贴申领通知"),
        "您的邮箱容量已满，请于24小时内点击 https://mail-secure.example/login 完成验证。",
    ).as_bytes()
