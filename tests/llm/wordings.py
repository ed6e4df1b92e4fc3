"""What a good model would write to questions on the sample papers, and lies made from that."""

import re
from dataclasses import dataclass

# Of every kind: who leads, figures, a table, a definition, a person, a time limit, a duty.
GOOD = {
    "泽川市氢能产业由哪个单位牵头？": (
        "氢能产业由市发展改革委牵头，市工业和信息化局、市交通运输局、市住房城乡建设局、"
        "市应急管理局、临溪县、禾丰县人民政府和泽川经开区管委会参与。"
    ),
    "到2030年全市规模以上工业总产值达到多少？": (
        "到2030年，全市规模以上工业总产值达到6500亿元，高新技术企业达到1800家，"
        "研发经费投入强度达到3.2%，培育百亿元企业12家。"
    ),
    "人才安居补贴A类人才购房补贴是多少？": "A类人才的购房补贴为100万元。",
    "什么是链长制？": (
        "链长制是指由县级领导同志担任重点产业链“链长”，统筹项目招引、要素保障和企业服务，"
        "一链一策推进产业链补短板、锻长板的工作制度。"
    ),
    "临溪县制造业高质量发展领导小组组长是谁？": "领导小组组长是县委副书记、县长向明。",
    "应急转贷资金的办理时限是多久？": "应急转贷资金的承诺办理时限为3个工作日。",
    "临溪技师学院新校区总投资多少？": "临溪技师学院新校区总投资72000万元。",
    "民宿消防设施排查整改，望湖区由哪家单位牵头？": (
        "消防安全由区消防救援大队牵头，望湖公安分局、各镇街参与。"
    ),
    "技改旧政策停了以后，各县区清理结果要报哪个部门备案？": (
        "各县（区）人民政府、泽川经开区管委会应于2025年8月15日前完成本地配套文件清理，"
        "并将清理结果报市司法局备案，抄送市工业和信息化局。"
    ),
}
# True, and less than the papers' conclusion says.
BRIEF = {
    "泽川市氢能产业由哪个单位牵头？": "泽川市氢能产业由市发展改革委牵头。",
    "到2030年全市规模以上工业总产值达到多少？": "到2030年，全市规模以上工业总产值达到6500亿元。",
    "民宿消防设施排查整改，望湖区由哪家单位牵头？": "消防安全由区消防救援大队牵头。",
}
QUESTIONS = list(GOOD)
_UNIT = re.compile("[市县区][\u4e00-\u9fff]{2,8}?(?:局|委(?=牵)|大队)")
_MEASURES = {"亿元": "万元", "万元": "亿元", "个工作日": "个月", "日前": "日后"}


@dataclass(frozen=True)
class Lie:
    """What a model writes; ``false`` is the part of it that may reach nobody as fact."""

    question: str
    kind: str
    text: str
    false: str

    def __str__(self) -> str:
        return f"{self.kind}, question {QUESTIONS.index(self.question)}"


def lies() -> list[Lie]:
    """Every lie of every kind that a good answer can be turned into."""
    return [
        Lie(question, kind, *told)
        for question, good in GOOD.items()
        for kind, turn in _KINDS.items()
        for told in [turn(good)]
        if told is not None
    ]


def _swapped(good: str, start: int, end: int, new: str) -> tuple[str, str]:
    """``good`` with other words at one place; what is false is the words with their neighbours."""
    return good[:start] + new + good[end:], (good[:start] + new + good[end : end + 2])[-12:]


def _wrong_figure(good: str) -> tuple[str, str] | None:
    figure = re.search(r"\d+(?!\d*年)", good)
    return _swapped(good, *figure.span(), f"{int(figure[0]) + 17}") if figure else None


def _wrong_year(good: str) -> tuple[str, str] | None:
    year = re.search(r"20\d\d(?=年)", good)
    return _swapped(good, *year.span(), "2027") if year else (f"到2019年，{good}", "2019年")


def _wrong_measure(good: str) -> tuple[str, str] | None:
    measure = re.search("|".join(_MEASURES), good)
    return _swapped(good, *measure.span(), _MEASURES[measure[0]]) if measure else None


def _invented_unit(good: str) -> tuple[str, str] | None:
    unit = _UNIT.search(good)
    return _swapped(good, *unit.span(), "市海洋渔业局") if unit else None


def _other_unit(good: str) -> tuple[str, str] | None:
    unit = _UNIT.search(good)
    return _swapped(good, *unit.span(), "市工业和信息化局") if unit else None


def _added_unit(good: str) -> tuple[str, str]:
    return f"{good[:-1]}，由市海洋渔业局负责。", "海洋渔业局"


def _added_figure(good: str) -> tuple[str, str]:
    return f"{good[:-1]}，涉及资金4711万元。", "4711"


def _added_name(good: str) -> tuple[str, str]:
    return f"{good[:-1]}，联系人为欧阳德海。", "欧阳德海"


def _denied(good: str) -> tuple[str, str] | None:
    said = re.search("由|达到|为|是|将", good)
    return _swapped(good, said.start(), said.start(), "不") if said else None


_KINDS = {
    "wrong figure": _wrong_figure,
    "right figure, wrong year": _wrong_year,
    "wrong measure": _wrong_measure,
    "invented unit": _invented_unit,
    "another unit": _other_unit,
    "unit added": _added_unit,
    "figure added": _added_figure,
    "name added": _added_name,
    "denied": _denied,
}
