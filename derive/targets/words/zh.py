"""Chinese."""

from derive.targets.words.words import Words

WORDS = Words("zh", "中文", {"Source": "来源"})
