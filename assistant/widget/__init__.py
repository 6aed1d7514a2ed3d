"""The embeddable widget's part of the server: who may use it, its files, its words, its questions."""
