"""Which places a question names."""

import pytest

from index.tokeniser import Tokeniser
from service.places import names_place, place_stem, places_named

GOVERNED = ("岳阳市", "平江县", "大通湖区")
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
    ],
)
def test_places(tokeniser: Tokeniser, text: str, places: tuple[str, ...]) -> None:
    found, _ = places_named(text, GOVERNED, tokeniser, rarity)
    assert {place.name for place in found} == set(places)


def test_another_level_is_another_place() -> None:
    assert names_place("岳阳的产业", "岳阳市")
    assert names_place("岳阳市的产业", "岳阳市")
    assert not names_place("岳阳县的产业", "岳阳市")
    assert names_place("龙门镇卫生院", "龙门")


def test_the_stem_of_a_place() -> None:
    assert [place_stem(place) for place in ("岳阳市", "南县", "长沙")] == ["岳阳", "南县", "长沙"]
