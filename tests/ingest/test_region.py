"""The place a paper governs and the places around it."""

import re

import pytest

from ingest.metadata.region import find_regions, is_national
from ingest.text.gazetteer import bare_name, gazetteer

BODY = "为贯彻落实上级部署，制定本办法。\n一、总体要求\n各部门要抓好落实。\n"
# What stands before the level in these names ends common words too: 园区, 城市, 港区, 山区.
NAMES = re.findall(
    r"\S+",
    """
    中山市 佛山市 唐山市 白山市 黄山市 文山市 房山区 萧山区 金山区 象山县 衡山县 山丹县
    盐城市 海城市 应城市 项城市 霍城县 大城县 舒城县 连云港市 贵港市 防城港市 张家港市 港口区
    长治市 安化县 从化区 奉化区 绥化市 德化县 化隆回族自治县 五家渠市 渠县 新丰县 市中区 北海市
    南县 敖汉旗
    """,
)


def region(title: str, issuer: str = "", body: str = BODY) -> str:
    return (find_regions(title, issuer, body) or ("",))[-1]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "title",
    [
        "{}人民政府关于印发《招商引资办法》的通知",
        "关于印发{}城乡居民养老保险办法的通知",
        "中共{}委{}人民政府关于加快工业发展的意见",
        "2024年{}招生工作意见",
        "{}水库安全管理办法",
    ],
)
def test_names_that_end_as_words_do(name: str, title: str) -> None:
    assert region(title.replace("{}", name)) == name


def test_every_place_of_the_gazetteer_heads_its_paper() -> None:
    chains = {chain for found in gazetteer().chains.values() for chain in found}
    assert len(chains) > 3_200
    wrong = [c for c in chains if find_regions(f"{''.join(c)}水库管理办法", "", BODY) != c]
    assert wrong == []


@pytest.mark.parametrize(
    ("title", "body", "regions"),
    [
        ("关于印发佛山市大病保险管理办法的通知", BODY, ("广东省", "佛山市")),
        ("印发佛山市入学实施办法的通知", BODY, ("广东省", "佛山市")),
        ("关于实施北京市工作居住证制度的若干意见", BODY, ("北京市",)),
        ("重庆江津区招生方案", BODY, ("重庆市", "江津区")),
        ("2016年上海黄浦区招生意见", BODY, ("上海市", "黄浦区")),
        ("佛山居住证管理办法", BODY, ("广东省", "佛山市")),
        ("深圳经济特区居住证条例", BODY, ("广东省", "深圳市")),
        ("湘西州水库管理办法", BODY, ("湖南省", "湘西土家族苗族自治州")),
        ("锡林郭勒盟草原管理办法", BODY, ("内蒙古自治区", "锡林郭勒盟")),
        ("昆山市人才办法", BODY, ("江苏省", "苏州市", "昆山市")),
        ("仙桃市人才办法", BODY, ("湖北省", "仙桃市")),
        ("浦东新区人才办法", BODY, ("上海市", "浦东新区")),
        ("河北雄安新区规划纲要", BODY, ("河北省", "河北雄安新区")),
        ("雄安新区居住证办法", BODY, ("雄安新区",)),
        ("成都高新区产业扶持办法", BODY, ("四川省", "成都市", "成都高新区")),
        ("成都市高新区管理委员会关于产业扶持的意见", BODY, ("四川省", "成都市", "成都市高新区")),
        ("成都市高新区管理条例", BODY, ("四川省", "成都市")),
        ("招生工作意见", "我市招生按本意见。\n佛山市教育局负责。", ("广东省", "佛山市")),
        ("招生工作意见", "我市招生学习深圳市经验。\n佛山市、佛山各区。", ("广东省", "佛山市")),
    ],
)
def test_places_of_the_gazetteer(title: str, body: str, regions: tuple[str, ...]) -> None:
    assert find_regions(title, "", body) == regions


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("招生工作意见", "本市户籍依照本规定。\n第五条市教委负责。第六条市公安局负责。"),
        ("招生工作意见", "我区学生按照区教委部署。按照区政府要求。按照区财政局规定。"),
        ("招生工作意见", "由部门会同市公安局办理。部门会同市民政局办理。本市范围内。"),
        ("市政府批转市公安局关于户籍办法的通知", BODY),
        ("水库管理办法", "各市和县的和县级以上人民政府，振兴县域，我县。"),
        ("城市民族工作条例", "适应城市发展，沿海城市，本市。"),
        ("平安建设工作方案", "我区平安建设。"),
        ("公安机关办案规定", "我县公安机关。"),
        ("资源节约办法", "经本省、自治区、直辖市人民政府批准，海南省、四川省各一次。"),
        ("风景名胜区管理办法", BODY),
    ],
)
def test_words_that_are_no_places(title: str, body: str) -> None:
    assert find_regions(title, "", body) == ()


@pytest.mark.parametrize(
    ("title", "issuer", "body", "regions"),
    [
        ("鼓楼区招生意见", "", BODY, ("鼓楼区",)),
        ("鼓楼区招生意见", "", "按福州的部署办理。", ("福建省", "福州市", "鼓楼区")),
        ("鼓楼区招生意见", "南京市鼓楼区教育局", BODY, ("江苏省", "南京市", "鼓楼区")),
        ("鼓楼区招生意见", "", "按江苏省的部署办理。", ("江苏省", "鼓楼区")),
        ("朝阳区招生意见", "", "北京市教育委员会部署。", ("北京市", "朝阳区")),
        ("长春市朝阳区招生意见", "", "北京市的经验。", ("吉林省", "长春市", "朝阳区")),
        ("朝阳市招生意见", "", BODY, ("辽宁省", "朝阳市")),
        ("南通市通州区招生意见", "", BODY, ("江苏省", "南通市", "通州区")),
        ("开封市城关区招生意见", "", BODY, ("河南省", "开封市")),
    ],
)
def test_what_stands_around_tells_places_of_one_name(
    title: str, issuer: str, body: str, regions: tuple[str, ...]
) -> None:
    assert find_regions(title, issuer, body) == regions


@pytest.mark.parametrize(
    ("title", "issuer", "found"),
    [
        ("关于同意桃江县规划的批复", "湖南省人民政府", "湖南省"),
        ("福建省教育厅关于入学的通知", "梅列区教育局", "福建省"),
        ("关于印发《入学办法》的通知", "南京市建邺区教育局", "建邺区"),
        ("关于转发《广东省社会保险条例》的通知", "佛山市人民政府", "佛山市"),
        ("国务院关于北京市规划的批复", "国务院", ""),
        ("关于上海市试点的通知", "教育部", ""),
    ],
)
def test_a_title_that_only_mentions_a_place_leaves_it_to_the_issuer(
    title: str, issuer: str, found: str
) -> None:
    assert region(title, issuer) == found


@pytest.mark.parametrize(
    ("name", "national"),
    [
        ("国务院办公厅", True),
        ("中共中央", True),
        ("中华人民共和国国务院令第707号", True),
        ("人力资源和社会保障部、财政部", True),
        ("国家税务总局", True),
        ("国家发展改革委", True),
        ("全国人民代表大会常务委员会", True),
        ("广东省教育厅", False),
        ("中共泽川市委宣传部", False),
        ("教育部门", False),
        ("县人民武装部", False),
        ("国家级新区管理办法", False),
        ("", False),
    ],
)
def test_the_organs_of_the_state(name: str, national: bool) -> None:
    assert is_national(name) is national


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("佛山市", "佛山"),
        ("南县", "南县"),
        ("湘西土家族苗族自治州", "湘西"),
        ("黔西南布依族苗族自治州", "黔西南"),
        ("新疆维吾尔自治区", "新疆"),
        ("浦东新区", "浦东"),
        ("阿里地区", "阿里"),
        ("香港特别行政区", "香港"),
    ],
)
def test_names_without_their_level(name: str, bare: str) -> None:
    assert bare_name(name) == bare
