"""Corpus to index: manifest, parse, clean, document, chunk, embed, store. Knows nothing of questions."""
