"""Chinese."""

import re

from derive.targets.words.words import Words

_PAGES = {
    "Source": "来源",
    "Topic": "主题",
    "Inputs": "输入",
    "Proof": "证明",
    "Results": "结果",
    "The derivative": "导数",
    "Proved below:": "下面证明：",
    "Proved below: {titles}": "下面证明：{titles}",
    "Products with a vector, and second derivatives": "与向量的乘积和二阶导数",
    "Rules used": "所用法则",
    "{title} ({name})": "{title}（{name}）",
    "Topic: {title}": "主题：{title}",
    "Source: {source}": "来源：{source}",
    "{work}, {place}": "{work}，{place}",
    "default {value}": "默认值 {value}",
    "{domain} ({default})": "{domain}（{default}）",
    "sums to 1": "各分量之和为 1",
    "Throughout, {conditions}.": "以下设 {conditions}。",
    "Side conditions: {conditions}.": "适用条件：{conditions}。",
    "Provided that {conditions}.": "条件：{conditions}。",
    "Both cases together:": "两种情形合并：",
    "where {condition}": "当 {condition} 时",
    "Theorem: {title}": "定理：{title}",
    "Example: {title}": "例：{title}",
    "For every {conditions}:": "对任意 {conditions}：",
    "Take {conditions}:": "取 {conditions}：",
    "Exercise {number}": "习题 {number}",
    "Answer": "答案",
    "The whole topic": "本主题全文",
    "The whole topic: section {number}": "本主题全文：第 {number} 节",
    "permutation {name} of the classes": "类别的置换 {name}",
    ", ": "，",
}

_LIST = {
    "Kernels": "函数",
    "vector": "向量",
    "array {shape}": "数组 {shape}",
    "labels {shape}": "标签 {shape}",
    "label": "标签",
    "parameter": "参数",
    "positive": "正数",
    "unit": "0 与 1 之间",
    "closed_unit": "0 到 1，含两端",
    "probability": "概率分布",
}

_DOCUMENTS = {
    "Made by derive from the formula {name}.  Do not edit: change the formula, then run": (
        "由 derive 根据公式 {name} 生成。请勿手工修改：改动公式后运行"
    ),
    "Made by derive from all formulas together.  Do not edit: change a formula, then run": (
        "由 derive 根据全部公式生成。请勿手工修改：改动公式后运行"
    ),
    "References": "参考文献",
    "None of these formulas names a source.": "这些公式都没有注明来源。",
    "Rule": "法则",
    "Rules": "法则",
    "Every step of every derivation was taken by one of these rules, and checked against numbers.": (
        "推导的每一步都出自下列法则之一，并经过数值检验。"
    ),
    "Where it is used": "用到它的公式",
    "Step": "步骤",
    "{number} steps": "共 {number} 步",
    "1 step": "共 1 步",
    "Here": "其中",
    "Symbol": "记号",
    "Meaning": "含义",
    "Domain": "取值范围",
    "Notation": "记号说明",
    "Code": "代码",
    "C header": "C 头文件",
    "Topics": "主题",
    "Formulas": "公式",
    "Your own formulas": "自定义公式",
    "To look things up": "查阅",
    ": ": "：",
    "; ": "；",
    ".": "。",
}

_CONDITIONS = {
    "{0} is larger than every other component": "{0} 大于其余各分量",
    "{0} is attained at one class alone": "{0} 只在一个类别处取到",
    "{0} < 0 wherever {1} != {2}": "当 {1} != {2} 时 {0} < 0",
    "{0} < 0 for every {1} != {2}": "对每个 {1} != {2} 有 {0} < 0",
    "{0} -> {3} as {1} -> {2}": "当 {1} -> {2} 时 {0} -> {3}",
    "{0} -> {3} as {1} -> 0 from above": "当 {1} 从右侧趋于 0 时 {0} -> {3}",
    "{0} converges as {1} -> {2}": "当 {1} -> {2} 时 {0} 收敛",
    "{0} has a limit as {1} -> {2}": "当 {1} -> {2} 时 {0} 有极限",
    "{0} does not depend on {1}": "{0} 与 {1} 无关",
    "{0} is an integer": "{0} 为整数",
    "{0} is an integer and not negative": "{0} 为非负整数",
    "{condition} for every {names}": "{condition}（对每个 {names}）",
}

_LATEX = {
    "Theorem": "定理",
    "Theorem {number}": "定理 {number}",
    "by {title}": "由{title}",
    "Derivation": "推导",
    "Example": "例",
    "See {source}.": "参见文献 {source}。",
    "section {number}": "第 {number} 节",
    "chapter {number}": "第 {number} 章",
    "Further formulas": "其他公式",
    "Rounded to six digits, the left side is {left} and the right side {right}.": (
        "保留六位有效数字，左边为 {left}，右边为 {right}。"
    ),
    "Rounded to six digits, the left side is {left}.": "保留六位有效数字，左边为 {left}。",
}

_SITE = {
    "formulas, derived step by step": "逐步推导的公式",
    "Formulas: {formulas}. Theorems with their proofs: {theorems}. Steps, each of them checked: {steps}.": (
        "公式 {formulas} 个，附证明的定理 {theorems} 条，逐一核对过的推导步骤 {steps} 步。"
    ),
    "All of it for paper: {link}": "全部内容的印刷版：{link}",
    "{command} typesets all of it for paper.": "{command} 可以把全部内容排成印刷版。",
    "On paper: {link}": "印刷版：{link}",
    "Home": "首页",
    "Dark pages": "切换到深色",
    "Light pages": "切换到浅色",
    "Cite this page": "引用本页",
    "Key steps only": "只显示关键步骤",
    "Every step": "显示全部步骤",
    "Fold all steps": "收起全部步骤",
    "Unfold all steps": "展开全部步骤",
    "Formulas, derived step by step, and the code that computes them.": "逐步推导的公式，以及计算它们的代码。",
}

_HAN, _LATIN = r"[\u4e00-\u9fff]", "[A-Za-z0-9]"
_TOUCHING = re.compile(f"(?<={_HAN})(?={_LATIN})|(?<={_LATIN})(?={_HAN})")


def _by_pinyin(word: str) -> bytes:
    """The national character set lists the common characters by their pinyin."""
    return word.casefold().encode("gb18030")


def _spaced(text: str) -> str:
    """A space between Chinese and Latin characters."""
    return _TOUCHING.sub(" ", text)


WORDS = Words(
    "zh",
    "中文",
    {**_SITE, **_LATEX, **_PAGES, **_LIST, **_DOCUMENTS, **_CONDITIONS},
    between="",
    order=_by_pinyin,
    spaced=_spaced,
)
