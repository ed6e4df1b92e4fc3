"""Words of official Chinese that mean the same, as people ask and as papers write."""

from collections.abc import Iterable

# Each line is one meaning. General vocabulary of official papers only: nothing of a single paper.
_GROUPS = """
规上 规模以上 规模工业
高企 高新技术企业
技改 技术改造
小巨人 专精特新
竣工 完工 建成 完成建设
投产 投用 投入使用 投入运行 投入运营
施行 实施 生效 执行
废止 作废 失效 停止执行
补助 补贴 资助 奖补 奖励
办理时限 办结时限 承诺时限 办结 办理时间
主导 主攻 主打
申报 申请 申领 报名
材料 资料
牵头 挂帅 主抓
配合 参与 协同 协助
上限 最高 最多 封顶
下限 最低 不少于 不低于
门槛 条件 要求 标准
购房 买房
租房 租赁
联系电话 咨询电话 电话
联系人 经办人
受托 委托
民企 民营企业
国企 国有企业
营收 营业收入
产值 总产值
旅游收入 旅游总收入
人均 每人
地区生产总值 gdp 生产总值
研发投入 研发经费
编制 起草
拨付 发放 兑付 下达
设立 成立 组建
办公室设在 办公室放在
"""
_OTHERS: dict[str, frozenset[str]] = {}
for _line in _GROUPS.strip().splitlines():
    _words = frozenset(_line.split())
    for _word in _words:
        _OTHERS[_word] = _OTHERS.get(_word, frozenset()) | (_words - {_word})


def synonym_words() -> list[str]:
    """All words that have a synonym."""
    return sorted(_OTHERS)


def synonyms(word: str) -> frozenset[str]:
    """Other words with the meaning of ``word``; empty for a word without any."""
    return _OTHERS.get(word, frozenset())


def with_synonyms(words: Iterable[str]) -> list[str]:
    """``words`` and, behind them, their synonyms."""
    given = list(words)
    return [*given, *(other for word in given for other in sorted(synonyms(word)))]
