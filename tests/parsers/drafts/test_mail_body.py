"""A cover note may be long and full of days; a draft in the body may be one sentence (五.4)."""

from __future__ import annotations

import pytest

from parsers.drafts.mail_body import looks_like_draft, strip_body

NOTES = [
    "您好，附件是本周的稿件，请查收。",
    "老师好！本周的动态和舆情已经整理好了，放在压缩包里，麻烦您看一下有没有问题，如有问题请及时联系我修改。谢谢！",
    "按照4月15日例会要求，我镇组织人员对本月信息进行了整理，现报送工作动态2篇、舆情3篇，均已经分管领导审核，请查收。由于近期开展安全生产大检查，人手紧张，报送稍晚，敬请谅解。",
    "尊敬的领导：\n您好！因上周出差，未能及时报送信息，深表歉意。"
    "本周起我将按规定每周报送1篇工作动态和3篇舆情，每季度报送1篇综合性原创文章，不断提高稿件质量，"
    "积极反映我镇安全生产工作开展情况。今后工作中如有不足之处，恳请批评指正。\n湖塘镇 钱一鸣",
    "附件为我镇3月6日开展危化品检查的动态，照片3张，请审核。",
    "3月6日检查的稿子和照片，辛苦老师。",
    "关于上次稿件的问题：3月4日报送的《湖塘镇开展检查》一文，照片中人员未戴安全帽，已重新拍摄并替换，请以本次为准。另外，3月5日的会议稿件还在走审核流程，预计明天报送。",
    "《湖塘镇召开安全生产会议》稿件见附件，会议于3月6日召开，由镇长主持，与会人员50人。如需补充材料请告知。",
    "请问宣传员培训什么时候举办？我镇新换了宣传员，3月7日起由王芳负责，联系方式变更为办公电话。",
    "收到，谢谢！",
    "人教科：\n我科室3月份综合文章题目是《筑牢防线》，共计1200字，已排版。3月10日前会再报送一篇约稿，请留版面。",
]
DRAFTS = [
    "3月6日，湖塘镇开展检查，发现隐患12处，责令整改。",
    "湖塘镇开展燃气检查\n3月6日，镇应急局检查餐饮店38家，发现隐患9处，现场整改。",
    "网民反映某小区电梯故障，3月6日镇安监科约谈物业。",
    "今天上午，我镇召开安全生产会议，镇长部署近期工作，各村书记参会。会议要求加强排查。",
    "老师好，稿件如下：\n3月6日，牛塘镇组织消防演练，120人参加，演练模拟厂房起火，员工有序疏散。谢谢！",
    "您好，网络不好附件传不上，先把内容发您：3月6日下午，洛阳镇举行安全知识竞赛，8支队伍参赛，某公司夺冠。",
    "舆情信息：3月6日，抖音网友发布视频称前黄某工厂冒黑烟，点赞300个，已核实为锅炉检修。",
]


SHAPED = [
    "湖塘镇约谈3家隐患企业负责人\n\n3月8日，湖塘镇应急管理局约谈隐患整改不力的3家企业负责人，通报近期执法情况，逐家点明症结，限期7日内整改到位，逾期不改的将移交立案，并列入重点监管名单，每周回头看一次。",
    "老师好：\n牛塘镇给电动车“安新家”\n\n3月9日一早，牛塘镇青云小区的楼道里叮叮当当，7名网格员抱着线圈爬上爬下，把私拉的飞线一根根剪下来，又在车棚里装上了32个充电口，居民们拍手叫好，直夸贴心。",
    "雪堰镇夜访渔家\n\n3月10日夜，太湖边起了大风，雪堰镇值班干部挨个敲开渔家的门，叮嘱收网、系缆、断电，直到凌晨2点，86条渔船全部回港，没有一人落单，镇里的灯才熄了。",
]
"""Drafts by their shape; none has two of the usual verbs."""

TITLED = [
    "情况说明\n3月8日我单位网络故障，导致稿件迟发一天，特此说明，恳请按时限内计算，并附网络公司出具的证明一份，望予以考虑为盼，如需其他材料请联系我们，谢谢领导支持理解配合。",
    "关于举办培训班的邀请函\n3月20日，我会将在南京举办安全管理培训班，诚邀您参加，费用2800元，含资料费、证书费，食宿统一安排，请填写回执后于3月15日前发送至本邮箱，名额有限，先到先得。",
    "周四聚餐安排\n3月10日晚六点，老地方集合，张三负责订包间，李四带酒，王五开车接人，大家尽量别迟到，去年那次等了一个小时，菜都凉了，这次谁迟到谁请客，说好了啊各位，不见不散哦。",
]
"""A line and a dated one below it that are no news."""


@pytest.mark.parametrize("body", SHAPED)
def test_a_title_and_a_dated_lead_are_a_draft_whatever_the_verbs(body: str) -> None:
    assert looks_like_draft(body)


@pytest.mark.parametrize("body", TITLED)
def test_a_title_and_a_day_alone_are_none(body: str) -> None:
    assert not looks_like_draft(body)


@pytest.mark.parametrize("body", ["", *NOTES])
def test_a_note_about_the_letter_is_no_draft(body: str) -> None:
    assert not looks_like_draft(body)


@pytest.mark.parametrize("body", DRAFTS)
def test_a_report_is_a_draft_however_short(body: str) -> None:
    assert looks_like_draft(body)


@pytest.mark.parametrize("note", NOTES[:3])
@pytest.mark.parametrize("draft", DRAFTS[:4])
def test_a_draft_under_a_note_is_found(note: str, draft: str) -> None:
    assert looks_like_draft(f"{note}\n\n{draft}\n\n发自我的iPhone")


@pytest.mark.parametrize(
    "mark",
    [
        "---原始邮件---",
        "----- 转发邮件信息 -----",
        "发件人：人教科",
        "On Mon, Mar 7, 2022 at 9:00 AM a@b.example wrote:",
    ],
)
def test_what_is_quoted_from_another_letter_is_nobodys_draft(mark: str) -> None:
    body = f"请查收附件。\n{mark}\n{DRAFTS[0]}"
    assert not looks_like_draft(body)
    assert DRAFTS[0] not in strip_body(body)
