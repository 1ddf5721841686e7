"""What the page says, in both languages."""

from __future__ import annotations

from derive.language.text import Text

HEADING = Text("Playground", zh="在线推导")
OPENING = Text(
    "Type a formula as a formula file has it. derive itself runs in your browser: it differentiates the formula, "
    "proves what follows, makes stable kernels of it and checks them. Nothing is sent anywhere.",
    zh="按公式文件的写法输入一个公式。derive 就在浏览器里运行：求导、证明、生成数值稳定的代码并加以检查。"
    "不向任何地方发送数据。",
)
EDITOR = Text("Formula file", zh="公式文件")
HINT = Text(
    "It is derived when you stop typing, or at once with Ctrl+Enter. Of several formulas the last is shown. Words are "
    "completed as you type: choose with the arrow keys and Enter, close the list with Escape, open it with Ctrl+Space.",
    zh="停止输入后自动推导，按 Ctrl+Enter 立即推导；有多个公式时显示最后一个。输入时会给出补全：用方向键选择，"
    "按 Enter 填入，按 Esc 关闭列表，按 Ctrl+空格打开列表。",
)
EXAMPLES = Text("Examples", zh="示例")
RUN, STOP = Text("Derive", zh="推导"), Text("Stop", zh="停止")
SHARE = Text("Link to this formula", zh="此公式的链接")
LOADING = Text("Loading Python and derive (about 40 MB, once) …", zh="正在载入 Python 与 derive（约 40 MB，仅一次）……")
READY = Text("Ready.", zh="就绪。")
WORKING = Text("Deriving …", zh="正在推导……")
DERIVED = Text(
    "{name}: derived in {seconds} s; now its kernels are made …", zh="{name}：推导用时 {seconds} 秒，正在生成代码……"
)
DONE = Text(
    "{name}: derived, with kernels, in {seconds} s; now it is checked …",
    zh="{name}：推导并生成代码共用时 {seconds} 秒，正在检查……",
)
CHECKED = Text(
    "{name}: {steps} steps and {programs} kernels checked against the formula as it stands; nothing is wrong.",
    zh="{name}：{steps} 个步骤和 {programs} 个函数已逐一与公式本身核对，全部正确。",
)
STOPPED = Text("Stopped.", zh="已停止。")
BROKEN = Text("This browser cannot run it: {reason}", zh="此浏览器无法运行：{reason}")
FROM_FOLDER = Text(
    "A page opened from a folder may not start Python: serve the folder (derive site --serve).",
    zh="直接从文件夹打开的页面无法启动 Python：请用服务器打开（derive site --serve）。",
)
LINE = Text("Line {line}: {error}", zh="第 {line} 行：{error}")
WORDS = Text("Completions", zh="补全")
OFFERED = Text("Completions: {number}", zh="补全：{number} 项")
DERIVATION = Text("Derivation", zh="推导")
FORM = Text("Stable form", zh="稳定形式")
NO_SCRIPT = Text("The playground needs JavaScript.", zh="本页需要 JavaScript。")

SHARPENED = Text("Sharpened probabilities", zh="锐化的概率")
PENALISED = Text("A loss with a penalty", zh="带惩罚项的损失")
SMOOTHED = Text("A smooth margin", zh="光滑的间隔损失")
