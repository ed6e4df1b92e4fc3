"""Which places a question names."""

import pytest

from index.retrieval.tokeniser import Tokeniser
from ingest.types import Masthead
from service.question.places import Place, Reach, names_place, place_stem, places_named

GOVERNED = ("岳阳市", "平江县", "大通湖区")
GUANGDONG, FOSHAN = ("广东省",), ("广东省", "佛山市")
HEARD_OF = frozenset(("单位", "产业", "项目", "示范", "试点", "农村"))


def rarity(word: str) -> float:
    return 0.5 if word in HEARD_OF else 1.0


@pytest.fixture(scope="module")
def tokeniser(tmp_path_factory: pytest.TempPathFactory) -> Tokeniser:
    return Tokeniser(tmp_path_factory.mktemp("jieba"), ["氢能产业"])


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("岳阳的氢能产业由谁牵头", ("岳阳市",)),
        ("岳阳县的主导产业", ("岳阳县",)),
        ("平江县和岳阳市的目标", ("平江县", "岳阳市")),
        ("湖南省岳阳市平江县的目标", ("平江县",)),
        ("湖南省平江县的目标", ("平江县",)),
        ("青屏县氢能产业由哪个单位牵头", ("青屏县",)),
        ("请问在云泽市，氢能产业由谁牵头", ("云泽市",)),
        ("春风市的氢能产业", ("春风市",)),
        ("长沙的氢能产业", ("长沙",)),
        ("石桥镇的氢能产业", ("石桥镇",)),
        ("“长沙经验”是什么", ()),
        ("这是个什么东西", ()),
        ("82个市、区重大项目", ()),
        ("哪些示范区和试点县有目标", ()),
        ("乡镇和城区的高新区", ()),
        ("主管单位市工信局的任务", ()),
        ("佛山市居民养老保险每年缴费多少", ("佛山市",)),
        ("佛山有哪些重点产业", ("佛山",)),
        ("请问中山办理居住证要什么材料", ("中山",)),
        ("广东省佛山市南海区的目标", ("南海区",)),
        ("南海区和三水区的目标", ("南海区", "三水区")),
        ("湘西州的氢能产业", ("湘西州",)),
        ("在南县办理居住证", ("南县",)),
        ("枣庄市市中区的目标", ("市中区",)),
        ("大通湖区湖南大麦项目", ("大通湖区", "湖南")),
        ("世界和平的目标", ()),
        ("团结协作机制", ()),
        ("城区、郊区和矿区的改造", ()),
        ("市中区域的改造", ()),
        ("老城区和新城区改造", ()),
        ("长安街有多长", ()),
        ("中山大学的项目", ()),
        ("合作医疗和公安机关的资源", ()),
        ("平安建设、互助养老、安居工程", ()),
        ("各市和县的资金，创新县域经济", ()),
        ("适应城市发展的沿海城市", ()),
        ("日照时数和开封检查", ()),
        ("新建标准厂房的补助标准", ()),
    ],
)
def test_places(tokeniser: Tokeniser, text: str, places: tuple[str, ...]) -> None:
    found, _ = places_named(text, GOVERNED, tokeniser, rarity)
    assert {place.name for place in found} == set(places)


def test_the_question_is_left_without_its_places(tokeniser: Tokeniser) -> None:
    _, left = places_named("佛山市和岳阳、青屏县的目标", GOVERNED, tokeniser, rarity)
    assert left == "，和，、青屏县的目标"


def test_a_place_that_papers_only_speak_of_stays_a_word(tokeniser: Tokeniser) -> None:
    """“北京每月最高2000元” in a guide for all places: what it says of 北京 is to be found."""
    found, left = places_named("在北京和佛山租房", GOVERNED, tokeniser, lambda word: word == "佛山")
    assert {place.name for place in found} == {"北京", "佛山"}
    assert left == "在北京和，租房"


@pytest.mark.parametrize(
    ("question", "regions", "reach"),
    [
        ("佛山市的目标", FOSHAN, Reach.OWN),
        ("佛山的目标", FOSHAN, Reach.OWN),
        ("佛山市的目标", GUANGDONG, Reach.AROUND),
        ("南海区的目标", GUANGDONG, Reach.AROUND),
        ("广东省的目标", FOSHAN, Reach.NONE),
        ("中山市的目标", FOSHAN, Reach.NONE),
        ("长沙市的目标", GUANGDONG, Reach.NONE),
        ("岳阳县的目标", ("湖南省", "岳阳市"), Reach.NONE),
        ("鼓楼区的目标", ("福建省", "福州市", "鼓楼区"), Reach.OWN),
        ("福州市鼓楼区的目标", ("福建省", "福州市", "鼓楼区"), Reach.OWN),
        ("南京市鼓楼区的目标", ("福建省", "福州市", "鼓楼区"), Reach.NONE),
        ("南京市鼓楼区的目标", ("鼓楼区",), Reach.OWN),
        ("朝阳的目标", ("辽宁省", "朝阳市"), Reach.OWN),
        ("湘西州的目标", ("湖南省", "湘西土家族苗族自治州"), Reach.OWN),
        ("青屏县的目标", ("青屏县",), Reach.OWN),
        ("泽川市青屏县的目标", ("泽川市",), Reach.NONE),
        ("青屏县的目标", GUANGDONG, Reach.NONE),
        ("佛山市的目标", (), Reach.NONE),
    ],
)
def test_where_a_paper_holds(
    tokeniser: Tokeniser, question: str, regions: tuple[str, ...], reach: Reach
) -> None:
    [place], _ = places_named(question, regions[-1:], tokeniser, rarity)
    head = Masthead(title="管理办法", region=regions[-1] if regions else "", regions=regions)
    assert place.reach(head) is reach


def test_a_paper_of_the_state_holds_everywhere() -> None:
    place = Place("佛山市", (FOSHAN,))
    assert place.reach(Masthead(title="办法", issuer="国务院办公厅")) is Reach.AROUND
    assert place.reach(Masthead(title="中华人民共和国教育法")) is Reach.AROUND
    assert place.reach(Masthead(title="办法", issuer="国务院", region="长沙市")) is Reach.NONE


def test_another_level_is_another_place() -> None:
    assert names_place("岳阳的产业", "岳阳市")
    assert names_place("岳阳市的产业", "岳阳市")
    assert not names_place("岳阳县的产业", "岳阳市")
    assert names_place("龙门镇卫生院", "龙门")


def test_the_stem_of_a_place() -> None:
    assert [place_stem(place) for place in ("岳阳市", "南县", "长沙")] == ["岳阳", "南县", "长沙"]
