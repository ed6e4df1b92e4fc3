"""A library of papers that no longer hold, and what is to be said wherever their words go."""

from dataclasses import dataclass
from pathlib import Path

from index.library.progress import Outcome, SourceFile
from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import data_dir_at

_ISSUED = """云溪县人民政府关于印发{title}的通知
{number}
各乡镇人民政府：
现将《{title}》印发给你们，请遵照执行。
云溪县人民政府
{date}
{title}
第一条 {rule}
第二条 {end}
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """A question that a paper answers with ``fact``, and what is to be said of the paper."""

    question: str
    fact: str
    unit: str
    number: str
    title: str
    warning: str


def _issued(title: str, number: str, date: str, rule: str, end: str) -> str:
    return _ISSUED.format(title=title, number=number, date=date, rule=rule, end=end)


RESERVES = _issued(
    "云溪县粮食储备管理办法",
    "云溪政发〔2019〕3号",
    "2019年5月8日",
    "粮食储备。县级粮食储备规模为2万吨。（责任单位：县发展改革局）",
    "本办法自2019年6月1日起施行。",
)
SAFETY = _issued(
    "云溪县粮食安全保障办法",
    "云溪政发〔2025〕8号",
    "2025年4月2日",
    "应急供应。粮食应急供应网点不少于30个。（责任单位：县商务局）",
    "本办法自2025年5月1日起施行，《云溪县粮食储备管理办法》（云溪政发〔2019〕3号）同时废止。",
)
DAMS = _issued(
    "云溪县水库巡查规定",
    "云溪政发〔2020〕6号",
    "2020年3月9日",
    "水库巡查。小型水库每月巡查4次。（责任单位：县水利局）",
    "本规定自2020年4月1日起施行。",
)
WATERS = _issued(
    "云溪县水利工程管护规定",
    "云溪政发〔2024〕7号",
    "2024年2月5日",
    "灌区管护。灌区渠道每年清淤2次。（责任单位：县住房城乡建设局）",
    "本规定自2024年3月1日起施行。本规定代替《云溪县水库巡查规定》（云溪政发〔2020〕6号）。",
)
SILK = _issued(
    "云溪县桑蚕产业扶持措施",
    "云溪政发〔2021〕5号",
    "2021年1月6日",
    "桑园新建。新建桑园每亩补助600元。（责任单位：县农业农村局）",
    "本措施自2021年2月1日起施行，有效期至2023年12月31日。",
)
PAPERS = {
    "储备.txt": RESERVES,
    "保障.txt": SAFETY,
    "水库.txt": DAMS,
    "管护.txt": WATERS,
    "桑蚕.txt": SILK,
}
ENDED = (
    Ended(
        "云溪县县级粮食储备规模是多少？",
        "2万吨",
        "县发展改革局",
        "云溪政发〔2019〕3号",
        "云溪县人民政府关于印发云溪县粮食储备管理办法的通知",
        "已被《云溪县人民政府关于印发云溪县粮食安全保障办法的通知》（云溪政发〔2025〕8号）废止",
    ),
    Ended(
        "云溪县小型水库每月巡查多少次？",
        "巡查4次",
        "县水利局",
        "云溪政发〔2020〕6号",
        "云溪县人民政府关于印发云溪县水库巡查规定的通知",
        "已被《云溪县人民政府关于印发云溪县水利工程管护规定的通知》（云溪政发〔2024〕7号）替代",
    ),
    Ended(
        "云溪县新建桑园每亩补助多少元？",
        "600元",
        "县农业农村局",
        "云溪政发〔2021〕5号",
        "云溪县人民政府关于印发云溪县桑蚕产业扶持措施的通知",
        "有效期至2023年12月31日，已过期",
    ),
)
HOLDS = Ended(
    "云溪县粮食应急供应网点不少于多少个？",
    "30个",
    "县商务局",
    "云溪政发〔2025〕8号",
    "云溪县人民政府关于印发云溪县粮食安全保障办法的通知",
    "",
)


def ended_library(folder: Path, models_dir: Path) -> Workspace:
    """A workspace with these papers at ``folder``, which is not there yet."""
    workspace = Workspace(Settings(data_dir=data_dir_at(folder, models_dir)))
    results = workspace.add([SourceFile(name, "", text.encode) for name, text in PAPERS.items()])
    assert [each.outcome for each in results] == [Outcome.ADDED] * len(PAPERS), results
    return workspace
