"""English: every text is its own."""

from derive.targets.words.words import Words

WORDS = Words("en", "English")
