"""What turns generated text into something that Python can call: a compiler, a private cache, arrays."""
