"""Small talk, opinions and other wishes are met politely; real questions are answered as before."""

import json
import time
from pathlib import Path

import pytest

from service.assistant import Assistant
from service.question.smalltalk import Manner, manner_of, plain, plain_history
from service.schemas import Turn
from service.workspace import Workspace

CASES = Path(__file__).parents[2] / "eval" / "cases"
LEAD = "泽川市氢能产业由哪个单位牵头？"
GOAL = "禾丰县2027年规模以上工业总产值目标是多少？"

SAID = {
    Manner.GREETING: """
        你好 您好！ hello Hi~ 在吗？ 喂 早上好 下午好呀 各位领导好 老师您好 哈喽
        你好啊，在吗 你好😊 早 有人吗 打扰一下 你好吗 请问一下 我想问个问题
        您好，有个问题想请教 你好，我想咨询一下 晚上好，想请教一下""",
    Manner.THANKS: """
        谢谢 谢谢你 多谢了 好的谢谢 感谢！ 辛苦了 太感谢您了 明白了 好的，了解 知道了，谢谢
        OK 晓得了 有劳了 非常感谢您的解答 感激不尽 你真棒 回答得很好 原来如此 好嘞，多谢
        麻烦你了""",
    Manner.FAREWELL: """
        再见 拜拜 谢谢，再见 先这样吧 没有问题了 bye 回头见 好的，没别的事了 改天再聊
        我先下线了 晚安""",
    Manner.ABOUT: """
        你是谁？ 您是哪位 你叫什么名字 你是机器人吗 你是真人还是机器人 你能做什么 你能干啥
        你可以帮我做什么 你能回答哪些问题 自我介绍一下 请介绍一下你自己 你有什么功能
        怎么使用你 怎么提问 能问些什么 谁开发了你 你好，你是谁啊 你系边个 你是搞么子的
        你会弄啥 侬是啥人 你是哪个嘛 你都能干点啥 使用说明 咋个用你嘛""",
    Manner.OUTSIDE: """
        讲个笑话 给我讲个故事吧 写首诗 来首诗 帮我写一首赞美洞庭湖的诗
        帮我给社区的志愿者写一首感谢的诗吧 帮我写一份讲话稿 请为县长草拟一份致辞
        替我起草个发言稿 能不能帮我写个总结 帮俺编个快板 翻译一下 把这段话翻译成英文
        氢能用英语怎么说 今天天气怎么样 明天会下雨吗 外面冷不冷 今天下雨不 落不落雨今天
        今天几号 现在几点 几点了 今天星期几 35×12等于多少 一加一等于几 帮我算算3+5 编程
        帮我写一段Python代码 唱首歌 陪我聊天 推荐一部电影 画一张图 做个PPT 现在啥时候了
        请帮忙润色一下这段文字 算一下35*12""",
    Manner.OPINION: """
        你觉得这个目标合理吗 靠谱不靠谱 你怎么看 哪个县搞得更好 您对这个方案有什么看法
        你认为390亿能实现吗 这个目标定得太高了吧，你觉得呢 您怎么评价这个政策 谈谈你的看法
        你说这个指标靠谱吗 这个方案可行吗 平江和桃江谁搞得更好 你觉得哪个产业更有前途
        你支持这个政策吗 点评一下这个方案 合不合理 这政策靠谱么 您个人认为该目标是否科学
        你建议我投资哪个产业 对禾丰县的目标你怎么看 恁说这目标中不中 你觉着这事儿靠谱不
        依你看，哪个县更有潜力 你觉得石堰县有前途吗 这个指标定得高不高 2027年的目标能完成吗""",
}
QUESTIONS = """
    请问你好医院由谁牵头 谢谢，再问氢能产业由谁牵头？ 我觉得应该问：氢能产业由谁牵头？
    写明责任单位的是哪家 方案对天气预报能力有什么要求 诗词大会由哪个单位牵头
    公文翻译服务的补贴标准是多少 怎么看待民营经济的作用 你好小镇项目由谁负责
    感谢信由哪个部门发放 讲话稿由谁起草 责任单位列了一长串，怎么看谁是牵头的
    人工影响天气由谁负责 今天能办理吗 几点到几点办公 星期六能去办吗 你知道氢能由谁牵头吗
    你能告诉我氢能产业的目标吗 你觉得氢能产业由谁牵头 你觉得氢能产业由谁牵头呢
    目标合理性由谁论证 氢能产业2026年产值目标是多少，你觉得合理吗 是否合理由哪个部门认定
    评价办法由谁制定 如何评价亩均效益 可行性研究报告由谁审批 科学技术奖励多少 讲好泽川故事
    少儿编程补贴多少 1+3+X是什么 “1+3+X”产业体系 总结报告什么时候报送 需要写一份总结吗
    申请材料要写什么 那民宿呢 再问一下配合单位 这个呢 多少钱 怎么申请
    更好地服务企业的措施有哪些 哪些地方更适合发展竹产业 天气原因停工怎么办
    帮我查一下氢能产业由谁牵头 请介绍一下氢能产业 介绍一下 首次升规奖励10万元加5万元一共多少
    企业觉得不合理怎么申诉 帮我列出重点任务 您的意见反馈电话是多少 如何表达感谢 早稻补贴多少
    在建项目有哪些 推荐目录有哪些 民宿怎么样才算甲级 谁负责天气预报 请写出2030年目标
    可以此日退票吗 评下来要多久 公司这样规定合理吗 谁更适合当牵头单位"""
PLAIN = {
    "谢谢，再问氢能产业由谁牵头？": "氢能产业由谁牵头？",
    "你好请问氢能产业由谁牵头": "请问氢能产业由谁牵头",
    "您好！请问，氢能由谁牵头？麻烦了": "氢能由谁牵头？",
    "HELLO，氢能由谁牵头？谢谢老师！": "氢能由谁牵头？",
    "好的，那民宿呢": "那民宿呢",
    "劳驾，问个事：加氢站建几座？": "加氢站建几座？",
    "您好 加氢站要建几座 谢谢": "加氢站要建几座",
    "“你好，小镇”由谁牵头": "“你好，小镇”由谁牵头",
    "你好医院由谁牵头": "你好医院由谁牵头",
    "88 号文件是什么": "88 号文件是什么",
    "如何表达感谢": "如何表达感谢",
    "你好，": "你好，",
    "谢谢！": "谢谢！",
    "？": "？",
    "": "",
}


@pytest.fixture(scope="module")
def assistant(samples_workspace: Workspace) -> Assistant:
    return Assistant(samples_workspace.index)


def asked(name: str) -> list[str]:
    """The questions of a case file that papers answer."""
    lines = (CASES / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [case["question"] for case in map(json.loads, lines) if case["kind"] != "U"]


def of_user(*said: str) -> list[Turn]:
    return [Turn(role="user", content=each) for each in said]


@pytest.mark.parametrize(
    ("manner", "said"), [(manner, said) for manner, all_ in SAID.items() for said in all_.split()]
)
def test_what_is_no_question_to_the_papers(manner: Manner, said: str) -> None:
    assert manner_of(said) is manner


@pytest.mark.parametrize("question", QUESTIONS.split())
def test_a_question_that_holds_such_words_is_one(question: str) -> None:
    assert manner_of(question) is None


@pytest.mark.parametrize("name", ["corpus_dev", "samples_dev", "samples_tuning", "guides_tuning"])
def test_no_question_that_papers_answer_is_mistaken(name: str) -> None:
    questions = asked(name)
    assert questions
    assert [question for question in questions if manner_of(question)] == []
    assert [question for question in questions if plain(question) != question.strip()] == []
    for question in questions:
        assert plain(f"您好！请问，{question}") == question.strip()
        assert plain(f"嗯，好的。{question} 谢谢您！").startswith(question.strip("？?。 "))


@pytest.mark.parametrize(("said", "question"), PLAIN.items())
def test_pleasantries_round_a_question_are_left_out(said: str, question: str) -> None:
    assert plain(said) == question


def test_what_later_questions_lean_on() -> None:
    history = [
        *of_user("你好，禾丰县氢能产业由谁牵头？"),
        Turn(role="assistant", content="谢谢"),
        *of_user("谢谢", "目标合理吗", "泽川市2030年目标定到6000亿元，你觉得合理吗？", "讲个笑话"),
    ]
    left = [turn.content for turn in plain_history(history)]
    assert left == ["禾丰县氢能产业由谁牵头？", "谢谢", "泽川市2030年目标定到6000亿元"]


@pytest.mark.parametrize("unit", ["帮我", "你，", "再问", "谢谢，", "给你写", "1+", "你好 ", "好"])
def test_a_long_text_is_read_at_once(unit: str) -> None:
    started = time.perf_counter()
    manner_of(unit * 3000 + "牵头")
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("said", ["你好", "你能做什么", "写首诗"])
def test_the_reply_names_a_question_that_is_answered(assistant: Assistant, said: str) -> None:
    reply = assistant.answer(said)
    assert (reply.status, reply.question) == ("no_evidence", said)
    assert reply.citations == reply.sentences == reply.nearest == ()
    assert "未找到" not in reply.answer
    example = reply.answer.split("例如可以问：“")[1].rstrip("”")
    assert assistant.answer(example).status == "answered"


@pytest.mark.parametrize("said", ["谢谢", "再见"])
def test_thanks_and_farewell_are_returned(assistant: Assistant, said: str) -> None:
    reply = assistant.answer(said)
    assert reply.status == "no_evidence"
    assert reply.answer.startswith({"谢谢": "不客气", "再见": "再见"}[said])
    assert reply.nearest == ()


def test_an_opinion_is_declined_with_the_sections_to_read(assistant: Assistant) -> None:
    reply = assistant.answer("你觉得把技改补助改成市县分担合理吗，会不会加重县里负担？")
    assert reply.status == "no_evidence"
    assert "不作评价" in reply.answer
    assert reply.citations == ()
    assert any("技改" in near.title or "技改" in near.quote for near in reply.nearest)


def test_an_opinion_of_what_was_asked_before(assistant: Assistant) -> None:
    reply = assistant.answer("这个目标靠谱吗", of_user(GOAL))
    assert reply.question == "这个目标靠谱吗"
    assert any("禾丰县" in near.title for near in reply.nearest)


def test_small_talk_does_not_break_the_conversation(assistant: Assistant) -> None:
    direct = assistant.answer("那禾丰县呢？", of_user(LEAD))
    polite = assistant.answer("好的，那禾丰县呢？", of_user(f"你好，{LEAD}", "谢谢", "靠谱吗"))
    assert direct.status == polite.status == "answered"
    assert (polite.answer, polite.question) == (direct.answer, direct.question)


def test_a_pleasantry_before_a_question_changes_nothing(assistant: Assistant) -> None:
    answer = assistant.answer(LEAD)
    assert assistant.answer(f"谢谢，再问{LEAD}麻烦了！", of_user("你好")) == answer


def test_a_greeting_without_papers() -> None:
    reply = Assistant(lambda: None).answer("你好")
    assert reply.status == "no_evidence"
    assert reply.answer.startswith("您好！")
    assert "例如" not in reply.answer
