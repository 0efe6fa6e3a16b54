"""Every objection the office can raise, with what it leads to and what the officer is told."""

from __future__ import annotations

from enum import Enum, StrEnum


class Outcome(StrEnum):
    """What becomes of a letter or a draft, from the mildest to the gravest."""

    IGNORED = "ignored"
    ACCEPTED = "accepted"
    HELD = "held"
    REFUSED = "refused"

    @property
    def severity(self) -> int:
        """0 for the mildest, 3 for the gravest."""
        return list(Outcome).index(self)


class Reason(Enum):
    """
    One objection: outcome, the sentence an officer reads, and the one thing to do.

    The member's name is its code in exports; it never changes once published.
    """

    def __init__(self, outcome: Outcome, sentence: str, advice: str) -> None:
        self.outcome = outcome
        self.sentence = sentence
        self.advice = advice

    # -- the form of a letter (五.4) --
    BODY_DRAFT = (
        Outcome.REFUSED,
        "稿件写在了邮件正文里，没有打包成压缩文件作为附件报送。",
        "请把稿件文字和图片放进同一个文件夹，压缩成一个 zip、rar 或 7z 文件，作为附件重新发送。",
    )
    BARE_ATTACHMENT = (
        Outcome.REFUSED,
        "稿件文件直接作为附件发来，没有打包成压缩文件。",
        "请把所有稿件文字和图片压缩成一个 zip、rar 或 7z 文件，作为附件重新发送。",
    )
    CLOUD_ATTACHMENT = (
        Outcome.REFUSED,
        "邮件里是“超大附件”的下载链接，没有真正的附件。",
        "请把压缩包控制在普通附件的大小以内（可适当压缩图片），作为普通附件重新发送。",
    )
    NO_ATTACHMENT = (
        Outcome.REFUSED,
        "邮件里没有附件，也没有稿件。",
        "请把稿件文字和图片压缩成一个 zip、rar 或 7z 文件，作为附件重新发送。",
    )
    LOCKED_ARCHIVE = (
        Outcome.REFUSED,
        "压缩包设有密码，无法打开。",
        "请发送不设密码的压缩包；确需密码的，请在邮件正文里写明“密码：××××”。",
    )
    DAMAGED_ARCHIVE = (
        Outcome.REFUSED,
        "压缩包已损坏或不完整，无法打开。",
        "请重新压缩，在本机试着解压成功后，再重新发送。",
    )
    SPLIT_ARCHIVE = (
        Outcome.REFUSED,
        "收到的是分卷压缩包中的一部分，分卷不齐，无法打开。",
        "请压缩成一个不分卷的文件，或把全部分卷放在同一封邮件里重新发送。",
    )
    UNSUPPORTED_ARCHIVE = (
        Outcome.REFUSED,
        "压缩包使用了本邮箱无法读取的格式或压缩方法。",
        "请改用 zip 格式重新压缩后发送。",
    )
    UNSAFE_ARCHIVE = (
        Outcome.REFUSED,
        "压缩包的结构异常，可能有安全风险，未予打开。",
        "请先对电脑查毒，再重新压缩（只放稿件文字和图片）后发送。",
    )
    EMPTY_ARCHIVE = (
        Outcome.REFUSED,
        "压缩包是空的，里面没有文件。",
        "请确认稿件已放入压缩包，再重新发送。",
    )
    NO_TEXT = (
        Outcome.REFUSED,
        "压缩包里只有图片或其他文件，没有文字稿。",
        "请把文字稿（Word、WPS、PDF 或文本文件）一起放入压缩包，再重新发送。",
    )
    LOCKED_DRAFT = (
        Outcome.REFUSED,
        "文字稿设有打开密码，无法读取。",
        "请在 Word 或 WPS 里取消文档的打开密码，保存后重新打包发送。",
    )
    UNREADABLE_DRAFT = (
        Outcome.REFUSED,
        "文字稿无法读取：文件已损坏，或是扫描图片。",
        "请把文字稿另存为 Word 文档（.docx），打包后重新发送。",
    )
    UNREAD_BESIDE = (
        Outcome.HELD,
        "邮件里另有文字稿无法读取，不能确定它是不是单独的一篇稿件。",
        "工作人员会人工核定；请把无法读取的文字稿另存为 Word 文档（.docx），打包后补发。",
    )
    INFECTED = (
        Outcome.REFUSED,
        "附件中查出病毒，已隔离，未予打开。",
        "请先对电脑杀毒，再重新打包发送。",
    )
    TOO_LARGE = (
        Outcome.REFUSED,
        "邮件或解压后的内容超过了本邮箱能处理的大小。",
        "请缩小图片，或把稿件分成几封邮件，重新打包发送。",
    )
    MISDIRECTED_FORM = (
        Outcome.REFUSED,
        "附件是名单或汇总表，不是稿件；本邮箱只接收信息报送稿件。",
        "报送人员名单请报主管科室，摸排汇总表请按原通知要求报送至通知所列的科室。",
    )
    SECRET_MARK = (
        Outcome.REFUSED,
        "文件标有密级（秘密、机密或绝密），不得通过互联网邮箱报送；内容未予保存。",
        "请立即删除邮箱里（包括“已发送”）的这封邮件，告知本单位保密工作人员，并通过涉密渠道报送。",
    )
    # -- who wrote (一.2, 一.3) --
    UNKNOWN_SENDER = (
        Outcome.HELD,
        "发件邮箱不在报送人员名单里，暂时无法计入单位。",
        "工作人员会核实后认领；如您是新任报送人员，请由所在单位向主管科室报备邮箱。",
    )
    UNVERIFIED_SENDER = (
        Outcome.HELD,
        "邮件的发件人身份未通过邮件服务器验证。",
        "工作人员会核实后处理。",
    )
    SEVERAL_SENDERS = (
        Outcome.HELD,
        "邮件的发件人一栏写有不止一个发件邮箱，无法确定由谁报送。",
        "工作人员会核实后处理；请用登记的邮箱单独发送。",
    )
    LOOKALIKE_SENDER = (
        Outcome.HELD,
        "发件人与登记的报送人员相像，但不是登记的邮箱，可能是冒名。",
        "请工作人员核实后再认领。",
    )
    NO_SENDER = (
        Outcome.HELD,
        "邮件的发件人一栏没有可以确认的发件邮箱。",
        "工作人员会核实后认领；请用登记的邮箱重新发送。",
    )
    # -- the draft itself (四.1, 五.3) --
    LATE = (
        Outcome.ACCEPTED,
        "超过了规定的报送时限，本稿不计分。",
        "稿件已收到；如果事件日期认定有误，请直接回复本邮件说明。",
    )
    DATE_UNCERTAIN = (
        Outcome.HELD,
        "无法从稿件中确定事件发生的日期。",
        "工作人员会人工核定；请直接回复本邮件，写明事件发生的日期和在稿件的什么地方可以看到。",
    )
    DATE_IN_FUTURE = (
        Outcome.HELD,
        "稿件写明的事件日期晚于收到稿件的日期。",
        "工作人员会人工核定；如属笔误，请更正后重新发送。",
    )
    KIND_UNCERTAIN = (
        Outcome.HELD,
        "无法确定稿件类别，或标注的类别与内容不符。",
        "工作人员会人工核定；今后请在邮件主题里用“【】”标明类别。",
    )
    NO_COMMISSION = (
        Outcome.HELD,
        "稿件标为约稿，但不能确定是哪一件约稿任务。",
        "工作人员会人工核定；今后请在邮件主题里写明约稿的题目，不是约稿的请改标其他类别。",
    )
    SEVERAL_DRAFTS = (
        Outcome.HELD,
        "一个文件里可能有几篇稿件，无法确定怎样分开。",
        "工作人员会人工核定；今后请每篇稿件单独存为一个文件，一并打包。",
    )
    COUNT_DIFFERS = (
        Outcome.HELD,
        "邮件里写明的稿件篇数与收到的篇数不一致。",
        "工作人员会人工核定；如有遗漏，请把缺少的稿件补报，并在邮件主题里写明实际篇数。",
    )
    OTHER_UNIT = (
        Outcome.HELD,
        "稿件写的是另一个单位，与发件人登记的单位不一致，无法确定计入哪个单位。",
        "工作人员会人工核定；今后请由稿件所写的单位从登记的邮箱报送。",
    )
    TOO_SHORT = (
        Outcome.HELD,
        "正文没有达到所标类别规定的字数。",
        "工作人员会人工核定；您也可以补充后重新发送，或改标其他类别。",
    )
    TOO_LONG = (
        Outcome.HELD,
        "正文超过了所标类别规定的字数。",
        "工作人员会人工核定；您也可以删减后重新发送，或改标其他类别。",
    )
    DUPLICATE = (
        Outcome.HELD,
        "与以前报送的稿件内容相同或高度相似。",
        "工作人员会核对；如系重复发送，无需再做什么。",
    )
    RESENT = (
        Outcome.REFUSED,
        "同一单位已经报送过完全相同的文件。",
        "原稿已登记，不重复计分，无需再做什么。",
    )
    REPEATED = (
        Outcome.REFUSED,
        "经工作人员核定，本稿与以前报送的稿件重复。",
        "以先报送的一篇为准，本稿不计分；如有不同意见，请直接回复本邮件。",
    )
    NO_REVIEWER = (
        Outcome.REFUSED,
        "稿件没有写明审核人。",
        "请经部门负责人和分管领导审核，在稿件末尾写明“审核：姓名”后重新发送。",
    )
    SCANNED_DRAFT = (
        Outcome.HELD,
        "稿件是照片或扫描件，文字由程序识别，可能有误。",
        "工作人员会对照原图核定；今后请报送可以编辑的文字稿（Word、WPS 或文本文件）。",
    )
    REPLACES_DRAFT = (
        Outcome.HELD,
        "来件要替换已经登记的一篇稿件，替换以后计分会有变化。",
        "工作人员会确认是否替换；确认以前原稿照旧有效，您无需再做什么。",
    )
    # -- a person's word --
    REOPENED = (
        Outcome.HELD,
        "本稿由工作人员退回待核，重新核定。",
        "工作人员会重新核定，结果另行告知，您无需再做什么。",
    )
    DRAWN_BY_HAND = (
        Outcome.HELD,
        "本稿由工作人员从来信中分出或补登，等待核定。",
        "工作人员会核定，结果另行告知，您无需再做什么。",
    )
    DECLINED = (
        Outcome.REFUSED,
        "经工作人员核定，本稿不予收录。",
        "如有疑问，请直接回复本邮件。",
    )
    # -- a draft that no longer counts, without anybody's fault --
    WITHDRAWN = (
        Outcome.IGNORED,
        "按报送单位的申请已经撤稿，不计报送数，也不计分。",
        "如有疑问，请直接回复本邮件。",
    )
    NOT_SUBMISSION = (
        Outcome.IGNORED,
        "经工作人员核对，来件不是投稿，不计报送数，也不计分。",
        "如有疑问，请直接回复本邮件。",
    )
    SUPERSEDED = (
        Outcome.IGNORED,
        "已由后来报送的更正稿替换，本稿不再单独计入。",
        "如有疑问，请直接回复本邮件。",
    )
    JOINED = (
        Outcome.IGNORED,
        "已并入同一封来信的另一篇稿件，或由工作人员撤销登记，本稿不再单独计入。",
        "如有疑问，请直接回复本邮件。",
    )
    # -- no submission at all (RFC 3834) --
    AUTOMATIC = (Outcome.IGNORED, "自动回复、退信或群发邮件，不是投稿。", "")
    OWN_LETTER = (Outcome.IGNORED, "本系统自己发出的邮件。", "")
    # -- our own --
    TRIPPED_US = (
        Outcome.HELD,
        "系统处理这封邮件时遇到问题，邮件已完整保存。",
        "工作人员会人工处理，您无需重发。",
    )


class Remark(Enum):
    """A friendly warning: it changes no outcome. The member's name is its code in exports."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    @property
    def for_staff(self) -> bool:
        """Return whether it is shown to staff alone, and no sender is told."""
        return self in (Remark.LOOKALIKE_SENDER, Remark.DOUBTFUL_WORDS)

    STATEMENT_SEEN = ("您在信中的说明、询问已交工作人员阅处。",)
    BODY_REPEATS_DRAFT = ("正文里不必重复稿件内容，只放附件即可。",)
    BARE_ATTACHMENT = ("部分文件没有放进压缩包，请今后一并打包。",)
    NO_REVIEWER = ("稿件未写明审核人，请今后写明“审核：姓名”。",)
    OFFICER_ENDED = ("您登记的报送人员任期已结束，本件已抄送继任报送人员；请做好交接。",)
    LOOKALIKE_SENDER = ("发件人的显示名或邮箱与别人相像，请核对真实的发件邮箱。",)
    LOSSY_NAME = ("有文件名含无法识别的字符，已按原样登记。",)
    CLOCK_DISAGREES = ("邮件自带的发送时间与服务器收到的时间相差较大，以服务器时间为准。",)
    DAMAGED_MESSAGE = ("邮件格式有损坏，已尽力读取。",)
    DAMAGED_PICTURE = ("有图片损坏或打不开。",)
    UNSHOWN_PICTURE = (
        "有图片是本邮箱不能显示的格式（如 svg、jp2、psd），只作登记；请今后改用 jpg 或 png 格式。",
    )
    PICTURES_OPEN = (
        "有图片不能确定是哪一篇稿件的配图；请今后把图片与稿件放在同一文件夹，或以稿件的名称、序号命名。",
    )
    HUGE_PICTURE = ("有图片的像素超过上限，只作登记，没有打开；请今后适当缩小图片。",)
    TRACKED_CHANGES = ("文字稿带有修订痕迹，请今后接受全部修订后再报送。",)
    SEVERAL_IN_ONE = ("一个文件里有几篇稿件，已分开登记；今后请每篇稿件单独存为一个文件。",)
    UNIT_DIFFERS = ("稿件中写的单位与登记的单位不一致，按登记的单位计。",)
    LABELS_DIFFER = (
        "邮件主题、文件名和稿件里标注的类别不一致，请核对回执里登记的类别；有误请回复本邮件说明。",
    )
    PASSWORD_USED = ("压缩包已用邮件中给出的密码打开；今后请不要设置密码。",)
    DOUBTFUL_WORDS = ("识别出的文字有不能确定的地方，已用〔？〕标出，请对照原图核对。",)
    SCAN_CUT = ("扫描件页数较多，只识别了前面的几页。",)
    REVIEWER_RECOGNISED = (
        "审核人是从审签单的照片里识别出来的，请今后在稿件末尾写明“审核：姓名”。",
    )
    FORM_BESIDE = ("附件里另有名单或报表，本邮箱不处理，请按原通知的要求另行报送。",)
    ENCLOSED_PAPER = (
        "随稿附上的方案、讲话等材料只作附件保存，没有作为稿件登记；如也要报送，请回复本邮件说明。",
    )
    SOME_UNREADABLE = (
        "有文件无法打开或读取，内容没有登记，其余稿件已照常处理；如有需要，请核对后补发。",
    )
    HOLIDAYS_UNKNOWN = ("当年的节假日安排尚未收录，按周一至周五计算工作日。",)
