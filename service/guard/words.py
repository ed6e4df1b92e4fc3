"""The words of a claim, and whether a text says them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from index.retrieval.tokeniser import UNKNOWN, Tokeniser

# What officials and models wrap a fact in; says nothing by itself.
_PLAIN_WORDS = """
目标 任务 要求 方面 情况 工作 内容 规定 明确 提出 指出 计划 预计 力争
争取 确保 实现 达到 达 为 是 有 到 将 要 需 须 应 应当 必须 进行
开展 推进 推动 促进 加快 加强 强化 做好 抓好 全力 积极 大力 着力 努力
持续 进一步 不断 逐步 稳步 全面 切实 深入 有序 扎实 有效 充分 包括
包含 涉及 其中 以及 并且 同时 此外 另外 分别 各自 分 共 共计 合计
总计 一共 总共 共有 所有 全部 均 都 也 还 再 还有 以 根据 按照
依据 按 依照 文件 方案 意见 办法 通知 规划 本 该 其 这 此 上述
有关 相关 具体 主要 重点 关于 对于 针对 围绕 通过 由 从 在 至 于 使用
如果 因此 所以 则 仍 仍然 供 您 参考 加以 符合 方可 这份 这里 需要 最后
面向 属于 相当于 当天 当日
数量 数值 水平 左右 以上 以下 以内 之内 不低于 不少于 不超过 不高于 超过
突破 至少 最高 最多 最少 最低 最长 最迟 不得 不能 可以 可 能 能够
允许 全市 全县 全区 全省 我市 我县 我区 本市 本县 本区 全年 年度 当年
年内 年底 每年 前 后 底 底前 末 期间 时间 时候 日期 截至 截止 截止到
止 给予 予以 提供 获得 获 可获 享受 奖 补 设为 定为 确定 确定为 作为
成为 属于 担任 任 兼任 现任 职务 姓名 同志 等 等等 部门 单位 机构
牵头 负责 配合 参与 协助 牵头单位 责任单位 责任部门 配合单位 参与单位
牵头负责 协同 承担 共同 联合 分工 职责 责任 位列 名列 组成 成员 指
是指 指的是 称 简称 所谓 如下 包 个 项 次 名 位 家 类 种 的 了
和 与 及 或 或者 并 而 但 则 若 如 即 就 才 增长 提高 提升
上升 增加 扩大 增至 升 提高到 提升到 提升至 提高至 下降 降低 减少 降至
压缩 缩减 调整 变为 改为 增加到 扩大到 压缩至 压缩到 降为 降到 增长率
幅度 升至 减至 下降到 保持 稳定 稳定在 维持 控制 规模 总 总额 额度
金额 数额 数 量 建设 建 增 完成 安排 设立 组织 实施 落实 执行 采取
实行 打造 形成 培育 发展 支持 鼓励 引导 地点 位于 地址 名称 标准 比例
比 占 占比 比重 第一 办 内 中 里 上 下 年 月 日 天 每 各 一
两 三 亿 万 同意 亦 皆 得 使 让 把 被 向 给 用 用于 来 去 且
又 仅 只 只有 仅有 目前 现有 现在 现 已 已经 正在 之间 之后 之前
以后 以前 后续 届时 市里 县里 区里 省里 问题 得到 没有 存在 会 到时
每天 每月 每日 一年 缩短 延长 上调 下调
"""
_PLAIN = frozenset(_PLAIN_WORDS.split())
# Words of one meaning in official papers, beyond those of index.retrieval.synonyms.
_ALIKE = """
力争 争取
推动 推进 促进
禁止 不得 严禁
建成 完成 竣工 完工 建好
建设 新建 修建 建成
新增 增加 再增
投产 投用 运行 投入
上线 启用 开通
改造 改建
奖励 奖补 补助 补贴 资助 支持 扶持
公示 公告
联系人 联系
最高 上限 不超过 最多
最迟 最晚
继续 持续
其他 其余 其它
期满 到期
没有 无
每天 每日 日
每年 年产 年度
承诺 办结
截止 截至
引进 招引 引入
培养 培训
派驻 选派 派到 派
年产 产量
住房 房屋
缴纳 缴
社保 社会保险
反映 报告 报送
期限 有效期 时限
盘活 利用
兼任 兼
全职 专职
更新 修订
举办 组织 开展 召开 开 举行 办
提交 报送 提供
生产线 产线
范围 区域
购买 购
归还 偿还
骗取 套取
发布 公布 印发
额度 限额
使用 用
成立 组建 建立
印发 下发
拨付 下达 发放 拨
覆盖率 比例
管委会 管理委员会
发改 发展改革
目标 指标
地处 位于
设在 设于 设立在 放在 设 设立
办公室设在 办公室设 办公室放在 办公室设于
规上 规模以上 规模工业
高企 高新技术企业
技改 技术改造
投产 投用 投入使用 投入运行 投入运营
施行 实施 生效 执行
废止 作废 失效 停止执行
申报 申请 申领 报名
材料 资料
申请材料 申报材料 提交材料
买房 购房
租赁 租房
咨询电话 联系电话 电话
产值 总产值
每人 人均
gdp 地区生产总值 生产总值
"""
_OTHERS: dict[str, frozenset[str]] = {}
for _line in _ALIKE.strip().splitlines():
    _words = frozenset(_line.split())
    for _word in _words:
        _OTHERS[_word] = _OTHERS.get(_word, frozenset()) | (_words - {_word})
# So general that it may stand anywhere in the passage.
_GENERIC = "项目 企业 产业 人员 地区 资金 工程 产品 领域 事项 行业 平台"
GENERIC = frozenset(_GENERIC.split())
# What a guessed word caught of those around it (“率要”, “夜可获”).
_CAUGHT = re.compile(
    "[要将可获须需应已拟均各再还也后共其该约仍是多能每内那和得满完给到了过会让做另]"
)
# Acts that no paper may be taken to mean when it does not say them.
_STRONG = """
取消 恢复 暂停 限制 提前 推迟 延期 减免 免除 免费 免收 追究 处罚 罚款 撤销 终止 停止 继续 淘汰 关闭
拒绝 反对 转让 退还 收回 禁止 允许 批准 审批 备案 补贴 补助 奖励 优先 加倍 翻番 自愿 强制
"""
STRONG = frozenset(_STRONG.split())
# Which of several: never taken from elsewhere in the paper.
GRADE = re.compile(
    r"[a-z甲乙丙丁一二三四五六\d]+[类级档](?!别)|第[一二三四五六七八九十\d]+[批期次届类产]|国家级|[省市县区镇]级|首次|重新|一般|首期|[一二三]期"
    "|其他|其它|[东西南北](?:片区|岸|区|部|城)"
)
_DEPARTMENT = re.compile(
    "(?!有关|相关|主管|责任|牵头|配合|负责|参与|职能|业务)[\u4e00-\u9fff]{2}部门"
)
_CLASSES = (GRADE, _DEPARTMENT)
_WORD = re.compile("[a-z0-9\u3400-\u4dbf\u4e00-\u9fff]")
# A word after one of these says another thing: 副组长 is no 组长.
_TURNED = "副不非未无"
# “提出申请” says no more than 申请.
_COMPOUND = 4
_ENDINGS = "费款金额量率数类型化性者"
# Words, and whether each names a thing.
Words = Sequence[tuple[str, bool]]
_LOOSE = ("v", "a", "d", "f", "z", "i", "t", "vn", "ad", "an")
_NO_CONTENT = ("u", "p", "c", "r", "y", "o", "e", "k", "h", "m", "q", "w")


@lru_cache(maxsize=16384)
def says(text: str, word: str) -> bool:
    """Whether a folded text holds a word, another for it, or what it shortens."""
    return (
        _holds(text, word)
        or any(_holds(text, other) for other in _OTHERS.get(word, ()))
        or _shortened(text, word)
    )


def _holds(text: str, word: str) -> bool:
    at = text.find(word)
    while at > 0 and text[at - 1] in _TURNED and word[0] not in _TURNED:
        at = text.find(word, at + 1)
    return at >= 0


def _shortened(text: str, word: str) -> bool:
    """Whether the word's characters stand close together in order (社保 in 社会保险)."""
    if len(word) < 2 or not word.isalpha() or word.isascii():
        return False
    if len(word) == _COMPOUND and all(
        half in _PLAIN or _holds(text, half) for half in (word[:2], word[2:])
    ):
        return True
    gap = "[^,;。]{0,5}" if len(word) > 2 else "[^,;。]{0,2}"
    if re.search(gap.join(word), text):
        return True
    if len(word) == 3 and word[-1] in _ENDINGS and word[:2] in text:
        return True
    if len(word) > 3 and word[-2:] in GENERIC and word[:-2] in text:
        return True
    pairs = [word[i : i + 2] for i in range(len(word) - 1)]
    ends = word[:2] in text and word[-2:] in text
    return len(word) > 3 and ends and sum(pair in text for pair in pairs) >= 0.6 * len(pairs)


def content(text: str, tokeniser: Tokeniser) -> Iterator[tuple[str, bool]]:
    """The words that say something, and whether each names a thing (or only an act or quality)."""
    for word, tag in tokeniser.tagged(text):
        if len(word) < 2 or word in _PLAIN or not _WORD.search(word) or tag[:1] in _NO_CONTENT:
            continue
        bare = _CAUGHT.sub("", word) if tag == UNKNOWN else word
        if len(bare) > 1 and not word.replace(".", "").isdigit():
            yield bare, tag[:1] not in _LOOSE


def of_class(text: str, nearest: Iterable[str]) -> Iterator[str]:
    """Words of ``text`` that tell which of several, and that the nearest such text lacks."""
    for kind in _CLASSES:
        wanted = kind.findall(text)
        if not wanted:
            continue
        held = next((found for each in nearest if (found := kind.findall(each))), [])
        yield from (word for word in wanted if word not in held)


def covered(text: str, words: Words) -> int:
    """How well a text says words: 2 for each that it has, 1 for each that it words otherwise."""
    telling = [word for word, _ in words if word not in GENERIC]
    return sum(says(text, word) + (word in text) for word in telling)
