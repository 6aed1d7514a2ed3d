"""The rules that the source keeps: who imports whom, how long things are, what no module does."""

import ast
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("ingest", "assistant", "eval")
# Each package with the packages of ours that it may import.
MAY_IMPORT = {
    "app": {"assistant", "ingest"},
    "assistant": {"ingest"},
    "eval": {"assistant", "ingest"},
    "ingest": set(),
}
WRAPPED = (
    "chromadb", "llama_index", "sentence_transformers", "transformers", "torch", "gradio", "onnxruntime",
    "tokenizers", "bm25s", "Stemmer", "sklearn", "uvicorn", "rapidfuzz", "safetensors", "filelock", "limits",
    "prometheus_client", "mcp", "ir_measures", "httpx", "pymupdf", "trafilatura", "charset_normalizer",
)  # fmt: skip
# What routes are made of, and where it may be imported: at the edges, where programs and pages come in.
EDGES = {
    "fastapi": ("app.py", "assistant/page.py", "assistant/api/", "assistant/widget/"),
    "pydantic": ("ingest/serialise.py", "assistant/mcp_server.py", "assistant/api/", "assistant/widget/"),
    "anyio": ("assistant/api/",),
}
# Another program of the library, which the assistant is compared with.
STOCK = "eval/stock.py"
# Training is a program of its own: nothing that reads or answers may import it.
TRAINING = "assistant/training/"
# But readers are measured after training too, with the parts of it that need no torch.
MEASURES_READERS = "eval/reader.py"
WITHOUT_TORCH = ("assistant.training.candidates.", "assistant.training.data.", "assistant.training.measure.")
MOST_MODULES = 2
MOST_LINES = 300
MOST_LINES_OF_A_FUNCTION = 60

MODULES = [ROOT / "app.py", *(path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py")))]
TREES = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8")) for path in MODULES}
each_module = pytest.mark.parametrize("name", TREES)


def imports(tree):
    """(line, whole name) of everything that a tree imports: "a", or "a.b" for `from a import b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: relative import"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def functions(tree):
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def first(name):
    return name.split(".")[0].removesuffix(".py").split("/")[0]


def test_the_rules_are_held_against_the_whole_source():
    assert {first(name) for name in TREES} == {"app", *PACKAGES}
    assert len(TREES) > 40


@each_module
def test_imports_of_ours_go_one_way(name):
    package = first(name)
    allowed = MAY_IMPORT[package] | {package}
    ours = {first(imported) for _, imported in imports(TREES[name])} & {*MAY_IMPORT, "tests", "tools"}
    assert ours <= allowed


@each_module
def test_modules_of_ours_do_not_import_each_other_in_a_circle(name):
    graph = defaultdict(set)
    for module, tree in TREES.items():
        here = module.removesuffix(".py").replace("/", ".")
        for _, imported in imports(tree):
            for target in (imported, imported.rpartition(".")[0]):
                if f"{target.replace('.', '/')}.py" in TREES:
                    graph[here].add(target)
    start = name.removesuffix(".py").replace("/", ".")
    reached, ahead = set(), set(graph[start])
    while ahead:
        module = ahead.pop()
        reached.add(module)
        ahead |= graph[module] - reached
    assert start not in reached


@each_module
def test_nothing_of_ours_is_imported_inside_a_function(name):
    for function in functions(TREES[name]):
        inside = {first(imported) for _, imported in imports(function)}
        assert not inside & set(MAY_IMPORT), f"{name}: {function.name}"


@pytest.mark.parametrize("name", [name for name in TREES if name.endswith("__init__.py")])
def test_package_files_hold_a_docstring_and_nothing_else(name):
    (only,) = TREES[name].body
    assert ast.get_docstring(TREES[name]) and isinstance(only, ast.Expr)


@pytest.mark.parametrize("library", WRAPPED)
def test_a_library_is_imported_by_at_most_two_modules(library):
    users = {
        name
        for name, tree in TREES.items()
        if name != STOCK
        and not name.startswith(TRAINING)
        and any(first(imported) == library for _, imported in imports(tree))
    }
    assert len(users) <= MOST_MODULES, sorted(users)


@pytest.mark.parametrize("library", EDGES)
def test_what_routes_are_made_of_stays_at_the_edges(library):
    users = [
        name
        for name, tree in TREES.items()
        if any(first(imported) == library for _, imported in imports(tree))
    ]
    assert users
    assert [name for name in users if not name.startswith(EDGES[library])] == []


@each_module
def test_only_training_imports_training(name):
    package = TRAINING.strip("/").replace("/", ".")
    found = [imported for _, imported in imports(TREES[name]) if imported.startswith(package)]
    if name == MEASURES_READERS:
        found = [imported for imported in found if not imported.startswith(WITHOUT_TORCH)]
    assert name.startswith(TRAINING) or found == []


def test_measuring_readers_loads_no_torch():
    code = "import sys, eval.__main__; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@each_module
def test_the_settings_of_llama_index_are_never_used(name):
    assert not [line for line, imported in imports(TREES[name]) if imported == "llama_index.core.Settings"]
    assert not [
        node.lineno
        for node in ast.walk(TREES[name])
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "llama_index.core.Settings"
    ]


@each_module
def test_only_command_lines_print(name):
    calls = [
        node.lineno
        for node in ast.walk(TREES[name])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert name.endswith("__main__.py") or calls == []


@each_module
def test_modules_are_short(name):
    assert len((ROOT / name).read_text("utf-8").splitlines()) <= MOST_LINES


@each_module
def test_functions_are_short(name):
    long = {
        function.name: lines
        for function in functions(TREES[name])
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > MOST_LINES_OF_A_FUNCTION
    }
    assert long == {}


@each_module
def test_every_module_says_what_it_is_for(name):
    assert ast.get_docstring(TREES[name])


@each_module
def test_no_code_runs_texts_or_reads_pickles(name):
    """Nothing that is read from a file or a user may be run."""
    assert not {first(imported) for _, imported in imports(TREES[name])} & {
        "pickle",
        "marshal",
        "shelve",
        "dill",
    }
    called = {
        node.func.id
        for node in ast.walk(TREES[name])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & {"eval", "exec", "compile", "__import__"}


def test_every_library_that_is_imported_is_declared():
    declared = (ROOT / "pyproject.toml").read_text("utf-8").lower().replace("-", "_")
    names = {"sklearn": "scikit_learn", "Stemmer": "pystemmer", "llama_index": "llama_index_core"}
    foreign = {first(imported) for tree in TREES.values() for _, imported in imports(tree)}
    foreign -= set(sys.stdlib_module_names) | set(MAY_IMPORT)
    # what comes with a library that is declared, and is made to be used with it
    foreign -= {"transformers", "starlette"}
    assert [name for name in sorted(foreign) if f'"{names.get(name, name).lower()}' not in declared] == []
