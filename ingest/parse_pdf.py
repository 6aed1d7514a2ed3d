"""x."""
def parse(content, name, password, limits): raise NotImplementedError
